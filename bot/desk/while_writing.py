"""Shows how far a model's text is while it is being written: a hint, paced, that nothing waits for and nothing depends on."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.desk.office import Office, Progress
from playbooks.domain.card import Card
from playbooks.domain.people import Surface
from playbooks.domain.place import Place
from playbooks.domain.writing import WrittenSentence

FIRST_SECONDS = 0.7
"""A model that is done by then is not announced."""
PACE_SECONDS = {Surface.CONSOLE: 0.4, Surface.SLACK: 1.5, Surface.TEAMS: 1.5}
"""Slack's chat.update allows about 50 a minute in a workspace, Teams asks for no more than one update a second."""
LAST_SECONDS = 2.0
"""How long an update under way is waited for, so that it cannot come after the draft itself."""


@dataclass(frozen=True)
class Spot:
    """Where the draft will be shown: the card's key, so that the draft takes the hint's place."""

    place: Place
    card_key: str
    under: str | None = None


@dataclass
class Heard:
    """What has been written so far, unchecked; whoever shows it checks it first."""

    sentences: Sequence[WrittenSentence] = ()
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, sentences: Sequence[WrittenSentence]) -> None:
        self.sentences = sentences


@asynccontextmanager
async def watched(
    office: Office, spots: Sequence[Spot], card: Callable[[Sequence[WrittenSentence]], Card]
) -> AsyncIterator[Heard]:
    """`card` makes what may be shown of what was heard."""
    heard = Heard()
    tasks = [asyncio.create_task(_follow(office.progress, heard, one, card)) for one in spots if office.progress]
    try:
        yield heard
    finally:
        heard.over.set()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=LAST_SECONDS)
            for task in late:
                task.cancel()


async def _follow(
    progress: Progress | None, heard: Heard, spot: Spot, card: Callable[[Sequence[WrittenSentence]], Card]
) -> None:
    shown: Card | None = None
    wait = FIRST_SECONDS
    while progress is not None and not await _is_over(heard, wait):
        wait, now = PACE_SECONDS[spot.place.surface], card(heard.sentences)
        if now != shown:
            await progress.show(spot.place, spot.card_key, now, spot.under)
            shown = now


async def _is_over(heard: Heard, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(heard.over.wait(), seconds)
    return heard.over.is_set()
