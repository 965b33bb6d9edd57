"""A deed for many conversations: what it would be done to, how far it is, what became of each, and the way back."""

from collections.abc import Sequence

from playbooks.cards.parts import button, buttons, fact, facts, section, small
from playbooks.domain.card import Button, Card, Element, Status, Tone
from playbooks.domain.deed import Bulk, ItemOutcome
from playbooks.domain.press import ConfirmBulk, DropBulk, UndoBulk
from playbooks.words import listed, plural

MOST_LISTED = 15
"""A list is skimmed before it is confirmed; the rest is counted."""


def bulk_preview_card(bulk: Bulk, *, left_out: int, closes: bool, used: int, limit: int) -> Card:
    """Nothing is done before Yes. `left_out`: in inboxes this person may not read; `used` of `limit` bulk deeds today."""
    count = plural(len(bulk.items), "conversation")
    press = Button(label=f"Yes, all {len(bulk.items)}", press=ConfirmBulk(bulk_id=bulk.bulk_id), style="primary")
    notes = [f"{plural(left_out, 'conversation')} left out: in inboxes you may not read." if left_out else ""]
    notes += ["Only chats whose procedure allows closing are closed." if closes else ""]
    notes += [f"Bulk action {used + 1} of {limit} today. It can be undone afterwards."]
    return Card(
        title=f"{bulk.words}: {count}?",
        summary=f"{bulk.words}: {count}. Please confirm.",
        status=Status(text="Not done yet", tone=Tone.WARNING),
        sections=(
            *section("", facts(*(fact(f"#{one.conversation_id}", one.label) for one in bulk.items[:MOST_LISTED]))),
            *section("", [small(one) for one in (_more(len(bulk.items)), *notes) if one]),
            *section("", buttons(press, button("No", DropBulk(bulk_id=bulk.bulk_id)))),
        ),
    )


def _more(count: int) -> str:
    return f"And {plural(count - MOST_LISTED, 'more', 'more')}." if count > MOST_LISTED else ""


def bulk_progress_card(bulk: Bulk, outcomes: Sequence[ItemOutcome], *, can_undo: bool = True, by: str = "") -> Card:
    """In place of the question: how far it is, then what became of each that was not simply done."""
    total = len(bulk.items)
    done, left, failed = (sum(one.state == state for one in outcomes) for state in ("done", "left", "failed"))
    ended = done + left + failed
    told = listed([text for text, number in _ends(done, left, failed) if number]) or "nothing yet"
    way_back = can_undo and bulk.undoes is None and ended == total and done > 0
    return Card(
        title=f"{bulk.words}: {f'{ended} of {total}' if ended < total else plural(total, 'conversation')}",
        summary=f"{bulk.words}: {told}.",
        status=_status(ended < total, failed),
        sections=(
            *section("", facts(fact("Result", told), fact("By", by))),
            *section("Not done", _reasons(bulk, outcomes, "failed")),
            *section("Left as they are", _reasons(bulk, outcomes, "left"), collapsed=True),
            *section("", buttons(_undo(bulk, done)) if way_back else ()),
        ),
    )


def _ends(done: int, left: int, failed: int) -> tuple[tuple[str, int], ...]:
    return ((f"{done} done", done), (f"{left} left as they are", left), (f"{failed} not done", failed))


def _status(running: bool, failed: int) -> Status:
    if running:
        return Status(text="Working", tone=Tone.INFO)
    return Status(text="Partly done", tone=Tone.WARNING) if failed else Status(text="Done", tone=Tone.GOOD)


def _undo(bulk: Bulk, done: int) -> Button:
    confirm = f"Take it back for {plural(done, 'conversation')}? Those that somebody moved since are left alone."
    return Button(label="Undo", press=UndoBulk(bulk_id=bulk.bulk_id), confirm=confirm)


def _reasons(bulk: Bulk, outcomes: Sequence[ItemOutcome], state: str) -> list[Element]:
    found = [one for one in outcomes if one.state == state]
    shown = facts(
        *(fact(f"#{bulk.items[one.number].conversation_id}", one.reason or "no reason") for one in found[:MOST_LISTED])
    )
    return [*shown, *([small(_more(len(found)))] if _more(len(found)) else [])]
