"""Salesforce's rows in the house's words; pure, asks nothing."""

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from playbooks.domain.case import Case, CaseField, ContactChoice
from playbooks.domain.customer import Candidate, Identity, Link
from playbooks.domain.events import CaseUpdated
from playbooks.domain.facts import Account, CaseFact
from retrieval.vendors.salesforce.settings import Settings
from retrieval.vendors.salesforce.wire import AccountRow, CaseRow, CommentRow, ContactRow, FieldDescription, OrderRow

SOURCE = "salesforce"
_ID = re.compile(r"\b(?:001|003|500)[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?\b")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(text: str) -> str | None:
    """The account, contact or case id in a text (a bare id of 15 or 18 characters, or a record's link), as 18 characters."""
    found = _ID.search(text)
    return id_of_18(found[0]) if found else None


def id_of_18(salesforce_id: str) -> str:
    """15-character ids tell upper from lower case; the three more of the 18-character form encode which is which."""
    first = salesforce_id[:15]
    chunks = (first[start : start + 5] for start in (0, 5, 10))
    return first + "".join(_SUFFIX[sum(1 << at for at, one in enumerate(chunk) if one.isupper())] for chunk in chunks)


def digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdigit())


def significant_digits(phone: str) -> str:
    """The last eight, so that "+65 9123 4567" and "91234567" meet; "" for fewer than six, which would match strangers."""
    all_digits = digits(phone)
    return all_digits[-8:] if len(all_digits) >= 6 else ""


def phones_of(row: ContactRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (row.Phone, row.MobilePhone) if one))


def identity_of(rows: Iterable[ContactRow], order_numbers: Iterable[str] = ()) -> Identity:
    """All these contacts as one person."""
    people = list(rows)
    return Identity(
        name=next((one.Name for one in people if one.Name), None),
        emails=tuple(dict.fromkeys(one.Email.lower() for one in people if one.Email)),
        phones=tuple(dict.fromkeys(phone for one in people for phone in phones_of(one))),
        salesforce_contact_ids=tuple(one.Id for one in people),
        salesforce_account_id=next((one.AccountId for one in people if one.AccountId), None),
        order_numbers=tuple(dict.fromkeys(order_numbers)),
    )


def account(row: AccountRow, settings: Settings) -> Account:
    tier = row.custom(settings.tier_field)
    return Account(
        account_id=row.Id,
        name=row.Name,
        tier=tier or None,
        owner_name=row.Owner.Name if row.Owner else None,
        owner_email=row.Owner.Email.lower() if row.Owner and row.Owner.Email else None,
        vip=row.custom(settings.vip_field) == "True" or tier.lower() in settings.vip_tier_names,
        url=record_url(settings, "Account", row.Id),
    )


def case_fact(row: CaseRow, settings: Settings) -> CaseFact:
    return CaseFact(
        case_id=row.Id,
        number=row.CaseNumber,
        subject=row.Subject or "",
        status=row.Status,
        priority=row.Priority or "",
        is_open=not row.IsClosed,
        created_at=row.CreatedDate,
        updated_at=row.SystemModstamp,
        url=record_url(settings, "Case", row.Id),
    )


def case(row: CaseRow, settings: Settings) -> Case:
    return Case(
        case_id=row.Id,
        number=row.CaseNumber,
        status=row.Status,
        external_id=row.custom(settings.key_field) or None,
        url=record_url(settings, "Case", row.Id),
        updated_at=row.SystemModstamp,
        closed=row.IsClosed,
    )


def case_updated(row: CaseRow, settings: Settings) -> CaseUpdated:
    """The id is the case and its stamp, so that a change polled twice is one event."""
    return CaseUpdated(
        event_id=f"{row.Id}:{row.SystemModstamp:%Y%m%dT%H%M%S}",
        source=SOURCE,
        at=row.SystemModstamp,
        conversation_id=row.custom(settings.conversation_field) or None,
        case=case(row, settings),
    )


