"""A customer's chat in a journey: written in the Messenger, seen by an agent at the console, read back from the sandboxes."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from bot.demo.agent import ConsoleAgent, button
from bot.demo.stage import Stage
from bot.memory import counters, inbox
from playbooks.domain.card import Card, TextInput

OURS, BRIGHTLEAF = "8101", "8202"


class Chat:
    """One conversation, by its Intercom id."""

    def __init__(self, stage: Stage, conversation_id: str, email: str) -> None:
        self.stage, self.conversation_id, self.email = stage, conversation_id, email

    async def customer_writes(self, body: str) -> None:
        given = {"email": self.email, "conversation_id": self.conversation_id, "body": body}
        await self.stage.sandboxes["intercom"].post("/_sandbox/customer/messages", given)

    async def bot(self, does: str, body: str = "") -> None:
        """The inbox's own bot says something, hands over or resolves."""
        given = {"conversation_id": self.conversation_id, "does": does, "body": body}
        await self.stage.sandboxes["intercom"].post("/_sandbox/bot", given)

    async def answered_in_intercom(self, admin_id: str, body: str) -> None:
        """By a colleague at the inbox itself, past Deskside; through Intercom's API, since its page is not ours."""
        intercom = self.stage.service.settings.vendors["intercom"]
        headers = {
            "Authorization": f"Bearer {intercom.access_token.get_secret_value()}",  # type: ignore[attr-defined]
            "Intercom-Version": "2.16",
        }
        given = {"message_type": "comment", "type": "admin", "admin_id": admin_id, "body": body}
        async with httpx.AsyncClient(base_url=self.stage.sandboxes["intercom"].url, headers=headers) as http:
            (await http.post(f"/conversations/{self.conversation_id}/reply", json=given)).raise_for_status()

    async def record(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.stage.sandboxes["intercom"].get(f"/_sandbox/conversations/{self.conversation_id}")
        return found

    async def parts(self, kind: str = "comment", admin: str | None = None) -> list[dict[str, Any]]:
        parts = (await self.record())["parts"]
        return [one for one in parts if one["part_type"] == kind and (admin is None or str(one["author"]["id"]) == admin)]

    async def cases(self) -> list[dict[str, Any]]:
        state = await self.stage.sandboxes["salesforce"].state()
        return [one for one in state["Case"] if one.get("Deskside_Conversation__c") == self.conversation_id]

    async def alert(self, agent: ConsoleAgent, words: str = "") -> tuple[dict[str, Any], Card]:
        """The alert, once it says `words` in its title, status or quotes."""
        return await agent.see(
            lambda message, card: (
                message["thread_id"] is None and self.conversation_id in card.footer and words in text_of(card)
            ),
            f"the alert of {self.conversation_id} saying “{words}”",
        )

    async def in_thread(self, agent: ConsoleAgent, title: str) -> tuple[dict[str, Any], Card]:
        alert, _ = await self.alert(agent)
        return await agent.see(
            lambda message, card: message["thread_id"] == alert["message_id"] and title in card.title,
            f"“{title}” in the thread of {self.conversation_id}",
        )

    async def told(self, agent: ConsoleAgent, words: str = "") -> list[Card]:
        """The cards about this chat in the agent's channel that say so now, replies in threads included; waits for none."""
        await agent._look()
        alerts = {shown["message_id"] for shown, card in agent._cards() if self.conversation_id in card.footer}
        about = [card for shown, card in agent._cards() if {shown["message_id"], shown["thread_id"]} & alerts]
        return [card for card in about if words in text_of(card)]

    async def tags(self) -> list[str]:
        state = await self.stage.sandboxes["intercom"].state()
        found: list[str] = state["conversations"][self.conversation_id]["tags"]
        return found

    async def is_state(self, wanted: str) -> bool:
        found: str = (await self.record())["state"]
        return found == wanted

    async def taken_by(self, agent: ConsoleAgent) -> tuple[dict[str, Any], Card]:
        message, card = await self.alert(agent)
        await agent.press(message, button(card, "Take"))
        return await self.alert(agent, "With ")


async def chat(stage: Stage, email: str, body: str, inbox: str = OURS) -> Chat:
    given = {"email": email, "body": body, "inbox_id": inbox}
    written = await stage.sandboxes["intercom"].post("/_sandbox/customer/messages", given)
    return Chat(stage, str(written["conversation_id"]), email)


def text_of(card: Card) -> str:
    """All words of a card in one string."""
    words = [card.title, card.summary, card.subtitle, card.status.text if card.status else "", card.footer]
    for section in card.sections:
        words.append(section.title)
        for element in section.elements:
            words += [str(getattr(element, name, "")) for name in ("rich", "text", "label")]
            words += [f"{one.label}: {one.value}" for one in getattr(element, "items", ()) if hasattr(one, "value")]
            words += [one.title for one in getattr(element, "items", ()) if hasattr(one, "title")]
    return "\n".join(words)


def reply_text(card: Card) -> str:
    inputs = [one for section in card.sections for one in section.elements if isinstance(one, TextInput)]
    return next(one.value for one in inputs if one.input_id == "reply_text")


async def counted(stage: Stage, name: str) -> int:
    return await stage.service.database.read(lambda conn: counters.value(conn, name))


async def until(look: Callable[[], Awaitable[Any]], what: str, seconds: float = 20) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := await look():
            return found
        await asyncio.sleep(0.03)
    raise AssertionError(f"{what}: not within {seconds:.0f} seconds")


async def settled(stage: Stage, seconds: float = 20) -> None:
    """Every webhook was sent and every job that can run has run: nothing more will come of what happened so far."""

    async def idle() -> bool:
        told = await stage.sandboxes["intercom"].get("/_sandbox/webhooks")
        if not all(one["statuses"] for one in told["deliveries"]):
            return False
        unread, _ = await stage.service.database.read(inbox.oldest_unread)
        waiting = await stage.service.database.read(stage.service.jobs.counts)
        return not unread + sum(number for state, number in waiting.items() if state.value not in {"dead", "later"})

    await until(idle, "the jobs to be done", seconds)
