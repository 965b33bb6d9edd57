"""What agents type, and what they mean by it."""

import time

import pytest

from playbooks.domain.customer import Lookup, LookupKind
from playbooks.domain.intent import (
    FindArticle,
    FindMacro,
    Help,
    Intent,
    OpenCase,
    OrderStatus,
    ShowReport,
    ShowShift,
    ShowSla,
    ShowSteps,
    SuggestReply,
    Unclear,
    Usage,
    WhoIs,
    WhoIsThisConversation,
)
from playbooks.intent import intent

THIS = WhoIsThisConversation()
ADA = Lookup(kind=LookupKind.EMAIL, value="ada@x.com")
SV = Lookup(kind=LookupKind.ORDER, value="SV-20417")


def who(kind: LookupKind, value: str) -> WhoIs:
    return WhoIs(lookup=Lookup(kind=kind, value=value))


def order(value: str, kind: LookupKind = LookupKind.ORDER) -> OrderStatus:
    return OrderStatus(lookup=Lookup(kind=kind, value=value))


PHRASES: tuple[tuple[str, Intent], ...] = (
    ("who is this customer?", THIS),
    ("<@U0BOT> who is this customer?", THIS),
    ("@deskside who is this customer?", THIS),
    ("<at>Deskside</at> who is this", THIS),
    ("hey deskside, who's this?", THIS),
    ("Who is she?", THIS),
    ("who am I talking to", THIS),
    ("tell me about this customer", THIS),
    ("show me the customer", THIS),
    ("pull up the customer's record", THIS),
    ("what do we know about them?", THIS),
    ("anything I should know about this client?", THIS),
    ("customer", THIS),
    ("customer 360", THIS),
    ("is she a VIP?", THIS),
    ("does this customer have an open dispute?", THIS),
    ("what do we know about ada@x.com", WhoIs(lookup=ADA)),
    ("who is Ada@X.com?", WhoIs(lookup=ADA)),
    ("<mailto:ada@x.com|ada@x.com>", WhoIs(lookup=ADA)),
    ("can you look up ada@x.com please", WhoIs(lookup=ADA)),
    ("+65 9123 4567", who(LookupKind.PHONE, "+6591234567")),
    ("who called from +65 9123-4567?", who(LookupKind.PHONE, "+6591234567")),
    ("9123 4567", who(LookupKind.PHONE, "+6591234567")),
    ("who is Priya Nair?", who(LookupKind.NAME, "Priya Nair")),
    ("Priya Nair", who(LookupKind.NAME, "Priya Nair")),
    ("tell me about Wei Jie Lim", who(LookupKind.NAME, "Wei Jie Lim")),
    ("what do we know about priya nair?", who(LookupKind.NAME, "priya nair")),
    ("customer O'Brien", who(LookupKind.NAME, "O'Brien")),
    ("find customer José García-Müller", who(LookupKind.NAME, "José García-Müller")),
    ("who is cus_QXg19x2k", who(LookupKind.STRIPE, "cus_QXg19x2k")),
    ("whose charge is ch_3Pabc123", who(LookupKind.STRIPE, "ch_3Pabc123")),
    ("https://app.intercom.com/a/inbox/ab12/inbox/conversation/215470000", who(LookupKind.INTERCOM_CONVERSATION, "215470000")),
    ("<https://app.eu.intercom.com/a/apps/ab12/conversations/77|chat>", who(LookupKind.INTERCOM_CONVERSATION, "77")),
    (
        "https://app.intercom.com/a/apps/ab12/users/64f0c0ffee64f0c0ffee64f0/all",
        who(LookupKind.INTERCOM_CONTACT, "64f0c0ffee64f0c0ffee64f0"),
    ),
    ("conversation 215470", who(LookupKind.INTERCOM_CONVERSATION, "215470")),
    ("500D000000IRFma", who(LookupKind.SALESFORCE, "500D000000IRFma")),
    ("who is the customer of SV-20417?", WhoIs(lookup=SV)),
    ("where is order SV-20417?", OrderStatus(lookup=SV)),
    ("where is order SV-1", order("SV-1")),
    ("sv-20417", OrderStatus(lookup=SV)),
    ("status of order #W5490111", order("#W5490111")),
    ("#W5490111", order("#W5490111")),
    ("order 20417", order("20417")),
    ("track RR123456785SG", order("RR123456785SG", LookupKind.TRACKING)),
    ("where is JD014600006281230701", order("JD014600006281230701", LookupKind.TRACKING)),
    ("where is the parcel?", OrderStatus()),
    ("where's her order", OrderStatus()),
    ("has the package been delivered?", OrderStatus()),
    ("when will their order arrive?", OrderStatus()),
    ("any news on the delivery?", OrderStatus()),
    ("order status", OrderStatus()),
    ("draft a reply", SuggestReply()),
    ("please draft a reply", SuggestReply()),
    ("could you suggest a response?", SuggestReply()),
    ("write me an answer", SuggestReply()),
    ("draft a reply about order SV-20417", SuggestReply()),
    ("what should I say?", SuggestReply()),
    ("what should I tell her about SV-20417", SuggestReply()),
    ("how should we answer?", SuggestReply()),
    ("answer her", SuggestReply()),
    ("suggested reply", SuggestReply()),
    ("another draft", SuggestReply()),
    ("regenerate the draft", SuggestReply()),
    ("make it shorter", SuggestReply(style="shorter")),
    ("shorter please", SuggestReply(style="shorter")),
    ("a bit more concise", SuggestReply(style="shorter")),
    ("make that a little friendlier", SuggestReply(style="friendlier")),
    ("Warmer!", SuggestReply(style="friendlier")),
    ("draft a friendlier reply", SuggestReply(style="friendlier")),
    ("make the reply simpler", SuggestReply(style="plainer")),
    ("any macro for refunds", FindMacro(query="refunds")),
    ("is there a macro about late delivery?", FindMacro(query="late delivery")),
    ("which macro fits?", FindMacro()),
    ("macros", FindMacro()),
    ("macros for this conversation", FindMacro()),
    ("show me the refund macro", FindMacro(query="refund")),
    ("refund macro", FindMacro(query="refund")),
    ("#refund", FindMacro(query="#refund")),
    ("#kb", FindMacro(query="#kb")),
    ("open a case", OpenCase()),
    ("open a case: battery swells, needs an engineer", OpenCase(note="battery swells, needs an engineer")),
    ("raise a Salesforce case for this", OpenCase()),
    ("create a ticket", OpenCase()),
    ("escalate this", OpenCase()),
    ("Escalate this please", OpenCase()),
    ("escalate: customer threatens a chargeback", OpenCase(note="customer threatens a chargeback")),
    ("this needs to be escalated", OpenCase()),
    ("what is the SLA?", ShowSla()),
    ("how long do we have?", ShowSla()),
    ("sop", ShowSteps()),
    ("show me the steps", ShowSteps()),
    ("@deskside where are we?", ShowSteps()),
    ("where do we stand", ShowSteps()),
    ("where are we in the procedure", ShowSteps()),
    ("what step are we on?", ShowSteps()),
    ("what's next?", ShowSteps()),
    ("what do I do now", ShowSteps()),
    ("what was skipped?", ShowSteps()),
    ("what is still due", ShowSteps()),
    ("the SOP for this chat", ShowSteps()),
    ("where are we with the battery recycling?", FindArticle(question="where are we with the battery recycling?")),
    ("what is next-day shipping?", FindArticle(question="what is next-day shipping?")),
    ("when is this due", ShowSla()),
    ("who is on shift?", ShowShift()),
    ("handover", ShowShift(handover=True)),
    ("how do I reset the inverter?", FindArticle(question="how do I reset the inverter?")),
    ("can the battery be installed outdoors?", FindArticle(question="can the battery be installed outdoors?")),
    ("who is responsible for installation damage?", FindArticle(question="who is responsible for installation damage?")),
    ("search for inverter error E12", FindArticle(question="inverter error E12")),
    ("is there an article about warranty transfer?", FindArticle(question="warranty transfer")),
    ("kb: refund window", FindArticle(question="refund window")),
    ("does the warranty cover flooding", FindArticle(question="does the warranty cover flooding")),
    ("help", Help()),
    ("?", Help()),
    ("what can you do?", Help()),
    ("help macros", Help(topic="macros")),
    ("thanks!", Unclear(text="thanks!")),
    ("the thing broke", Unclear(text="the thing broke")),
    ("", Unclear(text="")),
    ("👍", Unclear(text="👍")),
)

