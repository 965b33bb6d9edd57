"""One of every card, built from the cast, for the tests that all cards must pass."""

from datetime import timedelta

from playbooks.cards.alert import Standing, alert_card
from playbooks.cards.article import article_card
from playbooks.cards.case import case_card, case_form_card
from playbooks.cards.customer import customer_card
from playbooks.cards.macros import macros_card
from playbooks.cards.notices import done_card, error_card, help_card, refused_card, usage_card
from playbooks.cards.nudge import nudge_card, way_out_form_card
from playbooks.cards.order import order_card
from playbooks.cards.questions import ask_back_card, unclear_card, unknown_customer_card, which_conversation_card
from playbooks.cards.reply import reply_card, sent_card, stale_card
from playbooks.cards.sop import sop_card
from playbooks.contradictions import contradictions
from playbooks.domain.alert import Happening
from playbooks.domain.card import Button, Card, Fact, Steps
from playbooks.domain.case import Case, CaseDraft
from playbooks.domain.clock import ClockFact
from playbooks.domain.content import (
    Audience,
    Citation,
    Draft,
    DraftKind,
    Hit,
    Macro,
    MacroAction,
    MacroChoice,
    Passage,
    SearchResult,
    Sentence,
)
from playbooks.domain.customer import Ambiguous, Candidate, Identity, Lookup, LookupKind, Unknown
from playbooks.domain.finding import Finding
from playbooks.domain.intent import Usage
from playbooks.domain.policy import Permission
from playbooks.domain.run import SopRun, Timer, TrailEntry
from playbooks.domain.sop import Milestone, Need, Sop, State, StateTimer, Transition, WaitsFor, WayOut
from playbooks.domain.triage import Triage
from playbooks.flags import flags
from playbooks.timeline import timeline
from tests.playbooks.cast import CUSTOMER, HOUR, MEI, MINUTE, NOW, PRIYA, chat, said
from tests.playbooks.deeds_deck import DEEDS
from tests.sops.panel import SOFIA, panel

