"""Reads a search for conversations as agents type it: words and `key:value` pairs, all of which must hold. It asks nobody.

battery tag:outage assignee:me state:open after:2026-11-01 before:yesterday user:priya@example.com
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playbooks.domain.base import Frozen
from playbooks.domain.conversation import ConversationState
from playbooks.domain.customer import Lookup, LookupKind
from playbooks.domain.people import Agent
from playbooks.domain.policy import InboxesPolicy, TeamPolicy
from playbooks.domain.search import NOBODY, ConversationSearch
from playbooks.lookup import lookup

KEYS = "tag: user: assignee: inbox: state: after: before: created-after: created-before:"
USAGE = f"words and any of {KEYS}, for example: battery tag:outage assignee:me state:open after:3d"
MOST_WORDS = 8
"""More words are not asked for (Intercom searches the opening message, word by word)."""

_PAIR = re.compile(r"""([A-Za-z][A-Za-z-]*):\s*(?:"([^"]*)"|“([^”]*)”|(\S+))""")
_AGO = re.compile(r"(\d{1,4})\s*(h|d|w)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NOBODY = frozenset({"nobody", "none", "unassigned", "no-one"})
_TIMES = {
    "after": "updated_after",
    "since": "updated_after",
    "newer": "updated_after",
    "before": "updated_before",
    "until": "updated_before",
    "older": "updated_before",
    "created-after": "created_after",
    "created-before": "created_before",
}
_PEOPLE = frozenset({"user", "customer", "contact", "from", "email"})
_OWNERS = frozenset({"assignee", "owner", "agent"})


class Read(Frozen):
    """`person` is a customer who must first be found (a name, a phone); `problem` says what was not understood, if anything."""

    search: ConversationSearch = ConversationSearch()
    person: Lookup | None = None
    problem: str = ""


def read(query: str, *, agent: Agent, team: TeamPolicy, inboxes: InboxesPolicy, now: datetime, zone: str) -> Read:
    """`agent` is who `me` is; days are days in `zone`."""
    pairs = [(found[1].lower(), next(one for one in found.groups()[1:] if one is not None)) for found in _PAIR.finditer(query)]
    fields: dict[str, object] = {}
    person, problems = None, list[str]()
    for key, value in pairs:
        match key:
            case _ if not value.strip():
                problems.append(f"{key}: says nothing")
            case "tag":
                fields["tags"] = (*_tags(fields), value)
            case _ if key in _PEOPLE:
                person = lookup(value)
                problems += [] if person else [f"{key}:{value} is nobody I can look up"]
            case _ if key in _OWNERS:
                problems += _into(
                    fields,
                    "assignee_admin_id",
                    assignee(value, agent, team),
                    f"{key}:{value} is no colleague with an Intercom admin id",
                )
            case "inbox":
                problems += _into(fields, "inbox_id", _inbox(value, inboxes), f"inbox:{value} is none of our inboxes")
            case "state" | "is":
                problems += _into(fields, "state", _state(value), f"{key}:{value} is not open, snoozed or closed")
            case _ if key in _TIMES:
                problems += _into(
                    fields, _TIMES[key], past(value, now, zone), f"{key}:{value} is no date or time that I understand"
                )
            case _:
                problems.append(f"I do not know {key}:")
    if person is not None and person.kind is LookupKind.EMAIL:
        fields["email"], person = person.value, None
    words = _PAIR.sub(" ", query).replace('"', " ").split()[:MOST_WORDS]
    search = ConversationSearch.model_validate({**fields, "keyword": " ".join(words)})
    if not problems and search == ConversationSearch() and person is None:
        problems.append("Nothing to look for.")
    return Read(search=search, person=person, problem="; ".join(problems))


def _tags(fields: dict[str, object]) -> tuple[str, ...]:
    known = fields.get("tags", ())
    return known if isinstance(known, tuple) else ()


def _into(fields: dict[str, object], name: str, value: object, problem: str) -> list[str]:
    if value is None:
        return [problem]
    fields[name] = value
    return []


def assignee(value: str, agent: Agent, team: TeamPolicy) -> str | None:
    """The admin id; None where it means no colleague, or several."""
    if value.lower() in _NOBODY:
        return NOBODY
    found = colleague(value, agent, team)
    return found.intercom_admin_id if found else None


def colleague(value: str, agent: Agent, team: TeamPolicy) -> Agent | None:
    """By work e-mail, whole name, or a part of a name that only one has."""
    said = value.strip().lower().lstrip("@")
    if said in {"me", "myself"}:
        return agent
    exactly = [one for one in team.agents if said in {one.agent_id, one.name.lower()}]
    partly = [one for one in team.agents if said and said in one.name.lower().split()]
    found = exactly or partly
    return found[0] if len(found) == 1 else None


def _inbox(value: str, inboxes: InboxesPolicy) -> str | None:
    ours = (one for one in inboxes.inboxes if one.ours)
    return next((one.inbox_id for one in ours if value.lower() in {one.name.lower(), one.inbox_id}), None)


def _state(value: str) -> ConversationState | None:
    return next((one for one in ConversationState if one.value == value.lower()), None)


def past(value: str, now: datetime, zone: str) -> datetime | None:
    """A day's beginning, or a length of time ago: 2026-11-01, today, yesterday, monday (the last one), 3d, 12h, 2w."""
    said, local = value.lower(), now.astimezone(ZoneInfo(zone))
    if found := _AGO.fullmatch(said):
        return now - int(found[1]) * _UNITS[found[2]]
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if said in {"today", "yesterday"}:
        return midnight - timedelta(days=said == "yesterday")
    if said in _DAYS:
        return midnight - timedelta(days=(local.weekday() - _DAYS.index(said)) % 7)
    return _day(said, zone) if _DATE.fullmatch(said) else None


def _day(said: str, zone: str) -> datetime | None:
    try:
        return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
