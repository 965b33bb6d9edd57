"""The small made-up world that the Salesforce tests seed the sandbox org with."""

from datetime import UTC, datetime, timedelta

from retrieval.world import World, WorldAgent, WorldCase, WorldInbox, WorldOrder, WorldPerson

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

PRIYA = WorldPerson(
    key="priya",
    name="Priya Nair",
    email="priya.nair@example.com",
    phone="+65 9123 4567",
    company="Nair Residences",
    tier="Platinum",
    vip=True,
    owner_email="tom.becker@solvane.example",
    other_emails=("p.nair@example.org",),
)
OTHER_PRIYA = WorldPerson(
    key="priya2", name="Priya Menon", email="priya.menon@example.net", phone="+65 8000 1111", company="Menon Bakery"
)
HOSTILE = WorldPerson(
    key="odonnell", name="Sean O'Donnell", email="sean.o'donnell@example.com", phone="", company="100% Solar_Co \\ Sons"
)
WITHOUT_CASES = WorldPerson(key="wei", name="Wei Ling", email="wei@example.com", phone="91239999", company="")

WORLD = World(
    company="Solvane",
    now=NOW,
    agents=(WorldAgent("Tom Becker", "tom.becker@solvane.example", "5005", ("ae",)),),
    inboxes=(WorldInbox("8101", "Live Chat"),),
    people=(PRIYA, OTHER_PRIYA, HOSTILE, WITHOUT_CASES),
    orders=(
        WorldOrder("SV-20417", "priya", NOW - timedelta(days=12), (("Home battery", 1, 1_000_00),), 1_000_00, "SGD"),
        WorldOrder("SV-20500", "priya2", NOW - timedelta(days=3), (("Smart plug", 2, 30_00),), 60_00, "SGD"),
    ),
    cases=(
        WorldCase("priya", "Inverter beeps at night", "It beeps.", "Closed", "Low", NOW - timedelta(days=200)),
        WorldCase("priya", "Battery not delivered", "Where is it?", "Working", "High", NOW - timedelta(days=4)),
        WorldCase("priya2", "Invoice copy", "Please.", "New", "Low", NOW - timedelta(days=1)),
    ),
)
