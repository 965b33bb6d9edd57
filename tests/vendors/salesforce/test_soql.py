"""Whatever a person types stays a value: our escaping against the sandbox's own reader of SOQL."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from retrieval.vendors.salesforce import soql
from retrieval.vendors.salesforce.sandbox_objects import OBJECTS
from retrieval.vendors.salesforce.sandbox_records import Org as Records
from retrieval.vendors.salesforce.sandbox_soql import parsed

HOSTILE = [
    "' OR Name != '",
    "\\' OR Name != '",
    "\\",
    "\\\\'",
    "x' LIMIT 1 --",
    "'; DELETE FROM Case; '",
    '"',
    "%",
    "_",
    "\\%",
    "a\nb\tc\rd",
    "Sean O'Donnell",
    "名前 ' ñ \u202e",
]
TEXTS = some.text(alphabet=some.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=30)


def found(where: str, *names: str) -> list[str]:
    records = Records()
    for name in names:
        records.insert(OBJECTS["Account"], {"Name": name})
    query = parsed(f"SELECT Name FROM Account WHERE {where}")
    return [row["Name"] for row in query.run(records, lambda _: True)]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_finds_itself_and_nothing_else(value: str) -> None:
    assert found(f"Name = {soql.text(value)}", value, "somebody else") == [value]
    assert found(f"Name IN {soql.texts([value, 'nobody'])}", value, "somebody else") == [value]
    assert found(f"Name LIKE {soql.containing(value)}", f"<{value}>", "somebody else") == [f"<{value}>"]


@given(TEXTS)
def test_any_value_finds_itself_and_nothing_else(value: str) -> None:
    other = f"{value}x"
    assert found(f"Name = {soql.text(value)}", value, other) == [value]
    assert set(found(f"Name LIKE {soql.containing(value)}", value, other, "somebody")) >= {value, other}


@given(some.text(max_size=30))
def test_no_value_can_end_the_quotes(value: str) -> None:
    """One token, whatever is in it: what follows is still read as our own."""
    query = parsed(f"SELECT Id FROM Account WHERE Name = {soql.text(value)} AND Name LIKE {soql.containing(value)} LIMIT 7")
    assert query.limit == 7


def test_control_characters_without_an_escape_are_dropped() -> None:
    assert soql.text("a\x00b\x1bc") == "'abc'"


def test_a_phone_pattern_matches_however_it_is_punctuated() -> None:
    pattern = soql.with_digits("91234567")
    assert found(f"Name LIKE {pattern}", "+65 9123-4567", "(65) 9123 4567", "91234567", "91234568") == [
        "+65 9123-4567",
        "(65) 9123 4567",
        "91234567",
    ]


def test_a_moment_is_written_in_utc() -> None:
    singapore = timezone(timedelta(hours=8))
    assert soql.moment(datetime(2026, 11, 22, 8, 30, tzinfo=singapore)) == "2026-11-22T00:30:00Z"
    assert soql.moment(datetime(2026, 1, 2, 3, 4, 5, 999, tzinfo=UTC)) == "2026-01-02T03:04:05Z"
