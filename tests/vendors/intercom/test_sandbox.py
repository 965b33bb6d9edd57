"""The sandbox behaves like the documented Intercom: credentials, versions, windows, searches, pages, merges, snoozes."""

from datetime import timedelta
from typing import Any

import pytest
import yaml

from retrieval.vendors.intercom import VENDOR
from tests.shared_files import ROOT
from tests.vendors.intercom.served import Served
from tests.vendors.intercom.small_world import BOT, MEI, NOW, OURS

PRIYAS, LENAS = "21547001", "21547003"


def error(response: Any) -> tuple[int, str]:
    body = response.json()
    assert body["type"] == "error.list"
    assert body["request_id"]
    return response.status_code, body["errors"][0]["code"]


def test_a_call_without_valid_credentials_gets_401_and_no_rate_headers(served: Served) -> None:
    for wrong in ("", "Bearer wrong", "Basic x"):
        response = served.raw("GET", "/me", Authorization=wrong)
        assert error(response) == (401, "unauthorized")
        assert "X-RateLimit-Limit" not in response.headers


def test_rate_headers_count_down_and_an_exceeded_window_is_429(served: Served) -> None:
    served.tell("limits", per_window=10_000)
    one, other = served.raw("GET", "/me"), served.raw("GET", "/me")
    assert one.headers["X-RateLimit-Limit"] == "10000"
    same_window = one.headers["X-RateLimit-Reset"] == other.headers["X-RateLimit-Reset"]
    fewer = int(one.headers["X-RateLimit-Remaining"]) - int(other.headers["X-RateLimit-Remaining"])
    assert fewer == 1 or not same_window
    served.tell("limits", per_window=0)
    refused = served.raw("GET", "/me")
    assert error(refused) == (429, "rate_limit_exceeded")
    assert int(refused.headers["X-RateLimit-Reset"]) % 10 == 0
    assert refused.headers["X-RateLimit-Remaining"] == "0"


@pytest.mark.parametrize(("version", "status"), [("2.16", 200), ("2.15", 404), ("", 404), ("9.9", 400), ("Unstable", 400)])
def test_macros_are_there_from_their_version_on_and_an_unknown_version_is_refused(
    served: Served, version: str, status: int
) -> None:
    assert served.raw("GET", "/macros", **{"Intercom-Version": version}).status_code == status


@pytest.mark.parametrize("path", ["/nowhere", "/conversations/999", "/conversations/abc", "/contacts/none", "/articles/9"])
def test_what_is_not_there_is_404_with_the_error_list(served: Served, path: str) -> None:
    response = served._client.get(path, headers={"Authorization": f"Bearer {served.settings['access_token']}"})
    assert error(response) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"field": "id", "operator": "=", "value": PRIYAS}, {PRIYAS}),
        ({"field": "id", "operator": "!=", "value": PRIYAS}, {"21547002", LENAS}),
        ({"field": "id", "operator": "IN", "value": [PRIYAS, LENAS]}, {PRIYAS, LENAS}),
        ({"field": "id", "operator": "NIN", "value": [PRIYAS, LENAS]}, {"21547002"}),
        ({"field": "source.author.name", "operator": "~", "value": "nair"}, {PRIYAS, "21547002"}),
        ({"field": "source.author.name", "operator": "!~", "value": "nair"}, {LENAS}),
        ({"field": "source.author.email", "operator": "^", "value": "LENA"}, {LENAS}),
        ({"field": "source.author.email", "operator": "$", "value": "example.net"}, {LENAS}),
        ({"field": "source.body", "operator": "=", "value": "battery"}, {PRIYAS, "21547002"}),
        ({"field": "source.body", "operator": "=", "value": "battery order"}, set()),
        ({"field": "open", "operator": "=", "value": True}, {"21547002", LENAS}),
        ({"field": "open", "operator": "=", "value": "false"}, {PRIYAS}),
        ({"field": "admin_assignee_id", "operator": "=", "value": "5001"}, {PRIYAS}),
        ({"field": "team_assignee_id", "operator": "IN", "value": [8202, 9999]}, {"21547002"}),
        ({"field": "statistics.count_conversation_parts", "operator": ">=", "value": 3}, {PRIYAS}),
        ({"field": "conversation_rating.score", "operator": "<", "value": 3}, {PRIYAS}),
        ({"field": "created_at", "operator": ">", "value": int((NOW - timedelta(hours=31)).timestamp())}, {"21547002", LENAS}),
        ({"field": "created_at", "operator": "<", "value": str(int((NOW - timedelta(hours=31)).timestamp()))}, {PRIYAS}),
        (
            {
                "operator": "OR",
                "value": [
                    {"operator": "AND", "value": [{"field": "state", "operator": "=", "value": "closed"}]},
                    {
                        "operator": "AND",
                        "value": [
                            {"field": "state", "operator": "=", "value": "open"},
                            {"field": "team_assignee_id", "operator": "=", "value": 8101},
                        ],
                    },
                ],
            },
            {PRIYAS, LENAS},
        ),
    ],
)
def test_conversations_are_searched_by_the_documented_operators(served: Served, query: dict[str, Any], found: set[str]) -> None:
    body = served.raw("POST", "/conversations/search", {"query": query}).json()
    assert {one["id"] for one in body["conversations"]} == found
    assert body["total_count"] == len(found)


