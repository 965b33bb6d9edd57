"""`deskside eval` as a person reads it: shares with four places, times with one, counts with none; a folder it cannot read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app, commands
from bot.cli.evaluate import tell
from bot.cli.faults import told

assert commands


def test_a_table_shows_each_figure_as_it_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    tell("Search", {"questions": 1709, "ndcg_at_10": 1.0, "p50_ms": 15.0213, "examples": 10003.0, "oos_recall": None}, False)
    rows = [[cell.strip() for cell in row.split("│")[1:-1]] for row in capsys.readouterr().out.splitlines() if "│" in row]
    assert rows == [
        ["questions", "1,709"],
        ["ndcg at 10", "1.0000"],
        ["p50 ms", "15.0"],
        ["examples", "10,003"],
        ["oos recall", "–"],
    ]


@pytest.mark.parametrize("measure", ["retrieval", "abstention", "drafts", "intents"])
def test_a_folder_in_no_layout_is_refused_with_the_page_that_describes_it(measure: str, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["eval", measure, str(tmp_path)])
    assert isinstance(ran.exception, Exception)
    [(_, remedy)] = told(ran.exception)
    assert remedy.startswith("docs/evaluating.md")
