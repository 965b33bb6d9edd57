"""What the desk does when a person pressed a button or submitted a form."""

from datetime import timedelta

from bot.desk.alert_presses import on_alert
from bot.desk.drafting import draft_key, filled, suggest
from bot.desk.effects import Causing
from bot.desk.escalating import escalate, transition
from bot.desk.office import Office
from bot.desk.plan import Plan, Rating
from bot.desk.scene import Scene, customer_of, scene
from bot.desk.showing import beside, customer_as_seen, show
from bot.desk.steps import show_steps
from playbooks.access import Denied, may, may_read, may_show_in
from playbooks.cards.notices import done_card, refused_card
from playbooks.cards.nudge import SNOOZE_UNTIL
from playbooks.cards.questions import ask_back_card, unknown_customer_card
from playbooks.cards.reply import reply_card
from playbooks.domain.actions import AddNote, AddTag, SendReply
from playbooks.domain.card import Card
from playbooks.domain.content import Draft, DraftKind, Sentence
from playbooks.domain.customer import Ambiguous, LookupKind, Resolved, Unknown
from playbooks.domain.events import Pressed
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.policy import Permission
from playbooks.domain.press import (
    AcknowledgeAlert,
    EditDraft,
    Escalate,
    HandOverAlert,
    RateDraft,
    Resolve,
    SendDraft,
    SettleAlert,
    ShowCustomer,
    ShowSteps,
    Snooze,
    SnoozeAlert,
    SuggestReply,
    TagConversation,
    TakeAlert,
    TakeConversation,
    UseMacro,
    WayOut,
)
from playbooks.voice import blocks, lint
from playbooks.when import when
from playbooks.words import shortened
from retrieval.resolve import resolve

REPLY_TEXT = "reply_text"


async def pressed(office: Office, event: Pressed, plan: Plan, agent: Agent | None) -> Plan:
    """Exactly one consequence that the person sees: the thing done, a card updated, or a refusal with its reason (L2)."""
    place = beside(event.place, event.message)
    if agent is None:
        verdict = may(None, Permission.REPLY, office.policies.roles)
        assert isinstance(verdict, Denied)
        return _tell(plan, event, place, refused_card(verdict.reason))
    press = event.press
    match press:
        case ShowCustomer():
            return await _customer(office, event, plan, agent, place)
        case RateDraft():
            plan.ratings.append(Rating(press.draft_id, agent.agent_id, press.useful))
            return _tell(
                plan, event, place, done_card("Thank you", "It is counted for this draft and the articles it rests on.")
            )
        case AcknowledgeAlert() | SnoozeAlert() | TakeAlert() | HandOverAlert() | SettleAlert() if not press.conversation_id:
            return await on_alert(office, event, plan, agent, press, None)
        case _:
            found = await scene(office, press.conversation_id)
            if found is None:
                return _tell(plan, event, place, refused_card("That conversation does not exist in Intercom any more."))
            readable = may_read(agent, found.conversation, office.policies.inboxes, office.policies.roles)
            if isinstance(readable, Denied):
                return _tell(plan, event, place, refused_card(readable.reason))
            return await _on_conversation(office, event, plan, agent, place, found)


def _tell(plan: Plan, event: Pressed, place: Place, card: Card) -> Plan:
    """To the person alone where the place is a channel; colleagues need not read every refusal."""
    show(plan, place, f"answer:{event.event_id}", card, event.conversation_id)
    return plan


async def _on_conversation(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place, found: Scene) -> Plan:
    by = Causing(agent=agent, inputs=event.inputs)
    match event.press:
        case SuggestReply(style=style):
            await suggest(office, plan, found, style=style, place=place)
        case SendDraft():
            await _send(office, event, plan, agent, place, found, event.press)
        case EditDraft():
            await _edit(office, event, plan, place, found, event.press)
        case UseMacro():
            _use_macro(office, event, plan, agent, place, found, event.press)
        case TakeConversation():
            await transition(office, plan, found, agent, place, "take", by)
        case Escalate():
            await escalate(office, plan, found, agent, place, event.inputs)
        case Resolve():
            await transition(office, plan, found, agent, place, "resolve", by)
        case Snooze(minutes=minutes):
            snoozed = Causing(agent=agent, inputs=event.inputs, snooze=timedelta(minutes=minutes))
            await transition(office, plan, found, agent, place, "snooze", snoozed)
        case ShowSteps():
            _steps(office, plan, found, agent, place)
        case WayOut(transition=name):
            await _way_out(office, plan, found, agent, place, name, by)
        case TagConversation(tag=tag):
            key = plan.key(f"tag:{tag}")
            plan.actions.append(
                AddTag(once_key=key, on_behalf_of=agent.agent_id, conversation_id=found.conversation_id, tag=tag)
            )
        case AcknowledgeAlert() | SnoozeAlert() | TakeAlert() | HandOverAlert() | SettleAlert():
            await on_alert(office, event, plan, agent, event.press, found)
        case _:
            raise AssertionError(f"a press without a conversation came here: {event.press.do}")
    return plan


