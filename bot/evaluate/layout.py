"""Reads a help centre with its questions: corpus, queries, qrels, answers, unanswerable. Changes nothing."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playbooks.domain.content import Article


class BadLayout(Exception):
    """The folder is not in the layout; `str(error)` names file and line."""

    remedy = "docs/evaluating.md names the files of each measure and what stands in a line of them."


@dataclass(frozen=True)
class Asked:
    question_id: str
    text: str


@dataclass(frozen=True)
class HelpCentre:
    """`relevant` holds the right article ids by question id; `answers` the gold answers; both may be empty."""

    articles: tuple[Article, ...]
    questions: tuple[Asked, ...]
    relevant: dict[str, frozenset[str]]
    answers: dict[str, str] = field(default_factory=dict)
    unanswerable: tuple[Asked, ...] = ()

    @property
    def judged(self) -> tuple[Asked, ...]:
        """Questions of which the right article is known and there."""
        return tuple(one for one in self.questions if self.relevant.get(one.question_id))


def read_help_centre(folder: Path) -> HelpCentre:
    """corpus.jsonl is required, the others may be absent. *Errors:* BadLayout."""
    if not (folder / "corpus.jsonl").is_file():
        raise BadLayout(f"{folder} has no corpus.jsonl (one JSON object a line: _id, title, text)")
    articles = tuple(article(_of(one, "_id"), _of(one, "title"), _of(one, "text")) for one in _lines(folder / "corpus.jsonl"))
    known = frozenset(one.article_id for one in articles)
    return HelpCentre(
        articles,
        _asked(folder / "queries.jsonl"),
        {question: found & known for question, found in _relevant(folder / "qrels.tsv").items()},
        {_of(one, "_id"): _of(one, "answer") for one in _lines(folder / "answers.jsonl")},
        _asked(folder / "unanswerable.jsonl"),
    )


def article(article_id: str, title: str, body: str) -> Article:
    version = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[:16]
    return Article(article_id=article_id, title=title, body=body, version=version, source="corpus")


def _asked(file: Path) -> tuple[Asked, ...]:
    return tuple(Asked(_of(one, "_id"), _of(one, "text")) for one in _lines(file))


def _relevant(file: Path) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    rows = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for number, row in enumerate(rows[1:], start=2):
        parts = row.split("\t")
        if len(parts) != 3:
            raise BadLayout(f"{file.name}, line {number}: expected query, article and score, parted by tabs")
        if float(parts[2]) > 0:
            found.setdefault(parts[0], set()).add(parts[1])
    return {question: frozenset(articles) for question, articles in found.items()}


def _lines(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except ValueError:
            raise BadLayout(f"{file.name}, line {number}: not JSON") from None
        if not isinstance(one, dict):
            raise BadLayout(f"{file.name}, line {number}: not a JSON object")
        found.append({**one, "_place": f"{file.name}, line {number}"})
    return found


def _of(one: dict[str, Any], key: str) -> str:
    if not isinstance(one.get(key), str):
        raise BadLayout(f"{one['_place']}: “{key}” is missing or not a text")
    return str(one[key])