TALK = chat(
    said(PRIYA, "Where is my battery?", 30 * MINUTE),
    said(MEI, "Looking now.", 25 * MINUTE),
    said(PRIYA, "My card 4111 1111 1111 1111 was charged. I want it now.", 2 * MINUTE, part_id="p9"),
)
TRIAGE = Triage(
    conversation_id="215470",
    ours=True,
    urgency="high",
    topics=("delivery",),
    vip=True,
    customer_waits=True,
    needs_alert=True,
    reasons=("Platinum customer", "upset: still waiting"),
)
CASE = Case(case_id="500X", number="00001026", status="New", url="https://solvane.example/500X", updated_at=NOW)
CASE_DRAFT = CaseDraft(external_id="intercom:215470:1", subject="Battery stuck", description="d" * 4000, priority="High")
CLOCKS = (
    ClockFact(clock="first_response", rule="r", within=2 * MINUTE, started_at=NOW, used=MINUTE, stopped_at=NOW),
    ClockFact(clock="next_response", rule="r", within=5 * MINUTE, started_at=NOW, used=8 * MINUTE, due_at=NOW, breached=True),
    ClockFact(clock="resolution", rule="r", within=8 * HOUR, started_at=NOW, used=HOUR, paused_because="waiting_for_customer"),
)
PASSAGE = Passage(
    passage_id="p1",
    article_id="a1",
    title="Parcel is late",
    breadcrumb="Delivery › Parcel is late",
    text="We open an investigation. The carrier answers within **two** days.",
    start=0,
    end=66,
    version="v1",
    audience=Audience.PUBLIC,
    updated_at=NOW,
    url="https://help.solvane.example/late",
)
FOUND = SearchResult(question="where is it", hits=(Hit(passage=PASSAGE, score=0.9),), answerable=0.8, has_answer=True)
NOT_FOUND = FOUND.model_copy(update={"has_answer": False, "answerable": 0.1, "why_not": "No article covers pizza."})
DRAFT = Draft(
    draft_id="intercom:e1:draft",
    conversation_id="215470",
    kind=DraftKind.EXTRACTIVE,
    sentences=(
        Sentence(text="Hi Priya,", role="greeting"),
        Sentence(text="We open an investigation.", markers=(1,)),
        Sentence(text="Anything else?", role="closing"),
    ),
    citations=(
        Citation(
            marker=1,
            passage_id="p1",
            article_id="a1",
            title="Parcel is late",
            excerpt="We open an investigation.",
            version="v1",
            url="https://help.solvane.example/late",
            updated_at=NOW,
        ),
    ),
    written_for_part_id="p9",
    notice="Check the order number.",
)
MACRO = MacroChoice(
    macro=Macro(
        macro_id="late",
        name="Parcel is late",
        body="x",
        actions=(MacroAction(do="tag", value="delivery"), MacroAction(do="close")),
    ),
    text="Hi [missing: contact.first_name], it is late.",
    missing=("contact.first_name",),
    score=0.5,
)
FINDING = Finding(
    rule_id="r", severity="block", reason="A promise.", excerpt="will arrive", start=0, end=11, instead="Say estimate."
)
WAY_OUT = WayOut(
    title="Phone call",
    transition="request_call",
    permission=Permission.PHONE_CALL,
    use_when="The customer asks for a call.",
    needs={
        "phone_number": Need(label="Number", kind="phone"),
        "when": Need(label="When", kind="choice", choices=("now", "today"), default="now"),
    },
    confirm="Really?",
)
SOP = Sop(
    sop_id="live_chat",
    title="Live chat",
    version="1",
    purpose="p",
    start="waiting",
    states={
        "waiting": State(
            title="Waiting for an operator",
            waits_for=WaitsFor.OPERATORS,
            instructions="Whoever is free answers.",
            timers={"remind": StateTimer(after=timedelta(minutes=1), then="call")},
            on={"take": ({"to": "ours"},)},
        ),
        "ours": State(title="The customer waits for you", waits_for=WaitsFor.OWNER, final=True),
    },
    transitions={
        "take": Transition(title="Take", permission=Permission.TAKE),
        "call": Transition(title="Tell the supervisor"),
        "greet": Transition(title="Greet"),
        "request_call": Transition(title="Call", permission=Permission.PHONE_CALL),
    },
    milestones={
        "told": Milestone(title="Operators told", done_by=("tell",)),
        "taken": Milestone(title="Somebody took it", done_by=("take",), instructions="Press Take."),
        "greeted": Milestone(title="Customer greeted", done_by=("greet",), skipped_because="Nobody said hello."),
    },
    ways_out={"phone_call": WAY_OUT},
)
RUN = SopRun(
    conversation_id="215470",
    sop="live_chat",
    sop_version="1",
    state="waiting",
    entered_at=NOW - 5 * MINUTE,
    trail=(
        TrailEntry(
            at=NOW - 6 * MINUTE, transition="tell", from_state="", to_state="waiting", event_id="e1", part_id="p1", by="mei"
        ),
        TrailEntry(
            at=NOW - 5 * MINUTE,
            transition="call",
            from_state="waiting",
            to_state="waiting",
            event_id="e2",
            skipped=("greeted",),
        ),
    ),
    timers=(Timer(name="remind", due_at=NOW - MINUTE),),
)
FLAGS = flags(CUSTOMER, NOW)
TWO = Ambiguous(
    lookup=Lookup(kind=LookupKind.NAME, value="Priya"),
    candidates=(
        Candidate(source="intercom", identity=CUSTOMER.identity, detail="Nair Residences", evidence="name"),
        Candidate(source="salesforce", identity=Identity(name="Priya Shah", emails=("p@x.org",)), detail="Shah Ltd"),
    ),
)
NOBODY = Unknown(lookup=Lookup(kind=LookupKind.EMAIL, value="ada@x.com"), unasked=("stripe",))


