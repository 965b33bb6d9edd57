"""The steps card: where a chat stands in its procedure, for whoever asked, and kept up to date where it is shown."""

from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import alert_key, alert_places, show
from playbooks.cards.notices import refused_card
from playbooks.cards.sop import sop_card
from playbooks.domain.card import Card
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.run import SopRun
from playbooks.machine import offers, withheld


def show_steps(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place) -> None:
    """As this person may go on. In the alert's channel it is one card in its thread; elsewhere an answer of its own."""
    if found.sop is None or found.run is None:
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card("No procedure has begun for this conversation."))
        return
    card = steps_of(office, found, found.run, agent)
    beside_alert = next((one for one in alert_places(office, found) if one.channel_id == place.channel_id), None)
    if beside_alert is None:
        show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)
        return
    key = steps_key(found.conversation_id, beside_alert)
    show(plan, place, key, card, found.conversation_id, under=alert_key(found.conversation_id, beside_alert))


async def refresh_steps(office: Office, plan: Plan, found: Scene, run: SopRun) -> None:
    """The card of the alert's thread, where it is shown, follows the procedure; it offers what its owner may do."""
    if found.sop is None:
        return
    for place in alert_places(office, found):
        key = steps_key(found.conversation_id, place)
        if await office.memory.posted(key) is not None:
            card = steps_of(office, found, run, office.agent(run.owner))
            show(plan, place, key, card, found.conversation_id, under=alert_key(found.conversation_id, place))


def steps_key(conversation_id: str, place: Place) -> str:
    return f"steps:{conversation_id}:{place.surface}:{place.channel_id}"


def steps_of(office: Office, found: Scene, run: SopRun, agent: Agent | None) -> Card:
    assert found.sop is not None
    facts, by = found.guards(office, agent), agent.agent_id if agent else None
    current = office.sops.get(found.sop.sop_id)
    return sop_card(
        found.sop,
        run,
        now=office.now,
        offers=offers(found.sop, run, facts=facts, by=by),
        withheld=withheld(found.sop, run, facts=facts, by=by) if agent else (),
        names={one.agent_id: one.name for one in office.policies.team.agents},
        zone=office.zone_of(agent),
        conversation=found.conversation,
        customer_name=found.customer_name,
        clocks=found.clocks,
        newer_version=current.version if current and current.version != run.sop_version else None,
    )
