"""Lays an article's other passages beside the one found, so that a draft may quote the section that answers; it finds none."""

from collections.abc import Mapping

from playbooks.domain.content import Article, Hit, Passage, SearchResult
from retrieval.index.chunk import passages_of
from retrieval.index.shelving import passage


def with_beside(result: SearchResult, articles: Mapping[str, Article]) -> SearchResult:
    """As it was where the article is not at hand in the version that was found."""
    return result.model_copy(update={"hits": tuple(_with_beside(one, articles) for one in result.hits)})


def _with_beside(hit: Hit, articles: Mapping[str, Article]) -> Hit:
    article = articles.get(hit.passage.article_id)
    if hit.beside or article is None or article.version != hit.passage.version or article.audience != hit.passage.audience:
        return hit
    return hit.model_copy(update={"beside": tuple(one for one in _all(article) if one.passage_id != hit.passage.passage_id)})


def _all(article: Article) -> list[Passage]:
    return [passage(article, one) for one in passages_of(article.body)]
