"""Full-text search with BM25 over the partitions a question may see. Ranks by words alone."""

# ruff: noqa: S608 - only table names and integers of our own are put into statements; values are bound

from collections.abc import Sequence

from retrieval.index.scope import ADMITTED, Scope
from retrieval.index.shelf import Shelf

MOST_TERMS = 64
"""Rarest first: a question as long as a letter is searched by what is special in it."""

COLUMN_WEIGHTS = (3.0, 1.0, 1.0)
"""Title, breadcrumb, body."""


class Lexical:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def counts(self, partitions: Sequence[int], terms: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Passages in these partitions, and in how many of them each term occurs."""
        total, found = 0, dict.fromkeys(terms, 0)
        for one in partitions:
            total += int(str(self._shelf.rows(f"SELECT count(*) FROM words_{one}_docsize")[0][0]))
            for term in found:
                rows = self._shelf.rows(f"SELECT doc FROM words_{one}_terms WHERE term = ?", (term,))
                found[term] += int(str(rows[0][0])) if rows else 0
        return total, found

    def best(self, partitions: Sequence[int], terms: Sequence[str], scope: Scope, limit: int) -> list[tuple[int, float]]:
        """(passage number, BM25), best first; [] where no term occurs."""
        if not terms:
            return []
        query = " OR ".join(f'"{term}"' for term in terms)
        found: list[tuple[int, float]] = []
        for one in partitions:
            found += self._of_partition(one, query, scope, limit)
        return sorted(found, key=lambda hit: -hit[1])[:limit]

    def _of_partition(self, partition: int, query: str, scope: Scope, limit: int) -> list[tuple[int, float]]:
        title, breadcrumb, body = COLUMN_WEIGHTS
        narrowing = f" AND rowid IN (SELECT passage.id {ADMITTED})" if scope.narrow else ""
        sql = (
            f"SELECT rowid, -bm25(words_{partition}, {title}, {breadcrumb}, {body}) AS fit FROM words_{partition}"
            f" WHERE words_{partition} MATCH ?3{narrowing} ORDER BY fit DESC LIMIT ?4"
        )
        found = self._shelf.rows(sql, (*scope.bound, query, limit))
        return [(int(str(number)), float(str(fit))) for number, fit in found]
