"""Where cards about a conversation go, and the two cards most of the desk needs: the alert in place, the customer in thread."""

from bot.desk.office import Office
from bot.desk.plan import Audited, Plan
from bot.desk.scene import Scene
from playbooks.access import visible
from playbooks.cards.alert import Standing, alert_card
from playbooks.cards.customer import customer_card
from playbooks.cards.notices import refused_card
from playbooks.contradictions import contradictions
from playbooks.domain.actions import ShowCard
from playbooks.domain.alert import Happening
from playbooks.domain.card import Called, Card
from playbooks.domain.facts import Customer360
from playbooks.domain.people import Agent, Role
from playbooks.domain.place import MessageRef, Place
from playbooks.domain.policy import Destination
from playbooks.domain.run import SopRun
from playbooks.domain.sop import WaitsFor
from playbooks.escalation import expects_a_case
from playbooks.flags import flags
from playbooks.privacy import MaskPolicy, masked_tree
from playbooks.timeline import timeline

ALERT = "alert"


def destinations(office: Office, name: str | None) -> tuple[Place, ...]:
    """The places of a named destination that can be reached, else of its fallback, else where all alerts go (L17)."""
    named, tried = office.policies.team.destinations.get(name or ""), set[str]()
    while named is not None and named.title not in tried:
        tried.add(named.title)
        reached = tuple(place for place in named.places if place.surface in office.surfaces)
        if reached and not office.alert_places:
            return reached
        named = office.policies.team.destinations.get(named.fallback or "")
    return office.alert_places


def destination_of(office: Office, place: Place) -> Destination | None:
    """The named destination that this place belongs to."""
    named = office.policies.team.destinations.values()
    return next((one for one in named if any(_same_channel(place, other) for other in one.places)), None)


def fallback_places(office: Office, place: Place) -> tuple[Place, ...]:
    """Where a card goes that cannot be shown in this place."""
    dead = destination_of(office, place)
    fallback = office.policies.team.destinations.get(dead.fallback or "") if dead else None
    reached = (one for one in (fallback.places if fallback else ()) if one.surface in office.surfaces)
    return tuple(one for one in reached if not _same_channel(one, place))


def _same_channel(one: Place, other: Place) -> bool:
    return (one.surface, one.channel_id) == (other.surface, other.channel_id)


def show(
    plan: Plan, place: Place, card_key: str, card: Card, conversation_id: str | None = None, under: str | None = None
) -> None:
    """`card_key` that was posted before is updated in place; the once_key tells the updates of different causes apart."""
    plan.actions.append(
        ShowCard(
            once_key=plan.key(f"show:{card_key}"),
            place=place,
            card_key=card_key,
            card=card,
            under_card_key=under,
            conversation_id=conversation_id,
        )
    )


def show_in_thread(office: Office, plan: Plan, scene: Scene, name: str, card: Card) -> None:
    """In the thread under the conversation's alert, wherever that is posted."""
    for place in alert_places(office, scene):
        key = f"{name}:{place.surface}:{place.channel_id}"
        show(plan, place, key, card, scene.conversation_id, under=alert_key(scene.conversation_id, place))


def alert_places(office: Office, scene: Scene) -> tuple[Place, ...]:
    return destinations(office, scene.inbox.destination if scene.inbox else None)


def show_alert(office: Office, plan: Plan, scene: Scene, run: SopRun | None) -> None:
    """One alert a conversation and place, always the same message. Its causes and history are added by `watch`."""
    for place in alert_places(office, scene):
        show(plan, place, alert_key(scene.conversation_id, place), chat_alert(office, scene, run), scene.conversation_id)


def chat_alert(
    office: Office,
    scene: Scene,
    run: SopRun | None,
    *,
    causes: tuple[str, ...] = (),
    goes_to: str = "",
    history: tuple[Happening, ...] = (),
    noted: str = "",
    unattended: bool = False,
    calls: tuple[Called, ...] = (),
) -> Card:
    """`noted`: what somebody has done about its alerts; `unattended`: some of them nobody has looked at."""
    now_standing = standing(scene, run)
    card = alert_card(
        scene.conversation,
        scene.triage,
        now=office.now,
        standing="acknowledged" if noted and now_standing == "open" else now_standing,
        customer_name=scene.customer_name,
        flags=scene.flags,
        clocks=scene.clocks,
        owner=office.name_of(run.owner) if run else None,
        noted=noted,
        unattended=unattended,
        case=run.case if run else None,
        alert=ALERT,
        causes=causes,
        goes_to=goes_to,
        history=history,
        possible=frozenset(scene.sop.table.get(run.state, {})) if run and scene.sop else None,
        zone=office.zone,
    )
    return card.model_copy(update={"calls": calls})


