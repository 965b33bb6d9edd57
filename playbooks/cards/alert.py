"""The alert about a conversation, from "somebody waits" to "owned", "escalated" or "closed": one card, updated in place."""

from datetime import datetime
from typing import Literal

from playbooks.cards.parts import (
    button,
    buttons,
    clock_facts,
    customer_button,
    escalate_button,
    fact,
    facts,
    flag_facts,
    flag_word,
    reply_button,
    section,
    take_button,
    who,
)
from playbooks.cards.possible import is_turned_away, possible_buttons
from playbooks.domain.alert import Happening
from playbooks.domain.card import Card, Element, Facts, LinkButton, Quote, Status, Timeline, TimelineItem, Tone
from playbooks.domain.case import Case
from playbooks.domain.clock import ClockFact
from playbooks.domain.content import Hit, MacroChoice
from playbooks.domain.conversation import AuthorKind, Conversation, Part
from playbooks.domain.facts import Flag
from playbooks.domain.press import (
    AcknowledgeAlert,
    HandOverAlert,
    Resolve,
    ShowSteps,
    Snooze,
    SnoozeAlert,
    Summarise,
    TagConversation,
    WayOut,
)
from playbooks.domain.triage import Sentiment, Triage
from playbooks.language import LANGUAGES
from playbooks.privacy import masked
from playbooks.words import ago, shortened

Standing = Literal["open", "acknowledged", "owned", "escalated", "closed"]

_URGENCY_TONES = {"low": Tone.NEUTRAL, "normal": Tone.INFO, "high": Tone.WARNING, "critical": Tone.DANGER}
# The last words count; more than three messages or a screenful is read in the conversation itself.
_PARTS_QUOTED = 3
_MOST_TAGS = 3
# Mission P9 calls for senior staff under .3.
_MOODS = ((0.3, "upset"), (0.45, "unhappy"), (0.6, "neutral"), (1.0, "content"))
_TRENDS = {"falling": ", getting worse", "rising": ", getting better"}
_LONGEST_QUOTE = 600


def alert_card(
    conversation: Conversation,
    triage: Triage,
    *,
    now: datetime,
    standing: Standing = "open",
    customer_name: str | None = None,
    flags: tuple[Flag, ...] = (),
    clocks: tuple[ClockFact, ...] = (),
    macros: tuple[MacroChoice, ...] = (),
    hits: tuple[Hit, ...] = (),
    owner: str | None = None,
    case: Case | None = None,
    alert: str = "",
    noted: str = "",
    unattended: bool = False,
    causes: tuple[str, ...] = (),
    goes_to: str = "",
    history: tuple[Happening, ...] = (),
    possible: frozenset[str] | None = None,
    zone: str = "UTC",
) -> Card:
    """`owner` is a name. `alert` is what is acknowledged; `causes` say why it was raised, `history` what became of it.

    `possible` are the transitions that the procedure declares now: no button is shown that it would refuse.
    `noted` is what somebody has done about the alert; `unattended`: it is told again unless somebody does something.
    """
    name = who(conversation, customer_name)
    waiting, promised = _unanswered(conversation), not is_turned_away(possible)
    return Card(
        title=_title(name, standing, triage) if promised else f"{name}: not entitled to live chat",
        subtitle=_subtitle(conversation, waiting),
        summary=_summary(name, triage, flags, _standing_words(standing, owner), waiting),
        status=_status(standing, triage, owner, case, noted),
        sections=(
            *section("", _quotes(waiting, name)),
            *section(
                "", [*_why(triage, causes, flags, goes_to), *flag_facts(flags), *clock_facts(clocks if promised else (), zone)]
            ),
            *section("At hand", _hints(macros, hits) if standing in {"open", "acknowledged", "owned"} else []),
            *section("What became of it", _history(history), collapsed=True),
            *section("", _tags(conversation, triage, standing)),
            *section("", possible_buttons(_buttons(conversation, standing, case), conversation.conversation_id, possible)),
            *section("", _about_the_alert(conversation.conversation_id, standing, alert, unattended)),
            *section("", _links(conversation, case)),
        ),
        footer=f"Conversation {conversation.conversation_id}, started {ago(conversation.created_at, now)}",
    )


