"""What a procedure's named effects mean in actions and cards; the procedure decided them, perform will do them."""

from bot.desk.cases import case_form, show_case
from bot.desk.causing import Causing
from bot.desk.changes import change
from bot.desk.drafting import suggest
from bot.desk.office import Office
from bot.desk.plan import Audited, Plan
from bot.desk.scene import Scene
from bot.desk.showing import customer_in_thread, destinations, show, show_alert, show_in_thread
from playbooks.attendance import with_role
from playbooks.cards.nudge import nudge_card, way_out_form_card
from playbooks.domain.content import DraftKind
from playbooks.domain.people import Role
from playbooks.domain.place import Place
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Effect, EffectName
from playbooks.note import answers

OPERATORS_TOLD = "operators_told"
"""Among a run's facts: the operators were called, or one has the chat. A card alone calls nobody."""


async def apply(office: Office, plan: Plan, scene: Scene, run: SopRun, effects: tuple[Effect, ...], by: Causing) -> None:
    """Puts into the plan whatever the effects ask for; a card effect that occurs twice is shown once."""
    for effect in dict.fromkeys(effects):
        await _one(office, plan, scene, run, effect, by)


async def _one(office: Office, plan: Plan, scene: Scene, run: SopRun, effect: Effect, by: Causing) -> None:
    match effect.do:
        case EffectName.TELL_OPERATORS | EffectName.UPDATE_ALERT:
            if effect.do is EffectName.TELL_OPERATORS or run.owner:
                plan.run_facts = plan.run_facts | {OPERATORS_TOLD: True}
            show_alert(office, plan, scene, run)
        case EffectName.SHOW_CUSTOMER:
            customer_in_thread(office, plan, scene, office.agent(run.owner))
        case EffectName.SUGGEST_REPLY if not effect.value and await _suggested_already(office, scene):
            pass
        case EffectName.SUGGEST_REPLY:
            await suggest(office, plan, scene, holding=effect.value)
        case EffectName.NUDGE_OWNER:
            card = nudge_card(scene.conversation, run, owner=office.name_of(run.owner), reason=by.reason, now=office.now)
            show_in_thread(office, plan, scene, f"nudge:{scene.conversation_id}", card)
        case EffectName.NOTIFY_ROLE:
            await _notify_role(office, plan, scene, run, effect.value, by)
        case EffectName.SHOW_FORM:
            await _show_form(office, plan, scene, effect.value, by)
        case EffectName.SHOW_CASE:
            show_case(office, plan, scene, run, by)
        case EffectName.COUNT_IGNORED:
            plan.ignore("other_inbox", "The conversation is in an inbox that is not ours.")
        case EffectName.RECORD | EffectName.RECORD_GAP:
            what = effect.value or effect.do.value
            plan.audit.append(Audited(actor=by.agent_id or "deskside", what=what, subject=scene.conversation_id))
            plan.counts.append(f"sop:{what}")
        case EffectName.SET_OWNER | EffectName.CLEAR_OWNER:
            pass  # the machine has written it into the run
        case _:
            change(office, plan, scene, run, effect, by)


async def _suggested_already(office: Office, scene: Scene) -> bool:
    """An answer to the customer's last words lies in the thread; a second card with the same words would only be in the way."""
    latest = await office.memory.latest_draft(scene.conversation_id)
    return (
        latest is not None and latest.kind is not DraftKind.HOLDING and latest.written_for_part_id == scene.last_public_part_id
    )


async def _show_form(office: Office, plan: Plan, scene: Scene, way_out: str, by: Causing) -> None:
    """The inputs a way out needs; what was filled in before is kept."""
    if scene.sop is None or scene.run is None:
        return
    wanted = scene.sop.ways_out[way_out]
    if wanted.transition == "escalate":
        card = await case_form(office, scene, scene.run, by)
    else:
        card = way_out_form_card(wanted, scene.conversation_id, filled=dict(by.inputs), reason=by.reason)
    show_in_thread(office, plan, scene, f"form:{way_out}:{scene.conversation_id}", card)


async def _notify_role(office: Office, plan: Plan, scene: Scene, run: SopRun, role: str, by: Causing) -> None:
    """Into the role's own destination, one card a conversation, updated in place, with what was filled in for them.

    Its people at work are called by name; where nobody of them is, the destination's fallback is told too.
    """
    named = next((name for name in office.policies.team.destinations if name.startswith(role)), None)
    people = with_role(Role(role), office.policies.team, await office.attendance(), besides=by.agent_id)
    card = nudge_card(
        scene.conversation,
        run,
        owner=office.name_of(run.owner),
        reason=by.reason,
        now=office.now,
        role=role,
        called=[one.name for one in people],
        answers=_asked(plan, scene, run, by),
    )
    card = card.model_copy(update={"calls": tuple(one for agent in people for one in office.called(agent.agent_id))})
    for place in _told_of(office, scene, named, nobody_there=not people):
        key = f"notify:{role}:{scene.conversation_id}:{place.surface}:{place.channel_id}"
        show(plan, place, key, card, scene.conversation_id)


def _asked(plan: Plan, scene: Scene, run: SopRun, by: Causing) -> tuple[tuple[str, str], ...]:
    """What was filled in, kept as long as the chat stands there: a reminder must not lose it."""
    key, told = f"asked:{run.state}", answers(scene.sop, dict(by.inputs))
    if told:
        plan.run_facts = plan.run_facts | {key: [list(one) for one in told]}
    kept = plan.run_facts.get(key) or []
    return tuple((str(label), str(value)) for label, value in kept)


def _told_of(office: Office, scene: Scene, named: str | None, *, nobody_there: bool) -> dict[Place, None]:
    own = named or (scene.inbox.destination if scene.inbox else None)
    known = office.policies.team.destinations.get(own or "")
    beyond = destinations(office, known.fallback) if nobody_there and known and known.fallback else ()
    return dict.fromkeys((*destinations(office, own), *beyond))
