"""Whether what a draft quotes is still what the articles say, at the moment of sending; it reads no article itself."""

from collections.abc import Mapping

from playbooks.domain.content import Citation, Draft
from playbooks.domain.finding import Finding


def lost_grounds(text: str, draft: Draft, bodies: Mapping[str, str | None]) -> tuple[Finding, ...]:
    """A block for each sentence still in `text` that rests on something no public article says any more.

    `bodies`: what each cited article says now to customers, by its id; None where they may not read it or it is gone.
    """
    cited = {one.marker: one for one in draft.citations}
    found = []
    for sentence in draft.sentences:
        start = text.find(sentence.text)
        lost = [reason for marker in sentence.markers if (reason := _lost(cited.get(marker), bodies))]
        if start >= 0 and lost and len(lost) == len(sentence.markers):
            end = start + len(sentence.text)
            finding = Finding(
                rule_id="article_changed", severity="block", reason=lost[0], excerpt=sentence.text, start=start, end=end
            )
            found.append(finding)
    return tuple(found)


def _lost(citation: Citation | None, bodies: Mapping[str, str | None]) -> str:
    """In words; "" where the citation still stands."""
    if citation is None:
        return "It cites nothing."
    body = bodies.get(citation.article_id)
    if body is None:
        return f"The article “{citation.title}” was withdrawn after this was drafted."
    if " ".join(citation.excerpt.split()) not in " ".join(body.split()):
        return f"The article “{citation.title}” was changed after this was drafted and no longer says so."
    return ""