COMMANDS: tuple[tuple[str, str, Intent], ...] = (
    ("/customer", "ada@x.com", WhoIs(lookup=ADA)),
    ("/customer", "Priya Nair", who(LookupKind.NAME, "Priya Nair")),
    ("/customer", "this", THIS),
    ("customer", "SV-20417", WhoIs(lookup=SV)),
    ("/order", "SV-20417", OrderStatus(lookup=SV)),
    ("/kb", "reset inverter", FindArticle(question="reset inverter")),
    ("/macro", "#refund", FindMacro(query="#refund")),
    ("/macro", "late parcel", FindMacro(query="late parcel")),
    ("/case", "needs an engineer", OpenCase(note="needs an engineer")),
    ("/sla", "this", ShowSla()),
    ("/sla", "215470", ShowSla(lookup=Lookup(kind=LookupKind.INTERCOM_CONVERSATION, value="215470"))),
    ("/shift", "now", ShowShift()),
    ("/shift", "handover", ShowShift(handover=True)),
    ("/report", "Weekly", ShowReport(period="weekly")),
    ("/deskside", "help", Help()),
    ("/deskside", "sop", ShowSteps()),
    ("/deskside", "steps this", ShowSteps()),
    ("/deskside", "sop 215470", ShowSteps(lookup=Lookup(kind=LookupKind.INTERCOM_CONVERSATION, value="215470"))),
    ("/deskside", "", Help()),
    ("/deskside", "help macros", Help(topic="macros")),
)

