"""Whether what a text claims is in its sources, however it is written there; it knows no grammar and judges no style."""

import re
from functools import lru_cache

from playbooks.claims import Claim, ClaimKind, claims

FROM_THE_CUSTOMER = frozenset({ClaimKind.CODE, ClaimKind.NAME, ClaimKind.DATE})
"""What may be the customer's own; an amount, a length of time or an address in their message proves nothing."""


ANYWHERE = frozenset({ClaimKind.CODE, ClaimKind.URL, ClaimKind.EMAIL, ClaimKind.PHONE})
"""What names one thing wherever it stands. "5 working days" of one row says nothing about another."""


def unsupported_claim(text: str, near: str, whole: str, question: str = "", *, words: bool = True) -> Claim | None:
    """The first claim that its sources do not make: figures are looked for `near` the excerpt, names and addresses in the whole
    source. `words`: names are looked for at all, which needs one language."""
    here, anywhere = _meanings(_plain(near)), {one for one in _meanings(_plain(whole)) if one[0] in ANYWHERE}
    theirs = {one for one in _meanings(question) if one[0] in FROM_THE_CUSTOMER}
    known = _words(f"{whole} {question}") if words else frozenset()
    for one in claims(text):
        if one.kind is ClaimKind.NAME:
            if words and not one.means & known:
                return one
        elif not {(one.kind, meaning) for meaning in one.means} & (here | anywhere | theirs):
            return one
    return None


@lru_cache(maxsize=256)
def _meanings(text: str) -> frozenset[tuple[ClaimKind, str]]:
    """All that a source says, with what follows from it: a full date says its day, a counted thing its number."""
    found = {(one.kind, meaning) for one in claims(text) for meaning in one.means}
    days = {(ClaimKind.DATE, meaning[5:]) for kind, meaning in found if kind is ClaimKind.DATE and len(meaning) == 10}
    bare = {(ClaimKind.NUMBER, meaning.split(" ")[0]) for kind, meaning in found if kind is ClaimKind.COUNTED}
    return frozenset(found | days | bare)


def _plain(markdown: str) -> str:
    return re.sub(r"[*`]", "", markdown)


@lru_cache(maxsize=256)
def _words(text: str) -> frozenset[str]:
    whole = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())
    return frozenset(whole) | frozenset(re.findall(r"[^\W\d_]+", text.lower()))
