"""Asks why a draft was of no use, in one press; the verdict itself is counted already."""

from playbooks.cards.parts import button, buttons, section, small
from playbooks.domain.card import Card, Status, Tone
from playbooks.domain.press import RateDraft
from playbooks.feedback import REASONS


def reasons_card(draft_id: str) -> Card:
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
