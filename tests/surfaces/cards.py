"""Cards to render: one with everything on it, and random ones with a lot of text."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from playbooks.domain.base import Frozen
from playbooks.domain.card import (
    Button,
    Buttons,
    Card,
    Choice,
    ChoiceInput,
    Element,
    Fact,
    Facts,
    LinkButton,
    Paragraph,
    Picture,
    Quote,
    Section,
    Status,
    Step,
    Steps,
    TextInput,
    Timeline,
    TimelineItem,
    Tone,
)
from playbooks.domain.customer import Lookup, LookupKind
from playbooks.domain.facts import AsOf, Gap, GapReason
from playbooks.domain.press import EditDraft, Escalate, Press, RateDraft, SendDraft, ShowCustomer, Snooze, TakeConversation

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOSTILE = (
    "<!channel> @channel <@U1> *boom* [x](https://evil.example) <https://evil.example|click> {{DATE(now)}} <at>all</at> `&amp;"
)

SEND = SendDraft(conversation_id="215", draft_id="d1", written_for_part_id="p9")
KITCHEN_SINK = Card(
    title="Priya Nair · Platinum",
    summary="Priya Nair: battery SV-20417 late, dispute open",
    subtitle="Nair Residences · Singapore",
    status=Status(text="At risk", tone=Tone.DANGER),
    image=Picture(url="https://solvane.example/priya.png", alt="Portrait of Priya Nair"),
    sections=(
        Section(
            title="At a glance",
            elements=(
                Paragraph(
                    rich="**Late parcel**, *open dispute*: `SV-20417`, see [order](https://shop.solvane.example/o/20417?a=1&b=2)"
                ),
                Paragraph(rich="- one\n- two **bold**", tone=Tone.WARNING),
                Paragraph(rich="small print with [a link](https://solvane.example)", small=True),
                Facts(
                    items=(
                        Fact(label="Tier", value="Platinum", tone=Tone.GOOD),
                        Fact(label="E-mail", value="priya.nair@example.com", url="mailto:priya.nair@example.com"),
                        Fact(label="Note", value=HOSTILE),
                        *(Fact(label=f"Fact {n}", value=f"value {n}") for n in range(12)),
                    )
                ),
            ),
        ),
        Section(
            title="What she wrote",
            elements=(
                Quote(
                    text=f"Where is my battery?\n{HOSTILE}", source="Intercom", at=NOON, url="https://app.intercom.com/c/215"
                ),
            ),
        ),
        Section(
            title="Timeline",
            elements=(
                Timeline(
                    items=(
                        TimelineItem(
                            at=NOON,
                            title="Parcel held",
                            detail="Customs",
                            source="DHL",
                            tone=Tone.WARNING,
                            url="https://dhl.example/1",
                        ),
                        TimelineItem(at=NOON - timedelta(days=2), title="Dispute opened", source="Stripe", tone=Tone.DANGER),
                    )
                ),
                Steps(
                    items=(
                        Step(title="Greet", status=Status(text="done", tone=Tone.GOOD), evidence="first reply 14:02"),
                        Step(title="Set expectations", status=Status(text="due", tone=Tone.WARNING)),
                    )
                ),
            ),
        ),
        Section(
            title="Reply",
            elements=(
                TextInput(
                    input_id="reply_text", label="Your reply", value="Dear Priya,\nsorry.", multiline=True, required=True
                ),
                ChoiceInput(
                    input_id="case_priority",
                    label="Priority",
                    choices=(Choice(label="High", value="High"), Choice(label="Low", value="Low")),
                    value="High",
                ),
                Buttons(
                    items=(
                        Button(
                            label="Send", press=SEND, style="primary", confirm="Send this to the customer?", needs_inputs=True
                        ),
                        Button(label="Edit", press=EditDraft(conversation_id="215", draft_id="d1")),
                        Button(label="Escalate", press=Escalate(conversation_id="215"), style="danger", confirm="Open a case?"),
                        Button(label="Useful", press=RateDraft(draft_id="d1", useful=True)),
                    )
                ),
                LinkButton(label="Open in Intercom", url="https://app.intercom.com/c/215"),
                Picture(url="https://solvane.example/map.png", alt="Where the parcel is"),
            ),
        ),
        Section(
            title="Sources",
            collapsed=True,
            elements=tuple(
                Quote(
                    text="Batteries are delivered in 3 to 5 days. " * 12, source=f"Article {n}", url=f"https://kb.example/{n}"
                )
                for n in range(3)
            ),
        ),
    ),
    gaps=(Gap(source="DHL", reason=GapReason.TIMED_OUT, remedy="It is asked again by itself.", shown_from=NOON),),
    as_of=(AsOf(source="Intercom", at=NOON), AsOf(source="Stripe", at=NOON)),
    footer="Deskside · reference 7f3a",
)


def texts(value: object) -> list[str]:
    """Every string a rendered message holds, in order."""
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    return [text for one in inner for text in texts(one)]


def squeezed(text: str) -> str:
    return "".join(text.split())


def presses(card: Card) -> list[Press]:
    return [
        one.press
        for section in card.sections
        for element in section.elements
        if isinstance(element, Buttons)
        for one in element.items
    ]


def update(model: Frozen, **changes: Any) -> Any:
    return model.model_copy(update=changes)


def _unique_inputs(found: list[Section]) -> tuple[Section, ...]:
    """Two inputs of one name on a card would be a fault of the card's author."""
    number = 0
    sections = []
    for section in found:
        elements: list[Element] = []
        for element in section.elements:
            number += 1
            named = isinstance(element, TextInput | ChoiceInput)
            elements.append(update(element, input_id=f"input_{number}") if named else element)
        sections.append(update(section, elements=tuple(elements)))
    return tuple(sections)