def _unanswered(conversation: Conversation) -> tuple[Part, ...]:
    """The customer's words since somebody of us answered; where all is answered, their last ones."""
    tail: list[Part] = []
    for part in reversed(conversation.public_parts):
        if part.author.kind is AuthorKind.AGENT and tail:
            break
        if part.author.kind is AuthorKind.CONTACT and part.text.strip():
            tail.append(part)
    return tuple(reversed(tail[:_PARTS_QUOTED]))


def _subtitle(conversation: Conversation, quoted: tuple[Part, ...]) -> str:
    """What the chat is about, unless it is only the beginning of what is quoted below."""
    opening = conversation.subject.rstrip("…").strip()
    if any(one.text.strip().startswith(opening) for one in quoted):
        return ""
    return shortened(masked(conversation.subject), 120)


def _quotes(parts: tuple[Part, ...], name: str) -> list[Element]:
    return [Quote(text=shortened(masked(one.text), _LONGEST_QUOTE), source=name, at=one.at) for one in parts]


def _title(name: str, standing: Standing, triage: Triage) -> str:
    match standing:
        case "open" | "acknowledged":
            return f"{name} is waiting" if triage.customer_waits else f"Chat with {name}"
        case "owned":
            return f"Chat with {name}"
        case "escalated":
            return f"{name}: escalated"
        case "closed":
            return f"{name}: closed"


def _summary(name: str, triage: Triage, flags: tuple[Flag, ...], state: str, parts: tuple[Part, ...]) -> str:
    marks = ", ".join(dict.fromkeys([*(flag_word(one) for one in flags), f"{triage.urgency} urgency"]))
    said = f": “{shortened(masked(parts[-1].text), 120)}”" if parts else ""
    return shortened(f"{name} ({marks}){state}{said}", 300)


def _standing_words(standing: Standing, owner: str | None) -> str:
    taken = f", with {owner}" if owner else ", taken"
    return {"owned": taken, "escalated": ", escalated", "closed": ", closed"}.get(standing, "")


def _status(standing: Standing, triage: Triage, owner: str | None, case: Case | None, noted: str) -> Status:
    match standing:
        case "open":
            return Status(text=f"{triage.urgency.capitalize()} urgency", tone=_URGENCY_TONES[triage.urgency])
        case "acknowledged":
            return Status(text=noted or (f"Seen by {owner}" if owner else "Seen"), tone=Tone.INFO)
        case "owned":
            return Status(text=f"With {owner}" if owner else "Taken", tone=Tone.INFO)
        case "escalated":
            return Status(text=f"Case {case.number}" if case else "Case is being opened", tone=Tone.WARNING)
        case "closed":
            return Status(text="Closed", tone=Tone.GOOD)


def _why(triage: Triage, causes: tuple[str, ...], flags: tuple[Flag, ...], goes_to: str) -> tuple[Facts, ...]:
    return facts(
        fact("Why", " · ".join(_reasons((*causes, *triage.reasons), {one.reason for one in flags}))),
        fact("Goes to", goes_to),
        fact("About", ", ".join(one.replace("_", " ") for one in triage.topics)),
        fact("Mood", mood_words(triage.sentiment), tone=_mood_tone(triage.sentiment)),
        fact("Language", language_name(triage.language) if triage.language != "en" else ""),
        fact("Not entitled", "; ".join(triage.not_eligible_because), tone=Tone.WARNING),
    )


def _reasons(reasons: tuple[str, ...], told: set[str]) -> list[str]:
    """What a flag below says in full, or an earlier reason said, is not said again; of an alert's cause its title stays."""
    kept: list[str] = []
    for one in dict.fromkeys(reasons):
        head, _, tail = one.partition(": ")
        if one in told or (tail and any(tail.rstrip(".") in other for other in kept)):
            continue
        kept.append(head if tail.rstrip(".") in told else one)
    return kept


