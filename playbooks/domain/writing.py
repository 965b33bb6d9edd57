"""What is asked of a language model and what it answers: words with the excerpts they rest on, never an action.

Everything in a task is already masked (T2). What comes back is untrusted until `playbooks.verify` has looked at it.
"""

from decimal import Decimal

from playbooks.domain.base import Frozen


class Source(Frozen):
    """A passage as the model sees it. `marker` is how the model names it."""

    marker: int
    title: str
    text: str


class ReplyTask(Frozen):
    """One customer message to be answered. `facts` are the customer's own, from our systems; `language` an ISO 639-1 code."""

    question: str
    sources: tuple[Source, ...]
    facts: tuple[str, ...] = ()
    principles: tuple[str, ...] = ()
    style: str = ""
    language: str = "en"


class TranslationTask(Frozen):
    """Sentences to be put into another language, one for one."""

    sentences: tuple[str, ...]
    language: str


class SummaryTask(Frozen):
    """A conversation to be told in few words. `transcript` is one line a message."""

    transcript: tuple[str, ...]
    most_words: int = 100


class Usage(Frozen):
    """Tokens as the server counted them (None where it does not say); `cost_usd` None where no prices are configured."""

    model: str
    prompt_version: str
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    completion_tokens: int | None = None
    cost_usd: Decimal | None = None
    milliseconds: int = 0


class WrittenSentence(Frozen):
    """`excerpt` is what the model says it copied from source `marker`."""

    text: str
    marker: int
    excerpt: str
    is_step: bool = False


class WrittenReply(Frozen):
    """`answered` False: the model itself says that the sources do not answer."""

    sentences: tuple[WrittenSentence, ...]
    usage: Usage
    answered: bool = True


class WrittenText(Frozen):
    """Plain lines: a translation's sentences, or a summary's."""

    lines: tuple[str, ...]
    usage: Usage
