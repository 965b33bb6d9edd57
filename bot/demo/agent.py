"""An agent at the console, as the demo and the journeys act one: through the same requests that the page sends."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from playbooks.domain.card import Button, Buttons, Card
from retrieval.loopback import Loopback

PATIENCE_SECONDS = 20.0


class NothingCame(Exception):
    """What was waited for did not appear in the console."""


class ConsoleAgent:
    """Signed in as one colleague; sees one channel."""

    def __init__(self, url: str, agent_id: str, token: str, channel: str = "live-chat") -> None:
        self._http = Loopback(url)
        self._agent_id, self._token, self._channel = agent_id, token, channel
        self._messages: dict[str, dict[str, Any]] = {}
        self._seq, self._sent, self._session = 0, 0, uuid4().hex

    async def sign_in(self) -> None:
        await self._http.post("/console/api/sign-in", {"agent_id": self._agent_id, "token": self._token})

    async def see(self, wanted: Callable[[dict[str, Any], Card], bool], what: str) -> tuple[dict[str, Any], Card]:
        """The newest message whose card is wanted; waits for it. *Errors:* NothingCame."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            await self._look()
            for message, card in self._cards():
                if wanted(message, card):
                    return message, card
            await asyncio.sleep(0.03)
        raise NothingCame(f"{what} did not appear in the console within {PATIENCE_SECONDS:.0f} seconds")

    async def press(self, message: dict[str, Any], button: Button, inputs: dict[str, str] | None = None) -> None:
        self._sent += 1
        await self._http.post(
            "/console/api/press",
            {
                "event_id": f"{self._session}-press-{self._sent}",
                "channel_id": self._channel,
                "thread_id": message["thread_id"],
                "message_id": message["message_id"],
                "press": button.press.model_dump(mode="json"),
                "inputs": inputs or {},
            },
        )

    async def ask(self, text: str, thread_id: str | None = None) -> None:
        self._sent += 1
        body = {"event_id": f"{self._session}-ask-{self._sent}", "channel_id": self._channel, "text": text}
        await self._http.post("/console/api/ask", body | ({"thread_id": thread_id} if thread_id else {}))

    async def aclose(self) -> None:
        await self._http.aclose()

    async def _look(self) -> None:
        answer = await self._http.get("/console/api/messages", channel=self._channel, after=self._seq)
        for one in answer["messages"]:
            self._messages[one["message_id"]] = one
            self._seq = max(self._seq, one["seq"])

    def _cards(self) -> Iterator[tuple[dict[str, Any], Card]]:
        newest_first = sorted(self._messages.values(), key=lambda one: -one["position"])
        return ((one, Card.model_validate(one["card"])) for one in newest_first if one["card"])


def button(card: Card, label: str) -> Button:
    """The button of this label. *Errors:* NothingCame."""
    for section in card.sections:
        for element in section.elements:
            if isinstance(element, Buttons):
                for one in element.items:
                    if one.label == label:
                        return one
    raise NothingCame(f"the card “{card.title}” has no button “{label}”")