def alert_key(conversation_id: str, place: Place) -> str:
    return f"{ALERT}:{conversation_id}:{place.surface}:{place.channel_id}"


def draft_key(draft_id: str, place: Place) -> str:
    return f"reply:{draft_id}:{place.surface}:{place.channel_id}"


def is_alert(card_key: str) -> bool:
    return card_key.startswith(f"{ALERT}:")


def standing(scene: Scene, run: SopRun | None) -> Standing:
    if run is None or scene.sop is None:
        return "open"
    state = scene.sop.states.get(run.state)
    if run.case is not None or (state is not None and expects_a_case(scene.sop, run.state)):
        return "escalated"
    if state is not None and state.waits_for is WaitsFor.NOBODY:
        return "closed"
    return "owned" if run.owner else "open"


def beside(place: Place, message: MessageRef | None) -> Place:
    """The thread an answer belongs in: the one it was asked in, else the one under the message that was pressed."""
    if place.thread_id or message is None:
        return place
    return place.model_copy(update={"thread_id": message.thread_id or message.message_id})


def customer_in_thread(office: Office, plan: Plan, scene: Scene, owner: Agent | None) -> None:
    """For the owner, or for whoever reads the alerts: then what the support role may see, and no more."""
    reader = owner or OPERATORS
    for place in alert_places(office, scene):
        card = customer_as_seen(office, plan, scene.customer, place, reader, scene.conversation_id)
        key = f"customer:{scene.conversation_id}:{place.surface}:{place.channel_id}"
        show(plan, place, key, card, scene.conversation_id, under=alert_key(scene.conversation_id, place))


OPERATORS = Agent(agent_id="operators", name="Operators", roles=frozenset({Role.SUPPORT}))
"""Whoever reads the alerts' channel."""


def customer_as_seen(
    office: Office, plan: Plan, customer: Customer360, place: Place, agent: Agent | None, conversation_id: str | None = None
) -> Card:
    """The customer card as this person may see it in this place; the reading is audited (T3)."""
    seen = visible(customer, agent, place.channel_kind, office.policies.roles)
    if not seen.customer.sources and not seen.customer.gaps and seen.withheld:
        return refused_card(seen.withheld[0])
    _audit_reading(plan, customer, seen.customer, place, agent)
    zone, shown = office.zone_of(agent), without_private_numbers(seen.customer)
    return customer_card(
        shown,
        flags=flags(seen.customer, office.now, zone=zone),
        timeline=timeline(shown),
        now=office.now,
        contradictions=contradictions(seen.customer, office.now, zone),
        withheld=seen.withheld,
        conversation_id=conversation_id,
        zone=zone,
    )


def without_private_numbers(customer: Customer360) -> Customer360:
    """Notes, subjects and remarks are customers' words and may hold a card number; order and tracking numbers survive (T2)."""
    known = customer.identity
    return masked_tree(customer, MaskPolicy(keep=frozenset((*known.order_numbers, *known.tracking_numbers))))


def _audit_reading(plan: Plan, customer: Customer360, seen: Customer360, place: Place, agent: Agent | None) -> None:
    detail = {"sources": [one.source for one in seen.sources], "place": place.surface.value}
    actor = agent.agent_id if agent else "deskside"
    plan.audit.append(Audited(actor=actor, what="read_customer", subject=subject_of(customer), detail=detail))


def subject_of(customer: Customer360) -> str:
    """An id for the audit, never an e-mail or a name."""
    known = customer.identity
    ids = (*known.intercom_contact_ids, *known.salesforce_contact_ids, *known.stripe_customer_ids)
    return ids[0] if ids else "unknown customer"
