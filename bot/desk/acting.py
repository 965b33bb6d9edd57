"""What an agent wants done to conversations, in words: searched, checked, put into actions, and answered in place."""

from collections.abc import Sequence

from bot.desk.bulk import MOST_AT_ONCE, bulk_listed, confirmed, dropped, may_bulk, taken_back, used_today
from bot.desk.deeds import NotPossible, allowed, decide, worded
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import show
from playbooks.access import Denied, may, may_read, may_show_in
from playbooks.cards.conversations import conversation_line, conversations_card, did_card, doing_card
from playbooks.cards.notices import refused_card, usage_card
from playbooks.cards.questions import ask_back_card, unknown_customer_card
from playbooks.conversation_search import USAGE, read
from playbooks.domain.actions import AddNote, Answer, Changing
from playbooks.domain.card import Card
from playbooks.domain.conversation import Conversation
from playbooks.domain.customer import Ambiguous, Resolved
from playbooks.domain.deed import BulkItem, Deed
from playbooks.domain.events import ActionDone, ActionFailed, Asked
from playbooks.domain.intent import Act, FindConversations, Usage
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.policy import Permission
from playbooks.domain.press import ConfirmBulk, DropBulk, Undo, UndoBulk
from playbooks.domain.search import ConversationSearch
from playbooks.undo import undone
from retrieval.resolve import resolve

MOST_FOUND = 500
"""As many as a search reads; a bulk deed takes fewer (`bulk.MOST_AT_ONCE`)."""


# one conversation


async def act(office: Office, event: Asked, plan: Plan, found: Scene, agent: Agent, deed: Deed) -> None:
    """At once "working", then what became of it, in one card."""
    answer_key = f"answer:{event.event_id}"
    try:
        words = worded(office, agent, deed)
        answer = Answer(place=event.place, card_key=answer_key, words=words)
        await decide(office, plan, found, agent, deed, seen_at=found.conversation.updated_at, answer=answer)
    except NotPossible as error:
        card = did_card(str(error), unchanged=True) if error.is_so else refused_card(str(error), error.remedy)
        show(plan, event.place, answer_key, card, found.conversation_id)
        return
    waits = any(getattr(one, "answer", None) is not None for one in plan.actions)
    show(plan, event.place, answer_key, doing_card(words) if waits else did_card(words), found.conversation_id)


def tell_done(plan: Plan, event: ActionDone) -> None:
    """In place of "working", with the way back where there is one."""
    action = event.action
    if not isinstance(action, Changing | AddNote) or action.answer is None:
        return
    can_undo = undone(action, event.before, event.result_id, "", action.on_behalf_of or "", event.at) is not None
    card = did_card(action.answer.words, unchanged=event.unchanged, undo_key=action.once_key if can_undo else None)
    show(plan, action.answer.place, action.answer.card_key, card, action.conversation_id)


def tell_failed(plan: Plan, event: ActionFailed) -> bool:
    """False: nobody waits for an answer of its own."""
    action = event.action
    if not isinstance(action, Changing | AddNote) or action.answer is None:
        return False
    card = refused_card(f"{action.answer.words}: {event.reason}", event.remedy)
    show(plan, action.answer.place, action.answer.card_key, card, action.conversation_id)
    return True


async def deed_pressed(
    office: Office, plan: Plan, agent: Agent, place: Place, press: ConfirmBulk | DropBulk | UndoBulk | Undo
) -> Plan:
    match press:
        case ConfirmBulk(bulk_id=bulk_id):
            await confirmed(office, plan, agent, place, bulk_id)
        case DropBulk(bulk_id=bulk_id):
            await dropped(office, plan, place, bulk_id)
        case UndoBulk(bulk_id=bulk_id):
            await taken_back(office, plan, agent, place, bulk_id)
        case Undo(once_key=once_key):
            await _undo(office, plan, agent, place, once_key)
    return plan


async def _undo(office: Office, plan: Plan, agent: Agent, place: Place, once_key: str) -> None:
    """Pressed twice it is one action: its key is made of the key of what it takes back."""
    made = await office.memory.made(once_key)
    answer_key, key = f"answer:{plan.cause.event_id}", f"undo:{once_key}"
    back = undone(made.action, made.before, made.result_id, key, agent.agent_id, office.now) if made else None
    if back is None or not isinstance(back, Changing):
        show(plan, place, answer_key, refused_card("It is no longer known how it was.", "Change it by hand."))
        return
    was = getattr(made.action, "answer", None) if made else None
    answer = Answer(place=place, card_key=answer_key, words=f"Undo “{was.words}”" if was else "Undo")
    plan.actions.append(back.model_copy(update={"answer": answer}))
    show(plan, place, answer_key, doing_card(answer.words), back.conversation_id)


