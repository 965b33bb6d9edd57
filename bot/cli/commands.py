"""Imports every command's file, which registers it; the order here is the order of `deskside --help`."""

from bot.cli import check, settings  # noqa: F401
