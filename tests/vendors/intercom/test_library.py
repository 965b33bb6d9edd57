"""Macros and articles as knowledge: all pages, the right audience, placeholders in the house's notation."""

import pytest

from playbooks.domain.content import Audience
from retrieval.connection import Connection
from retrieval.errors import Surprised
from retrieval.vendors.intercom import knowledge, wire
from tests.vendors.intercom.served import Served
from tests.vendors.intercom.small_world import OURS, THEIRS


async def test_an_empty_workspace_has_no_macros_and_no_articles(intercom: Connection) -> None:
    assert intercom.macro_source is not None
    assert intercom.article_source is not None
    assert (await intercom.macro_source.macros(), await intercom.article_source.articles()) == ([], [])


async def test_macros_come_with_paragraphs_placeholders_and_only_those_for_us(intercom: Connection, served: Served) -> None:
    hello = '<p>Hi {{user.first_name | fallback: "there"}},</p><p>order {{order.number}} is late.</p>'
    served.tell(
        "seed",
        macros=[
            {"name": "Late order", "body": hello},
            {"name": "Ours", "body": "<p>a</p>", "visible_to": "specific_teams", "visible_to_team_ids": [OURS]},
            {"name": "Theirs", "body": "<p>b</p>", "visible_to": "specific_teams", "visible_to_team_ids": [THEIRS]},
            {"name": "Messenger only", "body": "<p>c</p>", "available_on": ["messenger"]},
        ],
    )
    assert intercom.macro_source is not None
    macros = {one.name: one for one in await intercom.macro_source.macros()}
    assert macros.keys() == {"Late order", "Ours"}
    assert macros["Late order"].body == (
        'Hi {{ contact.first_name | fallback: "there" }},\n\norder {{ order.number }} is late.'
    )
    assert macros["Late order"].source == "intercom"


async def test_more_macros_and_articles_than_a_page_are_all_read(intercom: Connection, served: Served) -> None:
    served.tell(
        "seed",
        macros=[{"name": f"M{number}", "body": "<p>x</p>"} for number in range(320)],
        articles=[{"title": f"A{number}", "body": "<p>x</p>"} for number in range(170)],
    )
    assert intercom.macro_source is not None
    assert intercom.article_source is not None
    assert len({one.macro_id for one in await intercom.macro_source.macros()}) == 320
    assert len({one.article_id for one in await intercom.article_source.articles()}) == 170


async def test_articles_are_markdown_with_an_audience_and_drafts_are_nobodys(intercom: Connection, served: Served) -> None:
    served.tell(
        "seed",
        articles=[
            {"title": "Reset", "body": "<h2>Steps</h2><ol><li>Hold</li></ol>"},
            {"title": "Draft", "body": "<p>soon</p>", "state": "draft"},
            {"title": "Dealers", "body": "<p>margin</p>", "help_center_audience": "restricted"},
            {"title": "Goodwill limits", "body": "<p>up to 50</p>", "internal": True},
        ],
    )
    assert intercom.article_source is not None
    articles = {one.title: one for one in await intercom.article_source.articles()}
    assert {title: one.audience for title, one in articles.items()} == {
        "Reset": Audience.PUBLIC,
        "Dealers": Audience.INTERNAL,
        "Goodwill limits": Audience.INTERNAL,
    }
    assert articles["Reset"].body == "## Steps\n\n1. Hold"
    assert len(articles["Reset"].version) == 16
    assert (articles["Reset"].updated_at is not None, articles["Reset"].source) == (True, "intercom")


async def test_internal_articles_can_be_left_out(served: Served) -> None:
    served.tell("seed", articles=[{"title": "Inside", "body": "<p>x</p>", "internal": True}])
    connection = served.connected(internal_articles=False)
    assert connection.article_source is not None
    assert await connection.article_source.articles() == []
    assert "/internal_articles" not in {one.path for one in served.recorder.exchanges}
    assert connection.close is not None
    await connection.close()


async def test_a_version_without_macros_is_a_surprise_not_an_empty_list(served: Served) -> None:
    connection = served.connected(version="2.15")
    assert connection.macro_source is not None
    with pytest.raises(Surprised) as caught:
        await connection.macro_source.macros()
    assert caught.value.code == "not_found"
    assert connection.close is not None
    await connection.close()


@pytest.mark.parametrize(
    ("state", "url", "open_to", "audience"),
    [
        ("published", "https://h.example/1", "everyone", Audience.PUBLIC),
        ("published", "https://h.example/1", "all_users", Audience.PUBLIC),
        ("published", "https://h.example/1", None, Audience.PUBLIC),
        ("published", "https://h.example/1", "restricted", Audience.INTERNAL),
        ("published", "https://h.example/1", "a kind of tomorrow", Audience.INTERNAL),
        ("published", None, "everyone", Audience.INTERNAL),
        ("draft", "https://h.example/1", "everyone", Audience.INTERNAL),
        (None, "https://h.example/1", "everyone", Audience.INTERNAL),
    ],
)
def test_the_audience_fails_towards_internal(
    state: str | None, url: str | None, open_to: str | None, audience: Audience
) -> None:
    article = wire.Article(id="1", state=state, url=url, help_center_audience=open_to)
    assert knowledge.audience(article) is audience


def test_the_version_changes_with_title_and_body_only() -> None:
    def version(title: str, body: str, state: str = "published") -> str:
        return knowledge.article(wire.Article(id="1", title=title, body=body, state=state), internal=False).version

    assert version("a", "b") == version("a", "b", "draft")
    assert len({version("a", "b"), version("a", "c"), version("c", "b")}) == 3
