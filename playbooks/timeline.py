"""One story of a customer out of all sources, newest first; it adds nothing that no source said."""

from collections.abc import Iterator

from playbooks.domain.facts import Customer360, SourceFacts, TimelineEntry
from playbooks.words import money, source_name, titled


def timeline(customer: Customer360, limit: int | None = None) -> tuple[TimelineEntry, ...]:
    """Newest first; entries of one moment stay in the order of their sources. Each entry is told once."""
    entries = dict.fromkeys(entry for one in customer.sources for entry in _told_by(one))
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True)[:limit])


def _told_by(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for tell in (_conversations, _notes, _cases, _payments, _reversals, _invoices, _parcels):
        yield from tell(facts)


def _conversations(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for one in facts.conversations:
        name = one.subject or f"Conversation {one.conversation_id}"
        yield TimelineEntry(at=one.created_at, source=facts.source, title="Conversation started", detail=name, url=one.url)
        if one.rating:
            remark = f": {one.rating.remark}" if one.rating.remark else ""
            yield TimelineEntry(
                at=one.rating.at or one.updated_at,
                source=facts.source,
                title=f"Rated {one.rating.score} of 5",
                detail=f"{name}{remark}",
                url=one.url,
            )


def _notes(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for one in facts.notes:
        yield TimelineEntry(at=one.at, source=facts.source, title=f"Note by {one.author}", detail=one.text)


def _cases(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for one in facts.cases:
        opened = f"Case {one.number} opened"
        yield TimelineEntry(at=one.created_at, source=facts.source, title=opened, detail=one.subject, url=one.url)
        if one.updated_at > one.created_at:
            title = f"Case {one.number}: {one.status}"
            yield TimelineEntry(at=one.updated_at, source=facts.source, title=title, detail=one.subject, url=one.url)


def _payments(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for one in facts.charges:
        detail = " · ".join(part for part in (one.order_number, one.description, one.payment_method) if part)
        title = f"Payment of {money(one.amount)} {one.status}"
        yield TimelineEntry(at=one.created_at, source=facts.source, title=title, detail=detail, url=one.url)


def _reversals(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for refund in facts.refunds:
        detail = (refund.reason or "").replace("_", " ")
        title = f"Refund of {money(refund.amount)} {refund.status}"
        yield TimelineEntry(at=refund.created_at, source=facts.source, title=title, detail=detail)
    for dispute in facts.disputes:
        detail = f"{titled(dispute.reason)}; {dispute.status.replace('_', ' ')}"
        title = f"Dispute of {money(dispute.amount)} opened"
        yield TimelineEntry(at=dispute.created_at, source=facts.source, title=title, detail=detail)


def _invoices(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for one in facts.invoices:
        title = f"Invoice {one.number or one.invoice_id} of {money(one.amount_due)}"
        yield TimelineEntry(at=one.created_at, source=facts.source, title=title, detail=titled(one.status))


def _parcels(facts: SourceFacts) -> Iterator[TimelineEntry]:
    for one in facts.parcels:
        name = f"{one.order_number or one.tracking_number} · {source_name(one.carrier)}"
        for event in one.events:
            place = f" · {event.place}" if event.place else ""
            yield TimelineEntry(at=event.at, source=facts.source, title=event.text, detail=f"{name}{place}", url=one.url)
