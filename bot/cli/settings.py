"""`deskside settings`: every setting, its variable and whether it is set; never a secret's value."""

from rich.table import Table

from bot.cli import app, examples
from bot.cli.terminal import console


@app.command(epilog=examples("deskside settings", "deskside settings --example > .env"))
def settings(example: bool = False) -> None:
    """List every setting, or print .env.example."""
    from bot.settings import example_environment, sections  # noqa: PLC0415

    if example:
        print(example_environment())
        return
    table = Table(title="Settings", show_lines=False)
    for heading in ("variable", "set", "meaning"):
        table.add_column(heading, overflow="fold")
    for section in sections():
        given = section.given()
        for name, info in section.model.model_fields.items():
            mark = "yes" if name in given else "required" if info.is_required() else ""
            table.add_row(section.variable(name), mark, info.description or "")
        table.add_section()
    console.print(table)
