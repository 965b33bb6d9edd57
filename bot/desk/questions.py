"""What the desk does when a person asked in words: find out what they want, look it up, answer in the same thread."""

from bot.desk.acting import act, act_on_many, find
from bot.desk.drafting import suggest
from bot.desk.escalating import escalate_pressed
from bot.desk.gaps import note_unanswered
from bot.desk.hand_over import handing_over_now
from bot.desk.macros import for_nobody, macros_for, theirs
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene, customer_of, scene
from bot.desk.showing import customer_as_seen, show
from bot.desk.steps import show_steps
from bot.desk.summarising import summarise
from playbooks.access import Denied, may, may_read, may_show_in, visible
from playbooks.cards.article import article_card
from playbooks.cards.duty import clocks_card, shift_card
from playbooks.cards.macros import macros_card
from playbooks.cards.notices import help_card, refused_card, usage_card
from playbooks.cards.order import order_card
from playbooks.cards.questions import ask_back_card, unclear_card, unknown_customer_card, which_conversation_card
from playbooks.domain.card import Card
from playbooks.domain.content import Audience, MacroChoice
from playbooks.domain.customer import Ambiguous, Lookup, LookupKind, Resolved, Unknown
from playbooks.domain.events import Asked
from playbooks.domain.facts import Customer360
from playbooks.domain.intent import (
    Act,
    FindArticle,
    FindConversations,
    FindMacro,
    Help,
    OpenCase,
    OrderStatus,
    ShowReport,
    ShowShift,
    ShowSla,
    ShowSteps,
    SuggestReply,
    Summarise,
    Unclear,
    Usage,
    WhoIs,
    WhoIsThisConversation,
)
from playbooks.domain.people import Agent
from playbooks.domain.policy import Permission
from playbooks.domain.press import Escalate
from playbooks.intent import intent
from playbooks.macros import choose
from playbooks.reply import extractive
from retrieval.resolve import resolve


async def asked(office: Office, event: Asked, plan: Plan, agent: Agent | None) -> Plan:
    """Exactly one answer: what was asked for, a question back, or a refusal with its reason (L2)."""
    if agent is None:
        verdict = may(None, Permission.ASK_KNOWLEDGE, office.policies.roles)
        assert isinstance(verdict, Denied)
        return _answer(plan, event, refused_card(verdict.reason))
    wish = intent(event.text, event.command)
    match wish:
        case WhoIs():
            return await _customer(office, event, plan, agent, wish.lookup)
        case FindArticle():
            return await _article(office, event, plan, agent, wish.question)
        case Help():
            return _answer(plan, event, help_card(wish.topic))
        case Usage():
            return _answer(plan, event, usage_card(wish))
        case Unclear():
            return _answer(plan, event, unclear_card(wish.text))
        case ShowShift(handover=True):
            shown = may_show_in(event.place.channel_kind)
            refused = refused_card(shown.reason) if isinstance(shown, Denied) else None
            return _answer(plan, event, refused or await handing_over_now(office, agent))
        case ShowShift():
            there = await office.attendance()
            return _answer(plan, event, shift_card(there, office.policies, office.now, office.zone_of(agent)))
        case ShowReport():
            return _answer(plan, event, refused_card("Reports are not part of this version yet."))
        case OrderStatus() if wish.lookup is not None:
            return await _customer(office, event, plan, agent, wish.lookup, orders_only=True)
        case FindConversations():
            return await find(office, event, plan, agent, wish)
        case Act() if wish.is_for_many:
            return await act_on_many(office, event, plan, agent, wish)
        case FindMacro() if wish.query:
            return await _macros(office, event, plan, agent, wish.query)
        case _:
            return await _about_conversation(office, event, plan, agent, wish)


def _answer(plan: Plan, event: Asked, card: Card) -> Plan:
    show(plan, event.place, f"answer:{event.event_id}", card, event.conversation_id)
    return plan


async def _about_conversation(
    office: Office,
    event: Asked,
    plan: Plan,
    agent: Agent,
    wish: WhoIsThisConversation | SuggestReply | FindMacro | OpenCase | OrderStatus | ShowSla | ShowSteps | Summarise | Act,
) -> Plan:
    named = _named(wish)
    found = await scene(office, named) if named else await conversation_meant(office, event)
    if found is None:
        return _answer(plan, event, which_conversation_card())
    for verdict in (may_show_in(event.place.channel_kind), _readable(office, agent, found)):
        if isinstance(verdict, Denied):
            return _answer(plan, event, refused_card(verdict.reason))
    match wish:
        case WhoIsThisConversation():
            card = customer_as_seen(office, plan, found.customer, event.place, agent, found.conversation_id)
            return _answer(plan, event, card)
        case SuggestReply():
            await suggest(office, plan, found, style=wish.style, place=event.place)
            return plan
        case Summarise():
            await summarise(office, plan, found, event.place)
            return plan
        case Act():
            await act(office, event, plan, found, agent, wish.deed)
            return plan
        case FindMacro():
            return _answer(plan, event, macros_card("", macros_for(office, found, agent=agent), found.conversation_id))
        case OpenCase():
            pressed = Escalate(conversation_id=found.conversation_id)
            await escalate_pressed(office, plan, found, agent, event.place, pressed, (("case_note", wish.note),))
            return plan
        case OrderStatus():
            return _answer(
                plan,
                event,
                order_card(_seen(office, found.customer, event, agent), "", now=office.now, zone=office.zone_of(agent)),
            )
        case ShowSteps():
            show_steps(office, plan, found, agent, event.place)
            return plan
        case ShowSla():
            return _answer(plan, event, clocks_card(found.conversation, found.clocks, zone=office.zone_of(agent)))


