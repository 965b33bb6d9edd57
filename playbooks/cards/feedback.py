"""Asks whether a draft was of use, and why not, in one press each; counts nothing itself."""

from playbooks.cards.parts import button, buttons, section, small
from playbooks.domain.card import Buttons, Card, Status, Tone
from playbooks.domain.press import RateDraft
from playbooks.feedback import REASONS


def verdict(draft_id: str) -> tuple[Buttons, ...]:
    """Counts for the articles the draft rests on: what is found first for later questions."""
    return buttons(
        button("Useful", RateDraft(draft_id=draft_id, useful=True)),
        button("Not useful", RateDraft(draft_id=draft_id, useful=False)),
    )


def reasons_card(draft_id: str) -> Card:
    """The verdict "not useful" is counted already."""
    presses = {label: RateDraft(draft_id=draft_id, useful=False, reason=reason) for reason, label in REASONS.items()}
    return Card(
        title="What was wrong with it?",
        summary="Counted as not useful. What was wrong with it?",
        status=Status(text="Counted", tone=Tone.INFO),
        sections=(
            *section("", [small("One press is enough; without an answer it is counted as not useful.")]),
            *section("", buttons(*(button(label, press) for label, press in presses.items()))),
        ),
    )
