"""Where a chat stands in its procedure: what to do now, each step with its evidence, what is due, what was skipped and why."""

from datetime import datetime

from playbooks.cards.parts import button, buttons, clock_facts, fact, facts, section, small
from playbooks.cards.sop_due import due_facts
from playbooks.cards.sop_steps import Told, counted, earlier, step_elements, trail_elements
from playbooks.domain.card import Button, Card, Choice, ChoiceInput, Element, LinkButton, Paragraph, Section, Status, Tone
from playbooks.domain.clock import ClockFact
from playbooks.domain.conversation import Conversation
from playbooks.domain.press import Escalate, Press, Resolve, ShowSteps, Snooze, TakeConversation, WayOut
from playbooks.domain.run import SopRun
from playbooks.domain.sop import EffectName, Sop, State, WaitsFor
from playbooks.domain.span import spoken
from playbooks.words import plural, titled

_WAITS = {
    WaitsFor.CUSTOMER: "Waiting for the customer",
    WaitsFor.OPERATORS: "Waiting for an operator",
    WaitsFor.OWNER: "Waiting for the owner",
    WaitsFor.COLLEAGUE: "Waiting for a colleague",
    WaitsFor.BOT: "With the inbox's bot",
    WaitsFor.SYSTEM: "Waiting for a system",
    WaitsFor.NOBODY: "Nothing is due",
}
_OUR_TURN = frozenset({WaitsFor.OWNER, WaitsFor.OPERATORS})
_SNOOZE_MINUTES = 60
ASSIGNEE = "assignee"
"""The input by which a colleague is chosen."""


def sop_card(
    sop: Sop,
    run: SopRun,
    *,
    now: datetime,
    offers: tuple[str, ...] = (),
    withheld: tuple[tuple[str, str], ...] = (),
    names: dict[str, str] | None = None,
    zone: str = "UTC",
    conversation: Conversation | None = None,
    customer_name: str | None = None,
    clocks: tuple[ClockFact, ...] = (),
    newer_version: str | None = None,
) -> Card:
    """`offers` are the transitions this reader may press now, `withheld` those they may not, with the reason
    (`machine.offers`, `machine.withheld`); `names` tells agent ids' names; `conversation` lets evidence quote messages.
    """
    told = Told(names=names or {}, now=now, zone=zone, conversation=conversation)
    row = sop.states.get(run.state)
    standing = row.title if row else titled(run.state)
    waits = _WAITS[row.waits_for] if row else "Unknown to this version"
    return Card(
        title=f"{sop.title}: {customer_name}" if customer_name else sop.title,
        subtitle=" · ".join(one for one in (standing, counted(sop, run)) if one),
        summary=f"{sop.title}: {standing}. {waits}.",
        status=Status(text=waits, tone=Tone.GOOD if row and row.final else Tone.INFO),
        sections=(
            *section("Now", [*_instructions(row), *_facts(sop, run, told), *clock_facts(clocks, zone)]),
            *section("Steps", step_elements(sop, run, told)),
            *section("", _offered(sop, run, offers, told)),
            *section("", _withheld(sop, withheld)),
            *_advice(sop, row, offers),
            *section("What happened", [*_earlier(run), *trail_elements(sop, run, told)], collapsed=True),
            *section("", _links(run, conversation)),
        ),
        footer=_footer(sop, run, newer_version),
    )


def _instructions(row: State | None) -> list[Element]:
    return [Paragraph(rich=row.instructions)] if row and row.instructions else []


def _facts(sop: Sop, run: SopRun, told: Told) -> tuple[Element, ...]:
    owner = told.names.get(run.owner, run.owner) if run.owner else "nobody yet"
    case = fact("Case", f"{run.case.number}, {run.case.status}", url=run.case.url) if run.case else None
    since = fact("Since", told.time(run.entered_at))
    return facts(fact("Owner", owner), since, case, *due_facts(sop, run, told))


