"""What a person asked the bot for, as one of a few shapes; it never says whether they may have it."""

from typing import Annotated, Literal

from pydantic import Field

from playbooks.domain.base import Frozen
from playbooks.domain.customer import Lookup
from playbooks.domain.deed import Deed


class WhoIs(Frozen):
    want: Literal["who_is"] = "who_is"
    lookup: Lookup


class WhoIsThisConversation(Frozen):
    """The customer of the conversation that the thread is about."""

    want: Literal["who_is_this"] = "who_is_this"


class FindArticle(Frozen):
    want: Literal["find_article"] = "find_article"
    question: str


class SuggestReply(Frozen):
    """`style` is "", shorter, friendlier, plainer or translated, as in `press.SuggestReply`."""

    want: Literal["suggest_reply"] = "suggest_reply"
    style: str = ""


class FindMacro(Frozen):
    """`query` starting with `#` filters by name, otherwise it is matched by meaning; "" means: for this conversation."""

    want: Literal["find_macro"] = "find_macro"
    query: str = ""


class OpenCase(Frozen):
    want: Literal["open_case"] = "open_case"
    note: str = ""


class OrderStatus(Frozen):
    """Where an order or a parcel is. `lookup` None: of the thread's customer."""

    want: Literal["order_status"] = "order_status"
    lookup: Lookup | None = None


class ShowSla(Frozen):
    """The clocks of the thread's conversation, or of the one named."""

    want: Literal["show_sla"] = "show_sla"
    lookup: Lookup | None = None


class ShowSteps(Frozen):
    """Where the thread's conversation, or the one named, stands in its procedure."""

    want: Literal["show_steps"] = "show_steps"
    lookup: Lookup | None = None


class Summarise(Frozen):
    """The thread's conversation, or the one named, in few words."""

    want: Literal["summarise"] = "summarise"
    lookup: Lookup | None = None


class ShowShift(Frozen):
    """Who is on shift, or the hand-over of the open chats."""

    want: Literal["show_shift"] = "show_shift"
    handover: bool = False


class ShowReport(Frozen):
    want: Literal["show_report"] = "show_report"
    period: Literal["daily", "weekly", "monthly"]


class FindConversations(Frozen):
    """Conversations by a search as typed (`playbooks.conversation_search`)."""

    want: Literal["find_conversations"] = "find_conversations"
    query: str


class Act(Frozen):
    """Something done to conversations: those named, those found by `query`, or else the thread's own."""

    want: Literal["act"] = "act"
    deed: Deed
    conversation_ids: tuple[str, ...] = ()
    query: str | None = None

    @property
    def is_for_many(self) -> bool:
        return self.query is not None or len(self.conversation_ids) > 1


class Help(Frozen):
    want: Literal["help"] = "help"
    topic: str = ""


class Usage(Frozen):
    """A slash command whose argument is missing or wrong: `usage` is the line that says how it goes (S5)."""

    want: Literal["usage"] = "usage"
    command: str
    usage: str
    problem: str = ""


class Unclear(Frozen):
    """None of the above; the text goes back in a clarifying question, nothing is guessed."""

    want: Literal["unclear"] = "unclear"
    text: str


Intent = Annotated[
    WhoIs
    | WhoIsThisConversation
    | FindArticle
    | SuggestReply
    | FindMacro
    | OpenCase
    | OrderStatus
    | ShowSla
    | ShowSteps
    | Summarise
    | ShowShift
    | ShowReport
    | FindConversations
    | Act
    | Help
    | Usage
    | Unclear,
    Field(discriminator="want"),
]
