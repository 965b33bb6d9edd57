"""The slash commands: each with its usage line, and what its argument means; a wrong argument is answered with that line."""

from collections.abc import Callable, Sequence

from playbooks.deeds import deed
from playbooks.domain.customer import LookupKind
from playbooks.domain.intent import (
    FindArticle,
    FindConversations,
    FindMacro,
    Help,
    Intent,
    OpenCase,
    OrderStatus,
    ShowReport,
    ShowShift,
    ShowSla,
    ShowSteps,
    Summarise,
    Usage,
    WhoIs,
    WhoIsThisConversation,
)
from playbooks.lookup import ORDER_PATTERNS, identifier, lookup

USAGE = {
    "/customer": "/customer <e-mail, phone, order, link or name> · in a conversation's thread: /customer this",
    "/order": "/order <order or tracking number>, for example /order SV-20417",
    "/kb": "/kb <question>, for example /kb how do I reset the inverter",
    "/macro": "/macro <what it is about, or #name>, for example /macro #refund",
    "/case": "/case <what the second line should know> · in a conversation's thread",
    "/sla": "/sla <this, or an Intercom conversation link or id>",
    "/shift": "/shift <now or handover>",
    "/report": "/report <daily, weekly or monthly>",
    "/deskside": "/deskside help <topic, if you like> · in a conversation's thread: /deskside sop, /deskside summary"
    " · /deskside tag this as outage · /deskside find tag:outage state:open",
}

_THIS = frozenset({"this", "this customer", "this conversation", "here"})
_ABOUT_AN_ORDER = frozenset({LookupKind.ORDER, LookupKind.TRACKING})
_LONGEST_ARGUMENT = 2000


def command_intent(command: str, argument: str, order_patterns: Sequence[str] = ORDER_PATTERNS) -> Intent:
    """`command` with or without its slash; an unknown one is answered with the help."""
    name = "/" + command.strip().lstrip("/").lower()
    if name not in _COMMANDS:
        return Usage(command=name, usage=USAGE["/deskside"], problem=f"There is no command {name[:40]}.")
    bare = " ".join(argument.split())
    if len(bare) > _LONGEST_ARGUMENT:
        return _usage(name, f"That is longer than {_LONGEST_ARGUMENT} characters.")
    return _COMMANDS[name](bare, order_patterns)


def _usage(name: str, problem: str = "") -> Usage:
    return Usage(command=name, usage=USAGE[name], problem=problem)


def _customer(argument: str, order_patterns: Sequence[str]) -> Intent:
    if argument.lower() in _THIS:
        return WhoIsThisConversation()
    found = lookup(argument, order_patterns)
    return WhoIs(lookup=found) if found else _usage("/customer", _not_recognised(argument))


def _order(argument: str, order_patterns: Sequence[str]) -> Intent:
    found = identifier(argument, order_patterns)
    if found and found.kind in _ABOUT_AN_ORDER:
        return OrderStatus(lookup=found)
    return _usage("/order", _not_recognised(argument))


def _sla(argument: str, order_patterns: Sequence[str]) -> Intent:
    if argument.lower() in _THIS:
        return ShowSla()
    spelt_out = f"conversation {argument}" if argument.isdigit() else argument
    found = identifier(spelt_out, order_patterns)
    if found and found.kind is LookupKind.INTERCOM_CONVERSATION:
        return ShowSla(lookup=found)
    return _usage("/sla", _not_recognised(argument))


def _shift(argument: str, _: Sequence[str]) -> Intent:
    match argument.lower():
        case "now" | "who":
            return ShowShift()
        case "handover" | "hand-over" | "hand over":
            return ShowShift(handover=True)
        case _:
            return _usage("/shift", _not_recognised(argument))


def _report(argument: str, _: Sequence[str]) -> Intent:
    match argument.lower():
        case "daily" | "weekly" | "monthly" as period:
            return ShowReport(period=period)
        case _:
            return _usage("/report", _not_recognised(argument))


def _kb(argument: str, _: Sequence[str]) -> Intent:
    return FindArticle(question=argument) if _has_a_letter(argument) else _usage("/kb", _not_recognised(argument))


def _macro(argument: str, _: Sequence[str]) -> Intent:
    return FindMacro(query=argument) if _has_a_letter(argument) else _usage("/macro", _not_recognised(argument))


def _case(argument: str, _: Sequence[str]) -> Intent:
    return OpenCase(note=argument) if _has_a_letter(argument) else _usage("/case", _not_recognised(argument))


def _of_a_chat(wanted: type[ShowSteps] | type[Summarise], argument: str, order_patterns: Sequence[str]) -> Intent:
    if argument in {"", *_THIS}:
        return wanted()
    spelt_out = f"conversation {argument}" if argument.isdigit() else argument
    found = identifier(spelt_out, order_patterns)
    if found and found.kind is LookupKind.INTERCOM_CONVERSATION:
        return wanted(lookup=found)
    return _usage("/deskside", _not_recognised(argument))


def _deskside(argument: str, order_patterns: Sequence[str]) -> Intent:
    verb, _space, topic = argument.lower().partition(" ")
    if verb in {"sop", "steps"}:
        return _of_a_chat(ShowSteps, topic, order_patterns)
    if verb in {"summary", "summarise", "summarize"}:
        return _of_a_chat(Summarise, topic, order_patterns)
    if (asked := deed(argument)) is not None:
        return asked
    if verb == "find" and topic:
        return FindConversations(query=argument.partition(" ")[2])
    return Help(topic=topic) if verb in {"", "help"} else _usage("/deskside", _not_recognised(argument))


def _has_a_letter(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _not_recognised(argument: str) -> str:
    return f"“{argument[:80]}” is not something I can look up here." if argument else "Something is missing after the command."


_COMMANDS: dict[str, Callable[[str, Sequence[str]], Intent]] = {
    "/customer": _customer,
    "/order": _order,
    "/kb": _kb,
    "/macro": _macro,
    "/case": _case,
    "/sla": _sla,
    "/shift": _shift,
    "/report": _report,
    "/deskside": _deskside,
}
