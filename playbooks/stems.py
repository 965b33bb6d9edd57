"""Words reduced to what two texts can be compared by: English endings off, small words out. It knows no dictionary."""

import re
from collections.abc import Sequence
from itertools import pairwise

_TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
SMALL_WORDS = frozenset(
    """a an and any are as at be been but by can could did do does for from had has have he her here him his how i if in into is
    it its just let may me might my no not of on or our out please she should so some than that the their them then there these
    they this those to up us was we were what when where which while who why will with would you your yours am im ive id
    dont cant get got also about hello hi hey thanks thank dear""".split()  # noqa: SIM905
)
_ENDINGS = (
    ("isations", "ise"), ("izations", "ize"), ("isation", "ise"), ("ization", "ize"), ("fulness", "ful"), ("ements", "e"),
    ("ations", "ate"), ("ation", "ate"), ("ingly", ""), ("ities", "ity"), ("ments", ""), ("ement", "e"), ("ment", ""),
    ("ness", ""), ("ings", ""), ("ies", "y"), ("ied", "y"), ("ing", ""), ("edly", ""), ("ers", ""), ("sses", "ss"),
    ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ed", ""), ("er", ""), ("ly", ""), ("es", "e"), ("s", ""),
)  # fmt: skip
_SHORTEST_STEM = 3


def stem(word: str) -> str:
    """ "deliveries", "delivery" → "delivery"; "refunded", "refunds" → "refund". Words with digits stay whole."""
    plain = word.lower().replace("’", "'").removesuffix("'s")
    if any(letter.isdigit() for letter in plain) or plain.endswith("ss"):
        return plain
    for ending, instead in _ENDINGS:
        root = plain.removesuffix(ending)
        if root != plain and len(root) >= _SHORTEST_STEM:
            return _settled(root + instead)
    return _settled(plain)


def _settled(word: str) -> str:
    """A doubled last consonant and a mute e make no difference: "shipping", "shipped", "ship"; "charging", "charge"."""
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if len(word) > _SHORTEST_STEM and word.endswith("e") else word


def tokens(text: str) -> list[str]:
    """All words in small letters, in order."""
    return [one.lower().replace("’", "'") for one in _TOKEN.findall(text)]


def stems(text: str) -> tuple[str, ...]:
    """In order, small words left out; where only small words were said, those."""
    tokens = list(_TOKEN.findall(text))
    told = [stem(token) for token in tokens if token.lower().replace("’", "'") not in SMALL_WORDS]
    return tuple(told or (token.lower() for token in tokens))


def terms(text: str) -> tuple[str, ...]:
    """Stems and pairs of neighbouring stems."""
    single = stems(text)
    return (*single, *joined_pairs(single))


def joined_pairs(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{one} {two}" for one, two in pairwise(words))