def _named(wish: object) -> str | None:
    """The one conversation that the words name."""
    if isinstance(wish, Act):
        return next(iter(wish.conversation_ids), None)
    return wish.lookup.value if isinstance(wish, ShowSteps | Summarise | ShowSla) and wish.lookup else None


def _readable(office: Office, agent: Agent, found: Scene) -> object:
    return may_read(agent, found.conversation, office.policies.inboxes, office.policies.roles)


def _seen(office: Office, customer: Customer360, event: Asked, agent: Agent) -> Customer360:
    return visible(customer, agent, event.place.channel_kind, office.policies.roles).customer


async def conversation_meant(office: Office, event: Asked) -> Scene | None:
    """The one the event names, else the thread's."""
    conversation_id = event.conversation_id or await office.memory.conversation_of(event.place)
    return await scene(office, conversation_id) if conversation_id else None


async def _customer(office: Office, event: Asked, plan: Plan, agent: Agent, lookup: Lookup, orders_only: bool = False) -> Plan:
    for verdict in (may_show_in(event.place.channel_kind), may(agent, Permission.VIEW_CUSTOMER, office.policies.roles)):
        if isinstance(verdict, Denied):
            return _answer(plan, event, refused_card(verdict.reason))
    return _answer(plan, event, await customer_answer(office, plan, event, agent, lookup, orders_only))


async def customer_answer(
    office: Office, plan: Plan, event: Asked, agent: Agent, lookup: Lookup, orders_only: bool = False
) -> Card:
    resolution = await resolve(office.finders, lookup, deadline_seconds=office.deadline_seconds)
    match resolution:
        case Unknown():
            return unknown_customer_card(resolution)
        case Ambiguous():
            return ask_back_card(resolution)
        case Resolved():
            customer = await customer_of(office, resolution.identity)
            if orders_only:
                seen = _seen(office, customer, event, agent)
                number = lookup.value if lookup.kind in {LookupKind.ORDER, LookupKind.TRACKING} else ""
                return order_card(seen, number, now=office.now, zone=office.zone_of(agent))
            return customer_as_seen(office, plan, customer, event.place, agent)


async def _article(office: Office, event: Asked, plan: Plan, agent: Agent, question: str) -> Plan:
    """For the agent's own eyes internal articles count too; the draft under it rests on public ones only."""
    verdict = may(agent, Permission.ASK_KNOWLEDGE, office.policies.roles)
    if isinstance(verdict, Denied):
        return _answer(plan, event, refused_card(verdict.reason))
    internal = not isinstance(may_show_in(event.place.channel_kind), Denied) and not isinstance(
        may(agent, Permission.VIEW_INTERNAL_ARTICLES, office.policies.roles), Denied
    )
    result = await office.search(question, internal=internal)
    note_unanswered(plan, result, event.conversation_id, office.now)
    public = result.model_copy(update={"hits": tuple(hit for hit in result.hits if hit.passage.audience is Audience.PUBLIC)})
    draft = extractive(
        question,
        public,
        contact_first_name=None,
        voice=office.policies.voice,
        draft_id=plan.key("draft"),
        conversation_id=None,
        written_for_part_id=None,
        now=office.now,
    )
    answers = result.has_answer and bool(public.hits)
    if answers:
        plan.drafts.append(draft)
    card = article_card(result, draft=draft if answers else None, kept=True, zone=office.zone_of(agent))
    return _answer(plan, event, card)


async def _macros(office: Office, event: Asked, plan: Plan, agent: Agent, query: str) -> Plan:
    found = await conversation_meant(office, event)
    if found is not None:
        choices = macros_for(office, found, query, agent)
    else:
        choices = tuple(for_nobody(one) for one in choose(query, theirs(office, agent), limit=5, scorer=office.scorer))
    return _answer(plan, event, macros_card(query, _best(choices), found.conversation_id if found else None))


def _best(choices: tuple[MacroChoice, ...]) -> tuple[MacroChoice, ...]:
    return choices[:5]
