"""Tells the demo's story: in colour for a person, or as JSON lines for a program; it makes nothing happen."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Protocol

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.cli.card_view import card_view
from bot.demo.stage import Stage
from bot.demo.story import Ids, Told

COLOURS = {"Priya Nair": "magenta", "Mei Tan": "cyan", "Deskside": "green"}


class Teller(Protocol):
    def opening(self, stage: Stage) -> None: ...

    def step(self, number: int, told: Told) -> None: ...

    def failed(self, reason: str) -> None: ...

    def closing(self, ok: bool, ids: Ids, calls: Mapping[str, int], seconds: float) -> None: ...


class InColour:
    def __init__(self, console: Console) -> None:
        self._console = console

    def opening(self, stage: Stage) -> None:
        world = stage.world
        self._console.print()
        self._console.print(Rule(Text(f"Deskside at {world.company}", style="bold"), style="blue"))
        rows = Table.grid(padding=(0, 2))
        rows.add_column(style="dim")
        rows.add_row("Sandboxes", ", ".join(stage.sandboxes) + " on loopback; no account, nothing leaves this machine")
        rows.add_row("World", f"{len(world.people)} customers, {len(world.orders)} orders, {len(world.agents) - 1} colleagues")
        rows.add_row("Knowledge", f"{len(stage.service.knowledge.articles)} articles in {stage.passages} passages, no LLM")
        self._console.print(Padding(rows, (0, 0, 1, 1)))

    def step(self, number: int, told: Told) -> None:
        line = Text(f"{number:>2}  ", style="bold blue")
        line.append(told.who, style=f"bold {COLOURS.get(told.who, 'default')}")
        line.append(f" {told.what}")
        self._console.print(line)
        if told.proof:
            proof = "  ".join(f"{name}={_short(value)}" for name, value in told.proof.items())
            self._console.print(Text(f"    ✓ read back: {proof}", style="dim"))
        if told.card is not None:
            self._console.print(
                Padding(card_view(told.card, "Asia/Singapore", min(self._console.width - 6, 108)), (0, 0, 1, 4))
            )

    def failed(self, reason: str) -> None:
        self._console.print(Text(f"✗ {reason}", style="bold red"))

    def closing(self, ok: bool, ids: Ids, calls: Mapping[str, int], seconds: float) -> None:
        title = "The story is told" if ok else "The story broke off"
        self._console.print(Rule(Text(f"{title} in {seconds:.1f} s", style="bold green" if ok else "bold red"), style="blue"))
        rows = Table.grid(padding=(0, 2))
        rows.add_column(style="dim")
        rows.add_row("Made", f"conversation {ids.conversation_id}, reply {ids.reply_part_id}, case {ids.case_number}")
        rows.add_row("Calls", ", ".join(f"{name} {count}" for name, count in sorted(calls.items())))
        self._console.print(Padding(rows, (0, 0, 1, 1)))


class InJson:
    """One object a line; the last one is the summary with `ok`, `ids` and `calls`."""

    def opening(self, stage: Stage) -> None:
        _line({"step": "start", "url": stage.url, "sandboxes": sorted(stage.sandboxes), "passages": stage.passages})

    def step(self, number: int, told: Told) -> None:
        card = {"title": told.card.title, "summary": told.card.summary} if told.card else None
        _line({"step": told.step, "number": number, "who": told.who, "what": told.what, "proof": told.proof, "card": card})

    def failed(self, reason: str) -> None:
        _line({"step": "failed", "reason": reason})

    def closing(self, ok: bool, ids: Ids, calls: Mapping[str, int], seconds: float) -> None:
        _line({"step": "summary", "ok": ok, "ids": asdict(ids), "calls": dict(calls), "seconds": round(seconds, 2)})


def _line(value: Mapping[str, Any]) -> None:
    print(json.dumps(value, default=str), flush=True)  # noqa: T201 - this is the command's output


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 70 else f"{text[:67]}…"
