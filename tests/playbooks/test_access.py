"""Who sees what where: role × channel kind × part of the picture (lessons L8, L22)."""

import itertools

import pytest

from playbooks.access import Allowed, Denied, may, may_read, may_show_in, visible
from playbooks.domain.facts import Customer360
from playbooks.domain.people import Agent, Role
from playbooks.domain.place import ChannelKind
from playbooks.domain.policy import Permission
from tests.playbooks.cast import CUSTOMER, HOUR, INBOXES, PRIYA, ROLES, agent, chat, said

PARTS = {
    "cases": Permission.VIEW_CASES,
    "charges": Permission.VIEW_PAYMENTS,
    "refunds": Permission.VIEW_PAYMENTS,
    "disputes": Permission.VIEW_PAYMENTS,
    "invoices": Permission.VIEW_PAYMENTS,
    "subscriptions": Permission.VIEW_PAYMENTS,
    "parcels": Permission.VIEW_PARCELS,
    "conversations": Permission.VIEW_CONVERSATIONS,
    "notes": Permission.VIEW_CONVERSATIONS,
}
INTERNAL = {ChannelKind.DIRECT, ChannelKind.PRIVATE, ChannelKind.PUBLIC}
EVERYTHING = [*itertools.product(Role, ChannelKind, PARTS)]


@pytest.mark.parametrize(("role", "channel", "part"), EVERYTHING, ids=["-".join(row) for row in EVERYTHING])
def test_a_part_is_seen_only_with_its_permission_and_only_among_colleagues(role: Role, channel: ChannelKind, part: str) -> None:
    granted = ROLES.permissions(frozenset({role}))
    allowed = channel in INTERNAL and {Permission.VIEW_CUSTOMER, PARTS[part]} <= granted
    seen = visible(CUSTOMER, agent(role), channel, ROLES).customer
    assert bool(getattr(seen, part)) == allowed


@pytest.mark.parametrize("channel", [ChannelKind.SHARED, ChannelKind.UNKNOWN])
@pytest.mark.parametrize("role", list(Role))
def test_nothing_at_all_is_shown_where_strangers_may_read(role: Role, channel: ChannelKind) -> None:
    shown = visible(CUSTOMER, agent(role), channel, ROLES)
    assert shown.customer == Customer360(identity=shown.customer.identity)
    assert not any(shown.customer.identity.model_dump().values())
    assert len(shown.withheld) == 1


def test_without_the_permission_for_contact_details_no_string_holds_them() -> None:
    shown = visible(CUSTOMER, agent(Role.SDR), ChannelKind.DIRECT, ROLES).customer.model_dump_json()
    for secret in ("priya.nair@example.com", "+6591234567", "Orchard Road", "cus_1", "1234567890"):
        assert secret not in shown


def test_what_is_withheld_is_said_whether_or_not_there_is_any() -> None:
    bare = Customer360(identity=CUSTOMER.identity)
    assert visible(bare, agent(Role.SDR), ChannelKind.DIRECT, ROLES).withheld == (
        "Cases: not part of your role.",
        "Payments: not part of your role.",
        "Parcels: not part of your role.",
        "Conversations and notes: not part of your role.",
        "Contact details: not part of your role.",
    )


def test_support_sees_the_whole_picture_unchanged() -> None:
    shown = visible(CUSTOMER, agent(Role.SUPPORT), ChannelKind.PRIVATE, ROLES)
    assert shown.customer == CUSTOMER
    assert shown.withheld == ()


def test_a_public_channel_may_be_given_less_than_the_asker_has() -> None:
    payments = frozenset({Permission.VIEW_PAYMENTS})
    shown = visible(CUSTOMER, agent(Role.SUPPORT), ChannelKind.PUBLIC, ROLES, withheld_in_public=payments)
    assert not shown.customer.charges
    assert shown.customer.parcels
    assert shown.withheld == ("Payments: not shown in a public channel; ask me directly.",)
    assert visible(CUSTOMER, agent(Role.SUPPORT), ChannelKind.PRIVATE, ROLES, payments).customer == CUSTOMER


@pytest.mark.parametrize("person", [None, agent(), agent(Role.CATALOG_MANAGER)], ids=["unknown", "no role", "no permission"])
def test_who_may_not_see_customers_sees_none(person: Agent | None) -> None:
    shown = visible(CUSTOMER, person, ChannelKind.DIRECT, ROLES)
    assert shown.customer.sources == ()
    assert shown.withheld


def test_several_roles_add_up() -> None:
    both = agent(Role.SDR, Role.AE)
    assert visible(CUSTOMER, both, ChannelKind.DIRECT, ROLES).customer.cases


def test_a_refusal_names_the_permission_and_the_role() -> None:
    answer = may(agent(Role.SDR), Permission.OPEN_CASE, ROLES)
    assert isinstance(answer, Denied)
    assert "open case" in answer.reason
    assert "sdr" in answer.reason


def test_an_unknown_person_may_do_nothing() -> None:
    assert all(isinstance(may(None, one, ROLES), Denied) for one in Permission)


def test_support_may_do_what_its_role_lists() -> None:
    assert may(agent(Role.SUPPORT), Permission.REPLY, ROLES) == Allowed()
    assert isinstance(may(agent(Role.SUPPORT), Permission.ERASE, ROLES), Denied)


@pytest.mark.parametrize("channel", list(ChannelKind))
def test_only_channels_of_colleagues_get_internal_data(channel: ChannelKind) -> None:
    assert isinstance(may_show_in(channel), Allowed) == (channel in INTERNAL)


@pytest.mark.parametrize(
    ("inbox_id", "person", "readable"),
    [
        ("8101", agent(Role.SUPPORT), True),
        ("8202", agent(Role.SUPPORT), False),
        ("9999", agent(Role.SUPPORT), False),
        (None, agent(Role.SUPPORT), False),
        ("8103", agent(Role.SUPPORT), False),
        ("8103", agent(Role.SUPPORT, agent_id="sofia@solvane.example"), True),
        ("8101", agent(Role.AE), False),
        ("8101", None, False),
    ],
)
def test_the_inboxs_own_access_rule_is_applied(inbox_id: str | None, person: Agent | None, readable: bool) -> None:
    talk = chat(said(PRIYA, "hi", HOUR), inbox_id=inbox_id)
    assert isinstance(may_read(person, talk, INBOXES, ROLES), Allowed) == readable