WRONG = (
    ("/customer", ""),
    ("/customer", "???"),
    ("/order", ""),
    ("/order", "Priya Nair"),
    ("/kb", ""),
    ("/kb", "12345"),
    ("/macro", " "),
    ("/case", ""),
    ("/sla", "tomorrow"),
    ("/sla", ""),
    ("/shift", "yesterday"),
    ("/shift", ""),
    ("/report", "yearly"),
    ("/report", ""),
    ("/deskside", "dance"),
    ("/deskside", "sop of the night"),
    ("/nosuch", "x"),
    ("/kb", "x" * 2001),
)


@pytest.mark.parametrize(("text", "wanted"), PHRASES, ids=[text[:40] or "empty" for text, _ in PHRASES])
def test_a_phrase_means_what_its_author_wanted(text: str, wanted: Intent) -> None:
    assert intent(text) == wanted


@pytest.mark.parametrize(("command", "argument", "wanted"), COMMANDS)
def test_a_slash_command_means_what_its_usage_says(command: str, argument: str, wanted: Intent) -> None:
    assert intent(argument, command) == wanted


@pytest.mark.parametrize(("command", "argument"), WRONG)
def test_a_wrong_or_empty_argument_is_answered_with_the_usage_line(command: str, argument: str) -> None:
    answer = intent(argument, command)
    assert isinstance(answer, Usage)
    assert answer.usage.startswith("/")
    assert answer.problem


def test_a_slash_command_typed_as_a_message_works_the_same() -> None:
    assert intent("/order SV-20417") == OrderStatus(lookup=SV)


def test_the_order_pattern_is_configurable() -> None:
    assert intent("where is AC1234", order_patterns=(r"AC\d{4}",)) == order("AC1234")


@pytest.mark.parametrize(
    "text", ["a " * 30_000, "who is " * 9_000, "#" * 60_000, "1-" * 30_000, "a@" * 30_000, "macro for " * 6000]
)
def test_a_very_long_text_is_understood_within_a_moment(text: str) -> None:
    started = time.perf_counter()
    intent(text)
    assert time.perf_counter() - started < 1.0
