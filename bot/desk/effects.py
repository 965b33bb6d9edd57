"""What a procedure's named effects mean in actions and cards; the procedure decided them, perform will do them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.drafting import suggest
from bot.desk.office import Office
from bot.desk.plan import Audited, Plan
from bot.desk.scene import Scene
from bot.desk.showing import customer_in_thread, destinations, show, show_alert, show_in_thread
from playbooks.cards.case import CASE_FIELD, case_card, case_form_card
from playbooks.cards.nudge import nudge_card, way_out_form_card
from playbooks.domain.actions import (
    AddNote,
    AddTag,
    AssignConversation,
    CloseConversation,
    CommentCase,
    OpenCase,
    RemoveTag,
    ReopenConversation,
    SnoozeConversation,
)
from playbooks.domain.card import Card
from playbooks.domain.case import CaseDraft
from playbooks.domain.content import DraftKind
from playbooks.domain.conversation import PartKind
from playbooks.domain.people import Agent, Role
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Effect, EffectName
from playbooks.domain.span import span
from playbooks.escalation import case_comment, case_draft
from playbooks.note import note_text

CASE_INPUTS = "case_inputs"
INBOX_TELLS_TIME_TO = timedelta(seconds=1)
OPERATORS_TOLD = "operators_told"
"""Among a run's facts: its alert stands where the operators read."""

SNOOZE_WHEN_UNSAID = timedelta(hours=1)


@dataclass(frozen=True)
class Causing:
    """Who caused the effects and what they filled in. `agent` None: an event or a timer."""

    agent: Agent | None = None
    inputs: tuple[tuple[str, str], ...] = ()
    snooze: timedelta | None = None
    reason: str = ""

    @property
    def agent_id(self) -> str | None:
        return self.agent.agent_id if self.agent else None

    def value(self, input_id: str) -> str:
        return dict(self.inputs).get(input_id, "").strip()


async def apply(office: Office, plan: Plan, scene: Scene, run: SopRun, effects: tuple[Effect, ...], by: Causing) -> None:
    """Puts into the plan whatever the effects ask for; a card effect that occurs twice is shown once."""
    for effect in dict.fromkeys(effects):
        await _one(office, plan, scene, run, effect, by)


async def _one(office: Office, plan: Plan, scene: Scene, run: SopRun, effect: Effect, by: Causing) -> None:
    match effect.do:
        case EffectName.TELL_OPERATORS | EffectName.UPDATE_ALERT:
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
            _notify_role(office, plan, scene, run, effect.value, by)
        case EffectName.SHOW_FORM:
            _show_form(office, plan, scene, effect.value, by)
        case EffectName.SHOW_CASE:
            _show_case(office, plan, scene, run, by)
        case EffectName.COUNT_IGNORED:
            plan.ignore("other_inbox", "The conversation is in an inbox that is not ours.")
        case EffectName.RECORD | EffectName.RECORD_GAP:
            what = effect.value or effect.do.value
            plan.audit.append(Audited(actor=by.agent_id or "deskside", what=what, subject=scene.conversation_id))
            plan.counts.append(f"sop:{what}")
        case EffectName.SET_OWNER | EffectName.CLEAR_OWNER:
            pass  # the machine has written it into the run
        case _:
            _change(office, plan, scene, run, effect, by)


async def _suggested_already(office: Office, scene: Scene) -> bool:
    """An answer to the customer's last words lies in the thread; a second card with the same words would only be in the way."""
    latest = await office.memory.latest_draft(scene.conversation_id)
    return (
        latest is not None and latest.kind is not DraftKind.HOLDING and latest.written_for_part_id == scene.last_public_part_id
    )


def _change(office: Office, plan: Plan, scene: Scene, run: SopRun, effect: Effect, by: Causing) -> None:
    """Effects that write to a vendor."""
    conversation_id, key = scene.conversation_id, plan.key(f"{effect.do.value}:{effect.value}")
    actor = by.agent_id
    match effect.do:
        case EffectName.OPEN_CASE:
            _open_case(office, plan, scene, run, by)
        case EffectName.COMMENT_CASE if run.case:
            text = case_comment(scene.conversation, by.value("case_note"), _since_closed(scene), office.zone)
            plan.actions.append(
                CommentCase(
                    once_key=key, on_behalf_of=actor, conversation_id=conversation_id, case_id=run.case.case_id, text=text
                )
            )
        case EffectName.ADD_NOTE:
            text = note_text(scene.sop, effect.value, run, dict(by.inputs), agent=office.name_of(actor or run.owner))
            plan.actions.append(AddNote(once_key=key, on_behalf_of=actor, conversation_id=conversation_id, text=text))
        case EffectName.ADD_TAG:
            plan.actions.append(AddTag(once_key=key, on_behalf_of=actor, conversation_id=conversation_id, tag=effect.value))
        case EffectName.REMOVE_TAG:
            plan.actions.append(RemoveTag(once_key=key, on_behalf_of=actor, conversation_id=conversation_id, tag=effect.value))
        case EffectName.ASSIGN_OWNER:
            assign(plan, scene, key, office.agent(_chosen(run, by, effect)))
        case EffectName.ASSIGN_ROLE:
            assign(plan, scene, key, first_with(office, effect.value))
        case EffectName.SNOOZE:
            until = office.now + (by.snooze or (span(effect.value) if effect.value else SNOOZE_WHEN_UNSAID))
            plan.actions.append(
                SnoozeConversation(once_key=key, on_behalf_of=actor, conversation_id=conversation_id, until=until)
            )
        case EffectName.CLOSE:
            plan.actions.append(CloseConversation(once_key=key, on_behalf_of=actor, conversation_id=conversation_id))
        case EffectName.REOPEN:
            plan.actions.append(ReopenConversation(once_key=key, conversation_id=conversation_id))
        case _:
            plan.counts.append(f"effect_without_target:{effect.do.value}")


