"""`deskside customer`: the customer card in the terminal, from the demo's sandboxes with a shop in them."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import app, examples
from bot.cli.card_view import card_view
from bot.cli.terminal import console, print_json, refuse


@app.command(
    epilog=examples(
        "deskside customer priya.nair@example.com",
        "deskside customer noah.brown7922@example.com --shop retail_db.json",
        'deskside customer "Noah Brown" --shop retail_db.json',
    )
)
def customer(
    who: Annotated[str, typer.Argument(help="E-mail, phone, name, order or tracking number, Salesforce or Stripe id.")],
    shop: Annotated[Path | None, typer.Option(help="A shop to seed the sandboxes from (users, orders, products).")] = None,
    real: Annotated[bool, typer.Option("--real", help="Ask the connected systems of the environment, not sandboxes.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the card as one JSON object.")] = False,
) -> None:
    """Show what is known of one customer: the 360 card."""
    from bot.lookups import looked_up  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415
    from playbooks.lookup import lookup  # noqa: PLC0415

    wanted = lookup(who)
    if wanted is None:
        refuse(f"“{who}” is nothing a customer can be found by.", "Give an e-mail, phone, name, order or tracking number.")
    if shop is not None and not shop.is_file():
        refuse(f"{shop} is not a file.", "Name a JSON file with users, orders and products.")
    zone = read_settings().service.time_zone if real else "Asia/Singapore"  # where the demo's company is
    found, card = asyncio.run(looked_up(wanted, shop=shop, real=real, zone=zone))
    if json:
        print_json(card.model_dump(mode="json"))
    else:
        console.print(card_view(card, zone))
    raise typer.Exit(0 if found else 1)
