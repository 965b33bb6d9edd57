"""How a change to a conversation is taken back: what it was before, and the action that makes it so again, if nothing moved."""

from datetime import datetime

from playbooks.domain.actions import (
    Action,
    AddTag,
    AssignConversation,
    CloseConversation,
    RemoveTag,
    ReopenConversation,
    SnoozeConversation,
    Still,
)
from playbooks.domain.conversation import Conversation, ConversationState, PartKind
from playbooks.domain.search import NOBODY

_MOVES = frozenset({PartKind.ASSIGNED, PartKind.CLOSED, PartKind.OPENED, PartKind.SNOOZED, PartKind.UNSNOOZED})
_SNOOZED = "snoozed until "


def before(action: Action, conversation: Conversation) -> str:
    """What `undone` needs to know of how it was; "" where the action itself tells."""
    match action:
        case AssignConversation(to_team=False):
            return conversation.assignee_admin_id or NOBODY
        case AssignConversation():
            return conversation.inbox_id or NOBODY
        case SnoozeConversation() | CloseConversation() | ReopenConversation():
            until = conversation.snoozed_until
            is_snoozed = conversation.state is ConversationState.SNOOZED and until is not None
            return f"{_SNOOZED}{until.isoformat()}" if is_snoozed and until else conversation.state.value
        case _:
            return ""


def undone(action: Action, was: str, result_id: str | None, once_key: str, by: str, now: datetime) -> Action | None:
    """None where Intercom cannot take it back. The action is refused where somebody moved the conversation since."""
    match action:
        case AddTag(conversation_id=key, tag=tag):
            return RemoveTag(once_key=once_key, on_behalf_of=by, conversation_id=key, tag=tag)
        case RemoveTag(conversation_id=key, tag=tag):
            return AddTag(once_key=once_key, on_behalf_of=by, conversation_id=key, tag=tag)
        case AssignConversation(conversation_id=key, assignee_id=assignee, to_team=to_team) if was:
            still = Still(assignee_id=assignee)
            return AssignConversation(
                once_key=once_key, on_behalf_of=by, conversation_id=key, assignee_id=was, to_team=to_team, only_if=still
            )
        case SnoozeConversation(conversation_id=key, until=until):
            return _as_before(key, was, Still(state=ConversationState.SNOOZED, snoozed_until=until), once_key, by, now)
        case CloseConversation(conversation_id=key):
            return _as_before(key, was, Still(state=ConversationState.CLOSED, part_id=result_id), once_key, by, now)
        case ReopenConversation(conversation_id=key):
            return _as_before(key, was, Still(state=ConversationState.OPEN, part_id=result_id), once_key, by, now)
        case _:
            return None


def _as_before(conversation_id: str, was: str, still: Still, once_key: str, by: str, now: datetime) -> Action | None:
    """A snooze that would be over by now is an open conversation."""
    until = datetime.fromisoformat(was.removeprefix(_SNOOZED)) if was.startswith(_SNOOZED) else None
    if until is not None and until > now:
        return SnoozeConversation(
            once_key=once_key, on_behalf_of=by, conversation_id=conversation_id, only_if=still, until=until
        )
    if was == ConversationState.CLOSED.value:
        return CloseConversation(once_key=once_key, on_behalf_of=by, conversation_id=conversation_id, only_if=still)
    return ReopenConversation(once_key=once_key, on_behalf_of=by, conversation_id=conversation_id, only_if=still)


def is_still(still: Still, conversation: Conversation) -> bool:
    """Whether nobody moved it since. Intercom keeps whole seconds of a snooze."""
    newest = next((one.part_id for one in reversed(conversation.parts) if one.kind in _MOVES), None)
    until = conversation.snoozed_until
    return (
        still.state in {None, conversation.state}
        and still.part_id in {None, newest}
        and (still.assignee_id is None or still.assignee_id in _assignees(conversation))
        and (still.snoozed_until is None or (until is not None and abs((until - still.snoozed_until).total_seconds()) < 1))
    )


def _assignees(conversation: Conversation) -> set[str]:
    return {conversation.assignee_admin_id or NOBODY, conversation.inbox_id or NOBODY}
