"""Imports every command's file, which registers it; the order here is the order of `deskside --help`."""

# ruff: noqa: F401, I001 - imported for what they register, in this order
from bot.cli import demo
from bot.cli import run
from bot.cli import check
from bot.cli import settings
from bot.cli import ask
from bot.cli import customer
from bot.cli import sandbox
from bot.cli import sop
from bot.cli import sop_versions
from bot.cli import sop_replay
from bot.cli import sop_import
from bot.cli import evaluate
from bot.cli import sync
from bot.cli import gaps
from bot.cli import bench
from bot.cli import jobs
from bot.cli import database
