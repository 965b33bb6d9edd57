"""A conversation in few words, for whoever takes it over: asked for by a button or in words, shown where it was asked."""

from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import show
from bot.desk.wording import told_shortly
from playbooks.access import Denied, may_show_in
from playbooks.cards.notices import refused_card
from playbooks.cards.summary import summary_card
from playbooks.domain.place import Place


async def summarise(office: Office, plan: Plan, found: Scene, place: Place) -> None:
    """It quotes the customer, so it is shown only where that may be (L8)."""
    verdict, key = may_show_in(place.channel_kind), f"answer:{plan.cause.event_id}"
    if isinstance(verdict, Denied):
        show(plan, place, key, refused_card(verdict.reason), found.conversation_id)
        return
    lines, notice = await told_shortly(office, plan, found)
    card = summary_card(found.conversation, found.triage, lines, notice, found.customer_name)
    show(plan, place, key, card, found.conversation_id)
