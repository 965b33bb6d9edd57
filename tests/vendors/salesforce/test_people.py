"""Whose case it is: people like a new one are offered, one is made on request, and the org's duplicate rules are heard."""

import pytest

from playbooks.domain.case import CaseDraft, ContactDraft
from retrieval.errors import Duplicated, Surprised
from tests.vendors.salesforce.org import Org, connected

NEW = ContactDraft(first_name="Ana", last_name="Silva", email="Ana.Silva@example.com", phone="+65 9000 1234")
DRAFT = CaseDraft(external_id="conversation:9/escalated:1", subject="S", description="D", priority="High")


def contacts(one: Org, email: str = "ana.silva@example.com") -> list[str]:
    return [each["Id"] for each in one.records("Contact") if (each["Email"] or "").lower() == email]


async def test_a_new_person_is_made_and_linked_with_their_account(org: Org) -> None:
    account = org.record("Account", Name="Nair Residences")["Id"]
    case = await org.desk.open_case(DRAFT)
    assert await org.cases.contact_of(case.case_id) is None
    contact_id = await org.desk.create_contact(NEW.model_copy(update={"account_id": account}), insist=False, once_key="k1")
    await org.desk.link_contact(case.case_id, contact_id)
    await org.desk.link_contact(case.case_id, contact_id)
    record = org.record("Case", Id=case.case_id)
    assert (record["ContactId"], record["AccountId"]) == (contact_id, account)
    assert await org.cases.contact_of(case.case_id) == contact_id
    [found] = await org.cases.contacts([contact_id])
    assert found.label.startswith("Ana Silva · Ana.Silva@example.com")


async def test_a_person_with_the_same_email_is_offered_and_no_second_one_made(org: Org) -> None:
    like = ContactDraft(last_name="Nair", email="priya.nair@example.com")
    with pytest.raises(Duplicated) as caught:
        await org.desk.create_contact(like, insist=False, once_key="k1")
    assert caught.value.record_ids == (org.record("Contact", Email="priya.nair@example.com")["Id"],)
    assert caught.value.may_insist
    assert len(contacts(org, "priya.nair@example.com")) == 1


@pytest.mark.parametrize("allowed", [True, False])
async def test_the_orgs_duplicate_rule_names_its_records_and_says_whether_it_gives_way(org: Org, allowed: bool) -> None:
    org.order("rules", {"duplicates": {"Contact": ["Phone"]}, "duplicates_allowed": allowed})
    like = ContactDraft(last_name="Somebody", phone="+65 9123 4567")
    with pytest.raises(Duplicated) as caught:
        await org.desk.create_contact(like, insist=False, once_key="k1")
    assert set(caught.value.record_ids) == {one["Id"] for one in org.records("Contact") if one["Phone"] == like.phone}
    assert caught.value.may_insist is allowed
    before = len(org.records("Contact"))
    if allowed:
        await org.desk.create_contact(like, insist=True, once_key="k1")
    else:
        with pytest.raises(Duplicated):
            await org.desk.create_contact(like, insist=True, once_key="k1")
    assert len(org.records("Contact")) == before + allowed


async def test_a_name_alone_is_nobody_and_a_shared_phone_needs_the_name_too(org: Org) -> None:
    assert list(await org.cases.contacts_like(ContactDraft(last_name="Nair"))) == []
    assert list(await org.cases.contacts_like(ContactDraft(last_name="Menon", phone="+65 9123 4567"))) == []
    found = await org.cases.contacts_like(ContactDraft(last_name="Nair", phone="+65 9123 4567"))
    assert len(found) == 2
    assert {one.why for one in found} == {"the same phone and name"}


async def test_what_an_earlier_attempt_made_is_known_by_its_key_and_nobody_elses_is_taken_for_it(org: Org) -> None:
    assert await org.cases.contact_made(NEW, "k1") is None
    made = await org.desk.create_contact(NEW, insist=False, once_key="k1")
    other = await org.desk.create_contact(NEW, insist=True, once_key="k2")
    assert await org.cases.contact_made(NEW, "k1") == made
    assert await org.cases.contact_made(NEW, "k2") == other
    assert await org.cases.contact_made(NEW, "k") is None


async def test_a_field_is_worded_as_the_org_words_it_and_described_once(org: Org) -> None:
    fields = {one.name: one for one in await org.cases.case_fields(["Root_Cause__c", "Warranty__c", "Description", "Nonsense"])}
    assert (fields["Root_Cause__c"].label, fields["Root_Cause__c"].choices) == (
        "Root cause",
        ("Battery", "Inverter", "Carrier"),
    )
    assert (fields["Warranty__c"].kind, fields["Description"].kind) == ("yes_no", "long_text")
    assert "Nonsense" not in fields
    await org.cases.case_fields(["Type"])
    assert org.calls.by_operation[("salesforce", "describe", "ok")] == 1


async def test_all_missing_fields_are_named_at_once_and_a_checkbox_is_no_text(org: Org) -> None:
    org.order("rules", {"required": {"Case": ["Root_Cause__c", "Type"]}})
    with pytest.raises(Surprised) as caught:
        await org.desk.open_case(DRAFT)
    assert caught.value.fields == ("Root_Cause__c", "Type")
    filled = (("Root_Cause__c", "Battery"), ("Type", "Problem"), ("Warranty__c", "Yes"))
    case = await org.desk.open_case(DRAFT.model_copy(update={"fields": filled}))
    record = org.record("Case", Id=case.case_id)
    assert (record["Root_Cause__c"], record["Warranty__c"]) == ("Battery", True)


async def test_a_choice_the_org_does_not_offer_is_named(org: Org) -> None:
    with pytest.raises(Surprised) as caught:
        await org.desk.open_case(DRAFT.model_copy(update={"priority": "Utmost"}))
    assert caught.value.code == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert caught.value.fields == ("Priority",)


async def test_product_and_entitlement_go_where_the_org_keeps_them_and_nowhere_else(org: Org) -> None:
    draft = DRAFT.model_copy(update={"product": "Inverter X1", "entitlement": "Platinum"})
    case = await org.desk.open_case(draft)
    record = org.record("Case", Id=case.case_id)
    assert (record["Product__c"], record["Entitlement__c"]) == ("Inverter X1", "Platinum")
    bare = connected(org.url, product_field="", entitlement_field="")
    other = await bare.desk.open_case(draft.model_copy(update={"external_id": "conversation:10/escalated:1"}))
    assert bare.record("Case", Id=other.case_id)["Product__c"] is None
    await bare.close()
