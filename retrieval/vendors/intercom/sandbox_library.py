"""The Intercom sandbox's macros and articles; empty until a person seeds them, as a new workspace is."""

import base64
import json
import re
from datetime import UTC, datetime

from retrieval.vendors.intercom.sandbox_gate import ApiError, Call, invalid
from retrieval.vendors.intercom.sandbox_paging import newest_first, paged, size
from retrieval.vendors.intercom.sandbox_state import WORKSPACE, Json, State

MACRO_KEYS = frozenset({"name", "body", "visible_to", "visible_to_team_ids", "available_on"})
ARTICLE_KEYS = frozenset({"title", "body", "description", "state", "url", "help_center_audience", "internal"})


class Library:
    def __init__(self, state: State) -> None:
        self._state = state

    def macros(self, call: Call) -> object:
        since = call.query.get("updated_since", "0")
        if not since.isdigit():
            raise invalid("updated_since", "Invalid updated_since timestamp")
        per_page = size(call.query.get("per_page"), 50)
        recent = [one for one in self._state.macros.values() if one["updated_at"] >= int(since)]
        ordered = sorted(recent, key=newest_first, reverse=True)
        after = _macro_cursor(call.query.get("starting_after"))
        rest = [one for one in ordered if after is None or newest_first(one) < after]
        following = _following(rest[per_page - 1]) if len(rest) > per_page else None
        pages = {"type": "pages", "per_page": per_page, "next": following}
        return {"type": "list", "data": [_macro(one) for one in rest[:per_page]], "pages": pages}

    def macro(self, call: Call) -> object:
        if call.path["id"] not in self._state.macros:
            raise ApiError(404, "macro_not_found", "Macro not found")
        return _macro(self._state.macros[call.path["id"]])

    def articles(self, call: Call) -> object:
        return self._articles(self._state.articles, call)

    def internal_articles(self, call: Call) -> object:
        return self._articles(self._state.internal_articles, call)

    def _articles(self, articles: dict[str, Json], call: Call) -> object:
        per_page, number = size(call.query.get("per_page"), 25), call.query.get("page", "1")
        cursor = call.query.get("starting_after")
        items = list(articles.values())
        if not cursor and number.isdigit() and int(number) > 1:
            start = (int(number) - 1) * per_page
            shown = sorted(items, key=newest_first, reverse=True)[start : start + per_page]
            _, pages = paged(items, per_page, None)
            pages = {key: pages[key] for key in ("type", "per_page", "total_pages")} | {"page": int(number)}
        else:
            shown, pages = paged(items, per_page, cursor)
        return {"type": "list", "data": shown, "total_count": len(items), "pages": pages}

    def article(self, call: Call) -> object:
        return self._one(self._state.articles, call.path["id"])

    def internal_article(self, call: Call) -> object:
        return self._one(self._state.internal_articles, call.path["id"])

    def _one(self, articles: dict[str, Json], article_id: str) -> Json:
        if article_id not in articles:
            raise ApiError(404, "not_found", "Resource Not Found")
        return articles[article_id]

    def add_macro(self, given: Json) -> str:
        """From a person (`/_sandbox/seed`): name and body in HTML, the rest as the API names it."""
        _only(given, MACRO_KEYS)
        macro_id, now = self._state.number("macro", 50_001), self._state.now()
        self._state.macros[macro_id] = {
            "id": macro_id,
            "created_at": now,
            "updated_at": now,
            "visible_to": "everyone",
            "visible_to_team_ids": [],
            "available_on": ["inbox", "messenger"],
            **given,
        }
        return macro_id

    def add_article(self, given: Json) -> str:
        _only(given, ARTICLE_KEYS)
        article_id, now = self._state.number("article", 1_001), self._state.now()
        both = {"id": article_id, "title": given["title"], "body": given["body"], "author_id": 5000}
        both |= {"created_at": now, "updated_at": now}
        if given.get("internal"):
            self._state.internal_articles[article_id] = both | {"type": "internal_article", "owner_id": 5000, "locale": "en"}
            return article_id
        self._state.articles[article_id] = both | {
            "type": "article",
            "workspace_id": WORKSPACE,
            "description": given.get("description", ""),
            "state": given.get("state", "published"),
            "url": given.get("url", f"https://help.example.com/en/articles/{article_id}"),
            "parent_ids": [],
            "help_center_audience": given.get("help_center_audience", "everyone"),
            "default_locale": "en",
            "tags": {"type": "tag.list", "tags": []},
        }
        return article_id


def _only(given: Json, known: frozenset[str]) -> None:
    strangers = sorted(set(given) - known)
    if strangers:
        raise ValueError(f"unknown: {', '.join(strangers)}")


def _macro(one: Json) -> Json:
    """Bodies are seeded with Intercom's own `{{user.name | fallback: "there"}}` and shown with <attribute> elements."""
    text = re.sub(r"</p>\s*<p>|<br ?/?>", "\n", one["body"])
    times = {
        key: datetime.fromtimestamp(one[key], UTC).isoformat(timespec="milliseconds") for key in ("created_at", "updated_at")
    }
    markup = re.sub(r"{{\s*([\w.]+)\s*(?:\|\s*fallback:\s*[\"']([^\"']*)[\"'])?\s*}}", _attribute, one["body"])
    return {"type": "macro", **one, **times, "body": markup, "body_text": re.sub(r"<[^>]+>", "", text)}


def _attribute(found: re.Match[str]) -> str:
    default = f' default="{found.group(2)}"' if found.group(2) else ""
    return f'<attribute key="{found.group(1)}"{default}/>'


def _following(last: Json) -> Json:
    return {"starting_after": base64.b64encode(json.dumps([float(last["updated_at"]), last["id"]]).encode()).decode()}


def _macro_cursor(cursor: str | None) -> tuple[float, str] | None:
    if not cursor:
        return None
    try:
        changed, macro_id = json.loads(base64.b64decode(cursor, validate=True))
        return float(changed), str(macro_id)
    except (ValueError, TypeError):
        raise invalid("starting_after", "starting_after is not a cursor") from None
