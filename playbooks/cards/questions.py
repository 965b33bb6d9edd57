"""Asking back: who was meant, which conversation, what was wanted; a question instead of a guess."""

from playbooks.cards.parts import button, buttons, fact, facts, section, small
from playbooks.domain.card import Button, Card, Element, Status, Tone
from playbooks.domain.customer import Ambiguous, Candidate, Identity, Lookup, LookupKind, Unknown
from playbooks.domain.press import ShowCustomer
from playbooks.words import listed, plural, shortened, source_name

# More than this many people are not a choice but a search that was too wide.
_CANDIDATES_SHOWN = 8

_KINDS = {
    LookupKind.EMAIL: "e-mail",
    LookupKind.PHONE: "phone",
    LookupKind.NAME: "name",
    LookupKind.ORDER: "order",
    LookupKind.TRACKING: "tracking number",
    LookupKind.INTERCOM_CONVERSATION: "conversation",
    LookupKind.INTERCOM_CONTACT: "contact",
    LookupKind.SALESFORCE: "Salesforce record",
    LookupKind.STRIPE: "Stripe record",
}


def ask_back_card(resolution: Ambiguous) -> Card:
    asked = shortened(resolution.lookup.value, 80)
    shown = resolution.candidates[:_CANDIDATES_SHOWN]
    more = len(resolution.candidates) - len(shown)
    return Card(
        title=f"Which {asked}?",
        summary=f"{plural(len(resolution.candidates), 'customer')} match “{asked}”. Pick one.",
        status=Status(text="Several match", tone=Tone.INFO),
        sections=(
            *(part for number, one in enumerate(shown, 1) for part in section("", _candidate(number, one))),
            *section("", [small(f"{more} more not shown. An e-mail or an order number is surer.")] if more > 0 else []),
        ),
    )


def _candidate(number: int, candidate: Candidate) -> list[Element]:
    identity = candidate.identity
    name = identity.name or (identity.emails or identity.phones or ("Unnamed",))[0]
    lookup = _sure(identity)
    choose: Button | None = button(f"{number}. {shortened(name, 60)}", ShowCustomer(lookup=lookup)) if lookup else None
    return [
        *facts(
            fact(
                name,
                " · ".join(dict.fromkeys((*identity.emails, *identity.phones, *filter(None, candidate.detail.split(" · ")))))
                or "–",
            ),
            fact(
                "Found in",
                listed([source_name(one) for one in candidate.source.split(", ")])
                + (f" by {candidate.evidence}" if candidate.evidence else ""),
            ),
        ),
        *buttons(choose),
    ]


def _sure(identity: Identity) -> Lookup | None:
    """The identifier that will find this person and nobody else."""
    tries = (
        (LookupKind.INTERCOM_CONTACT, identity.intercom_contact_ids),
        (LookupKind.SALESFORCE, identity.salesforce_contact_ids),
        (LookupKind.STRIPE, identity.stripe_customer_ids),
        (LookupKind.EMAIL, identity.emails),
        (LookupKind.PHONE, identity.phones),
    )
    return next((Lookup(kind=kind, value=values[0]) for kind, values in tries if values), None)


def unknown_customer_card(resolution: Unknown) -> Card:
    asked = shortened(resolution.lookup.value, 80)
    kind = _KINDS[resolution.lookup.kind]
    unasked = listed([source_name(one) for one in resolution.unasked])
    could = (
        f"{unasked} could not be asked, so somebody may still exist there." if unasked else "Every connected source was asked."
    )
    return Card(
        title="I found nobody",
        summary=f"No customer found for {kind} “{asked}”.",
        status=Status(text="Not found", tone=Tone.WARNING),
        sections=section("", [*facts(fact(f"Asked for {kind}", asked), fact("Sources", could)), small(_TRY)]),
    )


_TRY = "Try an e-mail, a phone number with its country code, an order or tracking number, or a link from Intercom."


def which_conversation_card() -> Card:
    """The thread is about no conversation that we know."""
    return Card(
        title="Which conversation?",
        summary="I do not know which conversation this thread is about.",
        status=Status(text="Question", tone=Tone.INFO),
        sections=section(
            "", [small("Ask in the thread of an alert, or give me an Intercom link, an e-mail or an order number.")]
        ),
    )


def unclear_card(text: str) -> Card:
    said = shortened(" ".join(text.split()), 80)
    return Card(
        title="I am not sure what you need",
        summary=f"I did not understand “{said}”." if said else "There was nothing to read in that message.",
        status=Status(text="Question", tone=Tone.INFO),
        sections=section("", [small(_EXAMPLES)]),
    )


_EXAMPLES = (
    "For example:\n- `who is this customer?`\n- `where is order SV-20417`\n- `draft a reply`\n- `any macro for refunds`\n"
    "- `how do I reset the inverter?`\n- `open a case`"
)