def case_commented(row: CommentRow, parent: CaseRow, settings: Settings) -> CaseUpdated:
    return CaseUpdated(
        event_id=f"comment:{row.Id}",
        source=SOURCE,
        at=row.SystemModstamp or parent.SystemModstamp,
        conversation_id=parent.custom(settings.conversation_field) or None,
        case=case(parent, settings),
        comment=(row.CommentBody or "").strip(),
    )


def record_url(settings: Settings, kind: str, salesforce_id: str) -> str:
    return f"{settings.record_base}/lightning/r/{kind}/{salesforce_id}/view"


def order_numbers(rows: Iterable[OrderRow], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(number for row in rows if (number := row.custom(field))))


def evidence(row: ContactRow, known: Identity) -> str:
    """Why this contact is the person asked for; "" where only a phone number speaks for it."""
    if row.Id in map(id_of_18, known.salesforce_contact_ids):
        return "the contact's Salesforce id is known"
    if row.Email and row.Email.lower() in known.emails:
        return f"e-mail {row.Email.lower()}"
    return ""


def linked(rows: Sequence[ContactRow], known: Identity) -> list[tuple[ContactRow, str]]:
    """The contacts that belong to the person, each with its evidence.

    Sure by id or e-mail; a shared phone number alone is no proof (families, offices), with the same name it is.
    """
    sure = [(row, why) for row in rows if (why := evidence(row, known))]
    names = {_folded(name) for name in (known.name, *(row.Name for row, _ in sure)) if name}
    rest = [row for row in rows if not evidence(row, known)]
    return sure + [(row, "same phone number and same name") for row in rest if _folded(row.Name or "") in names]


def link(row: ContactRow, why: str, settings: Settings) -> Link:
    label = " · ".join(one for one in (row.Name or row.Id, row.Email) if one)
    return Link(source=SOURCE, record_id=row.Id, label=label, evidence=why, url=record_url(settings, "Contact", row.Id))


_KINDS: dict[str, Literal["long_text", "choice", "yes_no", "date", "number"]] = {
    "textarea": "long_text",
    "picklist": "choice",
    "boolean": "yes_no",
    "date": "date",
    "double": "number",
    "int": "number",
    "currency": "number",
    "percent": "number",
}


def case_field(one: FieldDescription) -> CaseField:
    """In the org's own words: its label and the active values of its picklist."""
    choices = tuple(each.value for each in one.picklistValues if each.active)
    kind = _KINDS.get(one.type, "text")
    return CaseField(
        name=one.name,
        label=one.label or one.name,
        kind="text" if kind == "choice" and not choices else kind,
        choices=choices,
        max_length=one.length or 3000,
    )


def contact_choice(row: ContactRow, why: str = "") -> ContactChoice:
    account = row.Account.Name if row.Account else ""
    label = " · ".join(one for one in (row.Name or row.Id, row.Email, *phones_of(row)[:1], account) if one)
    return ContactChoice(contact_id=row.Id, label=label, why=why)


def candidates(rows: Sequence[ContactRow], why: str, order_numbers: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
    """People, not records: contacts with the same name and the same phone or e-mail are one candidate."""
    people: list[list[ContactRow]] = []
    for row in rows:
        same = next((one for one in people if any(_same_person(row, other) for other in one)), None)
        if same is None:
            people.append([row])
        else:
            same.append(row)
    return tuple(_candidate(one, why, order_numbers) for one in people)


def _same_person(one: ContactRow, other: ContactRow) -> bool:
    if _folded(one.Name or "") != _folded(other.Name or ""):
        return False
    if one.Email and other.Email and one.Email.lower() == other.Email.lower():
        return True
    return bool(_numbers(one) & _numbers(other))


def _numbers(row: ContactRow) -> set[str]:
    return {short for one in phones_of(row) if (short := significant_digits(one))}


def _candidate(rows: Sequence[ContactRow], why: str, order_numbers: tuple[str, ...]) -> Candidate:
    company = next((row.Account.Name for row in rows if row.Account and row.Account.Name), "")
    email = next((row.Email for row in rows if row.Email), "")
    return Candidate(
        source=SOURCE,
        identity=identity_of(rows, order_numbers),
        detail=" · ".join(one for one in (company, email) if one),
        evidence=why,
    )


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
