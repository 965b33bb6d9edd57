"""The sentences that stand whole in an answer which is still being written; it judges none of them."""

import json
from collections.abc import Sequence

from pydantic import ValidationError

from playbooks.domain.writing import WrittenSentence
from retrieval.llm.answers import SentenceWire

_START = '"sentences"'


def sentences_so_far(text: str) -> Sequence[WrittenSentence]:
    """() while there is none, and where the answer is no such object: then the whole answer is judged when it is there."""
    start = text.find("[", text.find(_START)) if _START in text else -1
    found: list[WrittenSentence] = []
    place = start + 1
    while start >= 0 and (place := text.find("{", place)) >= 0:
        try:
            read, place = json.JSONDecoder().raw_decode(text, place)
            one = SentenceWire.model_validate(read)
        except (ValueError, RecursionError, ValidationError):
            break
        found.append(WrittenSentence(text=one.text, marker=one.source, excerpt=one.excerpt, is_step=one.step))
    return found
