"""The operators' commands over a real database file: each says what it did, and names the remedy where it cannot."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.cli.faults import told
from bot.demo.play import Inhabited
from bot.engines import jobs_in
from bot.jobs import Claimed, Commit, NewJob, PermanentFailure
from bot.memory import Connection, audit
from bot.memory.database import open_database
from bot.memory.schema import migrate

assert commands
CARD = "4111 1111 1111 1111"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def deskside(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, list(arguments))
    return ran.exit_code, ran.output


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one dead job, whose payload holds a card number, and two audit entries."""
    folder = tmp_path / "data"
    folder.mkdir()
    migrate(f"sqlite:///{folder / 'deskside.db'}")
    asyncio.run(_filled(f"sqlite:///{folder / 'deskside.db'}"))
    return folder


async def _filled(url: str) -> None:
    database = await open_database(url)
    jobs, stop = jobs_in(database), asyncio.Event()

    async def fails(claimed: Claimed) -> Commit | None:
        stop.set()
        raise PermanentFailure("refused for good")

    def put(conn: Connection) -> None:
        jobs.enqueue(conn, NewJob("take", {"text": f"my card is {CARD}", "order": "SV-20417"}, "one"))
        for what in ("read_customer", "send_reply"):
            audit.append(conn, at=NOW, actor="mei", what=what, subject="7")

    await database.transact(put)
    await jobs.work({"take": fails}, stop)
    await database.close()


def test_a_dead_job_is_listed_shown_masked_retried_and_dropped(data: Path) -> None:
    where = ("--data", str(data))
    _, listed = deskside("jobs", "list", "--state", "dead", "--json", *where)
    (row,) = json.loads(listed)
    assert (row["kind"], row["error"]) == ("take", "PermanentFailure: refused for good")
    _, shown = deskside("jobs", "show", row["error_id"], *where)
    assert CARD not in shown
    assert "SV-20417" in shown
    assert deskside("jobs", "retry", str(row["job_id"]), *where)[0] == 0
    assert deskside("jobs", "retry", str(row["job_id"]), *where)[0] == 1
    assert deskside("jobs", "drop", row["error_id"], *where)[0] == 0
    assert json.loads(deskside("jobs", "list", "--state", "dead", "--json", *where)[1]) == []


@pytest.mark.parametrize("given", ["seventeen", "J", "17x"])
def test_what_is_no_job_is_refused_with_what_would_be(data: Path, given: str) -> None:
    status, said = deskside("jobs", "show", given, "--data", str(data))
    assert status == 2
    assert "J17-3" in said


def test_the_audit_is_whole_until_somebody_changes_it_or_cuts_it(data: Path) -> None:
    where = ("--data", str(data))
    status, said = deskside("audit", "verify", *where)
    assert status == 0
    head = said.rsplit(" ", 1)[1].strip()
    assert head.startswith("2:")
    assert [one["what"] for one in json.loads(deskside("audit", "list", "--json", *where)[1])] == [
        "read_customer",
        "send_reply",
    ]
    _change(data, "DELETE FROM audit WHERE seq = 2")
    assert deskside("audit", "verify", *where)[0] == 0
    assert deskside("audit", "verify", "--head", head, *where)[0] == 1
    _change(data, "UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    assert deskside("audit", "verify", *where)[0] == 1
    assert deskside("audit", "verify", "--head", "nonsense", *where)[0] == 2


def _change(data: Path, statement: str) -> None:
    async def changed() -> None:
        database = await open_database(f"sqlite:///{data / 'deskside.db'}")
        await database.transact(lambda conn: conn.execute(text(statement)) and None)
        await database.close()

    asyncio.run(changed())


def test_a_backup_taken_is_put_back(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "copy.db"
    assert deskside("backup", str(file), "--data", str(data))[0] == 0
    monkeypatch.setenv("DESKSIDE_DATA_DIR", str(tmp_path / "other"))
    assert deskside("restore", str(file))[0] == 0
    assert deskside("migrate")[0] == 0
    assert len(json.loads(deskside("audit", "list", "--json", "--data", str(tmp_path / "other"))[1])) == 2


def test_the_demo_leaves_a_folder_alone_that_holds_somebodys_state(data: Path) -> None:
    """Its sandboxes begin anew each time: a finished chat in the database would contradict them."""
    before = (data / "deskside.db").read_bytes()
    error = CliRunner().invoke(app, ["demo", "--once", "--data", str(data)]).exception
    assert isinstance(error, Inhabited)
    assert "empty folder" in error.remedy
    assert (data / "deskside.db").read_bytes() == before


@pytest.mark.parametrize("command", [["migrate"], ["run"], ["restore", "copy.db"]])
def test_a_place_where_nothing_can_be_stored_is_named_with_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """A file where the data folder should be, a database of nobody's, a kind of database that we do not work in."""
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "deskside.db").write_bytes(b"this is no database" * 1000)
    (tmp_path / "copy.db").write_bytes(b"nor a backup" * 1000)
    monkeypatch.chdir(tmp_path)
    for variable, value, words in (
        ("DESKSIDE_DATA_DIR", str(tmp_path / "file"), "cannot be made: File exists. Name another one with DESKSIDE_DATA_DIR"),
        ("DESKSIDE_DATA_DIR", str(tmp_path / "bad"), "not a database" if command[0] != "restore" else "no backup of ours"),
        ("DESKSIDE_DATABASE_URL", "mysql://u:secret@127.0.0.1/x", "neither SQLite nor PostgreSQL"),
    ):
        if command[0] == "restore" and "mysql" in value:
            continue
        monkeypatch.setenv(variable, value)
        error = CliRunner().invoke(app, command).exception
        assert error is not None
        said = " ".join(". ".join(one) for one in told(error))  # type: ignore[arg-type]
        assert words in said, said
        assert "secret" not in said
        monkeypatch.delenv(variable)


def test_a_folder_without_a_database_is_named_with_what_helps(tmp_path: Path) -> None:
    status, said = deskside("jobs", "list", "--data", str(tmp_path))
    assert status == 2
    assert "--data" in said
