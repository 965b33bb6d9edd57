"""Counts what a plan counted and what the language model took for it; numbers only, and it decides nothing."""

from decimal import Decimal

from bot.desk.plan import Plan
from bot.memory import Connection, counters

MICRO = Decimal(1_000_000)
"""Counters are whole numbers: money is counted in millionths of a dollar."""
READ, CACHED, WRITTEN, COST = "llm:tokens:read", "llm:tokens:cached", "llm:tokens:written", "llm:cost:micro_usd"


def counted(conn: Connection, plan: Plan) -> None:
    for name in plan.counts:
        counters.add(conn, name)
    for one in plan.spent:
        spent = {READ: one.prompt_tokens, CACHED: one.cached_tokens, WRITTEN: one.completion_tokens}
        spent[COST] = int((one.cost_usd or 0) * MICRO)
        for name, number in spent.items():
            if number:
                counters.add(conn, name, number)
