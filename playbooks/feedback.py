"""Why an agent found a draft of no use: a short list, so that the answers can be counted; it judges no draft."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "wrong": "Wrong",
    "outdated": "Out of date",
    "off_topic": "Answers something else",
    "incomplete": "Something is missing",
    "wording": "Wording or tone",
}
"""By the id that is stored. So I will: correct the article, renew it, mend search, extend the article, look at the voice."""
