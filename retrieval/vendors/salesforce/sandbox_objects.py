"""The sandbox org's objects and fields: names, kinds, limits, relationships. Shapes only, no records.

*Source:* Object Reference v62 for the standard fields; the custom ones are what README.md asks an administrator to create.
"""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["id", "string", "textarea", "email", "phone", "url", "picklist", "boolean", "datetime", "reference", "double"]


@dataclass(frozen=True)
class FieldShape:
    """`relationship` is the name by which SOQL walks on, `target` the object it reaches."""

    name: str
    kind: Kind = "string"
    length: int = 0
    writable: bool = True
    required: bool = False
    external_id: bool = False
    unique: bool = False
    relationship: str = ""
    target: str = ""
    label: str = ""
    choices: tuple[str, ...] = ()

    @property
    def filterable(self) -> bool:
        """Long text areas cannot stand in a WHERE."""
        return not (self.kind == "textarea" and self.length > 4000)


@dataclass(frozen=True)
class ObjectShape:
    name: str
    prefix: str
    label: str
    fields: dict[str, FieldShape] = field(default_factory=dict)

    def field(self, name: str) -> FieldShape | None:
        return next((one for one in self.fields.values() if one.name.lower() == name.lower()), None)

    def related(self, name: str) -> FieldShape | None:
        found = (one for one in self.fields.values() if one.relationship)
        return next((one for one in found if one.relationship.lower() == name.lower()), None)


def _reference(name: str, target: str, required: bool = False) -> FieldShape:
    return FieldShape(name, "reference", 18, relationship=name.removesuffix("Id"), target=target, required=required)


_SYSTEM = (
    FieldShape("Id", "id", 18, writable=False),
    FieldShape("IsDeleted", "boolean", writable=False),
    FieldShape("CreatedDate", "datetime", writable=False),
    FieldShape("LastModifiedDate", "datetime", writable=False),
    FieldShape("SystemModstamp", "datetime", writable=False),
)


def _object(name: str, prefix: str, *fields: FieldShape) -> ObjectShape:
    return ObjectShape(name, prefix, name, {one.name: one for one in (*_SYSTEM, *fields)})


OBJECTS: dict[str, ObjectShape] = {
    one.name: one
    for one in (
        _object(
            "User",
            "005",
            FieldShape("Name", writable=False),
            FieldShape("Username", length=80),
            FieldShape("Email", "email", 128),
            FieldShape("IsActive", "boolean"),
        ),
        _object(
            "Account",
            "001",
            FieldShape("Name", length=255, required=True),
            FieldShape("Phone", "phone", 40),
            FieldShape("Type", "picklist", 255),
            FieldShape("BillingCity", length=40),
            FieldShape("BillingCountry", length=80),
            FieldShape("Tier__c", "picklist", 255),
            FieldShape("VIP__c", "boolean"),
            _reference("OwnerId", "User"),
        ),
        _object(
            "Contact",
            "003",
            FieldShape("Name", length=121, writable=False),
            FieldShape("FirstName", length=40),
            FieldShape("LastName", length=80, required=True),
            FieldShape("Email", "email", 80),
            FieldShape("Phone", "phone", 40),
            FieldShape("MobilePhone", "phone", 40),
            FieldShape("MailingCity", length=40),
            FieldShape("MailingCountry", length=80),
            FieldShape("Description", "textarea", 32000),
            _reference("AccountId", "Account"),
            _reference("OwnerId", "User"),
        ),
        _object(
            "Case",
            "500",
            FieldShape("CaseNumber", length=30, writable=False),
            FieldShape("Subject", length=255),
            FieldShape("Description", "textarea", 32000),
            FieldShape("Status", "picklist", 255),
            FieldShape("Priority", "picklist", 255, choices=("Low", "Medium", "High", "Critical")),
            FieldShape("Origin", "picklist", 255),
            FieldShape("Type", "picklist", 255, label="Case type", choices=("Question", "Problem", "Feature Request")),
            FieldShape("Reason", "picklist", 255, label="Case reason"),
            FieldShape("IsClosed", "boolean", writable=False),
            FieldShape("ClosedDate", "datetime", writable=False),
            FieldShape("ContactEmail", "email", 80, writable=False),
            FieldShape("SuppliedEmail", "email", 80),
            FieldShape("Product__c", length=255, label="Product"),
            FieldShape("Entitlement__c", length=255, label="Entitlement"),
            FieldShape("Warranty__c", "boolean", label="Under warranty"),
            FieldShape("Root_Cause__c", "picklist", 255, label="Root cause", choices=("Battery", "Inverter", "Carrier")),
            FieldShape("Deskside_Key__c", length=255, external_id=True, unique=True),
            FieldShape("Deskside_Conversation__c", length=64),
            FieldShape("Deskside_Conversation_Url__c", "url", 255),
            _reference("ContactId", "Contact"),
            _reference("AccountId", "Account"),
            _reference("OwnerId", "User"),
        ),
        _object(
            "CaseComment",
            "00a",
            _reference("ParentId", "Case", required=True),
            FieldShape("CommentBody", "textarea", 4000),
            FieldShape("IsPublished", "boolean"),
        ),
        _object(
            "Order",
            "801",
            FieldShape("OrderNumber", length=30, writable=False),
            FieldShape("OrderReferenceNumber", length=80),
            FieldShape("Status", "picklist", 255, required=True),
            FieldShape("EffectiveDate", length=10),
            FieldShape("TotalAmount", "double", writable=False),
            _reference("AccountId", "Account", required=True),
            _reference("BillToContactId", "Contact"),
            _reference("OwnerId", "User"),
        ),
    )
}


def object_shape(name: str) -> ObjectShape | None:
    return next((one for one in OBJECTS.values() if one.name.lower() == name.lower()), None)
