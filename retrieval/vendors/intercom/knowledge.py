"""Intercom's macros and articles as the house's own; decides the audience and fails towards internal (K1). Pure."""

import hashlib

from playbooks.domain.content import Article, Audience, Macro
from retrieval.vendors.intercom import wire
from retrieval.vendors.intercom.text import markdown_of, text_of

OPEN_AUDIENCES = frozenset({"everyone", "all_users", "all_visitors", "all_leads", "all_visitors_and_leads"})


def macro(one: wire.Macro) -> Macro:
    """The HTML keeps the paragraphs that `body_text` loses; its placeholders become the house's notation."""
    return Macro(macro_id=f"intercom-{one.id}", name=one.name, body=text_of(one.body) or one.body_text or "", source="intercom")


def is_for(one: wire.Macro, inbox_ids: tuple[str, ...]) -> bool:
    """Usable in the inbox, and shared with everyone or with one of our teams (an Intercom team is its inbox)."""
    theirs = one.visible_to == "specific_teams" and bool(inbox_ids) and not set(one.visible_to_team_ids) & set(inbox_ids)
    return not theirs and (not one.available_on or "inbox" in one.available_on)


def audience(one: wire.Article) -> Audience:
    """Public only with an address in the help centre and an audience anybody of a documented kind belongs to.

    Before 2.16 `help_center_audience` is absent; then the address decides (assumed).
    """
    is_open = one.help_center_audience is None or one.help_center_audience in OPEN_AUDIENCES
    return Audience.PUBLIC if one.state == "published" and one.url and is_open else Audience.INTERNAL


def article(one: wire.Article, *, internal: bool) -> Article:
    title, body = one.title or "", markdown_of(one.body)
    return Article(
        article_id=f"intercom-internal-{one.id}" if internal else f"intercom-{one.id}",
        title=title,
        body=body,
        version=hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[:16],
        audience=Audience.INTERNAL if internal else audience(one),
        locale=one.default_locale or one.locale or "en",
        tags=tuple(tag.name for tag in one.tags.tags) if one.tags else (),
        updated_at=one.updated_at,
        url=one.url,
        source="intercom",
    )
