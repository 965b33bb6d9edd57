"""`python -m bot` is the `deskside` command."""

from bot.cli import main

main()
