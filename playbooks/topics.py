"""Which of the company's topics a text is about, by the words its routing policy lists for each."""

import re
from collections.abc import Mapping


def topics(text: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Topics in the policy's order, so that the most pressing one listed first comes first."""
    plain = " ".join(text.lower().replace("’", "'").split())
    return tuple(topic for topic, phrases in words.items() if any(_says(plain, phrase) for phrase in phrases))


def _says(text: str, phrase: str) -> bool:
    """Whole words, with a plural or past ending allowed on the last one; spaces and hyphens are the same."""
    pattern = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", phrase.lower()))
    return re.search(rf"(?<!\w){pattern}(?:s|es|ed|d|ing)?(?!\w)", text) is not None