def mood_words(felt: Sentiment | None) -> str:
    """As far as the customer's last words tell; the score is 0 to 1, .5 neutral."""
    if felt is None:
        return ""
    word = next(word for most, word in _MOODS if felt.score <= most)
    return f"{word} ({felt.score:.2f}){_TRENDS.get(felt.trend, '')}"


def _mood_tone(felt: Sentiment | None) -> Tone:
    return Tone.WARNING if felt is not None and felt.score < _MOODS[0][0] else Tone.NEUTRAL


def language_name(language: str | None) -> str:
    return LANGUAGES.get(language, language) if language else ""


def _history(happenings: tuple[Happening, ...]) -> list[Element]:
    """Newest first, like every timeline. The words may quote a customer: plain text only."""
    items = tuple(TimelineItem(at=one.at, title=one.words) for one in sorted(happenings, key=lambda one: one.at, reverse=True))
    return [Timeline(items=items)] if items else []


def _hints(macros: tuple[MacroChoice, ...], hits: tuple[Hit, ...]) -> tuple[Facts, ...]:
    articles = dict.fromkeys((hit.passage.title, hit.passage.url) for hit in hits)
    return facts(
        *(fact("Macro", one.macro.name) for one in macros[:2]),
        *(fact("Article", title, url=url) for title, url in list(articles)[:2]),
    )


def _tags(conversation: Conversation, triage: Triage, standing: Standing) -> list[Element]:
    """Those it has, and those suggested while somebody is at it: one press sets one."""
    wanted = triage.tags[:_MOST_TAGS] if standing in {"open", "acknowledged", "owned"} else ()
    key = conversation.conversation_id
    suggested = [button(f"Tag {shortened(one, 40)}", TagConversation(conversation_id=key, tag=one)) for one in wanted]
    return [*facts(fact("Tags", ", ".join(conversation.tags))), *buttons(*suggested)]


def _buttons(conversation: Conversation, standing: Standing, case: Case | None) -> list[Element]:
    key = conversation.conversation_id
    assign = button("Assign…", WayOut(conversation_id=key, transition="reassign"))
    shortly = button("Summary", Summarise(conversation_id=key))
    match standing:
        case "open" | "acknowledged":
            row = buttons(take_button(key), customer_button(key), reply_button(key), escalate_button(key), assign, shortly)
        case "owned":
            row = buttons(
                reply_button(key, primary=True),
                customer_button(key),
                button("Resolve", Resolve(conversation_id=key)),
                button("Snooze 1 h", Snooze(conversation_id=key, minutes=60)),
                escalate_button(key),
                button("Steps", ShowSteps(conversation_id=key)),
                shortly,
            )
        case "escalated" | "closed":
            row = buttons(customer_button(key), button("Steps", ShowSteps(conversation_id=key)), shortly)
    return [*row]


def _about_the_alert(key: str, standing: Standing, alert: str, unattended: bool) -> tuple[Element, ...]:
    """A row of its own: these quieten the alert and leave the chat alone."""
    if not alert or not (unattended or standing in {"open", "acknowledged"}):
        return ()
    hand_over = button("Hand alert over…", HandOverAlert(conversation_id=key, alert=alert))
    if standing == "acknowledged" and not unattended:
        return buttons(hand_over)
    return buttons(
        button("Acknowledge", AcknowledgeAlert(conversation_id=key, alert=alert)),
        button("Snooze alert 30 min", SnoozeAlert(conversation_id=key, alert=alert, minutes=30)),
        button("Snooze until my shift ends", SnoozeAlert(conversation_id=key, alert=alert)),
        hand_over,
    )


def _links(conversation: Conversation, case: Case | None) -> list[Element]:
    links = [("Open in Intercom", conversation.url), ("Open the case", case.url if case else None)]
    return [LinkButton(label=label, url=url) for label, url in links if url]
