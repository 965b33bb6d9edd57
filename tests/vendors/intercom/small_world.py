"""A small made-up world for the Intercom tests: a VIP with a duplicate contact, a relative of the same phone, two inboxes."""

from datetime import UTC, datetime, timedelta

from retrieval.world import (
    World,
    WorldAgent,
    WorldConversation,
    WorldInbox,
    WorldMessage,
    WorldOrder,
    WorldPerson,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MEI, ARJUN, BOT = "5001", "5002", "5000"
OURS, THEIRS = "8101", "8202"


def at(hours_ago: float) -> datetime:
    return NOW - timedelta(hours=hours_ago)


PEOPLE = (
    WorldPerson(
        key="priya",
        name="Priya Nair",
        email="priya.nair@example.com",
        phone="+65 9123 4567",
        company="Nair Residences",
        tier="Platinum",
        vip=True,
        city="Singapore",
        customer_since=datetime(2023, 3, 1, tzinfo=UTC),
        other_emails=("priya@nair.example.org",),
    ),
    WorldPerson(key="dev", name="Dev Nair", email="dev.nair@example.com", phone="+65 9123 4567", company="Nair Residences"),
    WorldPerson(key="lena", name="Lena Ong", email="lena.ong@example.net", phone="+6598880000", company="", signed_in=False),
)
ORDERS = tuple(
    WorldOrder(
        number=number,
        person="priya",
        placed_at=at(200),
        items=(("Battery", 1, 500_000),),
        amount_minor=500_000,
        currency="sgd",
        carrier="dhl" if tracking else "",
        tracking_number=tracking,
    )
    for number, tracking in (("SV-20417", "JD014600006281234567"), ("SV-2041", ""))
)
CONVERSATIONS = (
    WorldConversation(
        person="priya",
        inbox="Live Chat",
        messages=(
            WorldMessage("customer", "My battery order is stuck at DHL & nobody answers", at(50)),
            WorldMessage("mei.tan@solvane.example", "I am sorry. See https://dhl.example/track?a=1&b=2.", at(49)),
            WorldMessage("customer", "Still nothing", at(48)),
        ),
        rating=2,
        rating_remark="Too slow",
        tags=("delivery", "vip"),
    ),
    WorldConversation(
        person="priya",
        inbox=THEIRS,
        messages=(WorldMessage("customer", "A question for Brightleaf about my battery", at(30)),),
        state="open",
    ),
    WorldConversation(
        person="lena", inbox=OURS, messages=(WorldMessage("customer", "Do you ship to Perth?", at(3)),), state="open"
    ),
)
WORLD = World(
    company="Solvane",
    now=NOW,
    agents=(
        WorldAgent("Mei Tan", "mei.tan@solvane.example", MEI),
        WorldAgent("Arjun Rao", "arjun.rao@solvane.example", ARJUN),
    ),
    inboxes=(WorldInbox(OURS, "Live Chat"), WorldInbox(THEIRS, "Brightleaf", ours=False)),
    people=PEOPLE,
    orders=ORDERS,
    conversations=CONVERSATIONS,
    tags=("urgent_escalation",),
)
