"""Pages of the Intercom sandbox: newest change first, by an opaque cursor that survives changes behind it. Pure."""

import base64
import json
from collections.abc import Callable, Sequence

from retrieval.vendors.intercom.sandbox_gate import invalid
from retrieval.vendors.intercom.sandbox_state import Json

MOST = 150
Key = Callable[[Json], tuple[float, str]]


def newest_first(one: Json) -> tuple[float, str]:
    return (float(one["updated_at"]), str(one["id"]))


def size(asked: object, default: int) -> int:
    if asked is None:
        return default
    if not str(asked).isdigit() or not 1 <= int(str(asked)) <= MOST:
        raise invalid("per_page", f"per_page must be between 1 and {MOST}")
    return int(str(asked))


def paged(items: Sequence[Json], per_page: int, cursor: str | None, key: Key = newest_first) -> tuple[list[Json], Json]:
    """One page, and the documented `pages` object; `next` is absent on the last one."""
    ordered = sorted(items, key=key, reverse=True)
    after, number = _read(cursor) if cursor else (None, 1)
    rest = [one for one in ordered if after is None or key(one) < after]
    shown = rest[:per_page]
    pages: Json = {
        "type": "pages",
        "page": number,
        "per_page": per_page,
        "total_pages": -(-len(ordered) // per_page),
    }
    if len(rest) > per_page:
        pages["next"] = {"per_page": per_page, "starting_after": _written(*key(shown[-1]), number + 1)}
    return shown, pages


def _written(changed: float, identifier: str, number: int) -> str:
    return base64.b64encode(json.dumps([changed, identifier, number]).encode()).decode()


def _read(cursor: str) -> tuple[tuple[float, str], int]:
    try:
        changed, identifier, number = json.loads(base64.b64decode(cursor, validate=True))
        return (float(changed), str(identifier)), int(number)
    except (ValueError, TypeError):
        raise invalid("starting_after", "starting_after is not a cursor") from None
