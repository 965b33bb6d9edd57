"""The world after a journey, as it is compared: what vendors hold, what people see, what the database says; without times.

Ids that only count up, and moments, are told apart from run to run; what they stand for is not.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.faults.house import House

MOMENT = re.compile(
    r"(?<=://127.0.0.1:)\d+|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|\b\d\d:\d\d(?::\d\d)?\b"
    r"|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b"
    r"|\b\d+ ?(?:s|min|h|d|seconds?|minutes?|hours?|days?)\b|just now|notif_[\w-]+"
)
SEVERAL = re.compile(r"~(?:,? ~)*(?: ago)?")
"""“1 d 2 h ago” and “1 d ago” are one; a run may last over an hour or a midnight."""
RANDOM = re.compile(r"\b[0-9a-f]{20,}\b|\b[05]0[0-9a-zA-Z]{16}\b|[qm]-[0-9a-f-]{16,}[\w-]*")
CHANGING = {
    "id",
    "created_at",
    "updated_at",
    "at",
    "part_id",
    "written_for_part_id",
    "draft_id",
    "message_id",
    "due_at",
    "as_of",
}


CLOCKS = frozenset({"First response", "Next response", "Resolution"})
"""What a clock says, and which of them run, is all about time: after a kill the same answer comes later, which is no other
world."""


def plain(value: Any) -> Any:
    """The value with moments and made-up ids struck out."""
    match value:
        case str():
            return SEVERAL.sub("~", RANDOM.sub("#", MOMENT.sub("~", value)))
        case list() | tuple():
            return [plain(one) for one in value if not (isinstance(one, dict) and one.get("label") in CLOCKS)]
        case dict():
            return {key: "~" if key in CHANGING else plain(one) for key, one in value.items()}
        case _:
            return value


async def world(house: House) -> dict[str, Any]:
    return {
        "intercom": await _conversations(house),
        "salesforce": await _cases(house),
        "console": _messages(house),
        **_database(house),
    }


STANDING = ("state", "admin_assignee_id", "team_assignee_id", "rating", "snoozed_until", "custom_attributes")


async def _conversations(house: House) -> dict[str, Any]:
    """Every conversation whole: its parts in order with author and words, its tags, state and assignee; tickets and people."""
    state = await house.sandboxes["intercom"].state()
    found: dict[str, Any] = {"people": plain(state["people"]), "tickets": sorted(state["tickets"])}
    for one in state["conversations"]:
        record = await house.sandboxes["intercom"].get(f"/_sandbox/conversations/{one}")
        parts = [
            [part["part_type"], plain(part["body"]), str(part["author"]["id"]), part["assigned_to"]] for part in record["parts"]
        ]
        found[one] = {
            "parts": parts,
            "tags": sorted(record["tags"]),
            **{name: record[name] for name in STANDING},
        }
    return found


async def _cases(house: House) -> dict[str, Any]:
    state = await house.sandboxes["salesforce"].state()
    return {
        kind: sorted(
            json.dumps(plain({key: one for key, one in row.items() if not key.endswith(("Date", "Modstamp"))}), sort_keys=True)
            for row in state.get(kind, [])
        )
        for kind in ("Case", "CaseComment", "Contact")
    }


def _messages(house: House) -> list[Any]:
    """Every message with where it hangs, in the order of the page; a thread is named by its first message's place in it."""
    rows = house.rows("SELECT message_id, thread_id, author, text, card FROM console_messages ORDER BY position")
    where = {row[0]: number for number, row in enumerate(rows)}
    return [
        [where.get(thread), author, text, plain(json.loads(card)) if card else None] for _, thread, author, text, card in rows
    ]


TAKEN = "replace(state, 'ignored', 'done')"
"""Which of a reply's two tellings (our result, the vendor's webhook) comes first and which is the echo, differs."""


BY_THE_CLOCK = ("timer_due", "case_updated")
"""What rounds find: a run that was killed often lasts into the next round."""


def _database(house: House) -> dict[str, Any]:
    runs = house.rows("SELECT conversation_id, state, owner, run FROM runs ORDER BY conversation_id")
    return {
        "runs": [[one, state, owner, _trail(json.loads(run))] for one, state, owner, run in runs],
        "outbox": counted(house, "SELECT do, state, coalesce(reason, '') FROM outbox"),
        "inbox": counted(house, f"SELECT source, topic, {TAKEN} FROM inbox WHERE topic NOT IN {BY_THE_CLOCK}"),
        "drafts": counted(house, "SELECT coalesce(outcome, ''), coalesce(sent_text, '') FROM drafts"),
        "audit": counted(house, "SELECT actor, what, subject FROM audit"),
        "threads": counted(house, "SELECT surface, channel_id, conversation_id FROM threads"),
        "posted": counted(house, "SELECT substr(card_key, 1, instr(card_key, ':')) FROM posted"),
        "dead": house.rows("SELECT kind, error FROM jobs WHERE state = 'dead'"),
    }


def _trail(run: Mapping[str, Any]) -> list[Any]:
    return [[one["transition"], one["from_state"], one["to_state"], one["by"]] for one in run["trail"]]


def counted(house: House, query: str) -> dict[str, int]:
    return dict(sorted(Counter(" | ".join(map(str, plain(list(row)))) for row in house.rows(query)).items()))


def differences(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where the two worlds differ, a line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            line
            for key in sorted(wanted.keys() | found.keys(), key=str)
            for line in differences(wanted.get(key), found.get(key), f"{path}/{key}")
        ]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        pairs = enumerate(zip(wanted, found, strict=True))
        return [line for number, (one, other) in pairs for line in differences(one, other, f"{path}[{number}]")]
    if isinstance(wanted, list) and isinstance(found, list):
        gone, more = ([one for one in some if one not in others] for some, others in ((wanted, found), (found, wanted)))
        return [*(f"{path}: missing {str(one)[:900]}" for one in gone), *(f"{path}: more {str(one)[:900]}" for one in more)]
    return [] if wanted == found else [f"{path}: undisturbed {str(wanted)[:600]} — disturbed {str(found)[:600]}"]
