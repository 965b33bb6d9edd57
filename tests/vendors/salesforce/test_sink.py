"""A case opens exactly once and a comment is written exactly once, whatever happens on the way (L14)."""

import asyncio

import pytest

from playbooks.domain.case import CaseDraft
from retrieval.errors import Refused, Surprised, Throttled, Unavailable
from retrieval.vendors.salesforce.rest import ExternalKey
from tests.vendors.salesforce.org import Org, connected

DRAFT = CaseDraft(
    external_id="conversation:215/escalated:1",
    subject="Battery stuck at DHL",
    description="Customer is unhappy.\nTranscript …",
    priority="High",
    intercom_conversation_id="215",
    intercom_conversation_url="https://app.intercom.example/215",
)
KEY = ExternalKey("Case", "Deskside_Key__c", DRAFT.external_id)


def ours(one: Org) -> list[dict[str, object]]:
    return [case for case in one.records("Case") if case["Deskside_Key__c"]]


def comments(one: Org) -> list[str]:
    return [case["CommentBody"] for case in one.records("CaseComment")]


async def test_a_case_opens_with_contact_account_and_links(org: Org) -> None:
    contact = org.record("Contact", Email="priya.nair@example.com")
    case = await org.desk.open_case(DRAFT.model_copy(update={"contact_id": contact["Id"], "fields": (("Product__c", "B1"),)}))
    (record,) = ours(org)
    assert (case.number, case.case_id, case.external_id) == (record["CaseNumber"], record["Id"], DRAFT.external_id)
    assert (record["ContactId"], record["AccountId"]) == (contact["Id"], contact["AccountId"])
    assert (record["Subject"], record["Priority"], record["Origin"]) == (DRAFT.subject, "High", "Chat")
    assert (record["Deskside_Conversation__c"], record["Product__c"]) == ("215", "B1")
    assert record["Deskside_Conversation_Url__c"] == "https://app.intercom.example/215"
    assert case.url is not None
    assert case.url.endswith(f"/lightning/r/Case/{case.case_id}/view")


async def test_asked_twice_is_one_case(org: Org) -> None:
    assert await org.desk.open_case(DRAFT) == await org.desk.open_case(DRAFT)
    assert len(ours(org)) == 1


async def test_two_workers_at_once_are_one_case(org: Org) -> None:
    other = connected(org.url)
    cases = await asyncio.gather(*(one.desk.open_case(DRAFT) for one in (org, other) for _ in range(5)))
    assert len({one.case_id for one in cases}) == 1
    assert len(ours(org)) == 1
    await other.close()


async def test_asked_again_later_does_not_undo_what_colleagues_did(org: Org) -> None:
    case = await org.desk.open_case(DRAFT)
    await org.desk._rest.upsert("colleague", KEY, {"Status": "Working"})
    assert (await org.desk.open_case(DRAFT)).status == "Working"
    assert (await org.cases.case(case.case_id)) is not None


async def test_a_timeout_after_the_commit_is_read_back_and_not_repeated(org: Org) -> None:
    short = connected(org.url, timeout_seconds="0.3")
    await short.cases.case_by_external_id("warm up the session")
    org.order("faults", {"kind": "after_commit", "match": "^PATCH .*Deskside_Key__c", "times": 1})
    case = await short.desk.open_case(DRAFT)
    assert [one["Id"] for one in ours(org)] == [case.case_id]
    assert short.calls.by_operation[("salesforce", "open_case", "unavailable")] == 1
    await short.close()


async def test_a_timeout_before_the_commit_is_doubtful_and_the_next_try_opens_it(org: Org) -> None:
    short = connected(org.url, timeout_seconds="0.3")
    await short.cases.case_by_external_id("warm up the session")
    org.order("faults", {"kind": "hang", "match": "^PATCH", "times": 1})
    with pytest.raises(Unavailable) as failure:
        await short.desk.open_case(DRAFT)
    assert failure.value.doubtful
    assert ours(org) == []
    await short.desk.open_case(DRAFT)
    assert len(ours(org)) == 1
    await short.close()


async def test_an_index_that_lags_opens_no_second_case(org: Org) -> None:
    org.order("faults", {"kind": "contradict", "detail": "lagging_index"})
    first = await org.desk.open_case(DRAFT)
    assert await org.desk.open_case(DRAFT) == first
    assert len(ours(org)) == 1


async def test_garbage_after_the_commit_is_read_back(org: Org) -> None:
    """A proxy's page instead of Salesforce's answer: nothing was done, and that is what reading back finds."""
    org.order("faults", {"kind": "garbage", "match": "^PATCH", "times": 1})
    with pytest.raises(Surprised) as failure:
        await org.desk.open_case(DRAFT)
    assert failure.value.doubtful
    await org.desk.open_case(DRAFT)
    assert len(ours(org)) == 1