SIGNS = st.text(
    alphabet=st.one_of(
        st.sampled_from("abc *_`~[]()<>&|@#!:{}\n\\'\"—éß漢🔋"), st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
    ),
    max_size=60,
)
LONG = st.tuples(SIGNS, st.integers(1, 300)).map(lambda pair: (pair[0] * pair[1])[:20_000])
TEXT = st.one_of(SIGNS, SIGNS, LONG)
TYPED = st.tuples(SIGNS, st.integers(1, 20)).map(lambda pair: pair[0] * pair[1])
TONE = st.sampled_from(Tone)
STATUS = st.builds(Status, text=TEXT, tone=TONE)
MOMENT = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
URL = st.one_of(
    st.none(),
    st.sampled_from(
        ["https://a.example/x?y=1&z=<2>|3", "javascript:alert(1)", "https://a.example/" + "x" * 4000, "/relative", ""]
    ),
)
SOME_URL = URL.map(lambda url: url or "https://a.example")
PRESS: st.SearchStrategy[Press] = st.one_of(
    st.builds(SendDraft, conversation_id=SIGNS, draft_id=SIGNS, written_for_part_id=st.one_of(st.none(), SIGNS)),
    st.builds(ShowCustomer, lookup=st.builds(Lookup, kind=st.sampled_from(LookupKind), value=SIGNS)),
    st.builds(Snooze, conversation_id=SIGNS, minutes=st.integers(1, 10_000)),
    st.builds(TakeConversation, conversation_id=SIGNS),
)
BUTTON = st.builds(
    Button,
    label=TEXT,
    press=PRESS,
    style=st.sampled_from(["default", "primary", "danger"]),
    confirm=st.one_of(st.none(), TEXT),
    needs_inputs=st.booleans(),
)
CHOICES = st.integers(0, 130).map(lambda count: tuple(Choice(label=f"Choice {n}", value=f"v{n}") for n in range(count)))
ELEMENT: st.SearchStrategy[Element] = st.one_of(
    st.builds(Paragraph, rich=TEXT, small=st.booleans(), tone=TONE),
    st.builds(Quote, text=TEXT, source=SIGNS, at=st.one_of(st.none(), MOMENT), url=URL),
    st.builds(Facts, items=st.lists(st.builds(Fact, label=SIGNS, value=TEXT, url=URL, tone=TONE), max_size=25).map(tuple)),
    st.builds(
        Timeline,
        items=st.lists(
            st.builds(TimelineItem, at=MOMENT, title=TEXT, detail=TEXT, source=SIGNS, tone=TONE, url=URL), max_size=12
        ).map(tuple),
    ),
    st.builds(Steps, items=st.lists(st.builds(Step, title=TEXT, status=STATUS, evidence=TEXT), max_size=8).map(tuple)),
    st.builds(Picture, url=SOME_URL, alt=TEXT),
    st.builds(TextInput, input_id=st.just("x"), label=TEXT, value=TYPED, placeholder=TEXT, multiline=st.booleans()),
    st.builds(ChoiceInput, input_id=st.just("x"), label=TEXT, choices=CHOICES, value=st.just("v1")),
    st.builds(Buttons, items=st.lists(BUTTON, max_size=30).map(tuple)),
    st.builds(LinkButton, label=TEXT, url=SOME_URL),
)
CARDS = st.builds(
    Card,
    title=TEXT,
    summary=TEXT,
    subtitle=TEXT,
    status=st.one_of(st.none(), STATUS),
    image=st.one_of(st.none(), st.builds(Picture, url=SOME_URL, alt=TEXT)),
    sections=st.lists(
        st.builds(Section, title=TEXT, elements=st.lists(ELEMENT, max_size=4).map(tuple), collapsed=st.booleans()), max_size=3
    ).map(_unique_inputs),
    gaps=st.lists(
        st.builds(Gap, source=SIGNS, reason=st.sampled_from(GapReason), remedy=TEXT, shown_from=st.one_of(st.none(), MOMENT)),
        max_size=12,
    ).map(tuple),
    as_of=st.lists(st.builds(AsOf, source=SIGNS, at=MOMENT), max_size=12).map(tuple),
    footer=TEXT,
)
