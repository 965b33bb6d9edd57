"""Reads macros and articles as knowledge (I5); it never writes them. Deciding who may read one is knowledge.py's."""

from collections.abc import Sequence

from playbooks.domain.content import Article, Macro
from retrieval.vendors.intercom import knowledge, wire
from retrieval.vendors.intercom.api import Api, every

PER_PAGE = 150
"""The most Intercom gives on any list."""


class IntercomMacros:
    """MacroSource. *Source:* GET /macros (only from 2.16 on), read 2026-11-22."""

    def __init__(self, api: Api, inbox_ids: tuple[str, ...]) -> None:
        self._api, self._inbox_ids = api, inbox_ids

    async def macros(self) -> Sequence[Macro]:
        """Those usable in our inboxes. *Empty:* () where the workspace has none. *Errors:* the four; `Surprised` with
        status 404 means the configured API version is older than 2.16."""

        async def page(cursor: str | None) -> wire.MacroPage:
            return await self._api.ask("list macros", "GET", "/macros", wire.MacroPage, params=_params(cursor))

        found = [one async for several in every(page) for one in several.data]
        return [knowledge.macro(one) for one in found if knowledge.is_for(one, self._inbox_ids)]


class IntercomArticles:
    """ArticleSource. *Source:* GET /articles and /internal_articles, 2.16, read 2026-11-22."""

    def __init__(self, api: Api, *, internal: bool) -> None:
        self._api, self._internal = api, internal

    async def articles(self) -> Sequence[Article]:
        """Published help-centre articles, and internal ones where the settings ask for them; drafts are nobody's to read.

        *Units and limits:* the default language's content only. *Errors:* the four.
        """
        public = await self._listed("list articles", "/articles")
        internal = await self._listed("list internal articles", "/internal_articles") if self._internal else []
        published = [knowledge.article(one, internal=False) for one in public if one.state == "published"]
        return [*published, *(knowledge.article(one, internal=True) for one in internal)]

    async def _listed(self, operation: str, path: str) -> list[wire.Article]:
        """Pages by cursor where one is given, by number otherwise: the documentation shows both for this list."""
        found: dict[str, wire.Article] = {}
        params: dict[str, str | int] | None = {"per_page": PER_PAGE}
        while params:
            page = await self._api.ask(operation, "GET", path, wire.ArticlePage, params=params)
            before = len(found)
            found |= {one.id: one for one in page.data}
            params = _following(page) if len(found) > before else None
        return list(found.values())


def _params(cursor: str | None) -> dict[str, str | int]:
    return {"per_page": PER_PAGE} | ({"starting_after": cursor} if cursor else {})


def _following(page: wire.ArticlePage) -> dict[str, str | int] | None:
    if page.cursor:
        return _params(page.cursor)
    number, last = (page.pages.page, page.pages.total_pages) if page.pages else (None, None)
    return {"per_page": PER_PAGE, "page": number + 1} if number and last and number < last else None
