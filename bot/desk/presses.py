"""What the desk does when a person pressed a button or submitted a form."""

from dataclasses import replace
from datetime import timedelta

from bot.desk.acting import deed_pressed
from bot.desk.alert_presses import on_alert
from bot.desk.case_person import chosen
from bot.desk.causing import Causing
from bot.desk.drafting import suggest
from bot.desk.escalating import escalate_pressed, reopen_case, transition, way_out
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene, customer_of, scene
from bot.desk.sending import edit, rated, send
from bot.desk.showing import beside, customer_as_seen, show, show_alert
from bot.desk.steps import show_steps
from bot.desk.summarising import summarise
from bot.desk.using_macros import use_macro
from playbooks.access import Denied, may, may_read, may_show_in
from playbooks.cards.notices import refused_card
from playbooks.cards.questions import ask_back_card, unknown_customer_card
from playbooks.domain.actions import AddTag
from playbooks.domain.card import Card
from playbooks.domain.customer import Ambiguous, LookupKind, Resolved, Unknown
from playbooks.domain.events import Pressed
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.policy import Permission
from playbooks.domain.press import (
    AcknowledgeAlert,
    ConfirmBulk,
    CreateContact,
    DropBulk,
    EditDraft,
    Escalate,
    HandOverAlert,
    LinkContact,
    RateDraft,
    ReopenCase,
    Resolve,
    SendDraft,
    SettleAlert,
    ShowCustomer,
    ShowSteps,
    Snooze,
    SnoozeAlert,
    SuggestReply,
    Summarise,
    TagConversation,
    TakeAlert,
    TakeConversation,
    Undo,
    UndoBulk,
    UseMacro,
    WayOut,
)
from retrieval.resolve import resolve


async def pressed(office: Office, event: Pressed, plan: Plan, agent: Agent | None) -> Plan:
    """Exactly one consequence that the person sees: the thing done, a card updated, or a refusal with its reason (L2)."""
    place = beside(event.place, event.message)
    if agent is None:
        verdict = may(None, Permission.REPLY, office.policies.roles)
        assert isinstance(verdict, Denied)
        return _tell(plan, event, place, refused_card(verdict.reason))
    press = event.press
    match press:
        case ShowCustomer():
            return await _customer(office, event, plan, agent, place)
        case RateDraft():
            key = f"rating:{press.draft_id}:{agent.agent_id}:{place.surface}:{place.channel_id}"
            show(plan, place, key, rated(plan, agent, press), event.conversation_id)
            return plan
        case ConfirmBulk() | DropBulk() | UndoBulk() | Undo():
            return await deed_pressed(office, plan, agent, place, press)
        case AcknowledgeAlert() | SnoozeAlert() | TakeAlert() | HandOverAlert() | SettleAlert() if not press.conversation_id:
            return await on_alert(office, event, plan, agent, press, None)
        case _:
            found = await scene(office, press.conversation_id)
            if found is None:
                return _tell(plan, event, place, refused_card("That conversation does not exist in Intercom any more."))
            readable = may_read(agent, found.conversation, office.policies.inboxes, office.policies.roles)
            if isinstance(readable, Denied):
                return _tell(plan, event, place, refused_card(readable.reason))
            return await _on_conversation(office, event, plan, agent, place, found)


def _tell(plan: Plan, event: Pressed, place: Place, card: Card) -> Plan:
    """To the person alone where the place is a channel; colleagues need not read every refusal."""
    show(plan, place, f"answer:{event.event_id}", card, event.conversation_id)
    return plan


async def _on_conversation(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place, found: Scene) -> Plan:
    by = Causing(agent=agent, inputs=event.inputs)
    match event.press:
        case SuggestReply(style=style, draft_id=draft_id):
            await suggest(office, plan, found, style=style, of=draft_id, place=place)
        case Summarise():
            await summarise(office, plan, found, place)
        case SendDraft():
            await send(office, event, plan, agent, place, found, event.press)
        case EditDraft():
            await edit(office, event, plan, place, found, event.press)
        case UseMacro():
            await use_macro(office, event, plan, agent, place, found, event.press)
        case TakeConversation():
            await transition(office, plan, found, agent, place, "take", by)
        case Escalate():
            await escalate_pressed(office, plan, found, agent, place, event.press, event.inputs)
        case ReopenCase():
            reopen_case(office, plan, found, by, place)
        case Resolve():
            await transition(office, plan, found, agent, place, "resolve", by)
        case Snooze(minutes=minutes):
            snoozed = Causing(agent=agent, inputs=event.inputs, snooze=timedelta(minutes=minutes))
            await transition(office, plan, found, agent, place, "snooze", snoozed)
        case LinkContact() | CreateContact():
            chosen(office, plan, found, by, place, event.press)
        case ShowSteps():
            _steps(office, plan, found, agent, place)
        case WayOut(transition=name):
            await way_out(office, plan, found, agent, place, name, by)
        case TagConversation(tag=tag):
            _tag(office, plan, found, agent, tag)
        case AcknowledgeAlert() | SnoozeAlert() | TakeAlert() | HandOverAlert() | SettleAlert():
            await on_alert(office, event, plan, agent, event.press, found)
        case _:
            raise AssertionError(f"a press without a conversation came here: {event.press.do}")
    return plan


async def _customer(office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place) -> Plan:
    assert isinstance(event.press, ShowCustomer)
    lookup = event.press.lookup
    for verdict in (may_show_in(place.channel_kind), may(agent, Permission.VIEW_CUSTOMER, office.policies.roles)):
        if isinstance(verdict, Denied):
            return _tell(plan, event, place, refused_card(verdict.reason))
    if lookup.kind is LookupKind.INTERCOM_CONVERSATION and (found := await scene(office, lookup.value)):
        card = customer_as_seen(office, plan, found.customer, place, agent, found.conversation_id)
        return _tell(plan, event, place, card)
    resolution = await resolve(office.finders, lookup, deadline_seconds=office.deadline_seconds)
    match resolution:
        case Resolved():
            customer = await customer_of(office, resolution.identity)
            return _tell(plan, event, place, customer_as_seen(office, plan, customer, place, agent))
        case Ambiguous():
            return _tell(plan, event, place, ask_back_card(resolution))
        case Unknown():
            return _tell(plan, event, place, unknown_customer_card(resolution))


def _steps(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place) -> None:
    verdict = may_show_in(place.channel_kind)
    if isinstance(verdict, Denied):
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card(verdict.reason), found.conversation_id)
        return
    show_steps(office, plan, found, agent, place)


def _tag(office: Office, plan: Plan, found: Scene, agent: Agent, tag: str) -> None:
    """The alert stops suggesting it at once; whether this person may tag, perform asks their roles."""
    key = plan.key(f"tag:{tag}")
    plan.actions.append(AddTag(once_key=key, on_behalf_of=agent.agent_id, conversation_id=found.conversation_id, tag=tag))
    left = tuple(one for one in found.triage.tags if one != tag)
    tagged = found.conversation.model_copy(update={"tags": tuple(dict.fromkeys([*found.conversation.tags, tag]))})
    shown = replace(found, conversation=tagged, triage=found.triage.model_copy(update={"tags": left}))
    show_alert(office, plan, shown, found.run)
