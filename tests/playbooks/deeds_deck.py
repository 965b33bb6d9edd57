"""The cards of deeds, searches, many at once, and of whose case it is, for the tests that all cards must pass."""

from playbooks.cards.bulk import bulk_preview_card, bulk_progress_card
from playbooks.cards.case import case_form_card
from playbooks.cards.conversations import conversation_line, conversations_card, did_card, doing_card
from playbooks.cards.whose_case import contact_linked_card, whose_case_card
from playbooks.domain.card import Card
from playbooks.domain.case import Case, CaseDraft, CaseField, ContactChoice, ContactDraft
from playbooks.domain.deed import Bulk, BulkItem, Deed, ItemOutcome
from playbooks.domain.people import Surface
from playbooks.domain.place import Place
from tests.playbooks.cast import MINUTE, NOW, PRIYA, chat, said

TALK = chat(said(PRIYA, "My card 4111 1111 1111 1111 was charged twice.", MINUTE))
NAMES = {"5001": "Mei Tan"}
ITEMS = tuple(BulkItem(conversation_id=str(215470 + one), label=conversation_line(TALK, NAMES, NOW)) for one in range(40))
BULK = Bulk(
    bulk_id="a" * 16,
    agent_id="sofia.lindqvist@solvane.example",
    words="Tag “outage”",
    items=ITEMS,
    place=Place(surface=Surface.CONSOLE, channel_id="live-chat"),
    deed=Deed(do="tag", value="outage"),
)
OUTCOMES = [ItemOutcome(bulk_id=BULK.bulk_id, number=one, state="done") for one in range(20)]
OUTCOMES += [ItemOutcome(bulk_id=BULK.bulk_id, number=one, state="left", reason="It was so already.") for one in range(20, 23)]
FAILED = [
    ItemOutcome(bulk_id=BULK.bulk_id, number=one, state="failed", reason="Priya Nair wrote after you looked.")
    for one in range(23, 40)
]
CASE = Case(case_id="500X", number="00001026", status="New", url="https://solvane.example/500X", updated_at=NOW)
DRAFT = ContactDraft(last_name="Nair", first_name="Priya", email="priya.nair@example.com", phone="+65 9123 4567")
PEOPLE = tuple(
    ContactChoice(contact_id=f"003{one}", label=f"Priya Nair · p{one}@example.com", why="the same phone and name")
    for one in range(7)
)
CASE_DRAFT = CaseDraft(external_id="intercom:215470:1", subject="Battery stuck", description="d" * 400, priority="High")
FIELDS = {
    "Root_Cause__c": CaseField(name="Root_Cause__c", label="Root cause", kind="choice", choices=("Battery", "Carrier")),
    "Warranty__c": CaseField(name="Warranty__c", label="Under warranty", kind="yes_no"),
    "Due__c": CaseField(name="Due__c", label="Due", kind="date"),
}

DEEDS: dict[str, Card] = {
    "doing": doing_card("Snooze until 23 Nov 2026, 09:00"),
    "did": did_card("Tag “outage”", undo_key="slack:E1:act"),
    "was so": did_card("Close", unchanged=True),
    "found": conversations_card("battery state:open", [TALK] * 20, left_out=2, names=NAMES, now=NOW, may_act=True),
    "found nothing": conversations_card("battery", [], left_out=0, names=NAMES, now=NOW, may_act=False),
    "many": bulk_preview_card(BULK, left_out=3, closes=True, used=2, limit=10),
    "many, running": bulk_progress_card(BULK, OUTCOMES, by="Sofia Lindqvist"),
    "many, ended": bulk_progress_card(BULK, [*OUTCOMES, *FAILED], by="Sofia Lindqvist"),
    "whose case": whose_case_card(CASE, PEOPLE, DRAFT, conversation_id="215470"),
    "whose case, like others": whose_case_card(
        CASE,
        PEOPLE[:1],
        DRAFT,
        conversation_id="215470",
        problem="Salesforce knows people like this one.",
        may_insist=True,
        asked=True,
    ),
    "contact linked": contact_linked_card(CASE, "Priya Nair", by="Mei Tan", made=True),
    "case form with the org's own fields": case_form_card(
        CASE_DRAFT, "215470", wanted={"Root_Cause__c": "", "Warranty__c": "Yes", "Due__c": "", "Other__c": ""}, fields=FIELDS
    ),
}
