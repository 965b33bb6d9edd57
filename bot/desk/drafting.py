"""Suggested replies: search, draft, macros and the voice check for one conversation, put into its thread; nothing is sent."""

from collections.abc import Callable, Sequence

from bot.desk.gaps import note_unanswered
from bot.desk.macros import macros_for
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import alert_key, alert_places, draft_key, show
from bot.desk.while_writing import Spot
from bot.desk.wording import first_name, in_their_language, in_words
from playbooks.cards.reply import TRANSLATED, reply_card
from playbooks.domain.content import Draft
from playbooks.domain.place import Place
from playbooks.reply import extractive
from playbooks.reply import holding as holding_reply
from playbooks.voice import lint


async def suggest(
    office: Office,
    plan: Plan,
    scene: Scene,
    *,
    holding: str = "",
    style: str = "",
    of: str = "",
    place: Place | None = None,
) -> Draft:
    """The draft, saved and shown: in `place`, or in the conversation's alert threads. `of` is a draft to be translated."""
    places = _places(office, scene, place)

    def spots(draft: Draft) -> Sequence[Spot]:
        return [Spot(where, draft_key(draft.draft_id, where), under) for where, under in places]

    known = await office.memory.draft(of) if of and style == TRANSLATED else None
    if holding:
        draft = _held(office, plan, scene, holding)
    elif known is not None:
        known = known.model_copy(update={"draft_id": plan.key("draft")})
        draft = await in_their_language(office, plan, scene, known, spots(known))
    else:
        draft = await _answered(office, plan, scene, style, spots)
    plan.drafts.append(draft)
    card = reply_card(
        draft,
        customer_name=scene.customer_name,
        macros=() if holding else macros_for(office, scene),
        findings=lint(draft.text, office.policies.voice.rules),
        language=scene.triage.language if office.drafter is not None and style != TRANSLATED else None,
        zone=office.zone,
    )
    for where, under in places:
        show(plan, where, draft_key(draft.draft_id, where), card, scene.conversation_id, under=under)
    return draft


def _places(office: Office, scene: Scene, place: Place | None) -> list[tuple[Place, str | None]]:
    if place is not None:
        return [(place, None)]
    return [(one, alert_key(scene.conversation_id, one)) for one in alert_places(office, scene)]


async def _answered(office: Office, plan: Plan, scene: Scene, style: str, spots: Callable[[Draft], Sequence[Spot]]) -> Draft:
    """Grounded in public articles only; where they have no answer, a holding reply that says so to the agent."""
    result = await office.search(scene.question)
    note_unanswered(plan, result, scene.conversation_id, office.now)
    if not result.has_answer:
        held = _held(office, plan, scene, "checking")
        held = held.model_copy(update={"notice": result.why_not or "The knowledge base has no answer."})
        return await in_their_language(office, plan, scene, held, spots(held)) if style == TRANSLATED else held
    translate = style == TRANSLATED
    base = extractive(
        scene.question,
        result,
        contact_first_name=first_name(scene),
        voice=office.policies.voice,
        draft_id=plan.key("draft"),
        conversation_id=scene.conversation_id,
        written_for_part_id=scene.last_public_part_id,
        now=office.now,
        vip=scene.triage.vip,
        style="" if translate else style,
    )
    if translate:
        return await in_their_language(office, plan, scene, base, spots(base))
    return await in_words(office, plan, scene, base, result, style, spots(base))


def _held(office: Office, plan: Plan, scene: Scene, situation: str) -> Draft:
    return holding_reply(
        situation,
        contact_first_name=first_name(scene),
        voice=office.policies.voice,
        draft_id=plan.key(f"draft:{situation}"),
        conversation_id=scene.conversation_id,
        written_for_part_id=scene.last_public_part_id,
        now=office.now,
        vip=scene.triage.vip,
    )
