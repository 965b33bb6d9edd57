"""A small help centre and an embedder without a model, so that the index's tests take milliseconds."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from playbooks.domain.content import Article, Audience
from retrieval.index.analysis import terms
from retrieval.index.embedder import Vectors, unit

PUBLIC = frozenset({Audience.PUBLIC})
EVERYTHING = frozenset(Audience)


class BagOfTerms:
    """Each term is a fixed direction: texts that share words are near each other. Counts what it is asked."""

    dimensions = 64

    def __init__(self, name: str = "bag of terms") -> None:
        self.name = name
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return unit(np.stack([sum((_direction(term) for term in terms(text)), np.zeros(64, np.float32)) for text in texts]))


class BrokenEmbedder(BagOfTerms):
    """Fails at every text that holds “poison”."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("poison" in text for text in texts):
            raise ConnectionError("the embedding service is down")
        return super().embed(texts)


def article(
    article_id: str,
    title: str,
    body: str,
    *,
    audience: Audience = Audience.PUBLIC,
    brand: str | None = None,
    product: str | None = None,
    locale: str = "en",
    updated_at: datetime | None = None,
) -> Article:
    version = hashlib.sha256(f"{title}\n{body}".encode()).hexdigest()[:16]
    return Article(
        article_id=article_id,
        title=title,
        body=body,
        version=version,
        audience=audience,
        brand=brand,
        product=product,
        locale=locale,
        updated_at=updated_at,
    )


SMALL_WORLD = (
    article(
        "reset", "Reset the inverter", "Hold the button for ten seconds.\n\nThe light turns green when the inverter is ready."
    ),
    article("refund", "Ask for a refund", "Open your orders and choose the refund form. Money arrives within five days."),
    article("parcel", "Where is my parcel", "Follow the tracking number of DHL on the orders page."),
    article("warranty", "Battery warranty", "The battery warranty lasts ten years from delivery."),
    article("discount", "Goodwill discounts", "Supervisors may grant a goodwill discount of 20 %.", audience=Audience.INTERNAL),
)


def _direction(term: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:4], "big")
    drawn: Vectors = np.random.default_rng(seed).standard_normal(64).astype(np.float32)
    return drawn
