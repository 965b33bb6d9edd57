"""The real live-chat procedure, and a next version of it with given changes."""

from typing import Any

from playbooks.domain.sop import Sop
from tests.content.knowledge_copy import real


def live_chat() -> Sop:
    found = real().sop("live_chat")
    assert found is not None
    return found


def changed(version: str = "next", **changes: Any) -> Sop:
    """`states__our_turn__title="…"` changes one place; None removes it. The table is built anew."""
    whole = live_chat().model_dump(mode="json")
    whole["version"] = version
    for path, value in changes.items():
        *ahead, last = path.split("__")
        place = whole
        for step in ahead:
            place = place[step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return Sop.model_validate(whole)


WITHOUT_SNOOZE: dict[str, Any] = {"shared__pausing__snooze": None, "states__snoozed__on__snooze": None}
