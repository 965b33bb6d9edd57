"""Chance without chance: spreads troubles, dates and numbers over a shop by hashing names, the same in every run."""

import hashlib
from collections.abc import Iterable

from retrieval.carriers import dhl_express_check_digit, s10_check_digit

CARRIERS = ("dhl", "singpost", "ninjavan")


def lot(name: str, purpose: str, sides: int) -> int:
    """A throw of a die with that many sides, 0 first; independent for each purpose."""
    digest = hashlib.sha256(f"{purpose}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % sides


def one_in(name: str, purpose: str, how_many: int) -> bool:
    return lot(name, purpose, how_many) == 0


def tracking_numbers(shop_tracking_ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Each of the shop's tracking ids to its carrier and a number in that carrier's form; no number twice."""
    found: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for shop_id in sorted(set(shop_tracking_ids)):
        carrier = CARRIERS[lot(shop_id, "carrier", len(CARRIERS))]
        attempt = 0
        while (number := _number(carrier, shop_id, attempt)) in taken:
            attempt += 1
        taken.add(number)
        found[shop_id] = (carrier, number)
    return found


def _number(carrier: str, shop_id: str, attempt: int) -> str:
    name = f"{shop_id}/{attempt}"
    match carrier:
        case "dhl":
            serial = f"{1 + lot(name, 'number', 9)}{lot(name, 'serial', 10**8):08d}"
            return f"{serial}{dhl_express_check_digit(serial)}"
        case "singpost":
            serial = f"{lot(name, 'serial', 10**8):08d}"
            return f"R{'ABCDEFGHJKLMNPQRSTUVWXYZ'[lot(name, 'letter', 24)]}{serial}{s10_check_digit(serial)}SG"
        case _:
            return f"NVSGSHOP{lot(name, 'serial', 10**12):012d}"
