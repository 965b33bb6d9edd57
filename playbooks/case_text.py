"""The parts of a case's description: customer, procedure and transcript as plain lines, masked. Nothing here is left blank."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.domain.conversation import AuthorKind, Conversation, Part, PartKind
from playbooks.domain.facts import Customer360
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop
from playbooks.flags import flags, late
from playbooks.privacy import masked
from playbooks.progress import Standing, progress
from playbooks.words import day, moment, money, plural, source_name, titled

_ROLES = {AuthorKind.CONTACT: "customer", AuthorKind.AGENT: "agent", AuthorKind.BOT: "bot", AuthorKind.APP: "app"}
_HAPPENINGS = {
    PartKind.CLOSED: "closed the chat",
    PartKind.OPENED: "reopened the chat",
    PartKind.SNOOZED: "snoozed the chat",
    PartKind.UNSNOOZED: "woke the chat up",
    PartKind.ASSIGNED: "assigned the chat",
}
# Half of the room each: how it began and how it ended tell more than the middle.
_LEFT_OUT = "\n[… {count} left out here to keep within Salesforce's limit; the whole chat is in Intercom …]\n"


def transcript(conversation: Conversation, zone: str, since: datetime | None = None) -> list[str]:
    """One entry a part, oldest first; internal notes are marked, attachments listed by name."""
    return [_entry(one, zone) for one in conversation.parts if (since is None or one.at > since) and _told(one)]


def _told(part: Part) -> bool:
    return bool(part.text.strip() or part.attachments or part.kind in _HAPPENINGS)


def _entry(part: Part, zone: str) -> str:
    who = f"{masked(part.author.name) or 'Unnamed'} ({_ROLES[part.author.kind]})"
    note = ", internal note" if part.kind is PartKind.NOTE else ""
    did = f" {_HAPPENINGS[part.kind]}" if part.kind in _HAPPENINGS else ""
    files = [f"  Attachment: {masked(one.name)}" for one in part.attachments]
    text = f": {masked(part.text.strip())}" if part.text.strip() else ""
    return "\n".join([f"{moment(part.at, zone)} {who}{note}{did}{text}", *files])


def fitted(entries: list[str], room: int) -> str:
    """All of them where they fit, else the first and the last ones with the number of those left out between them."""
    whole = "\n".join(entries)
    if len(whole) <= room:
        return whole
    half = max(0, (room - len(_LEFT_OUT) - 20) // 2)
    head = _filling(entries, half)
    tail = _filling(entries[len(head) :][::-1], half)[::-1]
    left = len(entries) - len(head) - len(tail)
    return ("\n".join(head) + _LEFT_OUT.format(count=plural(left, "message")) + "\n".join(tail))[:room]


def _filling(entries: list[str], room: int) -> list[str]:
    """As many whole entries as fit; a first one that alone is too long is cut."""
    kept: list[str] = []
    for one in entries:
        if sum(len(entry) + 1 for entry in kept) + len(one) > room:
            return kept or [one[: max(0, room - 1)] + "…"]
        kept.append(one)
    return kept


def customer_lines(customer: Customer360 | None, now: datetime, zone: str) -> list[str]:
    """A snapshot: who, flags, orders with parcels, disputes, open cases, and which sources could not be asked."""
    if customer is None:
        return []
    identity, account = customer.identity, customer.account
    who = [identity.name or "", ", ".join(identity.emails), ", ".join(identity.phones)]
    lines = [" · ".join(part for part in who if part)]
    lines += [f"Account: {account.name}" + (f", {account.tier}" if account.tier else "")] if account else []
    lines += [f"! {masked(one.reason)}" for one in flags(customer, now, zone=zone)]
    lines += [_charge_line(customer, place, zone) for place in range(min(5, len(customer.charges)))]
    lines += [
        f"Parcel {one.tracking_number}: {late(one, now, zone=zone) or one.carrier_status}" for one in customer.parcels[:5]
    ]
    lines += [f"Open case {one.number}: {masked(one.subject)}" for one in customer.cases if one.is_open]
    lines += [
        f"Not known: {source_name(one.source)} did not answer ({one.reason.value.replace('_', ' ')})." for one in customer.gaps
    ]
    return [one for one in lines if one]


def _charge_line(customer: Customer360, place: int, zone: str) -> str:
    one = customer.charges[place]
    disputed = ", disputed" if one.disputed else ""
    return (
        f"Order {one.order_number or one.charge_id}: {money(one.amount)} {one.status} on {day(one.created_at, zone)}{disputed}"
    )


def procedure_lines(run: SopRun | None, sop: Sop | None, names: Mapping[str, str], zone: str) -> list[str]:
    """The run's trail, then the steps that were passed over."""
    if run is None:
        return []
    lines = []
    for one in run.trail:
        declared = sop.transitions.get(one.transition) if sop else None
        who = f" by {names.get(one.by, one.by)}" if one.by else ""
        reason = f" ({masked(one.reason)})" if one.reason else ""
        lines.append(f"{moment(one.at, zone)} {declared.title if declared else titled(one.transition)}{who}{reason}")
    skipped = [one for one in progress(sop, run) if one.standing is Standing.SKIPPED] if sop else []
    return [*lines, *(f"Skipped: {one.title}. {one.reason}" for one in skipped)]
