"""What an asker may see and wants to see, decided before anything is ranked. Looks nothing up."""

from dataclasses import dataclass

from playbooks.domain.content import Audience

ADMITTED = (
    "FROM passage JOIN article ON article.id = passage.article WHERE current = 1"
    " AND (?1 IS NULL OR product IS NULL OR product = ?1 COLLATE NOCASE)"
    " AND (?2 IS NULL OR locale = ?2 COLLATE NOCASE OR locale LIKE ?2 || '-%' OR locale LIKE ?2 || '\\_%' ESCAPE '\\')"
)
"""An article of no product speaks for all; a locale matches by language (`en` admits `en-GB`)."""


@dataclass(frozen=True)
class Scope:
    """`brand` None: articles of every brand."""

    audiences: frozenset[Audience]
    brand: str | None = None
    product: str | None = None
    locale: str | None = None

    @property
    def narrow(self) -> bool:
        return self.product is not None or self.locale is not None

    @property
    def bound(self) -> tuple[str | None, str | None]:
        """The values of ADMITTED."""
        return self.product, self.locale and self.locale.replace("_", "-").partition("-")[0]
