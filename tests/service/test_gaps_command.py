"""`deskside gaps` over a real database: how often, an example, the nearest article, stubs; grouped as the setting says."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.memory import Connection, unanswered
from bot.memory.database import open_database
from bot.memory.schema import migrate
from playbooks.domain.unanswered import Unanswered

assert commands
ASKED = ("Do you sell gift cards?", "Can I buy a gift card?", "Where is your shop in Oslo?")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    url = f"sqlite:///{tmp_path / 'deskside.db'}"
    migrate(url)
    asyncio.run(_filled(url))
    return tmp_path


async def _filled(url: str) -> None:
    database = await open_database(url)

    def put(conn: Connection) -> None:
        for number, question in enumerate(ASKED):
            at = datetime.now(UTC) - timedelta(hours=number)
            unanswered.save(conn, Unanswered(question_key=str(number), question=question, asked_at=at, nearest_title="Paying"))

    await database.transact(put)
    await database.close()


def gaps(data: Path, *options: str, embedder: str = "none") -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["gaps", "--data", str(data), *options], env={"DESKSIDE_EMBEDDER": embedder})
    return ran.exit_code, ran.output


def test_it_tells_volume_example_and_nearest_article_and_writes_stubs_once(data: Path) -> None:
    code, told = gaps(data, "--json", "--write", str(data / "stubs"))
    assert code == 0
    first, *_ = json.loads(told)["gaps"]
    assert (first["volume"], first["nearest_title"]) == (2, "Paying")
    assert "gift card" in first["example"]
    stub = data / "stubs" / f"{first['gap_id']}.md"
    assert "audience: internal" in stub.read_text(encoding="utf-8")
    stub.write_text("mine", encoding="utf-8")
    assert json.loads(gaps(data, "--json", "--write", str(data / "stubs"))[1])["written"] == []
    assert stub.read_text(encoding="utf-8") == "mine"
    assert "Oslo" not in gaps(data, "--at-least", "2")[1]


def test_questions_are_grouped_by_the_embedder_that_is_set(data: Path) -> None:
    code, told = gaps(data, "--json", embedder="tests.service.test_gaps_command.EverythingIsAlike")
    assert code == 0
    assert [one["volume"] for one in json.loads(told)["gaps"]] == [3]


def _alike() -> type:
    from langchain_core.embeddings import Embeddings  # noqa: PLC0415

    class EverythingIsAlike(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[1.0, 0.0]] * len(texts)

        def embed_query(self, text: str) -> list[float]:
            return [1.0, 0.0]

    return EverythingIsAlike


EverythingIsAlike = _alike()
