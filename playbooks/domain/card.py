"""The one card model: what every surface can show. Renderers translate it; nothing here knows Slack, Teams or HTML.

Text fields marked *rich* hold a small Markdown: **bold**, *italic*, `code`, [link](https://…), line breaks, "- " lists.
All other text is plain. Text that came from outside must go through `plain()` fields, or be quoted with `Quote`: renderers
escape everything and interpret Markdown only in rich fields.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.facts import AsOf, Gap
from playbooks.domain.press import Press


class Tone(StrEnum):
    """Colour with a meaning; renderers always show the text too, so that colour is never the only carrier."""

    NEUTRAL = "neutral"
    GOOD = "good"
    INFO = "info"
    WARNING = "warning"
    DANGER = "danger"


class Called(Frozen):
    """A colleague whom a new message is to reach by name, with what each platform knows them by.

    Platforms notify people of new messages only: a card that is updated in place calls nobody (assumed of both).
    """

    agent_id: str
    name: str
    slack_user_id: str | None = None
    teams_user_id: str | None = None


class Status(Frozen):
    text: str
    tone: Tone = Tone.NEUTRAL


class Paragraph(Frozen):
    """Rich text of our own making."""

    kind: Literal["paragraph"] = "paragraph"
    rich: str
    small: bool = False
    tone: Tone = Tone.NEUTRAL


class Quote(Frozen):
    """Words of somebody else (a customer, an article, a draft): plain text, shown as quoted, never interpreted."""

    kind: Literal["quote"] = "quote"
    text: str
    source: str = ""
    at: Instant | None = None
    url: str | None = None


class Fact(Frozen):
    """A label and its plain value."""

    label: str
    value: str
    url: str | None = None
    tone: Tone = Tone.NEUTRAL


class Facts(Frozen):
    kind: Literal["facts"] = "facts"
    items: tuple[Fact, ...]


class TimelineItem(Frozen):
    at: Instant
    title: str
    detail: str = ""
    source: str = ""
    tone: Tone = Tone.NEUTRAL
    url: str | None = None


class Timeline(Frozen):
    """Newest first; surfaces may page it."""

    kind: Literal["timeline"] = "timeline"
    items: tuple[TimelineItem, ...]


class Steps(Frozen):
    """A procedure: each step's title with its status (done, now, due, skipped) and the evidence in words."""

    kind: Literal["steps"] = "steps"
    items: tuple["Step", ...]


class Step(Frozen):
    title: str
    status: Status
    evidence: str = ""


class Picture(Frozen):
    kind: Literal["picture"] = "picture"
    url: str
    alt: str


class Choice(Frozen):
    label: str
    value: str


class TextInput(Frozen):
    kind: Literal["text_input"] = "text_input"
    input_id: str
    label: str
    value: str = ""
    placeholder: str = ""
    multiline: bool = False
    required: bool = False
    max_length: int = 3000


class ChoiceInput(Frozen):
    kind: Literal["choice_input"] = "choice_input"
    input_id: str
    label: str
    choices: tuple[Choice, ...]
    value: str = ""
    required: bool = False


class Button(Frozen):
    """`confirm` asks once more in words; `needs_inputs` sends this card's inputs along and checks the required ones."""

    label: str
    press: Press
    style: Literal["default", "primary", "danger"] = "default"
    confirm: str | None = None
    needs_inputs: bool = False


class Buttons(Frozen):
    kind: Literal["buttons"] = "buttons"
    items: tuple[Button, ...]


class LinkButton(Frozen):
    kind: Literal["link"] = "link"
    label: str
    url: str


Element = Annotated[
    Paragraph | Quote | Facts | Timeline | Steps | Picture | TextInput | ChoiceInput | Buttons | LinkButton,
    Field(discriminator="kind"),
]


class Section(Frozen):
    """`collapsed` sections start closed where the surface can fold, otherwise they are shown shortened."""

    title: str = ""
    elements: tuple[Element, ...] = ()
    collapsed: bool = False


class Card(Frozen):
    """A whole answer. `summary` is the one-line plain text for notifications and screen readers."""

    title: str
    summary: str
    subtitle: str = ""
    status: Status | None = None
    image: Picture | None = None
    sections: tuple[Section, ...] = ()
    gaps: tuple[Gap, ...] = ()
    as_of: tuple[AsOf, ...] = ()
    footer: str = ""
    calls: tuple[Called, ...] = ()
