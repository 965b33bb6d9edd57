"""Links between articles: each must lead to an article that exists, and a public one never to an internal one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from playbooks.domain.content import Article, Audience
from retrieval.content_yaml import ContentProblem

_LINK = re.compile(r"\]\(([^)\s]+)\)")


def broken_links(root: Path, articles: Sequence[Article], files: Mapping[str, str]) -> Iterator[ContentProblem]:
    """Only addresses below the help centre's own are judged; the rest of the web is not ours to check."""
    by_url = {one.url: one for one in articles if one.url}
    bases = {url.rpartition("/")[0] for url in by_url}
    for article in articles:
        for target in _LINK.findall(article.body):
            address = target.partition("#")[0]
            found = _judged(article, by_url.get(address)) if address.rpartition("/")[0] in bases else None
            if found:
                file = files[article.article_id]
                message = f"{found}: {address}"
                yield ContentProblem(file=file, line=_line(root / file, target), key="", message=message, remedy=_REMEDY)


_REMEDY = "Correct the link or remove it."


def _judged(article: Article, target: Article | None) -> str | None:
    if target is None:
        return "links to an article that does not exist"
    if target.audience is Audience.INTERNAL and article.audience is Audience.PUBLIC:
        return "is public and links to an internal article"
    return None


def _line(file: Path, target: str) -> int:
    before, _, _ = file.read_text(encoding="utf-8-sig").partition(f"]({target})")
    return before.count("\n") + 1
