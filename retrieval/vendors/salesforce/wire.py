"""Salesforce's records as they come over the wire: lenient models, no meaning added.

*Source:* Object Reference (Contact, Account, Case, CaseComment, Order, User), v62, read 2026-11-22.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """A record; custom fields stay readable by their configured name."""

    model_config = ConfigDict(extra="allow")

    def custom(self, field: str) -> str:
        """A custom field as text; "" where it is empty or no such field is configured."""
        value = (self.model_extra or {}).get(field) if field else None
        return "" if value is None else str(value)


class UserRow(Row):
    Name: str | None = None
    Email: str | None = None


class AccountRow(Row):
    Id: str
    Name: str = ""
    Owner: UserRow | None = None


class ContactRow(Row):
    Id: str
    Name: str | None = None
    Email: str | None = None
    Phone: str | None = None
    MobilePhone: str | None = None
    AccountId: str | None = None
    Account: AccountRow | None = None


class CaseRow(Row):
    Id: str
    CaseNumber: str
    Subject: str | None = None
    Status: str = ""
    Priority: str | None = None
    IsClosed: bool = False
    ContactId: str | None = None
    AccountId: str | None = None
    CreatedDate: datetime
    SystemModstamp: datetime


class OrderRow(Row):
    Id: str
    AccountId: str | None = None
    BillToContactId: str | None = None


class CommentRow(Row):
    Id: str
    CommentBody: str | None = None
    ParentId: str | None = None
    SystemModstamp: datetime | None = None


class QueryPage(BaseModel):
    done: bool
    records: list[dict[str, Any]]
    nextRecordsUrl: str | None = None


class Saved(BaseModel):
    id: str
    success: bool


class PicklistValue(BaseModel):
    value: str
    active: bool = True


class FieldDescription(BaseModel):
    name: str
    label: str = ""
    type: str = "string"
    length: int = 0
    picklistValues: list[PicklistValue] = []
    externalId: bool = False
    unique: bool = False


class Description(BaseModel):
    name: str
    fields: list[FieldDescription]