# many conversations


async def find(office: Office, event: Asked, plan: Plan, agent: Agent, wish: FindConversations) -> Plan:
    """Mission I2: by keyword, tag, user, assignee, dates and their combinations; only what this person may read."""
    found = await _searched(office, event, agent, wish.query)
    if isinstance(found, Card):
        return _answer(plan, event, found)
    readable = [one for one in found if _may_read(office, agent, one)]
    card = conversations_card(
        wish.query,
        readable,
        left_out=len(found) - len(readable),
        names=_names(office),
        now=office.now,
        may_act=not isinstance(may(agent, Permission.BULK, office.policies.roles), Denied),
    )
    return _answer(plan, event, card)


async def act_on_many(office: Office, event: Asked, plan: Plan, agent: Agent, wish: Act) -> Plan:
    """Listed and asked back; nothing is done before somebody says yes."""
    used = await used_today(office, agent)
    if why_not := may_bulk(office, agent, used):
        return _answer(plan, event, refused_card(why_not))
    try:
        allowed(office, agent, wish.deed)
        words = worded(office, agent, wish.deed)
    except NotPossible as error:
        return _answer(plan, event, refused_card(str(error), error.remedy))
    found = await _meant(office, event, agent, wish)
    if isinstance(found, Card):
        return _answer(plan, event, found)
    readable = [one for one in found if _may_read(office, agent, one)]
    if not readable or len(readable) > MOST_AT_ONCE:
        reason = (
            f"{len(readable)} conversations are too many at once; {MOST_AT_ONCE} is the most."
            if readable
            else "No conversation fits."
        )
        return _answer(plan, event, refused_card(reason, "Change the search."))
    items = [_item(office, one) for one in readable]
    left_out = len(found) - len(readable)
    bulk_listed(office, plan, agent, event.place, wish.deed, words, items, left_out, used)
    return plan


def _item(office: Office, one: Conversation) -> BulkItem:
    line = conversation_line(one, _names(office), office.now)
    return BulkItem(conversation_id=one.conversation_id, label=line, seen_at=one.updated_at)


async def _meant(office: Office, event: Asked, agent: Agent, wish: Act) -> Sequence[Conversation] | Card:
    if wish.query is not None:
        return await _searched(office, event, agent, wish.query)
    if office.inbox is None:
        return refused_card("Intercom is not connected.")
    several = [await office.inbox.conversation(one) for one in wish.conversation_ids]
    unknown = [name for name, one in zip(wish.conversation_ids, several, strict=True) if one is None]
    if unknown:
        return refused_card(f"Intercom knows no conversation {', '.join(unknown[:10])}.", "Correct the list, then ask again.")
    return [one for one in several if one is not None]


async def _searched(office: Office, event: Asked, agent: Agent, query: str) -> Sequence[Conversation] | Card:
    """*Errors:* those of the inbox: the question is then tried again, and told."""
    for verdict in (
        may_show_in(event.place.channel_kind),
        may(agent, Permission.VIEW_CONVERSATIONS, office.policies.roles),
    ):
        if isinstance(verdict, Denied):
            return refused_card(verdict.reason)
    if office.inbox is None:
        return refused_card("Intercom is not connected.", "Set the DESKSIDE_INTERCOM_… variables.")
    policies = office.policies
    asked = read(query, agent=agent, team=policies.team, inboxes=policies.inboxes, now=office.now, zone=office.zone_of(agent))
    if asked.problem:
        return usage_card(Usage(command="find conversations", usage=USAGE, problem=asked.problem))
    search = asked.search
    if asked.person is not None:
        resolution = await resolve(office.finders, asked.person, deadline_seconds=office.deadline_seconds)
        if isinstance(resolution, Ambiguous):
            return ask_back_card(resolution)
        ids = resolution.identity.intercom_contact_ids if isinstance(resolution, Resolved) else ()
        if not ids:
            return (
                refused_card("Intercom knows nobody of that name.")
                if isinstance(resolution, Resolved)
                else unknown_customer_card(resolution)
            )
        search = ConversationSearch.model_validate({**search.model_dump(), "contact_id": ids[0]})
    return await office.inbox.search(search, limit=MOST_FOUND)


def _may_read(office: Office, agent: Agent, one: Conversation) -> bool:
    return not isinstance(may_read(agent, one, office.policies.inboxes, office.policies.roles), Denied)


def _names(office: Office) -> dict[str, str]:
    return {one.intercom_admin_id: one.name for one in office.policies.team.agents if one.intercom_admin_id}


def _answer(plan: Plan, event: Asked, card: Card) -> Plan:
    show(plan, event.place, f"answer:{event.event_id}", card, event.conversation_id)
    return plan
