"""The long form, `make faults`: the whole product of points × faults × redeliveries, or every n-th run of it.

Run: python -m tests.faults [--every N] [--first N] [--kills N]. It prints the matrix's size, each run, and the result. A run
that does not hold is run once more: on a machine that is overrun a source answers too late, and the card rightly shows a gap.
"""

import argparse
import asyncio
import itertools
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.faults.chaos import cut_off, killed_at_random
from tests.faults.matrix import FAULTS, REPEATS, Cell, Outcome, Undisturbed, missing_deeds, run, say, size, undisturbed, whole
from tests.faults.nursery import Nursery, nursery
from tests.postgres import running


async def main(every: int, first: int, kills: int) -> bool:
    folder = quick_folder()
    began, broken, held, again = time.monotonic(), 0, 0, 0
    try:
        async with nursery() as children:
            plain = await undisturbed(children, folder)
            cells = list(itertools.islice(whole(plain.points, kills), first, None, every))
            sides = f"{len(plain.points)} points × {len(FAULTS)} faults × {len(REPEATS)} redeliveries"
            say(f"{sides} = {size(plain.points)} cells, {len(cells)} runs of up to {kills} kills")
            say(f"deeds that no point reaches: {missing_deeds(plain.points) or 'none'}")
            for number, cell in enumerate(cells):
                outcome = await _run(children, folder / f"run{number}", plain, cell)
                if not outcome.holds:
                    say(f"{number + 1}/{len(cells)} once more: {outcome}")
                    outcome = await _run(children, folder / f"run{number}-again", plain, cell)
                    again += outcome.holds
                held += len(cell.kills) if outcome.holds else 0
                broken += not outcome.holds
                say(f"{number + 1}/{len(cells)} " + (f"holds: {cell}" if outcome.holds else f"BROKEN: {outcome}"))
            broken += await _chaos(children, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(f"{held} cells hold ({again} runs only at the second try), {broken} of {len(cells)} runs broken")
    say(f"{time.monotonic() - began:.0f} s")
    return not broken


async def _run(children: Nursery, folder: Path, plain: Undisturbed, cell: Cell) -> Outcome:
    try:
        return await run(children, folder, plain, cell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _chaos(children: Nursery, folder: Path) -> int:
    """A minute each of killing and of cutting, where PostgreSQL is installed."""
    broken = 0
    for server in running():
        for name, chaos in (
            ("2 workers", partial(killed_at_random, workers=2)),
            ("4 workers", partial(killed_at_random, workers=4)),
            ("cut off", cut_off),
        ):
            url = server.migrated_database()
            tally = await chaos(children, folder / name, url, seconds=60.0, every=1.5)
            holds = tally.done == tally.enqueued and not tally.out_of_order
            broken += not holds
            say(f"PostgreSQL, {name}: {'holds' if holds else 'BROKEN'} {tally}")
    return broken


def quick_folder() -> Path:
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="deskside-faults-", dir=memory if memory.is_dir() else None))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="Only every n-th run.")
    parser.add_argument("--first", type=int, default=0, help="The first of them: 0 to N-1 for the N parts of the whole.")
    parser.add_argument("--kills", type=int, default=20, help="Kills in one run.")
    given = parser.parse_args()
    sys.exit(0 if asyncio.run(main(given.every, given.first, given.kills)) else 1)
