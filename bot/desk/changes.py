"""What a procedure's effects write to a vendor, as actions for perform; it writes nothing itself."""

from datetime import datetime, timedelta

from bot.desk.cases import open_case
from bot.desk.causing import Causing
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from playbooks.domain.actions import (
    AddNote,
    AddTag,
    AssignConversation,
    CloseConversation,
    CommentCase,
    RemoveTag,
    ReopenConversation,
    SnoozeConversation,
)
from playbooks.domain.conversation import PartKind
from playbooks.domain.people import Agent, Role
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Effect, EffectName
from playbooks.domain.span import span
from playbooks.escalation import case_comment
from playbooks.note import note_text

INBOX_TELLS_TIME_TO = timedelta(seconds=1)
SNOOZE_WHEN_UNSAID = timedelta(hours=1)


def change(office: Office, plan: Plan, scene: Scene, run: SopRun, effect: Effect, by: Causing) -> None:
    """Effects that write to a vendor."""
    conversation_id, key = scene.conversation_id, plan.key(f"{effect.do.value}:{effect.value}")
    actor = by.agent_id
    match effect.do:
        case EffectName.OPEN_CASE:
            open_case(office, plan, scene, run, by)
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
