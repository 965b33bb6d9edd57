"""Using a macro: asked for what it needs, turned into a draft, and, once that is sent, done what it does besides.

It sends nothing; snoozing and closing go through the chat's procedure like any pressed way out (P6).
"""

from dataclasses import replace

from bot.desk.causing import Causing
from bot.desk.escalating import transition
from bot.desk.macros import filled, theirs
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import draft_key, show
from playbooks.cards.macros import MACRO_INPUT, doing, macro_form_card, macro_run_card
from playbooks.cards.notices import done_card, refused_card
from playbooks.cards.reply import reply_card
from playbooks.domain.actions import AddNote, AddTag, AssignConversation, CloseConversation, SnoozeConversation
from playbooks.domain.card import Card
from playbooks.domain.content import Draft, DraftKind, MacroAction, MacroChoice, Sentence
from playbooks.domain.events import Pressed
from playbooks.domain.people import Agent
from playbooks.domain.place import Place
from playbooks.domain.press import UseMacro
from playbooks.domain.span import span
from playbooks.macros import still_asked
from playbooks.privacy import masked
from playbooks.voice import lint
from playbooks.words import listed, shortened

LONGEST_ASKED = 300
"""Of what a macro was used for: enough to learn from, too little to be a transcript."""


async def use_macro(
    office: Office, event: Pressed, plan: Plan, agent: Agent, place: Place, found: Scene, press: UseMacro
) -> None:
    macro = next((one for one in theirs(office, agent) if one.macro_id == press.macro_id), None)
    if macro is None:
        _answer(plan, place, found, refused_card("That macro no longer exists."))
        return
    given = {name.removeprefix(MACRO_INPUT): value for name, value in event.inputs if name.startswith(MACRO_INPUT)}
    form_key = f"macro:{found.conversation_id}:{macro.macro_id}:{place.surface}:{place.channel_id}:{place.thread_id or ''}"
    missing = still_asked(macro, given)
    if missing or (macro.inputs and not press.asked):
        form = macro_form_card(macro, found.conversation_id, filled=given, missing=missing if press.asked else ())
        show(plan, place, form_key, form, found.conversation_id)
        return
    choice = filled(office, found, macro, agent, given)
    if press.asked:
        show(plan, place, form_key, done_card(macro.name, "Filled in below."), found.conversation_id)
    if choice.text.strip():
        _draft(office, plan, agent, place, found, choice)
    elif press.run:
        _answer(plan, place, found, done_card(macro.name, f"Now: {doing(choice.macro.actions)}."))
        await besides(office, plan, found, agent, place, choice.macro.actions)
    else:
        _answer(plan, place, found, macro_run_card(choice, found.conversation_id))


def _answer(plan: Plan, place: Place, found: Scene, card: Card) -> None:
    show(plan, place, f"answer:{plan.cause.event_id}", card, found.conversation_id)


def _draft(office: Office, plan: Plan, agent: Agent, place: Place, found: Scene, choice: MacroChoice) -> None:
    """Like any other draft: checked, edited and sent by the agent, never by itself."""
    missing = listed([one.replace("_", " ") for one in choice.missing])
    draft = Draft(
        draft_id=plan.key("draft:macro"),
        conversation_id=found.conversation_id,
        kind=DraftKind.MACRO,
        sentences=(Sentence(text=choice.text),),
        written_for_part_id=found.last_public_part_id,
        notice=f"Complete before sending: {missing}." if missing else None,
        macro_id=choice.macro.macro_id,
        actions=choice.macro.actions,
        asked=shortened(" ".join(masked(found.question).split()), LONGEST_ASKED),
    )
    plan.drafts.append(draft)
    findings = lint(choice.text, office.policies.voice.rules)
    card = reply_card(
        draft,
        customer_name=found.customer_name,
        findings=findings,
        language=found.triage.language,
        zone=office.zone_of(agent),
        title=choice.macro.name,
    )
    show(plan, place, draft_key(draft.draft_id, place), card, found.conversation_id)


async def besides(
    office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, actions: tuple[MacroAction, ...]
) -> None:
    """Each as the agent; what their role or the procedure does not allow is told, and the others are still done."""
    for one in actions:
        standing = replace(found, remembered=replace(found.remembered, run=plan.run)) if plan.run else found
        await _one(office, plan, standing, agent, place, one)


async def _one(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, one: MacroAction) -> None:
    key, by, conversation_id = plan.key(f"macro:{one.do}:{one.value}"), agent.agent_id, found.conversation_id
    match one.do:
        case "tag":
            plan.actions.append(AddTag(once_key=key, on_behalf_of=by, conversation_id=conversation_id, tag=one.value))
        case "note":
            plan.actions.append(AddNote(once_key=key, on_behalf_of=by, conversation_id=conversation_id, text=one.value))
        case "assign":
            _assign(office, plan, found, agent, place, one.value, key)
        case "snooze" if found.sop is not None:
            causing = Causing(agent=agent, snooze=span(one.value))
            await transition(office, plan, found, agent, place, "snooze", causing)
        case "snooze":
            until = office.now + span(one.value)
            plan.actions.append(SnoozeConversation(once_key=key, on_behalf_of=by, conversation_id=conversation_id, until=until))
        case "close" if found.sop is not None:
            await transition(office, plan, found, agent, place, "resolve", Causing(agent=agent))
        case "close":
            plan.actions.append(CloseConversation(once_key=key, on_behalf_of=by, conversation_id=conversation_id))


def _assign(office: Office, plan: Plan, found: Scene, agent: Agent, place: Place, to: str, key: str) -> None:
    """To an agent, or to one of our inboxes by its name. Whether this person may, perform asks their roles (P6)."""
    person = office.agent(to)
    inbox = next((one for one in office.policies.inboxes.inboxes if one.ours and to in {one.inbox_id, one.name}), None)
    assignee = (person.intercom_admin_id if person else None) or (inbox.inbox_id if inbox else None)
    if assignee is None:
        _answer(plan, place, found, refused_card(f"The macro assigns to {to}, who is no agent and no inbox of ours."))
        return
    plan.actions.append(
        AssignConversation(
            once_key=key,
            on_behalf_of=agent.agent_id,
            conversation_id=found.conversation_id,
            assignee_id=assignee,
            to_team=person is None,
        )
    )
