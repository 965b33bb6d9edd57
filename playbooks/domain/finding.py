"""What the voice and policy check found in an outgoing text."""

from typing import Literal

from playbooks.domain.base import Frozen


class Finding(Frozen):
    """`text[start:end] == excerpt`. A `block` keeps the text from being sent, a `warn` is shown and may be sent."""

    rule_id: str
    severity: Literal["block", "warn"]
    reason: str
    excerpt: str
    start: int
    end: int
    instead: str = ""