DEEP = {"operator": "AND", "value": [{"operator": "OR", "value": [{"operator": "AND", "value": []}]}]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"query": {"field": "nothing", "operator": "=", "value": 1}}, "query.field"),
        ({"query": {"field": "state", "operator": ">", "value": "open"}}, "query.operator"),
        ({"query": {"field": "created_at", "operator": ">=", "value": 1}}, "query.operator"),
        ({"query": {"field": "created_at", "operator": ">", "value": "yesterday"}}, "query.value"),
        ({"query": {"field": "id", "operator": "IN", "value": "1"}}, "query.value"),
        ({"query": {"operator": "AND", "value": [{"field": "id", "operator": "=", "value": "1"}] * 16}}, "query.value"),
        ({"query": DEEP}, "query.value"),
        ({"query": {"field": "id", "operator": "=", "value": "1"}, "pagination": {"per_page": 151}}, "per_page"),
        ({"query": {"field": "id", "operator": "=", "value": "1"}, "pagination": {"starting_after": "?"}}, "starting_after"),
    ],
)
def test_a_wrong_search_is_refused_with_its_field(served: Served, body: dict[str, Any], field: str) -> None:
    response = served.raw("POST", "/conversations/search", body)
    assert response.status_code == 400
    assert response.json()["errors"][0]["field"] == field


def test_contact_dates_are_compared_by_the_day_as_documented(served: Served) -> None:
    def created(operator: str, moment: int) -> int:
        query = {"field": "created_at", "operator": operator, "value": moment}
        return int(served.raw("POST", "/contacts/search", {"query": query}).json()["total_count"])

    noon = int(NOW.replace(hour=12).timestamp())
    assert created("=", noon) == 2, "Dev and Lena became contacts at 8 o'clock of that day"
    assert created(">", noon - 12 * 3600) == 0
    assert created("<", noon) == 2


def test_pages_are_disjoint_whole_and_counted(served: Served) -> None:
    query = {"field": "role", "operator": "IN", "value": ["user", "lead"]}
    seen: list[str] = []
    pagination: dict[str, Any] = {"per_page": 3}
    numbers = []
    while pagination:
        page = served.raw("POST", "/contacts/search", {"query": query, "pagination": pagination}).json()
        seen += [one["id"] for one in page["data"]]
        numbers.append((page["pages"]["page"], page["pages"]["total_pages"], page["total_count"]))
        following = page["pages"].get("next")
        pagination = {"per_page": 3, "starting_after": following["starting_after"]} if following else {}
    assert len(seen) == len(set(seen)) == 4
    assert numbers == [(1, 2, 4), (2, 2, 4)]


def test_a_merged_contact_is_gone_with_the_address_of_the_other(served: Served) -> None:
    people = served.raw("GET", "/contacts").json()["data"]
    lead = next(one["id"] for one in people if one["email"] == "priya@nair.example.org")
    user = next(one["id"] for one in people if one["email"] == "priya.nair@example.com")
    assert served.raw("POST", "/contacts/merge", {"from": lead, "into": user}).status_code == 200
    gone = served.raw("GET", f"/contacts/{lead}")
    assert error(gone) == (410, "contact_merged")
    assert gone.headers["Link"] == f'</contacts/{user}>; rel="canonical"'
    assert served.raw("GET", "/contacts").json()["total_count"] == 3


def test_contacts_are_made_changed_and_found_by_external_id(served: Served) -> None:
    made = served.raw("POST", "/contacts", {"role": "user", "email": "new@example.com", "external_id": "crm-9", "name": "New"})
    contact_id = made.json()["id"]
    assert error(served.raw("POST", "/contacts", {"role": "user", "email": "new@example.com"})) == (409, "conflict")
    served.raw("PUT", f"/contacts/{contact_id}", {"custom_attributes": {"tier": "Gold"}})
    found = served.raw("GET", "/contacts/find_by_external_id/crm-9").json()
    assert (found["id"], found["custom_attributes"]) == (contact_id, {"tier": "Gold"})
    companies = served.raw("GET", f"/contacts/{contact_id}/companies").json()
    assert companies["total_count"] == 0


