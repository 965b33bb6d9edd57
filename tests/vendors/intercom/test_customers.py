"""Who a look-up may mean and what Intercom knows of them, through a real socket."""

import pytest

from playbooks.domain.customer import Identity, Lookup, LookupKind
from retrieval.connection import Connection
from tests.vendors.intercom.served import Served
from tests.vendors.intercom.small_world import MEI

PRIYA = Identity(name="Priya Nair", emails=("priya.nair@example.com",), phones=("+65 9123 4567",))


def priyas_id(served: Served) -> str:
    return str(served.ask("conversations/21547001")["contact_id"])


async def test_facts_hold_contacts_conversations_tags_notes_and_numbers(intercom: Connection, served: Served) -> None:
    tag = served.raw("POST", "/tags", {"name": "delivery"}).json()["id"]
    served.raw("POST", f"/contacts/{priyas_id(served)}/tags", {"id": tag})
    served.raw("POST", f"/contacts/{priyas_id(served)}/notes", {"admin_id": MEI, "body": "Prefers calls < 6 pm"})
    assert intercom.customer_source is not None
    facts = await intercom.customer_source.facts(PRIYA)
    assert facts.identity.emails == ("priya.nair@example.com", "priya@nair.example.org")
    assert facts.identity.order_numbers == ("SV-20417", "SV-2041")
    assert facts.identity.tracking_numbers == ("JD014600006281234567",)
    assert [one.evidence for one in facts.links] == [
        "the same e-mail priya.nair@example.com",
        "the same phone +6591234567 and name",
    ]
    assert [(one.conversation_id, one.rating and one.rating.score, one.tags) for one in facts.conversations] == [
        ("21547001", 2, ("delivery", "vip"))
    ], "the other brand's conversation is not shown (L22)"
    assert [(one.author, one.text) for one in facts.notes] == [("Mei Tan", "Prefers calls < 6 pm")]
    assert facts.tags == ("delivery",)
    assert dict(facts.attributes)["vip"] == "true"


async def test_a_relative_who_shares_the_phone_is_not_taken_for_the_customer(intercom: Connection) -> None:
    assert intercom.customer_source is not None
    by_phone = Identity(name="priya nair", phones=("+6591234567",))
    facts = await intercom.customer_source.facts(by_phone)
    assert {one.label for one in facts.links} == {"Priya Nair"}


async def test_a_contact_id_is_enough_and_an_unknown_one_is_nobody(intercom: Connection, served: Served) -> None:
    assert intercom.customer_source is not None
    known = await intercom.customer_source.facts(Identity(intercom_contact_ids=(priyas_id(served),)))
    unknown = await intercom.customer_source.facts(Identity(intercom_contact_ids=("0" * 24,)))
    assert [one.evidence for one in known.links] == ["the same Intercom contact id"]
    assert (unknown.links, unknown.identity) == ((), Identity())


async def test_a_merged_contact_is_followed_to_the_one_it_became(intercom: Connection, served: Served) -> None:
    found = served.raw(
        "POST", "/contacts/search", {"query": {"field": "email", "operator": "=", "value": "priya@nair.example.org"}}
    ).json()
    lead = found["data"][0]["id"]
    served.raw("POST", "/contacts/merge", {"from": lead, "into": priyas_id(served)})
    assert intercom.customer_finder is not None
    (candidate,) = await intercom.customer_finder.find(Lookup(kind=LookupKind.INTERCOM_CONTACT, value=lead))
    assert candidate.identity.intercom_contact_ids == (priyas_id(served),)


def test_only_what_intercom_can_be_asked_by_is_wanted(served: Served) -> None:
    source = served.connected().customer_source
    assert source is not None
    assert source.wants(Identity(name="Priya Nair", order_numbers=("SV-1",))) == Identity()
    assert source.wants(PRIYA.model_copy(update={"order_numbers": ("SV-1",)})) == PRIYA


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        (LookupKind.EMAIL, "Priya.Nair@Example.com ", {"priya.nair@example.com"}),
        (LookupKind.EMAIL, "priya.nair@example", set()),
        (LookupKind.PHONE, "+65 8888 0000", set()),
        (LookupKind.PHONE, "+65 9888 0000", {"lena.ong@example.net"}),
        (LookupKind.PHONE, "+6598880000", {"lena.ong@example.net"}),
        (LookupKind.NAME, "nair", {"priya.nair@example.com", "priya@nair.example.org", "dev.nair@example.com"}),
        (LookupKind.ORDER, "sv-2041", {"priya.nair@example.com"}),
        (LookupKind.ORDER, "SV-204", set()),
        (LookupKind.TRACKING, "JD014600006281234567", {"priya.nair@example.com"}),
        (LookupKind.INTERCOM_CONVERSATION, "21547001", {"priya.nair@example.com"}),
        (
            LookupKind.INTERCOM_CONVERSATION,
            "https://app.intercom.com/a/inbox/solvanesb/inbox/shared/all/conversation/21547003?view=List",
            {"lena.ong@example.net"},
        ),
        (
            LookupKind.INTERCOM_CONVERSATION,
            "https://app.intercom.com/a/apps/x/conversations/21547003",
            {"lena.ong@example.net"},
        ),
        (LookupKind.INTERCOM_CONVERSATION, "21547002", set()),
        (LookupKind.INTERCOM_CONVERSATION, "nonsense", set()),
        (LookupKind.INTERCOM_CONTACT, "../admins", set()),
        (LookupKind.EMAIL, "  ", set()),
        (LookupKind.STRIPE, "cus_1", set()),
    ],
)
async def test_people_are_found(intercom: Connection, kind: LookupKind, value: str, found: set[str]) -> None:
    assert intercom.customer_finder is not None
    candidates = await intercom.customer_finder.find(Lookup(kind=kind, value=value))
    assert {one.identity.emails[0] for one in candidates} == found


async def test_candidates_of_one_name_can_be_told_apart(intercom: Connection) -> None:
    assert intercom.customer_finder is not None
    candidates = await intercom.customer_finder.find(Lookup(kind=LookupKind.NAME, value="Priya Nair"))
    assert len({one.detail for one in candidates}) == len(candidates) == 2


def test_numbers_are_looked_up_only_where_the_workspace_keeps_them(served: Served) -> None:
    kept, not_kept = served.connected().customer_finder, served.connected(order_attribute="").customer_finder
    order = Lookup(kind=LookupKind.ORDER, value="SV-1")
    assert kept is not None
    assert not_kept is not None
    assert (kept.understands(order), not_kept.understands(order)) == (True, False)
