"""Other people's help centres: plain Markdown, and the corpus layout of the shared test material."""

import hashlib
import json
from pathlib import Path

import pytest

from playbooks.domain.content import Audience
from retrieval.content import ContentInvalid, articles_of
from tests.shared_files import shared


def test_plain_markdown_has_its_first_heading_for_title_and_its_path_for_id(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "first-start.md").write_text("Intro.\n\n# First start #\n\nPlug it in.\n")
    [article] = articles_of(tmp_path)
    assert (article.article_id, article.title) == ("guides/first-start", "First start")
    assert article.body == "Intro.\n\n\nPlug it in."
    assert article.audience is Audience.PUBLIC


def test_markdown_without_a_heading_is_called_after_its_file(tmp_path: Path) -> None:
    (tmp_path / "reset_the-plug.md").write_text("Hold the button.")
    assert [one.title for one in articles_of(tmp_path)] == ["reset the plug"]


def test_a_horizontal_rule_further_down_is_no_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\nText\n\n---\n\nid: not front matter\n")
    assert "id: not front matter" in articles_of(tmp_path)[0].body


def test_hidden_files_and_drafts_are_no_articles(tmp_path: Path) -> None:
    for name in (".hidden.md", "_draft.md", "seen.md"):
        (tmp_path / name).write_text("# Title\n\nText")
    assert [one.article_id for one in articles_of(tmp_path)] == ["seen"]


def test_a_version_changes_with_the_words_and_only_with_them(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\nid: a\ntitle: T\ntags: [x]\n---\nBody")
    [before] = articles_of(tmp_path)
    path.write_text("---\nid: a\ntitle: T\ntags: [y]\n---\nBody\n")
    assert articles_of(tmp_path)[0].version == before.version == hashlib.sha256(b"T\nBody").hexdigest()[:16]
    path.write_text("---\nid: a\ntitle: T\n---\nBody!")
    assert articles_of(tmp_path)[0].version != before.version


def test_a_byte_order_mark_is_no_part_of_an_article(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeff---\nid: marked\ntitle: T\n---\nBody".encode())
    assert [(one.article_id, one.body) for one in articles_of(tmp_path)] == [("marked", "Body")]


@pytest.mark.parametrize(("name", "count"), [("wixqa", 173), ("techqa", 337), ("stackfaq", 125), ("bank", 698)])
def test_the_shared_help_centres_load_whole(name: str, count: int) -> None:
    corpus = shared(f"data/kb/{name}/corpus.jsonl")
    articles = articles_of(corpus.parent)
    assert len(articles) == count
    given = {line["_id"]: line for line in map(json.loads, corpus.read_text().splitlines())}
    assert all(one.body == given[one.article_id]["text"] for one in articles)
    assert articles_of(corpus) == articles


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{not json", "this line is not JSON"),
        ('{"title": "T", "text": "x"}', "has not the fields"),
        ('{"_id": 7, "text": "x"}', "has not the fields"),
        ("[]", "has not the fields"),
    ],
)
def test_a_bad_line_of_a_corpus_is_named_by_its_number(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "a", "title": "A", "text": "x"}\n\n' + line + "\n")
    with pytest.raises(ContentInvalid, match=rf"corpus\.jsonl:3: .*{message}"):
        articles_of(tmp_path)


def test_an_id_twice_in_a_corpus_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}\n')
    with pytest.raises(ContentInvalid, match=r"corpus\.jsonl:2: id: the id a is already taken"):
        articles_of(tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("---\nid: a\ntitle: T\nBody", 1, "front matter is not closed"),
        ("---\nid: a\ntitle: T\n---\n\n", 4, "has no text"),
        ("# Only a heading\n", 1, "has no text"),
        ("---\nid: a\n---\nBody", 2, "title is missing"),
        ("---\n- a\n---\nBody", 2, "expected a mapping"),
    ],
)
def test_a_broken_article_is_named(tmp_path: Path, text: str, line: int, message: str) -> None:
    (tmp_path / "a.md").write_text(text)
    with pytest.raises(ContentInvalid, match=rf"a\.md:{line}: .*{message}"):
        articles_of(tmp_path)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ContentInvalid, match="does not exist"):
        articles_of(tmp_path / "nowhere")
