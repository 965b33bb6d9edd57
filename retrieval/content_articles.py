"""Articles from files: Markdown with or without front matter, or a corpus of JSON lines; it reads and never writes."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from playbooks.domain.base import Frozen, Instant
from playbooks.domain.content import Article, Audience
from retrieval.content_model import fitted
from retrieval.content_yaml import ContentProblem, document

_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FENCE = "---"


def _midnight(value: object) -> object:
    """A bare date is the start of that day, UTC."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.combine(date.fromisoformat(value), time(), UTC)
    return value


class FrontMatter(Frozen):
    """What stands between the two `---` lines of an article."""

    id: str
    title: str
    audience: Audience = Audience.PUBLIC
    product: str | None = None
    brand: str | None = None
    locale: str = "en"
    tags: tuple[str, ...] = ()
    updated_at: Annotated[Instant, BeforeValidator(_midnight)] | None = None
    url: str | None = None


class _Line(Frozen):
    """One line of corpus.jsonl."""

    model_config = ConfigDict(extra="ignore")

    line_id: str = Field(alias="_id", min_length=1)
    title: str = ""
    text: str


_LINE_REMEDY = 'Each line is {"_id": …, "title": …, "text": …}.'


@dataclass
class ArticlesRead:
    """What a folder or corpus held. `files` tells where each article id stands."""

    articles: list[Article] = field(default_factory=list)
    problems: list[ContentProblem] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)


class _Read(Frozen):
    """One file or line: an article, or what is wrong with it."""

    file: str
    line: int = 1
    article: Article | None = None
    problems: tuple[ContentProblem, ...] = ()


def version_of(title: str, body: str) -> str:
    """Changes exactly when the words change."""
    return hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[:16]


def read_articles(path: Path) -> ArticlesRead:
    """All articles at `path`: a corpus.jsonl, a folder holding one, or a folder of Markdown (its `articles/` if it has one).

    *Empty:* no article and no problem, where the folder holds none.
    """
    if not path.exists():
        missing = _whole(path.name, "does not exist", "Give a folder of Markdown files or a corpus.jsonl.")
        return ArticlesRead(problems=[missing])
    corpus = path if path.is_file() else path / "corpus.jsonl"
    if corpus.is_file():
        return _unique(_corpus(corpus))
    return _unique(_markdown(path / "articles" if (path / "articles").is_dir() else path, path))


def _whole(file: str, message: str, remedy: str, line: int = 1) -> ContentProblem:
    return ContentProblem(file=file, line=line, key="", message=message, remedy=remedy)


def _wrong(file: str, message: str, remedy: str, line: int = 1) -> _Read:
    return _Read(file=file, line=line, problems=(_whole(file, message, remedy, line),))


def _text(path: Path, name: str) -> str | _Read:
    """Universal newlines are kept out of it: a body must stay what the file says."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return _wrong(name, "is not UTF-8 text", "Save it as UTF-8.", line)


def _markdown(folder: Path, root: Path) -> Iterator[_Read]:
    """Hidden files and folders, and those that start with an underscore, are no articles."""
    for path in sorted(folder.rglob("*.md")):
        below = path.relative_to(folder)
        if not any(part.startswith((".", "_")) for part in below.parts):
            name = path.relative_to(root).as_posix()
            text = _text(path, name)
            yield text if isinstance(text, _Read) else _article(text, name, below.as_posix().removesuffix(".md"))


def _article(text: str, name: str, plain_id: str) -> _Read:
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != _FENCE:
        return _plain(text, name, plain_id)
    end = next((index for index, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        return _wrong(name, "front matter is not closed", "End it with a line of three dashes.")
    front, problems = fitted(FrontMatter, document("".join(lines[1:end]), name, first_line=2))
    if front is None:
        return _Read(file=name, problems=problems)
    body = "".join(lines[end + 1 :]).strip()
    if not body:
        return _wrong(name, "has no text", "Write the article below the front matter.", end + 1)
    fields = front.model_dump(exclude={"id"})
    article = Article(article_id=front.id, body=body, version=version_of(front.title, body), **fields)
    return _Read(file=name, article=article)


def _plain(text: str, name: str, plain_id: str) -> _Read:
    """Without front matter: the first heading is the title, the path the id. An empty file is no article."""
    heading = _HEADING.search(text)
    title = heading[1] if heading else plain_id.rpartition("/")[2].replace("-", " ").replace("_", " ").strip()
    body = (text[: heading.start()] + text[heading.end() :] if heading else text).strip()
    if not body:
        return _wrong(name, "has no text", "Write the article, or remove the file.")
    return _Read(file=name, article=Article(article_id=plain_id, title=title, body=body, version=version_of(title, body)))


def _corpus(path: Path) -> Iterator[_Read]:
    text = _text(path, path.name)
    if isinstance(text, _Read):
        yield text
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _corpus_line(line, path.name, number)


def _corpus_line(line: str, name: str, number: int) -> _Read:
    try:
        one = _Line.model_validate(json.loads(line))
    except json.JSONDecodeError:
        return _wrong(name, "this line is not JSON", _LINE_REMEDY, number)
    except ValidationError:
        return _wrong(name, "this line has not the fields of an article", _LINE_REMEDY, number)
    title = one.title or one.line_id
    article = Article(article_id=one.line_id, title=title, body=one.text, version=version_of(title, one.text))
    return _Read(file=name, line=number, article=article)


def _unique(found: Iterator[_Read]) -> ArticlesRead:
    """Two articles with one id would make citations ambiguous (L7)."""
    read = ArticlesRead()
    for one in found:
        read.problems.extend(one.problems)
        if one.article is None:
            continue
        taken = read.files.get(one.article.article_id)
        if taken:
            message = f"the id {one.article.article_id} is already taken by {taken}"
            problem = ContentProblem(file=one.file, line=one.line, key="id", message=message, remedy="Give it another id.")
            read.problems.append(problem)
        else:
            read.articles.append(one.article)
            read.files[one.article.article_id] = one.file
    return read
