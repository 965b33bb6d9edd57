"""Each way of getting the content wrong, with the file, line and key that the complaint must name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from playbooks.proof import proved
from retrieval.content import ContentInvalid, check, knowledge
from tests.content.knowledge_copy import copied, replaced

SLA = "policies/sla.yaml"
INBOXES = "policies/inboxes.yaml"
ARTICLE = "articles/public/refunds.md"

BROKEN: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "broken.yaml").read_text())


@pytest.mark.parametrize("broken", [pytest.param(one, id=one["what"]) for one in BROKEN])
def test_it_is_told_with_file_line_key_and_remedy(broken: dict[str, Any], tmp_path: Path) -> None:
    root = copied(tmp_path)
    line = replaced(root, broken["file"], broken["old"], broken["new"])
    problems = check(root, proved)
    found = [
        one for one in problems if (one.file, one.key) == (broken["file"], broken["key"]) and broken["says"] in one.message
    ]
    assert found, "\n".join(str(one) for one in problems)
    assert broken["remedy"] in found[0].remedy
    assert found[0].line == line + broken.get("lines_below", 0)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    root = copied(tmp_path)
    replaced(root, SLA, "remind_every: 15 minutes", "remind_every: 15")
    replaced(root, SLA, "warn_at_percent: [50", "warn: [50")
    replaced(root, ARTICLE, "audience: public", "audience: all")
    (root / "policies" / "roles.yaml").unlink()
    files = [one.file for one in check(root, proved)]
    assert files == sorted(files)
    assert files.count(SLA) == 2
    assert {"policies/roles.yaml", ARTICLE} <= set(files)


def test_content_with_a_problem_is_never_half_loaded(tmp_path: Path) -> None:
    root = copied(tmp_path)
    replaced(root, SLA, "remind_every: 15 minutes", "remind_every: 15")
    with pytest.raises(ContentInvalid, match=r"policies/sla\.yaml:\d+: remind_every"):
        knowledge(root, proved)


def test_two_articles_with_one_id_are_a_problem_of_the_second(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / "articles" / "public" / "zz.md").write_text((root / ARTICLE).read_text())
    [problem] = check(root, proved)
    assert problem.file == "articles/public/zz.md"
    assert "already taken by articles/public/refunds.md" in problem.message


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    root = copied(tmp_path)
    (root / ARTICLE).write_bytes("---\nid: x\ntitle: Gerät\n---\nText".encode("latin-1"))
    (root / SLA).write_bytes(b"\xff\xfe")
    assert {(one.file, one.message) for one in check(root, proved) if "UTF-8" in one.message} == {
        (ARTICLE, "is not UTF-8 text"),
        (SLA, "is not UTF-8 text"),
    }


def test_the_usual_yaml_surprises_are_none(tmp_path: Path) -> None:
    """`on` and `no` are words, 12:30 is not a sexagesimal number."""
    root = copied(tmp_path)
    replaced(root, INBOXES, "name: Live Chat", "name: no")
    replaced(root, "policies/alerts.yaml", "title: New chat", "title: 12:30")
    found = knowledge(root, proved)
    assert found.policies.inboxes.inboxes[0].name == "no"
    assert found.policies.alerts.rules[0].title == "12:30"
