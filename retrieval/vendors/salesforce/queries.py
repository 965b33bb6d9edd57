"""Which fields of which object we read, as SOQL's SELECT parts; asks nothing itself."""

from collections.abc import Sequence

from retrieval.vendors.salesforce import soql
from retrieval.vendors.salesforce.settings import Settings

CASE = ("Id", "CaseNumber", "Subject", "Status", "Priority", "IsClosed", "ContactId", "AccountId", "CreatedDate")
MOST_ROWS = 50
"""More contacts of one person, or more cases on a card, than anybody reads."""


def account_fields(settings: Settings, through: str = "") -> list[str]:
    """`through` is "Account." where the account is read by way of a contact."""
    names = ["Id", "Name", "Owner.Name", "Owner.Email", settings.tier_field, settings.vip_field]
    return [f"{through}{name}" for name in names if name]


def account_query(settings: Settings, account_id: str) -> str:
    return soql.select(account_fields(settings), "Account", f"Id = {soql.text(account_id)}", limit=1)


def contact_query(settings: Settings, where: str, more: Sequence[str] = ()) -> str:
    own = ["Id", "Name", "Email", "Phone", "MobilePhone", "AccountId"]
    fields = [*own, *more, *account_fields(settings, "Account.")]
    return soql.select(fields, "Contact", where, order="CreatedDate, Id", limit=MOST_ROWS)


def case_fields(settings: Settings) -> tuple[str, ...]:
    own = (settings.key_field, settings.conversation_field)
    return (*CASE, "SystemModstamp", *(name for name in own if name))


def case_query(settings: Settings, where: str, order: str, limit: int) -> str:
    return soql.select(case_fields(settings), "Case", where, order=order, limit=limit)


def order_query(settings: Settings, where: str) -> str:
    fields = ["Id", "AccountId", "BillToContactId", settings.order_number_field]
    return soql.select(fields, "Order", where, order="CreatedDate DESC", limit=MOST_ROWS)


def comments_query(where: str, limit: int) -> str:
    fields = ["Id", "CommentBody", "ParentId", "SystemModstamp"]
    return soql.select(fields, "CaseComment", where, order="SystemModstamp, Id", limit=limit)


def comment_query(case_id: str) -> str:
    """All of a case's comments a person would ever write, newest first."""
    where = f"ParentId = {soql.text(case_id)}"
    return soql.select(["Id", "CommentBody"], "CaseComment", where, order="CreatedDate DESC, Id DESC", limit=500)