def test_data_events_are_kept_once_for_the_same_person_name_and_second(served: Served) -> None:
    event = {"event_name": "case-opened", "created_at": 1763798400, "email": "priya.nair@example.com"}
    assert [served.raw("POST", "/events", event).status_code for _ in range(2)] == [202, 202]
    assert len(served.ask("state")["data_events"]) == 1


def test_a_customer_who_writes_to_a_closed_conversation_opens_it_with_the_message(served: Served) -> None:
    contact = served.ask(f"conversations/{PRIYAS}")["contact_id"]
    served.tell("customer/messages", contact_id=contact, conversation_id=PRIYAS, body="Again!")
    one = served.raw("GET", f"/conversations/{PRIYAS}").json()
    last = one["conversation_parts"]["conversation_parts"][-1]
    assert (one["state"], last["part_type"], last["body"]) == ("open", "open", "<p>Again!</p>")


def test_a_snooze_ends_by_itself(served: Served) -> None:
    """The sandbox's clock runs from the world's now: a snooze of one second is over when its second has passed."""
    soon = int(NOW.timestamp()) + 1
    body = {"message_type": "snoozed", "admin_id": MEI, "snoozed_until": soon + 3600}
    assert served.raw("POST", f"/conversations/{LENAS}/parts", body).json()["state"] == "snoozed"
    past = body | {"snoozed_until": soon - 3600}
    assert error(served.raw("POST", f"/conversations/{LENAS}/parts", past)) == (400, "parameter_invalid")


def test_an_unknown_address_becomes_a_lead_and_a_wrong_order_names_what_is_wrong(served: Served) -> None:
    told = served.tell("customer/messages", email="Stranger@example.org", body="Hi <b>", inbox_id=OURS)
    one = served.raw("GET", f"/conversations/{told['conversation_id']}").json()
    assert (one["source"]["author"]["type"], one["source"]["body"]) == ("lead", "<p>Hi &lt;b&gt;</p>")
    assert (one["source"]["id"], one["team_assignee_id"]) == (told["part_id"], 8101)
    for path, body, why in [
        ("customer/messages", {"email": "a@example.com"}, "body is missing"),
        ("customer/rating", {"conversation_id": PRIYAS, "rating": 9}, "rating is 1 to 5"),
        ("webhooks", {"url": "https://example.com/hook"}, "loopback only"),
        ("webhooks", {"url": "http://example.com/hook"}, "loopback only"),
        ("seed", {"macros": [{"nonsense": 1}]}, "unknown: nonsense"),
    ]:
        response = served._client.post(f"/_sandbox/{path}", json=body)
        assert response.status_code == 400
        assert why in response.json()["error"]


def test_tagging_with_an_unknown_tag_and_untagging_an_absent_one_are_404(served: Served) -> None:
    assert error(served.raw("POST", f"/conversations/{LENAS}/tags", {"id": "1", "admin_id": BOT})) == (404, "tag_not_found")
    absent = served.raw("DELETE", f"/conversations/{LENAS}/tags/60001", {"admin_id": BOT})
    assert error(absent) == (404, "tag_not_found")


def test_a_conversation_can_be_deleted_and_changed(served: Served) -> None:
    changed = served.raw("PUT", f"/conversations/{LENAS}", {"title": "Perth", "custom_attributes": {"Brand": "Solvane"}})
    assert (changed.json()["title"], changed.json()["custom_attributes"]) == ("Perth", {"Brand": "Solvane"})
    assert served.raw("DELETE", f"/conversations/{LENAS}").json() == {"id": LENAS, "object": "conversation", "deleted": True}
    assert served.raw("GET", f"/conversations/{LENAS}").status_code == 404


async def test_the_links_we_give_lead_somewhere_in_the_sandbox_too_and_show_customers_text_escaped(served: Served) -> None:
    told = served.tell("customer/messages", email="priya.nair@example.com", body="<script>alert(1)</script>", inbox_id=OURS)
    connection = served.connected()
    assert connection.inbox_source is not None
    read = await connection.inbox_source.conversation(told["conversation_id"])
    assert read is not None
    page = served._client.get(read.url or "").text
    assert "Priya Nair" in page
    assert "<script>" not in page
    contact = served._client.get(f"/a/apps/x/users/{told['contact_id']}").text
    assert told["conversation_id"] in contact
    assert connection.close is not None
    await connection.close()


def test_the_vendor_file_names_what_the_connection_can_do(served: Served) -> None:
    file = yaml.safe_load((ROOT / "retrieval/vendors/intercom/vendor.yaml").read_text())
    connection = served.connected()
    assert all(getattr(connection, role) is not None for role in file["capabilities"])
    assert file["api_version"] == VENDOR.settings.model_fields["version"].default
