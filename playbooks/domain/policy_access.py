"""Roles and what each may do, as data (mission T1, T6); whether somebody may is decided in `playbooks.access`."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from playbooks.domain.base import Frozen
from playbooks.domain.people import Role


class Permission(StrEnum):
    """What a role may be allowed. `view_*` decide which part of the customer card is shown."""

    ASK_KNOWLEDGE = "ask_knowledge"
    VIEW_INTERNAL_ARTICLES = "view_internal_articles"
    VIEW_CUSTOMER = "view_customer"
    VIEW_CONTACT_DETAILS = "view_contact_details"
    VIEW_CONVERSATIONS = "view_conversations"
    VIEW_PAYMENTS = "view_payments"
    VIEW_PARCELS = "view_parcels"
    VIEW_CASES = "view_cases"
    VIEW_LEADS = "view_leads"
    VIEW_DEALS = "view_deals"
    VIEW_STOCK = "view_stock"
    VIEW_REPORTS = "view_reports"
    REPLY = "reply"
    NOTE = "note"
    TAG = "tag"
    SNOOZE = "snooze"
    TAKE = "take"
    CLOSE = "close"
    ASSIGN = "assign"
    OPEN_CASE = "open_case"
    PHONE_CALL = "phone_call"
    REMOTE_SESSION = "remote_session"
    REQUEST_ASSISTANCE = "request_assistance"
    ANSWER_ASSISTANCE = "answer_assistance"
    ACKNOWLEDGE_ALERTS = "acknowledge_alerts"
    USE_MACROS = "use_macros"
    BULK = "bulk"
    QUALIFY_LEADS = "qualify_leads"
    CLOSE_DEALS = "close_deals"
    MANAGE_ACCOUNTS = "manage_accounts"
    UPSELL = "upsell"
    UPDATE_CATALOG = "update_catalog"
    MANAGE_INVENTORY = "manage_inventory"
    DECIDE_APPLICATIONS = "decide_applications"
    EDIT_PLAYBOOKS = "edit_playbooks"
    MANAGE_TEAM = "manage_team"
    EXPORT = "export"
    ERASE = "erase"
    READ_AUDIT = "read_audit"


class RoleGrant(Frozen):
    title: str
    permissions: frozenset[Permission]


class Limits(Frozen):
    """Per person (T6)."""

    vendor_calls_per_hour: int = Field(default=1000, gt=0)
    messages_per_hour: int = Field(default=100, gt=0)
    bulk_operations_per_day: int = Field(default=10, gt=0)


class RolesPolicy(Frozen):
    roles: Mapping[Role, RoleGrant]
    limits: Limits = Limits()

    def permissions(self, roles: frozenset[Role]) -> frozenset[Permission]:
        """All that any of these roles may do; a role without a grant may do nothing."""
        granted = (self.roles[one].permissions for one in roles if one in self.roles)
        return frozenset(permission for permissions in granted for permission in permissions)
