"""Zendesk's macros as the house's own; pure: it asks nobody, and what it cannot carry over it names.

*Source:* the objects of GET /api/v2/macros.json (developer.zendesk.com, Ticketing, Macros; read 2026-11-22). It moves into
vendors/zendesk with that vendor's client.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from playbooks.domain.content import Macro, MacroAction
from retrieval.content_macros import ATTRIBUTES as OURS
from retrieval.content_macros import PART

ATTRIBUTES = {
    "ticket.requester.first_name": "contact.first_name",
    "ticket.requester.name": "contact.name",
    "ticket.requester.email": "contact.email",
    "ticket.organization.name": "contact.company",
    "current_user.first_name": "agent.first_name",
    "current_user.name": "agent.name",
}
"""Any other placeholder keeps its name: filling marks it as missing, and nothing unfilled is ever sent."""

_PLACE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_FILTER = re.compile(r"\{\{[^}]*\|")
_CONDITION = re.compile(r"(\{%-?\s*(?:if|unless)\s+)([\w.]+)")
_BLOCKS = frozenset({"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "blockquote"})
_UNSHOWN = frozenset({"script", "style"})


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Action(_Lenient):
    """`value` is a text, or [channel, text] for a comment on one channel."""

    field: str
    value: Annotated[str, BeforeValidator(lambda value: value[-1] if isinstance(value, list) and value else value)] | None = (
        None
    )


class _Restriction(_Lenient):
    type: str
    id: str | None = None
    ids: list[str] = []


class _Macro(_Lenient):
    id: str
    title: str
    active: bool = True
    description: str | None = None
    actions: list[_Action] = []
    restriction: _Restriction | None = None


@dataclass(frozen=True)
class Translated:
    """`macro` None: not for us, for the reason in `left_out`; else `left_out` names the actions that were not carried over."""

    macro: Macro | None
    left_out: tuple[str, ...] = ()


def translated(wire: Mapping[str, Any], *, agents: Mapping[str, str] | None = None, groups: Collection[str] = ()) -> Translated:
    """`agents`: our agent_id by Zendesk user id, for personal macros; `groups`: the Zendesk groups that are ours.

    *Errors:* pydantic.ValidationError where it is not a macro.
    """
    one = _Macro.model_validate(wire)
    done = {action.field: action.value or "" for action in one.actions}
    said = done.get("comment_value") or _text(done.get("comment_value_html", ""))
    refusal = _refused(one, said, agents or {}, groups)
    if refusal:
        return Translated(None, (refusal,))
    private = done.get("comment_mode_is_public", "true").lower() == "false"
    body = _PLACE.sub(lambda place: f"{{{{ {ATTRIBUTES.get(place[1], place[1])} }}}}", said)
    body = _CONDITION.sub(lambda part: f"{part[1]}{ATTRIBUTES.get(part[2], part[2])}", body)
    macro = Macro(
        macro_id=f"zendesk-{one.id}",
        name=one.title,
        # An internal comment must never be offered as words for the customer.
        body="" if private else body,
        owner=(agents or {}).get(one.restriction.id or "") if one.restriction and one.restriction.type == "User" else None,
        examples=(one.description,) if one.description else (),
        actions=(*((MacroAction(do="note", value=body),) if private and body else ()), *_actions(done)),
        source="zendesk",
    )
    return Translated(macro, tuple(sorted(set(done) - _CARRIED - ({"status"} if done.get("status") == "solved" else set()))))


_CARRIED = frozenset({"comment_value", "comment_value_html", "comment_mode_is_public", "current_tags", "set_tags"})


def _refused(one: _Macro, said: str, agents: Mapping[str, str], groups: Collection[str]) -> str:
    if not one.active:
        return "inactive"
    if _FILTER.search(said) or "{%" in PART.sub("", said) or not _asks_what_we_know(said):
        return "has filters, or conditions other than one attribute, in its text (Liquid)"
    limit = one.restriction
    if limit and limit.type == "User" and limit.id not in agents:
        return "personal, of somebody who is no agent of ours"
    if limit and limit.type == "Group" and not {limit.id, *limit.ids} & set(groups):
        return "for a group that is not ours"
    return ""


def _asks_what_we_know(said: str) -> bool:
    """A part about something that is never known here would be left out in silence."""
    return all(ATTRIBUTES.get(part[2], part[2]) in OURS for part in PART.finditer(said))


def _actions(done: Mapping[str, str]) -> tuple[MacroAction, ...]:
    """`current_tags` adds; `set_tags` replaces in Zendesk and adds here: a tag we did not set is not ours to take away."""
    tags = f"{done.get('current_tags', '')} {done.get('set_tags', '')}".split()
    closing = [MacroAction(do="close")] if done.get("status") == "solved" else []
    return (*(MacroAction(do="tag", value=tag) for tag in dict.fromkeys(tags)), *closing)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0
        self._address = ""

    def _opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _UNSHOWN
        if tag in _BLOCKS:
            self.pieces.append("\n- " if tag == "li" else "\n")
        if tag == "a":
            self._address = dict(attrs).get("href") or ""

    def _closed(self, tag: str) -> None:
        self._hidden -= tag in _UNSHOWN and self._hidden > 0
        if tag == "a" and self._address.startswith(("http://", "https://")):
            self.pieces.append(f" ({self._address})")
        if tag in {"p", "div", "ul", "ol"}:
            self.pieces.append("\n")

    def _said(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))

    handle_starttag, handle_endtag, handle_data = _opened, _closed, _said


def _text(markup: str) -> str:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    lines = "".join(reader.pieces).splitlines()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()