def _offered(sop: Sop, run: SopRun, offers: tuple[str, ...], told: Told) -> list[Element]:
    """Buttons; a transition that needs a colleague's name comes with the choice of one."""
    chosen = tuple(one for one in offers if _asks_for_assignee(sop, run.state, one))
    plain = [_button(sop, run, one) for one in offers if one not in chosen]
    if not chosen or not told.names:
        return [*buttons(*plain)]
    choices = tuple(Choice(label=name, value=agent_id) for agent_id, name in told.names.items() if agent_id != run.owner)
    whom = ChoiceInput(input_id=ASSIGNEE, label="Colleague", choices=choices)
    given = [_button(sop, run, one).model_copy(update={"needs_inputs": True}) for one in chosen]
    return [*buttons(*plain), whom, *buttons(*given)]


def _asks_for_assignee(sop: Sop, state: str, transition: str) -> bool:
    effects = (one for cell in sop.cells(state, transition) for one in cell.does)
    return any(one.do is EffectName.ASSIGN_OWNER and one.value == "chosen" for one in effects)


def _button(sop: Sop, run: SopRun, transition: str) -> Button:
    way_out, declared = sop.way_out(transition), sop.transitions.get(transition)
    label = way_out.title if way_out else declared.title if declared else titled(transition)
    pressed = button(label, _press(run.conversation_id, transition), primary=transition == "take")
    return pressed.model_copy(update={"confirm": way_out.confirm}) if way_out and way_out.confirm else pressed


def _press(conversation_id: str, transition: str) -> Press:
    """Moves that every surface knows have a press of their own, the rest goes by the transition's name."""
    match transition:
        case "take":
            return TakeConversation(conversation_id=conversation_id)
        case "escalate":
            return Escalate(conversation_id=conversation_id)
        case "resolve":
            return Resolve(conversation_id=conversation_id)
        case "snooze":
            return Snooze(conversation_id=conversation_id, minutes=_SNOOZE_MINUTES)
        case _:
            return WayOut(conversation_id=conversation_id, transition=transition)


def _withheld(sop: Sop, withheld: tuple[tuple[str, str], ...]) -> list[Element]:
    lines = [f"- {sop.transitions[name].title}: {reason}" for name, reason in withheld]
    return [small("Not open to you now:\n" + "\n".join(lines))] if lines else []


def _advice(sop: Sop, row: State | None, offers: tuple[str, ...]) -> tuple[Section, ...]:
    """Folded away: when each way out fits, and what to promise while the answer is not at hand."""
    ways = [one for one in sop.ways_out.values() if one.transition in offers]
    needs = {one.title: ", ".join(need.label for need in one.needs.values() if need.required) for one in ways}
    fits = facts(*(fact(one.title, f"{one.use_when}{_needs(needs[one.title])}") for one in ways))
    ours = row is not None and row.waits_for in _OUR_TURN
    promises = facts(
        *(
            fact(one.situation, f"{one.say} (within {spoken(one.within)})" + (f" Macro #{one.macro}" if one.macro else ""))
            for one in (sop.expectations.values() if ours else ())
        )
    )
    return (
        *section("When each way out fits", fits, collapsed=True),
        *section("What to promise while you look", promises, collapsed=True),
    )


def _needs(labels: str) -> str:
    return f" Needs: {labels}." if labels else ""


def _earlier(run: SopRun) -> list[Element]:
    count = earlier(run)
    return [small(f"{plural(count, 'earlier step')} not shown.")] if count else []


def _links(run: SopRun, conversation: Conversation | None) -> list[Element]:
    again = buttons(button("Refresh", ShowSteps(conversation_id=run.conversation_id)))
    url = conversation.url if conversation else None
    return [*again, *([LinkButton(label="Open in Intercom", url=url)] if url else [])]


def _footer(sop: Sop, run: SopRun, newer_version: str | None) -> str:
    newer = f"; the chat finishes on it, new chats follow {newer_version}" if newer_version else ""
    return f"Procedure {sop.sop_id}, version {run.sop_version}{newer}"
