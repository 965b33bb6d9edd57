"""The demo company's content: whole, coherent, and as well kept as a real help centre."""

import re

import pytest

from playbooks.domain.content import Article, Audience, Macro
from playbooks.domain.people import Role
from playbooks.domain.policy import Permission
from playbooks.proof import proved
from retrieval.content import check
from tests.content.knowledge_copy import KNOWLEDGE, real

ARTICLES = [pytest.param(one, id=one.article_id) for one in real().articles]
MACROS = [pytest.param(one, id=one.macro_id) for one in real().macros]


def test_the_content_has_no_problem() -> None:
    assert check(KNOWLEDGE, proved) == ()


def test_it_is_a_whole_help_centre() -> None:
    audiences = [one.audience for one in real().articles]
    assert audiences.count(Audience.PUBLIC) >= 26
    assert audiences.count(Audience.INTERNAL) >= 5
    assert len(real().macros) >= 18
    assert sum(one.owner is not None for one in real().macros) == 2


@pytest.mark.parametrize("article", ARTICLES)
def test_an_article_is_neither_a_note_nor_a_book(article: Article) -> None:
    assert 150 <= len(article.body.split()) <= 450


@pytest.mark.parametrize("article", ARTICLES)
def test_an_article_has_headings_tags_a_date_and_an_address(article: Article) -> None:
    assert re.search(r"^## ", article.body, re.MULTILINE)
    assert article.tags
    assert article.updated_at is not None
    assert article.url is not None
    assert article.url.endswith(f"/{article.article_id}")


@pytest.mark.parametrize("article", ARTICLES)
def test_an_internal_article_says_so_in_its_title_and_lies_apart(article: Article) -> None:
    internal = article.audience is Audience.INTERNAL
    assert article.title.startswith("Internal:") == internal
    folder = "internal" if internal else "public"
    assert (KNOWLEDGE / "articles" / folder / f"{article.article_id}.md").is_file()


@pytest.mark.parametrize("macro", MACROS)
def test_a_macro_has_examples_enough_to_be_found_by(macro: Macro) -> None:
    assert len(set(macro.examples)) >= 6


def test_shared_macros_come_before_personal_ones() -> None:
    owned = [one.owner is not None for one in real().macros]
    assert owned == sorted(owned)


def test_every_role_of_the_mission_is_granted_something() -> None:
    assert set(real().policies.roles.roles) == set(Role)


def test_only_management_assigns() -> None:
    roles = real().policies.roles
    assert {one for one in Role if Permission.ASSIGN in roles.permissions(frozenset({one}))} == {Role.SUPERVISOR, Role.ADMIN}


def test_nobody_but_an_administrator_erases_exports_or_reads_the_audit() -> None:
    roles = real().policies.roles
    trusted = {Permission.ERASE, Permission.EXPORT, Permission.READ_AUDIT}
    assert {one for one in Role if trusted & roles.permissions(frozenset({one}))} == {Role.ADMIN}


def test_the_other_brands_inbox_is_not_ours_and_an_unlisted_one_neither() -> None:
    inboxes = real().policies.inboxes
    assert inboxes.is_ours("8101")
    assert not inboxes.is_ours("8202")
    assert not inboxes.is_ours("9999")
    assert not inboxes.is_ours(None)


FACTS = {
    "safety line": (r"\+65 \d{4} \d{4}", {"+65 6800 1190"}),
    "battery warranty": (r"\d+ % within \d+ years", {"70 % within 10 years"}),
    "chat hours": (r"\d\d:\d\d–22:00", {"08:00–22:00"}),
}


@pytest.mark.parametrize("fact", FACTS)
def test_the_articles_macros_and_voice_never_contradict_each_other(fact: str) -> None:
    pattern, expected = FACTS[fact]
    texts = [*(one.body for one in real().articles), *(one.body for one in real().macros)]
    texts += [*real().voice.holding.values(), *(good for rule in real().voice.rules for good in rule.good)]
    assert {found for text in texts for found in re.findall(pattern, text)} == expected


def test_banks_always_take_five_to_ten_working_days() -> None:
    texts = [*(one.body for one in real().articles), *(one.body for one in real().macros)]
    said = {
        found for text in texts for found in re.findall(r"(?:bank shows it|card or account) within (\d+(?: to |–)\d+)", text)
    }
    assert said <= {"5 to 10", "5–10"}
    assert said


def test_the_stuck_battery_of_the_demo_has_an_answer_with_steps_and_times() -> None:
    article = next(one for one in real().articles if one.article_id == "dhl-tracking-not-moving")
    for words in ("three working days", "two working days", "replacement", "refund", "You do not need to contact DHL"):
        assert words in article.body