def alert(standing: Standing = "open") -> Card:
    return alert_card(
        TALK,
        TRIAGE,
        now=NOW,
        standing=standing,
        flags=FLAGS,
        clocks=CLOCKS,
        macros=(MACRO,),
        hits=FOUND.hits,
        owner="Mei Tan",
        case=CASE if standing == "escalated" else None,
        alert="vip_waiting",
        causes=("A VIP is waiting.",),
        history=(Happening(at=NOW, words="11:00 posted"),),
    )


def whole_customer() -> Card:
    return customer_card(
        CUSTOMER,
        flags=FLAGS,
        timeline=timeline(CUSTOMER),
        now=NOW,
        contradictions=contradictions(CUSTOMER, NOW),
        withheld=("Payments: not part of your role.",),
        conversation_id="215470",
        zone="Asia/Singapore",
    )


DECK: dict[str, Card] = {
    "customer": whole_customer(),
    "customer, nothing known": customer_card(CUSTOMER.model_copy(update={"sources": ()}), flags=(), timeline=(), now=NOW),
    "order": order_card(CUSTOMER, "SV-20417", now=NOW),
    "all orders": order_card(CUSTOMER, "", now=NOW, conversation_id="215470"),
    "unknown order": order_card(CUSTOMER, "SV-99999", now=NOW),
    **{f"alert {one}": alert(one) for one in ("open", "acknowledged", "owned", "escalated", "closed")},
    "reply": reply_card(DRAFT, customer_name="Priya Nair", macros=(MACRO,), findings=(FINDING,)),
    "reply without a conversation": reply_card(DRAFT.model_copy(update={"conversation_id": None})),
    "sent": sent_card("Hello", by="Mei Tan", at=NOW, customer_name="Priya"),
    "note": sent_card("Hello", by="Mei Tan", at=NOW, as_note=True),
    "stale": stale_card("215470", "Never mind.", customer_name="Priya", at=NOW),
    "macros": macros_card("late", (MACRO,), "215470"),
    "no macro": macros_card("pizza", ()),
    "article": article_card(FOUND, draft=DRAFT),
    "no article": article_card(NOT_FOUND, kept=True),
    "case": case_card(CASE, conversation_id="215470", subject="Battery", by="Mei Tan"),
    "case form": case_form_card(CASE_DRAFT, "215470", note="needs an engineer"),
    "nudge": nudge_card(TALK, RUN, owner="Mei Tan", reason="No word from us for three minutes.", now=NOW),
    "nudge for a role": nudge_card(TALK, RUN, owner=None, reason="", now=NOW, role="supervisor"),
    "way out": way_out_form_card(WAY_OUT, "215470", filled={"when": "today"}, reason="Number"),
    "ask back": ask_back_card(TWO),
    "unknown": unknown_customer_card(NOBODY),
    "which conversation": which_conversation_card(),
    "unclear": unclear_card("the thing"),
    "help": help_card(),
    "help for a topic": help_card("macros"),
    "usage": usage_card(Usage(command="/order", usage="/order <number>", problem="Something is missing.")),
    "refused": refused_card("This needs the permission “reply”.", "Ask a supervisor."),
    "error": error_card("E-12345"),
    "done": done_card("Tagged", "delivery"),
    "sop, whole": panel(),
    "sop, for a supervisor": panel(SOFIA),
    **DEEDS,
    "sop": sop_card(SOP, RUN, now=NOW, offers=("take", "request_call"), names={"mei": "Mei Tan"}),
}


def buttons_of(card: Card) -> list[Button]:
    return [
        button for part in card.sections for element in part.elements if element.kind == "buttons" for button in element.items
    ]


def facts_of(card: Card) -> dict[str, Fact]:
    return {
        fact.label: fact
        for part in card.sections
        for element in part.elements
        if element.kind == "facts"
        for fact in element.items
    }


def steps_of(card: Card) -> Steps:
    return next(element for part in card.sections for element in part.elements if element.kind == "steps")
