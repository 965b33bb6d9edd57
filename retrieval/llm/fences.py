"""Fences around untrusted text in a prompt, so that it stays data: a fence is named by a digest its content cannot know."""

import hashlib


def fenced(kind: str, text: str) -> str:
    """The text whole and unchanged (excerpts must stay verbatim), between marks that cannot occur in it."""
    mark = f"{kind} {_digest(text)}"
    return f"<<<{mark}\n{text}\n{mark}>>>"


def _digest(text: str) -> str:
    """Of the text itself: to close the fence from inside, the text would have to hold its own digest."""
    return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:16]
