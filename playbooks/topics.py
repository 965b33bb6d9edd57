"""Which of the company's topics a text is about, by the words its routing policy lists for each."""

import re
from collections.abc import Mapping
from functools import lru_cache


def topics(text: str, words: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Topics in the policy's order, so that the most pressing one listed first comes first."""
    plain = " ".join(text.lower().replace("’", "'").split())
    return tuple(topic for topic, phrases in words.items() if phrases and _pattern(tuple(phrases)).search(plain))


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Whole words, with a plural or past ending allowed on the last one; spaces and hyphens are the same."""
    any_of = "|".join(r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", one.lower())) for one in phrases)
    return re.compile(rf"(?<!\w)(?:{any_of})(?:s|es|ed|d|ing)?(?!\w)")
