"""Words from a language model for a reply, a translation or a summary; it checks nothing of what was written."""

import time
from collections.abc import Callable, Sequence

from playbooks.domain.writing import ReplyTask, SummaryTask, TranslationTask, WrittenReply, WrittenSentence, WrittenText
from retrieval.errors import Surprised
from retrieval.http import Calls
from retrieval.llm.answers import LINES_SCHEMA, NAME, REPLY_SCHEMA, UNUSABLE, written_reply, written_text
from retrieval.llm.chat import Chat
from retrieval.llm.heard import Hear, Source
from retrieval.llm.messages import reply_messages, summary_messages, translation_messages
from retrieval.llm.openai_source import OpenAiSource
from retrieval.llm.partial import sentences_so_far
from retrieval.llm.settings import LlmSettings

HearSentences = Callable[[Sequence[WrittenSentence]], None]


def _whole_sentences(hear: HearSentences) -> Hear:
    """Looks only when an object may have ended: an answer comes in hundreds of pieces."""
    ends = 0

    def heard(text: str) -> None:
        nonlocal ends
        if (now := text.count("}")) != ends:
            ends = now
            hear(sentences_so_far(text))

    return heard


class LlmDrafter:
    """Implements `bot.desk.office.Drafter`. *Errors:* the four vendor errors, within the deadline."""

    def __init__(
        self,
        settings: LlmSettings,
        clock: Callable[[], float] = time.monotonic,
        calls: Calls | None = None,
        source: Source | None = None,
    ) -> None:
        self._chat = Chat(settings, source or OpenAiSource(settings), clock, calls)

    async def reply(self, task: ReplyTask, hear: HearSentences = lambda _: None) -> WrittenReply:
        """`hear` is told the sentences that are there so far, unchecked."""
        told, messages = reply_messages(task)
        answer = await self._chat.ask(messages, REPLY_SCHEMA, told.version, _whole_sentences(hear))
        return written_reply(answer.text, answer.usage)

    async def translation(self, task: TranslationTask) -> WrittenText:
        told, messages = translation_messages(task)
        answer = await self._chat.ask(messages, LINES_SCHEMA, told.version)
        written = written_text(answer.text, answer.usage)
        if len(written.lines) != len(task.sentences):
            raise Surprised(NAME, "another number of sentences came back", remedy=UNUSABLE)
        return written

    async def summary(self, task: SummaryTask) -> WrittenText:
        told, messages = summary_messages(task)
        answer = await self._chat.ask(messages, LINES_SCHEMA, told.version)
        return written_text(answer.text, answer.usage)

    async def aclose(self) -> None:
        await self._chat.aclose()
