"""The `deskside` command: each sub-command in its own file, heavy parts imported only when a command runs."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.terminal import say_problems

app = typer.Typer(
    name="deskside",
    help="A support-agent assistant that lives in Slack, Teams and a web console.",
    epilog="Start with:  deskside demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("deskside"))
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def examples(*lines: str) -> str:
    """The closing lines of a command's help: how it is typed."""
    return "\n\n".join(["[bold]Examples[/bold]", *(f"  {line}" for line in lines)])


def main() -> None:
    """Runs the command line. A fault of ours is logged with a reference; people never see a traceback."""
    from bot.cli import commands  # noqa: F401, PLC0415 - registers every command on `app`
    from bot.cli.faults import told  # noqa: PLC0415

    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the outermost frame of the command line
        say_problems(told(error))
        sys.exit(1)
