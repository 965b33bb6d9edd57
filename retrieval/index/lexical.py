"""Full-text search with BM25 over the partitions a question may see. Ranks by words alone."""

# ruff: noqa: S608 - only table names and integers of our own are put into statements; values are bound

from collections.abc import Sequence

from retrieval.index.question import Question
from retrieval.index.scope import ADMITTED, Scope
from retrieval.index.shelf import Shelf

MOST_TERMS = 64
"""Rarest first: a question as long as a letter is searched by what is special in it."""

MOST_MATCHES = 6_000
"""Passages that the terms may match together. FTS5 scores every match, some 3 µs each, which is what a search of a large index
takes; a common word moves no passage among the first hundred, and ranking counts it anyway."""

COLUMN_WEIGHTS = (3.0, 1.0, 1.0)
"""Title, breadcrumb, body."""


AT_ONCE = 500
"""Below SQLite's limit on bound values."""

MOST_KNOWN = 50_000
"""Terms whose counts are remembered: a few megabytes. Counting a common term reads its whole list of passages."""


class Lexical:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._counted: dict[int, dict[str, int]] = {}
        self._counted_at = ""

    def counts(self, partitions: Sequence[int], terms: Sequence[str]) -> dict[str, int]:
        """In how many passages of these partitions each term occurs; looked up once between two syncs."""
        found = dict.fromkeys(terms, 0)
        for one in partitions:
            known = self._known(one)
            if len(known) > MOST_KNOWN:
                self._counted[one] = known = {}  # a new one: another thread may be reading the old
            self._look_up(one, [term for term in found if term not in known], known)
            for term in found:
                found[term] += known[term]
        return found

    def _known(self, partition: int) -> dict[str, int]:
        generation = self._shelf.generation()
        if generation != self._counted_at:
            self._counted, self._counted_at = {}, generation
        return self._counted.setdefault(partition, {})

    def _look_up(self, partition: int, terms: Sequence[str], known: dict[str, int]) -> None:
        known.update(dict.fromkeys(terms, 0))
        for start in range(0, len(terms), AT_ONCE):
            part = terms[start : start + AT_ONCE]
            wanted = ", ".join("?" for _ in part)
            for term, documents in self._shelf.rows(
                f"SELECT term, doc FROM words_{partition}_terms WHERE term IN ({wanted})", part
            ):
                known[str(term)] = int(str(documents))

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


def searched_terms(question: Question) -> list[str]:
    """The rarest known terms, as many as MOST_MATCHES allows, and at least one."""
    chosen: list[str] = []
    matches = 0
    for term in question.known_terms[:MOST_TERMS]:
        matches += question.documents[term]
        if chosen and matches > MOST_MATCHES:
            break
        chosen.append(term)
    return chosen
