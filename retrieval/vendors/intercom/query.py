"""Searching conversations by keyword, tag, person, assignee, inbox, state and dates, in any combination: pure, as JSON.

*Source:* POST /conversations/search, 2.16, read 2026-11-22. *Units and limits:* at most 15 filters a group and two levels;
`source.body` is matched word by word (a phrase finds nothing), and only the opening message is searched at all.
"""

from datetime import datetime

from playbooks.domain.search import ConversationSearch

Filter = dict[str, object]
MOST_WORDS = 8


def one_of(field: str, values: tuple[str | int, ...]) -> Filter:
    if len(values) == 1:
        return {"field": field, "operator": "=", "value": values[0]}
    return {"field": field, "operator": "IN", "value": list(values)}


def within(field: str, after: datetime | None, before: datetime | None) -> list[Filter]:
    """Dates know only = < and >, and Intercom's own tables differ on whether those include the edge: a second wider."""
    filters: list[Filter] = []
    if after:
        filters.append({"field": field, "operator": ">", "value": int(after.timestamp()) - 1})
    if before:
        filters.append({"field": field, "operator": "<", "value": int(before.timestamp()) + 1})
    return filters


def filters(search: ConversationSearch, tag_ids: tuple[str, ...], contact_ids: tuple[str, ...]) -> list[Filter]:
    """One filter for each thing asked for. Ids of assignees go as numbers, as documented; 0 for nobody is assumed."""
    found: list[Filter] = [one_of("source.body", (word,)) for word in search.keyword.lower().split()[:MOST_WORDS]]
    found += [one_of("tag_ids", (one,)) for one in tag_ids]
    if contact_ids:
        found.append(one_of("contact_ids", contact_ids))
    for field, value in (("admin_assignee_id", search.assignee_admin_id), ("team_assignee_id", search.inbox_id)):
        if value:
            found.append(one_of(field, (int(value),)))
    if search.state:
        found.append(one_of("state", (search.state.value,)))
    found += within("updated_at", search.updated_after, search.updated_before)
    return found + within("created_at", search.created_after, search.created_before)


def body(wanted: list[Filter], cursor: str | None, per_page: int = 150) -> dict[str, object]:
    """The request; 150 a page is the most Intercom gives."""
    pagination: dict[str, object] = {"per_page": per_page} | ({"starting_after": cursor} if cursor else {})
    return {"query": all_of(wanted), "pagination": pagination}


def all_of(wanted: list[Filter]) -> Filter:
    return {"operator": "AND", "value": wanted}


def any_of(wanted: list[Filter]) -> Filter:
    return wanted[0] if len(wanted) == 1 else {"operator": "OR", "value": wanted}
