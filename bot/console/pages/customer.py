"""The customer's page: one search box, one card over two columns; what may be seen is the desk's decision, not the page's.

What was typed (an e-mail, a name) is posted and stays out of addresses; the address then holds a vendor's record id.
"""

from starlette.requests import Request
from starlette.responses import Response

from bot.console.channels import OWN
from bot.console.inbound import own_channel
from bot.console.pages.sign_in import capped_body_of_form
from bot.console.render import Frame, card_html
from bot.console.security import from_our_own_page
from bot.console.session import actor_of
from bot.console.site import Site, inside
from bot.desk.plan import Plan
from bot.desk.questions import customer_answer
from bot.memory import Connection, audit
from playbooks.access import Denied, may
from playbooks.cards.notices import refused_card
from playbooks.domain.card import Card
from playbooks.domain.customer import Lookup
from playbooks.domain.events import Asked
from playbooks.domain.people import Agent, Surface
from playbooks.domain.place import ChannelKind, Place
from playbooks.domain.policy import Permission
from playbooks.lookup import identifier, lookup

LONGEST_QUESTION = 300


async def customer(site: Site, request: Request, agent: Agent) -> Response:
    return await _page(site, agent, request.query_params.get("q", ""))


async def customer_asked(site: Site, request: Request, agent: Agent) -> Response:
    from_our_own_page(request)
    await capped_body_of_form(site, request)
    form = await request.form()
    return await _page(site, agent, str(form.get("q", "")))


async def _page(site: Site, agent: Agent, text: str) -> Response:
    question = text.strip()[:LONGEST_QUESTION]
    wanted = lookup(question) if question else None
    card, record_id = await looked_up(site, agent, wanted) if wanted else (None, None)
    frame = Frame(key="customer", zone=site.office.zone_of(agent), layout="page")
    return inside(
        site,
        agent,
        "customer.html",
        here="customer",
        question=question,
        card=card_html(card, frame) if card else "",
        unreadable=bool(question) and wanted is None,
        address=f"/console/customer?q={record_id}" if record_id else "",
    )


async def looked_up(site: Site, agent: Agent, wanted: Lookup) -> tuple[Card, str | None]:
    """The card this person may see, and the record's id where exactly one customer was found. The reading is audited (T3)."""
    verdict = may(agent, Permission.VIEW_CUSTOMER, site.office.policies.roles)
    if isinstance(verdict, Denied):
        return refused_card(verdict.reason), None
    question = _question(site, agent, wanted)
    plan = Plan(cause=question)
    card = await customer_answer(site.office, plan, question, agent, wanted)
    now = site.now

    def save(conn: Connection) -> None:
        for one in plan.audit:
            audit.append(conn, at=now, actor=one.actor, what=one.what, subject=one.subject, detail=one.detail)

    if plan.audit:
        await site.console.database.transact(save)
    ids = [one.subject for one in plan.audit if identifier(one.subject)]
    return card, ids[0] if ids else None


def _question(site: Site, agent: Agent, wanted: Lookup) -> Asked:
    """As if asked in the person's own channel: the desk's rules of who sees what where are the same."""
    now = site.now
    return Asked(
        event_id=f"customer-page:{now.timestamp()}",
        source="console",
        at=now,
        actor=actor_of(agent),
        place=Place(surface=Surface.CONSOLE, channel_id=own_channel(agent), thread_id=OWN, channel_kind=ChannelKind.DIRECT),
        text=wanted.value,
    )
