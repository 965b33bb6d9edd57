"""What a draft quotes is held against what the articles say when it is sent."""

import pytest

from playbooks.domain.content import Citation, Draft, DraftKind, Sentence
from playbooks.grounds import lost_grounds

SAID = "Refunds take\nfive days."
CITED = Citation(marker=1, passage_id="p", article_id="refunds", title="Refunds", excerpt=SAID, version="1")
DRAFT = Draft(
    draft_id="d",
    conversation_id="1",
    kind=DraftKind.EXTRACTIVE,
    sentences=(Sentence(text="Hello Priya"), Sentence(text=SAID, markers=(1,))),
    citations=(CITED,),
)


@pytest.mark.parametrize(
    ("body", "told"),
    [("Refunds take five days. And more.", None), ("Refunds take nine days.", "was changed"), (None, "was withdrawn")],
)
def test_a_sentence_whose_article_no_longer_says_it_is_held_back(body: str | None, told: str | None) -> None:
    found = lost_grounds(DRAFT.text, DRAFT, {"refunds": body})
    assert [one.severity for one in found] == (["block"] if told else [])
    for one in found:
        assert told is not None
        assert told in one.reason
        assert "“Refunds”" in one.reason
        assert DRAFT.text[one.start : one.end] == one.excerpt == SAID


def test_what_the_agent_took_out_or_put_otherwise_is_the_agents_own() -> None:
    assert lost_grounds("Hello Priya, I will ask.", DRAFT, {"refunds": None}) == ()


def test_a_sentence_with_one_ground_left_stands() -> None:
    other = CITED.model_copy(update={"marker": 2, "article_id": "money"})
    both = DRAFT.model_copy(
        update={"sentences": (Sentence(text=SAID, markers=(1, 2)),), "citations": (CITED, other)},
    )
    assert lost_grounds(both.text, both, {"refunds": None, "money": SAID}) == ()
