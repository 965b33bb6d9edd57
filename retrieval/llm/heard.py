"""What has arrived of an answer so far, and whether it is a whole one; where it comes from is not its business."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from retrieval.errors import Surprised, Unavailable
from retrieval.llm.answers import NAME, UNUSABLE

LONGEST_ANSWER = 40_000
"""Characters; a model that runs away is cut off here whatever the server allows."""
CUT = "The model's answer broke off. If it happens again, look at the server's log."

Hear = Callable[[str], None]
"""Is told the text as far as it is there."""


@dataclass
class Heard:
    """Token counts are None where nobody tells them."""

    text: str = ""
    refusal: str = ""
    finish: str | None = None
    read_tokens: int | None = None
    cached_tokens: int | None = None
    written_tokens: int | None = None

    def add(self, piece: str) -> None:
        """*Errors:* Surprised where it does not end."""
        self.text += piece
        if len(self.text) > LONGEST_ANSWER:
            raise Surprised(NAME, "the answer is endless", remedy=UNUSABLE)

    def whole(self) -> "Heard":
        """*Errors:* Surprised: refused, filtered or cut by a limit; Unavailable: the stream ended early."""
        if self.refusal:
            raise Surprised(NAME, "the model refused", remedy="The model would not answer this message.", code="refusal")
        if self.finish is None:
            raise Unavailable(NAME, "the stream ended before the answer did", remedy=CUT)
        if self.finish != "stop":
            raise Surprised(NAME, f"the answer ended with {self.finish}", remedy=UNUSABLE, code=self.finish)
        return self


class Source(Protocol):
    """Where answers come from. *Errors:* the four vendor errors; the deadline is the caller's."""

    async def load(self) -> None:
        """What takes long and only once."""
        ...

    async def answer(self, messages: list[dict[str, str]], schema: Mapping[str, object], hear: Hear) -> Heard: ...

    async def aclose(self) -> None: ...
