"""Recognises what an agent wants done to conversations, and to which of them; it does nothing and looks nobody up.

A line must begin with the verb and name its conversations: this one, ids or links, or `all of` a search. What does not fit
is left to the other phrasings; nothing is guessed.
"""

import re
from collections.abc import Mapping

from playbooks.domain.deed import Deed, DeedName
from playbooks.domain.intent import Act, FindConversations, Intent, Usage
from playbooks.domain.policy import Permission

NEEDS: Mapping[DeedName, Permission] = {
    "tag": Permission.TAG,
    "untag": Permission.TAG,
    "assign": Permission.ASSIGN,
    "snooze": Permission.SNOOZE,
    "unsnooze": Permission.SNOOZE,
    "close": Permission.CLOSE,
    "reopen": Permission.CLOSE,
    "note": Permission.NOTE,
    "set": Permission.TAG,
    "convert": Permission.OPEN_CASE,
    "note_contact": Permission.NOTE,
    "tag_contact": Permission.TAG,
    "untag_contact": Permission.TAG,
}
FOR_MANY: frozenset[DeedName] = frozenset({"tag", "untag", "assign", "snooze", "unsnooze", "close", "reopen"})
"""What many conversations may be told at once: all of it can be taken back."""
ACTION_OF: Mapping[DeedName, str] = {
    "tag": "add_tag",
    "untag": "remove_tag",
    "assign": "assign",
    "snooze": "snooze",
    "unsnooze": "reopen",
    "close": "close",
    "reopen": "reopen",
    "note": "add_note",
    "set": "set_attributes",
    "convert": "convert",
    "note_contact": "note_contact",
    "tag_contact": "tag_contact",
    "untag_contact": "untag_contact",
}
"""The action by which each is done, as `domain.actions` calls it."""

_CUSTOMER = r"(?:(?:the|this) )?(?:customer|contact|person|user)"
_WHICH = r"(?P<which>.*?)"
_VALUE = r"[\"“'‘]?(?P<value>[^\"“”]+?)[\"”'’]?"
_LINES: tuple[tuple[DeedName, str], ...] = (
    ("note_contact", rf"(?:add )?(?:a )?(?:permanent )?(?:note (?:on|to|about) {_CUSTOMER}|contact note)\s*:\s*(?P<value>.+)"),
    ("tag_contact", rf"tag {_CUSTOMER} (?:as|with) {_VALUE}"),
    ("untag_contact", rf"untag {_CUSTOMER} (?:as|with) {_VALUE}"),
    ("note", rf"(?:add )?(?:a |an )?(?:internal )?note(?: (?:on|to) {_WHICH})?\s*:\s*(?P<value>.+)"),
    ("untag", rf"remove (?:the )?tag {_VALUE} from {_WHICH}"),
    ("untag", rf"untag {_WHICH} (?:as|with|from) {_VALUE}"),
    ("tag", rf"(?:add (?:the )?tag {_VALUE} to {_WHICH})"),
    ("tag", rf"tag {_WHICH} (?:as|with) {_VALUE}"),
    ("assign", rf"(?:re)?assign {_WHICH} to {_VALUE}"),
    ("assign", rf"(?P<unassign>unassign) {_WHICH}"),
    ("snooze", rf"snooze(?: {_WHICH})? (?P<value>(?:until|till|til|for) .+)"),
    ("unsnooze", rf"(?:unsnooze|wake(?: up)?)(?: {_WHICH})?"),
    ("close", rf"close(?: {_WHICH})?"),
    ("reopen", rf"re-?open(?: {_WHICH})?"),
    ("set", rf"set (?P<name>[^=:]+?)\s*=\s*{_VALUE}(?: (?:on|of|for) {_WHICH})?"),
    ("convert", rf"convert(?: {_WHICH})? (?:in)?to (?:a |an )?(?P<value>.*?) ?ticket"),
)
_DEEDS = tuple((do, re.compile(rf"{line}\s*[.!]?", re.IGNORECASE | re.DOTALL)) for do, line in _LINES)
_FIND = re.compile(
    r"(?:find|search|list|show)(?: me)?(?: (?:all|the|for))* (?:conversations?|chats?)\b"
    r"(?: (?:with|in|about|where))?\s*:?\s*(?P<query>.+)",
    re.IGNORECASE,
)
_THIS = re.compile(r"(?:(?:this|that|the|current)(?: (?:chat|conversation|one|thread))?|it|)", re.IGNORECASE)
_ALL = re.compile(
    r"(?:all|everything)(?: (?:of|chats?|conversations?|with|in|from|found by))*\s*:?\s+(?P<query>.+)", re.IGNORECASE
)
_CHATS = re.compile(r"^(?:the )?(?:chats?|conversations?)\s+(?=#?\d|<?https?:)", re.IGNORECASE)
_ID = re.compile(r"#?(\d{4,20})")
_LINK = re.compile(r"<?https?://\S*/conversations?/(\d{4,20})[^\s>|]*(?:\|[^>]*)?>?")
MOST_IDS = 100
_LONGEST_VALUE = 2000


def deed(said: str) -> Intent | None:
    """None: these words ask for nothing of the kind."""
    found = _FIND.fullmatch(said)
    if found:
        return FindConversations(query=found["query"].strip())
    for do, line in _DEEDS:
        if (match := line.fullmatch(said)) and (wanted := _wanted(do, match)):
            return wanted
    return None


def _wanted(do: DeedName, found: re.Match[str]) -> Intent | None:
    parts = found.groupdict()
    which = _which(parts.get("which") or "")
    if which is None:
        return None
    ids, query = which
    value = "nobody" if parts.get("unassign") else (parts.get("value") or "").strip()[:_LONGEST_VALUE]
    asked = Deed(do=do, value=value, name=(parts.get("name") or "").strip())
    if do not in FOR_MANY and (query is not None or len(ids) > 1):
        many = ", ".join(sorted(FOR_MANY))
        return Usage(
            command="many conversations at once",
            usage=f"only {many}",
            problem=f"“{do.replace('_', ' ')}” is done to one conversation at a time.",
        )
    return Act(deed=asked, conversation_ids=ids, query=query)


def _which(text: str) -> tuple[tuple[str, ...], str | None] | None:
    """Ids (none: this conversation) and a search; None where the words name no conversations."""
    bare = text.strip(" ,:")
    if _THIS.fullmatch(bare):
        return (), None
    if found := _ALL.fullmatch(bare):
        return ((), found["query"].strip()) if ":" in found["query"] else None
    words = [one for one in re.split(r"[\s,;]+|\band\b|&", _CHATS.sub("", bare)) if one]
    ids = [one[1] for word in words if (one := _ID.fullmatch(word) or _LINK.fullmatch(word))]
    return (tuple(dict.fromkeys(ids))[:MOST_IDS], None) if ids and len(ids) == len(words) else None
