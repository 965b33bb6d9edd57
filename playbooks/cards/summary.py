"""A conversation in at most a hundred words: who wants what, what was answered, what was promised."""

from playbooks.cards.alert import language_name, mood_words
from playbooks.cards.parts import buttons, customer_button, fact, facts, reply_button, section, small, who
from playbooks.domain.card import Card, Element, LinkButton, Quote, Status, Tone
from playbooks.domain.conversation import Conversation
from playbooks.domain.triage import Triage
from playbooks.words import shortened

_QUOTED = "The conversation's own words."
_BY_MODEL = "Written by the language model; its figures, dates, names and links are in the conversation."


def summary_card(
    conversation: Conversation,
    triage: Triage,
    lines: tuple[str, ...],
    notice: str | None,
    customer_name: str | None = None,
) -> Card:
    """`lines` may hold anybody's words and are quoted. `notice` says why a model's were not used; None: they are a model's."""
    key, name = conversation.conversation_id, who(conversation, customer_name)
    link: list[Element] = [LinkButton(label="Open in Intercom", url=conversation.url)] if conversation.url else []
    told: list[Element] = [Quote(text="\n".join(lines))] if lines else [small("Nobody has said anything yet.")]
    origin = _BY_MODEL if notice is None else f"{_QUOTED} {notice}".strip()
    return Card(
        title=f"In short: {name}",
        summary=shortened(f"{name}: {' '.join(lines) or 'nothing was said yet'}", 250),
        status=Status(text=f"{triage.urgency.capitalize()} urgency", tone=Tone.INFO),
        sections=(
            *section("", told),
            *section(
                "",
                facts(
                    fact("About", ", ".join(one.replace("_", " ") for one in triage.topics)),
                    fact("Mood", mood_words(triage.sentiment)),
                    fact("Language", language_name(triage.language)),
                    fact("Tags", ", ".join(conversation.tags)),
                ),
            ),
            *section("", [small(origin)] if lines else []),
            *section("", [*buttons(reply_button(key), customer_button(key)), *link]),
        ),
        footer=f"Conversation {key}",
    )
