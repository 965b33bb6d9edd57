"""What an agent sees while a model writes: the quoted draft at once, then what of the model's stood up to its sources.

It offers nothing to send: the whole draft takes its place in a moment.
"""

from collections.abc import Sequence

from playbooks.cards.parts import section, small
from playbooks.domain.card import Card, Quote, Status, Tone
from playbooks.domain.content import Draft, Sentence


def writing_card(base: Draft, checked: Sequence[Sentence], *, customer_name: str | None, what: str = "reply") -> Card:
    """`checked` are sentences that a model wrote and that passed; () shows what would be sent without the model."""
    whom = f" to {customer_name}" if customer_name else ""
    text = "\n".join(one.text for one in checked) or base.text
    told = (
        "Each sentence appears here once it is checked against the articles."
        if checked
        else "The language model is writing. This is what you get without it, should it fail or be slow."
    )
    return Card(
        title=f"Being written: {what}{whom}",
        summary=f"A {what}{whom} is being written.",
        status=Status(text="Being written", tone=Tone.INFO),
        sections=(*section("Checked so far" if checked else "", [Quote(text=text)]), *section("", [small(told)])),
    )
