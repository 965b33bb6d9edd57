"""From what a person typed to what they want; recognises, never acts, and leaves what it does not understand unclear."""

import re
from collections.abc import Callable, Sequence

from playbooks.commands import command_intent
from playbooks.deeds import deed
from playbooks.domain.customer import Lookup, LookupKind
from playbooks.domain.intent import (
    FindArticle,
    FindMacro,
    Help,
    Intent,
    OpenCase,
    OrderStatus,
    ShowShift,
    ShowSla,
    ShowSteps,
    SuggestReply,
    Summarise,
    Unclear,
    WhoIs,
    WhoIsThisConversation,
)
from playbooks.lookup import ORDER_PATTERNS, identifier, lookup
from playbooks.phrases import (
    A_NAME_ALONE,
    ABOUT_A_PERSON,
    ABOUT_ALL_OF_IT,
    ABOUT_TIME,
    COURTESY,
    DO_SOMETHING,
    MENTION,
    ORDER_WORD,
    PHRASES,
    QUESTION,
    STYLES,
)

# A request is a line or two; what is longer was pasted and is looked at by its start only.
_LONGEST_REQUEST = 400
_LONGEST_TEXT = 4000


def intent(text: str, command: str | None = None, order_patterns: Sequence[str] = ORDER_PATTERNS) -> Intent:
    """`command` is the slash command the text came with, if any."""
    if command:
        return command_intent(command, text, order_patterns)
    said = _said(text)
    if said.startswith("/") and len(said) > 1:
        name, _, argument = said.partition(" ")
        return command_intent(name, argument, order_patterns)
    return deed(said) or _about_a_record(said, order_patterns) or _by_phrase(said) or _by_shape(said)


def _said(text: str) -> str:
    """Without the bot's name and the courtesies in front; a courtesy alone stays as it is."""
    said = " ".join(text[:_LONGEST_TEXT].replace("’", "'").split())
    for _ in range(4):
        said = COURTESY.sub("", MENTION.sub("", said, count=1).strip(), count=1).strip() or said
    return said


def _about_a_record(said: str, order_patterns: Sequence[str]) -> Intent | None:
    """Who names a record wants its customer, or the parcel's whereabouts, unless the words ask for something to be done."""
    found = identifier(said, order_patterns) or _order_by_word(said)
    if found is None or DO_SOMETHING.search(said):
        return None
    if found.kind in {LookupKind.ORDER, LookupKind.TRACKING} and not ABOUT_A_PERSON.search(said):
        return OrderStatus(lookup=found)
    if found.kind is LookupKind.INTERCOM_CONVERSATION and ABOUT_ALL_OF_IT.search(said):
        return Summarise(lookup=found)
    if found.kind is LookupKind.INTERCOM_CONVERSATION and ABOUT_TIME.search(said):
        return ShowSla(lookup=found)
    return WhoIs(lookup=found)


def _order_by_word(said: str) -> Lookup | None:
    found = ORDER_WORD.search(said)
    return Lookup(kind=LookupKind.ORDER, value=found.group(1).upper()) if found else None


def _by_phrase(said: str) -> Intent | None:
    start = said[:_LONGEST_REQUEST]
    for wanted, phrase in PHRASES:
        if found := phrase.match(start):
            return _WANTED[wanted](found)
    return None


def _by_shape(said: str) -> Intent:
    """No phrasing fitted: a person's name typed alone, a question for the knowledge base, or unclear."""
    if A_NAME_ALONE.fullmatch(said[:80]) and (found := lookup(said)):
        return WhoIs(lookup=found)
    return FindArticle(question=said) if QUESTION.search(said) else Unclear(text=said)


def _person(found: re.Match[str]) -> Intent:
    asked_for = lookup(_part(found, "name"))
    return WhoIs(lookup=asked_for) if asked_for else Unclear(text=found.string)


def _macro(found: re.Match[str]) -> Intent:
    query = _part(found, "query")
    return FindMacro(query="" if query.lower() in _THIS_ONE else query)


def _styled(found: re.Match[str]) -> Intent:
    said = found.group("style").lower()
    return SuggestReply(style=next(style for style, words in STYLES.items() if said in words))


def _part(found: re.Match[str], name: str) -> str:
    return (found.groupdict().get(name) or "").strip()


_THIS_ONE = frozenset(
    {"this", "that", "it", "this one", "this conversation", "this chat", "this customer", "a", "the", "right"}
)

_WANTED: dict[str, Callable[[re.Match[str]], Intent]] = {
    "help": lambda found: Help(topic=_part(found, "query").lower()),
    "styled_reply": _styled,
    "translated_reply": lambda _: SuggestReply(style="translated"),
    "summary": lambda _: Summarise(),
    "reply": lambda _: SuggestReply(),
    "macro": _macro,
    "case": lambda found: OpenCase(note=_part(found, "note")),
    "order": lambda _: OrderStatus(),
    "sla": lambda _: ShowSla(),
    "steps": lambda _: ShowSteps(),
    "shift": lambda _: ShowShift(),
    "handover": lambda _: ShowShift(handover=True),
    "this_customer": lambda _: WhoIsThisConversation(),
    "person": _person,
    "article": lambda found: FindArticle(question=_part(found, "query")),
}
