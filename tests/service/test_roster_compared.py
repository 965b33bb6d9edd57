"""`deskside check` against Intercom's sandbox: whom of the roster it does not know, and what is said without an answer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.demo.worlds import demo_world
from retrieval.sandbox import SandboxServer
from retrieval.vendors.intercom import VENDOR
from tests.content.knowledge_copy import copied, replaced

assert commands
TEAM = "policies/team.yaml"
ZOE = "  - {agent_id: zoe.lim@solvane.example, name: Zoe Lim, roles: [support]}\n\ndestinations:"


@pytest.fixture(scope="module")
def intercom() -> Iterator[dict[str, str]]:
    """The environment that reaches a sandbox in which our five colleagues are teammates."""
    sandbox = VENDOR.sandbox(demo_world(datetime.now(UTC)))
    with SandboxServer(sandbox.app) as server:
        named = sandbox.settings_at(server.url)
        yield {f"DESKSIDE_INTERCOM_{one.upper()}": named[one] for one in ("access_token", "bot_admin_id", "base_url")}


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return copied(tmp_path)


def checked(ours: Path, environment: dict[str, str]) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["check", "--knowledge", str(ours)], env=environment)
    return ran.exit_code, " ".join(ran.output.split())


def test_a_roster_that_intercom_knows_is_in_order(ours: Path, intercom: dict[str, str]) -> None:
    code, said = checked(ours, intercom)
    assert (code, "settings and knowledge are in order" in said, "Intercom" in said) == (0, True, False)


@pytest.mark.parametrize(("given", "whose"), [("5999", "nobody's"), ("5003", "Sofia Lindqvist's")])
def test_an_id_that_is_not_theirs_is_named_with_agent_file_and_remedy(
    ours: Path, intercom: dict[str, str], given: str, whose: str
) -> None:
    replaced(ours, TEAM, '"5001"', f'"{given}"')
    code, said = checked(ours, intercom)
    assert code == 1
    assert f"{TEAM}:9: agents[0].intercom_admin_id: The Intercom admin id {given} of Mei Tan is {whose} in Intercom." in said
    assert "Set intercom_admin_id to 5001 in knowledge/policies/team.yaml." in said


def test_a_colleague_who_may_be_meant_to_stay_outside_intercom_is_told_and_no_error(
    ours: Path, intercom: dict[str, str]
) -> None:
    replaced(ours, TEAM, "destinations:", ZOE)
    code, said = checked(ours, intercom)
    assert code == 0
    assert "Zoe Lim is no teammate in Intercom." in said
    assert "Invite zoe.lim@solvane.example to the Intercom workspace" in said


def test_the_seat_of_the_bot_is_compared_too(ours: Path, intercom: dict[str, str]) -> None:
    code, said = checked(ours, intercom | {"DESKSIDE_INTERCOM_BOT_ADMIN_ID": "77"})
    assert (code, "DESKSIDE_INTERCOM_BOT_ADMIN_ID: 77 is no teammate's id in Intercom." in said) == (1, True)


def test_where_intercom_does_not_answer_it_says_so_and_fails_nobody(ours: Path, intercom: dict[str, str]) -> None:
    replaced(ours, TEAM, '"5001"', '"5999"')
    code, said = checked(ours, intercom | {"DESKSIDE_INTERCOM_BASE_URL": "http://127.0.0.1:9"})
    assert code == 0
    assert "The roster could not be compared with Intercom's teammates. Intercom does not answer." in said


def test_a_token_that_is_not_accepted_is_told_once(ours: Path, intercom: dict[str, str]) -> None:
    code, said = checked(ours, intercom | {"DESKSIDE_INTERCOM_ACCESS_TOKEN": "wrong"})
    assert (code, said.count("Intercom does not accept our credentials (401)")) == (1, 1)
    assert "compared" not in said, said


def test_a_roster_that_cannot_be_read_is_told_once(ours: Path, intercom: dict[str, str]) -> None:
    replaced(ours, TEAM, "roles: [support]", "roles: [wizard]")
    code, said = checked(ours, intercom)
    assert (code, said.count(f"{TEAM}:8")) == (1, 1)
