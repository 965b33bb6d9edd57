"""Where conversations can be reached: what Teams told us with each message, and which of them are dead. It sends nothing."""

from collections.abc import Mapping
from typing import Any, Protocol

from playbooks.domain.base import Frozen


class Reference(Frozen):
    """A conversation's address. `person_id` is whose personal chat it is; None: a group's or a channel's."""

    conversation_id: str
    service_url: str
    bot_id: str
    tenant_id: str = ""
    person_id: str | None = None
    dead: str | None = None


class References(Protocol):
    """Kept across restarts where wiring gives a durable one."""

    async def remember(self, reference: Reference) -> None:
        """A message from there proves that it lives."""
        ...

    async def find(self, conversation_id: str) -> Reference | None: ...

    async def personal(self, person_id: str) -> Reference | None: ...

    async def bury(self, conversation_id: str, why: str) -> None: ...

    async def know(self, person_id: str, member_id: str) -> None:
        """This bot's own name for a person (29:…), needed to open a personal chat with them."""
        ...

    async def member_id(self, person_id: str) -> str | None: ...


class MemoryReferences:
    """For one process; after a restart conversations are reached at the settings' service address until they write again."""

    def __init__(self) -> None:
        self._conversations: dict[str, Reference] = {}
        self._members: dict[str, str] = {}

    async def remember(self, reference: Reference) -> None:
        self._conversations[reference.conversation_id] = reference

    async def find(self, conversation_id: str) -> Reference | None:
        return self._conversations.get(conversation_id)

    async def personal(self, person_id: str) -> Reference | None:
        return next((one for one in self._conversations.values() if one.person_id == person_id and not one.dead), None)

    async def bury(self, conversation_id: str, why: str) -> None:
        found = self._conversations.get(conversation_id)
        if found:
            self._conversations[conversation_id] = found.model_copy(update={"dead": why})

    async def know(self, person_id: str, member_id: str) -> None:
        self._members[person_id] = member_id

    async def member_id(self, person_id: str) -> str | None:
        return self._members.get(person_id)


def reference(activity: Mapping[str, Any], tenant_id: str, person_id: str | None) -> Reference:
    """Of an authenticated activity: its token's serviceurl claim was checked against its service address."""
    return Reference(
        conversation_id=str(activity["conversation"]["id"]).partition(";messageid=")[0],
        service_url=str(activity.get("serviceUrl") or ""),
        bot_id=str((activity.get("recipient") or {}).get("id") or ""),
        tenant_id=tenant_id,
        person_id=person_id,
    )
