"""The step panel of a real procedure's chat, as a given colleague sees it shortly before escalating."""

from playbooks.cards.sop import sop_card
from playbooks.domain.card import Card
from playbooks.domain.recorded import Recorded
from playbooks.domain.run import SopRun
from playbooks.guards import GuardFacts
from playbooks.machine import offers, withheld
from playbooks.replay import replay
from tests.content.knowledge_copy import real
from tests.sops.changed import live_chat
from tests.sops.past import MEI_ID, at, escalated

SOP, POLICIES = live_chat(), real().policies
NAMES = {one.agent_id: one.name for one in POLICIES.team.agents}
SOFIA = "sofia.lindqvist@solvane.example"


def before_escalating() -> tuple[Recorded, SopRun]:
    whole = escalated()
    talk = whole.conversation.model_copy(update={"parts": whole.conversation.parts[:4]})
    recorded = whole.model_copy(update={"trail": whole.trail[:-2], "conversation": talk})
    return recorded, replay(recorded, SOP, POLICIES, basis=SOP).run


def panel(reader: str = MEI_ID, run: SopRun | None = None, seconds: int = 400, zone: str = "UTC") -> Card:
    recorded, usual = before_escalating()
    agent = POLICIES.team.agent(reader)
    assert agent is not None
    facts = GuardFacts(pressed=True, permissions=POLICIES.roles.permissions(agent.roles))
    return sop_card(
        SOP,
        run or usual,
        now=at(seconds),
        offers=offers(SOP, run or usual, facts=facts, by=reader),
        withheld=withheld(SOP, run or usual, facts=facts, by=reader),
        names=NAMES,
        zone=zone,
        conversation=recorded.conversation,
        customer_name="Priya Nair",
        newer_version="2027-01",
    )