async def test_a_missing_field_is_named_for_a_form_and_nothing_is_opened(org: Org) -> None:
    org.order("rules", {"required": {"Case": ["Product__c"]}})
    with pytest.raises(Surprised) as failure:
        await org.desk.open_case(DRAFT)
    assert (failure.value.field, failure.value.code) == ("Product__c", "REQUIRED_FIELD_MISSING")
    assert failure.value.remedy == "Salesforce asks for a value: Required fields are missing: [Product__c]"
    assert not failure.value.doubtful
    assert ours(org) == []
    await org.desk.open_case(DRAFT.model_copy(update={"fields": (("Product__c", "Battery"),)}))
    assert len(ours(org)) == 1


async def test_a_validation_rule_speaks_in_its_own_words(org: Org) -> None:
    rule = {"object": "Case", "field": "Priority", "equals": "High", "message": "High needs a phone number."}
    org.order("rules", {"validation": [rule]})
    with pytest.raises(Surprised) as failure:
        await org.desk.open_case(DRAFT)
    assert failure.value.field == "Priority"
    assert "High needs a phone number." in failure.value.remedy


async def test_a_contact_that_is_gone_is_said(org: Org) -> None:
    with pytest.raises(Surprised) as failure:
        await org.desk.open_case(DRAFT.model_copy(update={"contact_id": "003000000000000AAA"}))
    assert failure.value.code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"


async def test_the_daily_limit_is_a_reason_to_wait(org: Org) -> None:
    org.order("rules", {"daily_limit": 0})
    with pytest.raises(Throttled):
        await org.desk.open_case(DRAFT)


async def test_a_key_that_several_cases_carry_is_an_administrators_matter(org: Org) -> None:
    org.order("rules", {"unique": {}})
    for _ in range(2):
        await org.desk._rest.create("elsewhere", "Case", {"Subject": "x", "Deskside_Key__c": DRAFT.external_id})
    with pytest.raises(Surprised) as failure:
        await org.desk.open_case(DRAFT)
    assert "unique" in failure.value.remedy


async def test_a_long_transcript_is_shortened_and_says_so(org: Org) -> None:
    await org.desk.open_case(DRAFT.model_copy(update={"description": "x" * 40_000, "subject": "s" * 300}))
    (record,) = ours(org)
    assert len(str(record["Description"])) == 32_000
    assert "shortened by Deskside" in str(record["Description"])
    assert len(str(record["Subject"])) == 255


async def test_a_hostile_key_stays_one_key(org: Org) -> None:
    for key in ("a/b?c=d#e", "ü ' %2F", "../Contact"):
        case = await org.desk.open_case(DRAFT.model_copy(update={"external_id": key}))
        assert case.external_id == key
        assert (await org.cases.case_by_external_id(key)) == case
    assert len(ours(org)) == 3


async def test_a_comment_is_written_once(org: Org) -> None:
    case = await org.desk.open_case(DRAFT)
    first = await org.desk.comment(case.case_id, "Hello", "event-1:comment")
    assert await org.desk.comment(case.case_id, "Hello", "event-1:comment") == first
    assert await org.desk.comment(case.case_id, "Hello", "event-1:comment-2") != first
    assert comments(org)[0] == "Hello\n\n[deskside:event-1:comment]"
    assert len(comments(org)) == 2


async def test_a_comment_that_timed_out_after_the_commit_is_read_back(org: Org) -> None:
    short = connected(org.url, timeout_seconds="0.3")
    case = await short.desk.open_case(DRAFT)
    org.order("faults", {"kind": "after_commit", "match": "^POST .*CaseComment", "times": 1})
    await short.desk.comment(case.case_id, "Hello", "k")
    assert len(comments(org)) == 1
    await short.close()


async def test_a_comment_that_never_arrived_is_doubtful_until_the_next_try(org: Org) -> None:
    short = connected(org.url, timeout_seconds="0.3")
    case = await short.desk.open_case(DRAFT)
    org.order("faults", {"kind": "hang", "match": "^POST .*CaseComment", "times": 1})
    with pytest.raises(Unavailable):
        await short.desk.comment(case.case_id, "Hello", "k")
    await short.desk.comment(case.case_id, "Hello", "k")
    assert len(comments(org)) == 1
    await short.close()


async def test_a_quoted_key_in_the_text_is_no_key(org: Org) -> None:
    case = await org.desk.open_case(DRAFT)
    await org.desk.comment(case.case_id, "they wrote [deskside:k2] to us", "k1")
    await org.desk.comment(case.case_id, "second", "k2")
    assert len(comments(org)) == 2


async def test_a_long_comment_keeps_within_4000_bytes_and_keeps_its_key(org: Org) -> None:
    case = await org.desk.open_case(DRAFT)
    await org.desk.comment(case.case_id, "ö" * 5_000, "k")
    (body,) = comments(org)
    assert 3_900 < len(body.encode()) <= 4_000
    assert body.endswith("[deskside:k]")


async def test_a_case_of_nobody_cannot_be_commented(org: Org) -> None:
    with pytest.raises(Surprised):
        await org.desk.comment("500000000000000AAA", "Hello", "k")


async def test_a_session_refused_for_good_is_ours_to_fix(org: Org) -> None:
    org.order("faults", {"kind": "status", "status": 401, "match": "^PATCH"})
    with pytest.raises(Refused):
        await org.desk.open_case(DRAFT)
