"""An article's other passages are laid beside the one found, in the version and for the readers it was found for."""

import pytest

from bot.passages import with_beside
from playbooks.domain.content import Audience, SearchResult
from tests.replies.articles import article, found

DHL = article("dhl-tracking-not-moving")


def bare() -> SearchResult:
    result = found(DHL)
    return result.model_copy(update={"hits": tuple(one.model_copy(update={"beside": ()}) for one in result.hits)})


def test_all_other_passages_of_the_article_stand_beside_in_reading_order() -> None:
    [hit] = with_beside(bare(), {DHL.article_id: DHL}).hits
    assert len(hit.beside) >= 2
    assert [one.start for one in hit.beside] == sorted(one.start for one in hit.beside)
    assert hit.passage not in hit.beside
    assert all(DHL.body[one.start : one.end] == one.text for one in hit.beside)


@pytest.mark.parametrize("changed", [{"version": "newer"}, {"audience": Audience.INTERNAL}])
def test_another_version_or_an_article_that_turned_internal_stays_away(changed: dict[str, object]) -> None:
    other = DHL.model_copy(update=changed)
    assert with_beside(bare(), {DHL.article_id: other}) == bare()
    assert with_beside(bare(), {}) == bare()