async def _customer(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place) -> Plan:
    assert isinstance(event.press, ShowCustomer)
    lookup = event.press.lookup
    for verdict in (may_show_in(place.channel_kind), may(agent, Permission.VIEW_CUSTOMER, office.policies.roles)):
        if isinstance(verdict, Denied):
            return _tell(plan, event, place, refused_card(verdict.reason))
    if lookup.kind is LookupKind.INTERCOM_CONVERSATION and (found := await scene(office, lookup.value)):
        card = customer_as_seen(office, plan, found.customer, place, agent, found.conversation_id)
        return _tell(plan, event, place, card)
    resolution = await resolve(office.finders, lookup, deadline_seconds=office.deadline_seconds)
    match resolution:
        case Resolved():
            customer = await customer_of(office, resolution.identity)
            return _tell(plan, event, place, customer_as_seen(office, plan, customer, place, agent))
        case Ambiguous():
            return _tell(plan, event, place, ask_back_card(resolution))
        case Unknown():
            return _tell(plan, event, place, unknown_customer_card(resolution))


async def _send(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place, found: Scene, press: SendDraft) -> None:
    """The text as the agent left it; blocked words come back with the text kept. Pressing twice sends once."""
    draft = await office.memory.draft(press.draft_id)
    text = (dict(event.inputs).get(REPLY_TEXT) or (draft.text if draft else "")).strip()
    if not text:
        show(plan, place, f"answer:{event.event_id}", refused_card("There is no text to send."), found.conversation_id)
        return
    findings = lint(text, office.policies.voice.rules)
    if blocks(findings) and not press.as_note:
        kept = _as_typed(draft, press, text, found)
        card = reply_card(kept, customer_name=found.customer_name, findings=findings, zone=office.zone_of(agent))
        show(plan, place, draft_key(press.draft_id, place), card, found.conversation_id)
        return
    key = await office.memory.unused_key(f"send:{press.draft_id}:{'note' if press.as_note else 'reply'}")
    if press.as_note:
        plan.actions.append(
            AddNote(
                once_key=key,
                on_behalf_of=agent.agent_id,
                conversation_id=found.conversation_id,
                text=text,
                draft_id=press.draft_id,
                shown_at=place,
            )
        )
        return
    plan.actions.append(
        SendReply(
            once_key=key,
            on_behalf_of=agent.agent_id,
            conversation_id=found.conversation_id,
            text=text,
            written_for_part_id=press.written_for_part_id,
            draft_id=press.draft_id,
            shown_at=place,
        )
    )


async def _way_out(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, name: str, by: Causing) -> None:
    """With a time where one was typed; words that mean none are said so, nothing is guessed."""
    typed = by.value(SNOOZE_UNTIL)
    if typed:
        until = when(typed, office.now, office.zone_of(agent))
        if until is None:
            card = refused_card(f"“{shortened(typed, 60)}” is no time that I understand.", "Try: tomorrow 9, 2h, monday 10:30.")
            show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)
            return
        by = Causing(agent=agent, inputs=by.inputs, snooze=until - office.now)
    await transition(office, plan, found, agent, place, name, by)


def _steps(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place) -> None:
    verdict = may_show_in(place.channel_kind)
    if isinstance(verdict, Denied):
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card(verdict.reason), found.conversation_id)
        return
    show_steps(office, plan, found, agent, place)


def _as_typed(draft: Draft | None, press: SendDraft, text: str, found: Scene) -> Draft:
    base = draft or Draft(draft_id=press.draft_id, conversation_id=found.conversation_id, kind=DraftKind.MACRO, sentences=())
    return base.model_copy(
        update={"sentences": (Sentence(text=text),), "citations": (), "written_for_part_id": press.written_for_part_id}
    )


async def _edit(office: Office, event: Pressed, plan: Plan, place: Place, found: Scene, press: EditDraft) -> None:
    draft = await office.memory.draft(press.draft_id)
    if draft is None:
        show(plan, place, f"answer:{event.event_id}", refused_card("That draft is no longer kept."), found.conversation_id)
        return
    card = reply_card(draft, customer_name=found.customer_name, zone=office.zone)
    show(plan, place, draft_key(press.draft_id, place), card, found.conversation_id)


def _use_macro(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place, found: Scene, press: UseMacro) -> None:
    """The macro becomes a draft like any other: filled, checked, edited and sent by the agent, never by itself."""
    mine = tuple(one for one in office.macros if one.owner in {None, agent.agent_id} and one.macro_id == press.macro_id)
    if not mine:
        show(plan, place, f"answer:{event.event_id}", refused_card("That macro no longer exists."), found.conversation_id)
        return
    choice = filled(office, found, mine[0], agent)
    draft = Draft(
        draft_id=plan.key("draft:macro"),
        conversation_id=found.conversation_id,
        kind=DraftKind.MACRO,
        sentences=(Sentence(text=choice.text),),
        written_for_part_id=found.last_public_part_id,
        notice=f"Complete before sending: {', '.join(choice.missing)}." if choice.missing else None,
        macro_id=choice.macro.macro_id,
    )
    plan.drafts.append(draft)
    findings = lint(choice.text, office.policies.voice.rules)
    card = reply_card(draft, customer_name=found.customer_name, findings=findings, zone=office.zone_of(agent))
    show(plan, place, draft_key(draft.draft_id, place), card, found.conversation_id)
