"""What a shop's customers may have said, complained about and subscribed to: made up from their ids, a few of each kind."""

from datetime import datetime, timedelta

from retrieval.shop_scatter import lot, one_in
from retrieval.world import WorldCase, WorldConversation, WorldMessage, WorldPerson, WorldSubscription

MEI, ARJUN = "mei.tan@solvane.example", "arjun.rao@solvane.example"

# Asked, answered, rating (None: not rated), the customer's remark, tag.
TALKS: tuple[tuple[str, str, int | None, str, str], ...] = (
    (
        "My parcel has not moved for three days.",
        "I have asked the carrier and will write to you tomorrow.",
        2,
        "No news since.",
        "delivery",
    ),
    (
        "I was charged twice for one order!",
        "I see one charge and one reservation that lapses by itself.",
        1,
        "Useless.",
        "billing",
    ),
    (
        "Can I exchange this for another size?",
        "Yes, within 30 days of delivery; I have sent you the label.",
        5,
        "Great help.",
        "exchange",
    ),
    ("How do I return one item of my order?", "Choose the item under Orders, then Return.", 4, "", "return"),
    ("When will my order be shipped?", "It leaves the warehouse tomorrow.", None, "", "delivery"),
)
CASES = (
    ("Refund promised but not received", "Customer reports that the refund agreed in chat has not arrived.", "New", "High"),
    ("Item arrived damaged", "Photos received; replacement to be decided with the warehouse.", "Working", "Medium"),
    ("Wrong item delivered", "Swapped with another order in the warehouse; both customers informed.", "Closed", "Medium"),
)


def conversations(person: WorldPerson, now: datetime) -> tuple[WorldConversation, ...]:
    """None for most; one for a third of the customers; four within ten days (repeat contact) for one in thirty."""
    if one_in(person.key, "repeat contact", 30):
        return tuple(_talk(person, number, now - timedelta(days=2 * number + 1)) for number in range(4))
    if one_in(person.key, "talked", 3):
        return (_talk(person, 0, now - timedelta(days=3 + lot(person.key, "talk age", 60))),)
    return ()


def _talk(person: WorldPerson, number: int, at: datetime) -> WorldConversation:
    question, answer, rating, remark, tag = TALKS[lot(f"{person.key}/{number}", "talk", len(TALKS))]
    agent = (MEI, ARJUN)[lot(f"{person.key}/{number}", "agent", 2)]
    messages = (
        WorldMessage("customer", question, at),
        WorldMessage(agent, answer, at + timedelta(minutes=2 + lot(person.key, "wait", 40))),
    )
    return WorldConversation(person.key, messages, "8101", "closed", rating, remark, (tag,))


def case(person: WorldPerson, now: datetime) -> WorldCase | None:
    if not one_in(person.key, "case", 15):
        return None
    subject, description, status, priority = CASES[lot(person.key, "which case", len(CASES))]
    return WorldCase(
        person.key, subject, description, status, priority, now - timedelta(days=1 + lot(person.key, "case age", 30))
    )


def subscription(person: WorldPerson, now: datetime) -> WorldSubscription | None:
    """One customer in eight has the membership; of these one in five is behind with the invoice."""
    if not one_in(person.key, "membership", 8):
        return None
    overdue = one_in(person.key, "overdue", 5)
    renews = now + timedelta(days=-7 if overdue else 1 + lot(person.key, "renewal", 27))
    return WorldSubscription(person.key, "Membership", 990, "usd", "past_due" if overdue else "active", renews, overdue)
