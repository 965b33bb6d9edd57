"""A draft is sent as the agent left it, checked at that moment, or rated; perform does the sending, nothing here does."""

from bot.desk.office import Office
from bot.desk.plan import Plan, Rating
from bot.desk.scene import Scene
from bot.desk.showing import draft_key, show
from playbooks.cards.feedback import reasons_card
from playbooks.cards.notices import done_card, refused_card
from playbooks.cards.reply import MACRO_ACTIONS, ONLY_SEND, REPLY_TEXT, reply_card
from playbooks.domain.actions import AddNote, SendReply
from playbooks.domain.card import Card
from playbooks.domain.content import Audience, Draft, DraftKind, Sentence
from playbooks.domain.events import Pressed
from playbooks.domain.finding import Finding
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.press import EditDraft, RateDraft, SendDraft
from playbooks.feedback import REASONS
from playbooks.grounds import lost_grounds
from playbooks.voice import blocks, lint


async def send(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place, found: Scene, press: SendDraft) -> None:
    """The text as the agent left it; blocked words come back with the text kept. Pressing twice sends once."""
    draft, given = await office.memory.draft(press.draft_id), dict(event.inputs)
    text = (given.get(REPLY_TEXT) or (draft.text if draft else "")).strip()
    if not text:
        show(plan, place, f"answer:{event.event_id}", refused_card("There is no text to send."), found.conversation_id)
        return
    findings = (*lint(text, office.policies.voice.rules), *await _lost(office, text, draft))
    if blocks(findings) and not press.as_note:
        kept = _as_typed(draft, press, text, found)
        card = reply_card(
            kept, customer_name=found.customer_name, findings=findings, zone=office.zone_of(agent), held_back=True
        )
        show(plan, place, draft_key(press.draft_id, place), card, found.conversation_id)
        return
    key = await office.memory.unused_key(f"send:{press.draft_id}:{'note' if press.as_note else 'reply'}")
    plan.actions.append(_action(key, agent, found, place, press, text, draft, given))


async def _lost(office: Office, text: str, draft: Draft | None) -> tuple[Finding, ...]:
    """A draft may lie for hours: what it quotes is looked up again, in public articles only (L7, K1)."""
    ids = {one.article_id for one in draft.citations} if draft else set()
    bodies = {one: await office.index.says(one, frozenset({Audience.PUBLIC})) for one in sorted(ids)}
    return lost_grounds(text, draft, bodies) if draft else ()


def _action(
    key: str,
    agent: Agent,
    found: Scene,
    place: Place,
    press: SendDraft,
    text: str,
    draft: Draft | None,
    given: dict[str, str],
) -> SendReply | AddNote:
    if press.as_note:
        return AddNote(
            once_key=key,
            on_behalf_of=agent.agent_id,
            conversation_id=found.conversation_id,
            text=text,
            draft_id=press.draft_id,
            shown_at=place,
        )
    return SendReply(
        once_key=key,
        on_behalf_of=agent.agent_id,
        conversation_id=found.conversation_id,
        text=text,
        written_for_part_id=press.written_for_part_id,
        draft_id=press.draft_id,
        shown_at=place,
        then=draft.actions if draft and given.get(MACRO_ACTIONS) != ONLY_SEND else (),
    )


def _as_typed(draft: Draft | None, press: SendDraft, text: str, found: Scene) -> Draft:
    base = draft or Draft(draft_id=press.draft_id, conversation_id=found.conversation_id, kind=DraftKind.MACRO, sentences=())
    return base.model_copy(
        update={"sentences": (Sentence(text=text),), "citations": (), "written_for_part_id": press.written_for_part_id}
    )


async def edit(office: Office, event: Pressed, plan: Plan, place: Place, found: Scene, press: EditDraft) -> None:
    draft = await office.memory.draft(press.draft_id)
    if draft is None:
        show(plan, place, f"answer:{event.event_id}", refused_card("That draft is no longer kept."), found.conversation_id)
        return
    card = reply_card(draft, customer_name=found.customer_name, zone=office.zone)
    show(plan, place, draft_key(press.draft_id, place), card, found.conversation_id)


def rated(plan: Plan, agent: Agent, press: RateDraft) -> Card:
    """Counted at once; "not useful" asks why, and the answer replaces the bare verdict."""
    reason = press.reason if press.reason in REASONS else ""
    plan.ratings.append(Rating(press.draft_id, agent.agent_id, press.useful, reason))
    if not press.useful and not reason:
        return reasons_card(press.draft_id)
    told = f" Reason: {REASONS[reason].lower()}." if reason else ""
    return done_card("Thank you", f"It is counted for this draft and the articles it rests on.{told}")