def _since_closed(scene: Scene) -> datetime | None:
    """What was said before the chat was closed for its case is in the case. By the inbox's own clock, not by ours."""
    closed = max((one.at for one in scene.conversation.parts if one.kind is PartKind.CLOSED), default=None)
    return closed - INBOX_TELLS_TIME_TO if closed else None


def _chosen(run: SopRun, by: Causing, effect: Effect) -> str | None:
    return by.value("assignee") or None if effect.value == "chosen" else run.owner


def assign(plan: Plan, scene: Scene, key: str, to: Agent | None) -> None:
    """By the bot's own admin: that an owner shows as assignee is the procedure's rule, not a person's reassigning (P6)."""
    admin_id = to.intercom_admin_id if to else None
    if admin_id is None or scene.conversation.assignee_admin_id == admin_id:
        return
    plan.actions.append(AssignConversation(once_key=key, conversation_id=scene.conversation_id, assignee_id=admin_id))


def first_with(office: Office, role: str) -> Agent | None:
    return next((one for one in office.policies.team.agents if Role(role) in one.roles), None)


def case_of(office: Office, scene: Scene, run: SopRun, by: Causing) -> CaseDraft:
    """The case as it would be opened now, with what the agent filled in laid over what was found."""
    draft = case_draft(
        scene.conversation,
        scene.customer,
        run,
        scene.triage,
        by.value("case_note"),
        office.now,
        sop=scene.sop,
        names={one.agent_id: one.name for one in office.policies.team.agents},
        zone=office.zone,
    )
    filled = {"subject": by.value("case_subject"), "priority": by.value("case_priority")}
    extra = tuple((name.removeprefix(CASE_FIELD), value) for name, value in by.inputs if name.startswith(CASE_FIELD) and value)
    changed: dict[str, object] = {name: value for name, value in filled.items() if value}
    return draft.model_copy(update=changed | {"fields": (*draft.fields, *extra)})


def _open_case(office: Office, plan: Plan, scene: Scene, run: SopRun, by: Causing) -> None:
    """What was filled in is kept beside the run: should Salesforce refuse it, nothing has to be typed again."""
    plan.run_facts = plan.run_facts | {CASE_INPUTS: dict(by.inputs)}
    draft = case_of(office, scene, run, by)
    plan.actions.append(
        OpenCase(once_key=plan.key("open_case"), on_behalf_of=by.agent_id, conversation_id=scene.conversation_id, draft=draft)
    )


def _show_case(office: Office, plan: Plan, scene: Scene, run: SopRun, by: Causing) -> None:
    if run.case is None:
        return
    card = case_card(
        run.case, conversation_id=scene.conversation_id, by=office.name_of(by.agent_id or run.owner), zone=office.zone
    )
    show_in_thread(office, plan, scene, f"case:{run.case.case_id}", card)


def case_form(office: Office, scene: Scene, run: SopRun, by: Causing) -> Card:
    """With an input for each field that Salesforce asked for beyond ours."""
    wanted = {name.removeprefix(CASE_FIELD): value for name, value in by.inputs if name.startswith(CASE_FIELD)}
    return case_form_card(case_of(office, scene, run, by), scene.conversation_id, note=by.value("case_note"), wanted=wanted)


def _show_form(office: Office, plan: Plan, scene: Scene, way_out: str, by: Causing) -> None:
    """The inputs a way out needs; what was filled in before is kept."""
    if scene.sop is None or scene.run is None:
        return
    wanted = scene.sop.ways_out[way_out]
    if wanted.transition == "escalate":
        card = case_form(office, scene, scene.run, by)
    else:
        card = way_out_form_card(wanted, scene.conversation_id, filled=dict(by.inputs), reason=by.reason)
    show_in_thread(office, plan, scene, f"form:{way_out}:{scene.conversation_id}", card)


def _notify_role(office: Office, plan: Plan, scene: Scene, run: SopRun, role: str, by: Causing) -> None:
    """Into the role's own destination, one card a conversation, updated in place."""
    named = next((name for name in office.policies.team.destinations if name.startswith(role)), None)
    card = nudge_card(scene.conversation, run, owner=office.name_of(run.owner), reason=by.reason, now=office.now, role=role)
    for place in destinations(office, named or (scene.inbox.destination if scene.inbox else None)):
        key = f"notify:{role}:{scene.conversation_id}:{place.surface}:{place.channel_id}"
        show(plan, place, key, card, scene.conversation_id)
