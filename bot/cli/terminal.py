"""What every command shares: one rich console, one way to say a problem, one way to print JSON; it never prints a traceback."""

import json
from collections.abc import Iterable
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text

console = Console(highlight=False)
problems_console = Console(stderr=True, highlight=False)

USAGE_ERROR = 2
"""Exit status for input that cannot be used; 1 means the command ran and the answer is "no"."""


def print_json(value: object) -> None:
    """One object on one line of standard output, nothing else."""
    print(json.dumps(value, default=str))


def refuse(message: str, *remedies: str, status: int = USAGE_ERROR) -> NoReturn:
    """Say what is wrong and what to do, then end."""
    say_problems([(message, " ".join(remedies))])
    raise typer.Exit(status)


def warn(message: str) -> None:
    """Worth knowing, and not wrong."""
    console.print(Text("! ", style="yellow").append(message, style="default"))


def say_problems(problems: Iterable[tuple[str, str]]) -> None:
    for message, remedy in problems:
        line = Text("✗ ", style="bold red")
        line.append(message, style="bold")
        if remedy:
            line.append(f"\n  {remedy}", style="default")
        problems_console.print(line)
