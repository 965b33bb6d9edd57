"""What every domain shape has in common: frozen, strict about unknown fields, aware of time zones."""

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value. Two with the same fields are equal; a misspelt field is an error, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Instant = AwareDatetime
"""A moment with a zone; UTC everywhere inside, local only where something is rendered."""
