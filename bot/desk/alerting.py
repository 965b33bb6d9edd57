"""How alerts are told: the conversation's card in each place, a line in its thread for what is new, and the rules' effects."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.changes import assign, first_with
from bot.desk.escalating import routed
from bot.desk.mailing import mail_alert
from bot.desk.office import Office
from bot.desk.plan import AlertChange, Plan
from bot.desk.roll_up import refresh_later
from bot.desk.scene import Scene
from bot.desk.showing import alert_key, chat_alert, destinations, show
from playbooks.alert_course import Telling
from playbooks.cards.house_alert import dealt_with
from playbooks.cards.notices import done_card
from playbooks.cards.nudge import nudge_card
from playbooks.domain.actions import AddTag, ReopenConversation, ShowCard
from playbooks.domain.alert import Alert, Happening, RaisedAlert
from playbooks.domain.card import Called
from playbooks.domain.place import Place

LINES_SHOWN = 12
NEWS_LASTS = timedelta(hours=12)
"""Older lines of ended alerts are read in the conversation itself."""


@dataclass
class Looked:
    """What a look at one conversation's alerts found: as they were, as they are now, and what is to be told of them."""

    known: dict[str, RaisedAlert]
    current: dict[str, RaisedAlert] = field(default_factory=dict)
    telling: dict[str, Telling] = field(default_factory=dict)
    calls: dict[str, tuple[Called, ...]] = field(default_factory=dict)
    begun: list[Alert] = field(default_factory=list)
    moments: list[datetime | None] = field(default_factory=list)

    @property
    def changed(self) -> list[RaisedAlert]:
        """Those of which more is to be seen than a cause reckoned anew."""
        return [one for key, one in self.current.items() if (was := self.known.get(key)) is None or _differs(one, was)]


def _differs(one: RaisedAlert, was: RaisedAlert) -> bool:
    return one.model_copy(update={"cause": was.cause, "step": was.step}) != was


async def told(office: Office, plan: Plan, found: Scene, looked: Looked) -> None:
    for alert in looked.begun:
        _do(office, plan, found, alert)
    for rule in sorted({one.rule for one in looked.changed if one.rolled_up}):
        refresh_later(office, plan, rule)
    for place in _concerned(office, plan, found, looked):
        await _in_place(office, plan, found, looked, place)
    for key, one in looked.current.items():
        if looked.telling.get(key, "nothing") != "nothing" and not one.rolled_up:
            mail_alert(office, plan, one, url=found.conversation.url)


def _concerned(office: Office, plan: Plan, found: Scene, looked: Looked) -> list[Place]:
    """Where the card is shown by this event anyway, then wherever else it stands, and where an alert that changed belongs:
    no channel goes on reading that somebody waits who was answered elsewhere."""
    planned = [one.place for one in plan.actions if isinstance(one, ShowCard) and _is_main(one, found.conversation_id)]
    told = looked.current.values() if planned else looked.changed
    return list(dict.fromkeys([*planned, *(place for one in told for place in destinations(office, one.destination))]))


def _is_main(action: ShowCard, conversation_id: str) -> bool:
    return action.card_key == alert_key(conversation_id, action.place)


async def _in_place(office: Office, plan: Plan, found: Scene, looked: Looked, place: Place) -> None:
    here = {key: one for key, one in looked.current.items() if place in destinations(office, one.destination)}
    stands = await office.memory.posted(alert_key(found.conversation_id, place)) is not None
    if not stands and _in_storm(plan, found, here):
        _withhold(plan, found.conversation_id, place)
        return
    if not stands and not _planned(plan, found, place) and not any(one.is_open for one in here.values()):
        return
    await _card(office, plan, found, looked, here, place)
    news = [one for key, one in here.items() if looked.telling.get(key, "nothing") != "nothing"]
    if stands and news and not _nudged(plan, place):
        _line(office, plan, found, news, place, _called(looked, news))
    if stands and plan.alert_change and plan.alert_change.line:
        _handed(office, plan, found, plan.alert_change, place)


def _called(looked: Looked, news: list[RaisedAlert]) -> tuple[Called, ...]:
    return tuple(dict.fromkeys(call for one in news for call in looked.calls.get(one.key, ())))


def _planned(plan: Plan, found: Scene, place: Place) -> bool:
    return any(
        isinstance(one, ShowCard) and one.place == place and _is_main(one, found.conversation_id) for one in plan.actions
    )


def _in_storm(plan: Plan, found: Scene, here: dict[str, RaisedAlert]) -> bool:
    """Everything that speaks for a card of its own came in a storm, and nobody has it yet."""
    run = plan.run or found.run
    standing = [one for one in here.values() if one.is_open]
    return bool(standing) and all(one.rolled_up for one in standing) and not (run and run.owner)


def _withhold(plan: Plan, conversation_id: str, place: Place) -> None:
    """The storm's summary names it; card, customer and draft come when somebody takes it."""
    above = alert_key(conversation_id, place)
    plan.actions = [
        one for one in plan.actions if not (isinstance(one, ShowCard) and above in {one.card_key, one.under_card_key})
    ]


async def _card(office: Office, plan: Plan, found: Scene, looked: Looked, here: dict[str, RaisedAlert], place: Place) -> None:
    standing = [one for one in here.values() if one.is_open]
    dealt = [dealt_with(one, office.now, office.zone) for one in standing]
    noted = dealt[0] if dealt and all(dealt) else ""
    run = plan.run or found.run
    unowned = run is None or run.owner is None
    card = chat_alert(
        office,
        found,
        run,
        causes=tuple(f"{one.title}: {one.cause}" for one in standing),
        goes_to=(await routed(office, found)).words if unowned else "",
        history=_history(office, looked),
        noted=noted or (plan.alert_change.status if plan.alert_change and not standing else ""),
        unattended=any(not one for one in dealt),
        calls=_called(looked, [one for key, one in here.items() if looked.telling.get(key) == "first"]),
    )
    key = alert_key(found.conversation_id, place)
    for at, action in enumerate(plan.actions):
        if isinstance(action, ShowCard) and action.card_key == key:
            plan.actions[at] = action.model_copy(update={"card": card})
            return
    show(plan, place, key, card, found.conversation_id)


def _history(office: Office, looked: Looked) -> tuple[Happening, ...]:
    """What quiet hours still keep is not told here either."""
    told_of = (one for one in looked.current.values() if one.state != "held")
    lines = [line for one in told_of for line in one.history if office.now - line.at < NEWS_LASTS]
    return tuple(sorted(lines, key=lambda one: one.at)[-LINES_SHOWN:])


def _nudged(plan: Plan, place: Place) -> bool:
    """The procedure says it in the same breath."""
    return any(
        isinstance(one, ShowCard) and one.place == place and one.card_key.startswith(("nudge:", "notify:"))
        for one in plan.actions
    )


def _handed(office: Office, plan: Plan, found: Scene, change: AlertChange, place: Place) -> None:
    """Whoever is to look after it from now on is called by name."""
    card = done_card(change.line).model_copy(update={"calls": office.called(change.to)})
    key = f"handed:{plan.cause.event_id}:{place.surface}:{place.channel_id}"
    show(plan, place, key, card, found.conversation_id, under=alert_key(found.conversation_id, place))


def _line(office: Office, plan: Plan, found: Scene, news: list[RaisedAlert], place: Place, calls: tuple[Called, ...]) -> None:
    """A card that is only updated in place wakes nobody: what is new is said in its thread as well, in one message."""
    run = plan.run or found.run
    if run is None:
        return
    reason = " ".join(f"{one.title}: {one.cause}" for one in news)
    card = nudge_card(found.conversation, run, owner=office.name_of(run.owner), reason=reason, now=office.now)
    card = card.model_copy(update={"calls": calls})
    key = f"again:{plan.cause.event_id}:{found.conversation_id}:{place.surface}:{place.channel_id}"
    show(plan, place, key, card, found.conversation_id, under=alert_key(found.conversation_id, place))


def _do(office: Office, plan: Plan, found: Scene, alert: Alert) -> None:
    """What else the rule does, once in an episode."""
    conversation_id = found.conversation_id
    for tag in alert.does.add_tags:
        if tag not in found.conversation.tags:
            key = plan.key(f"alert:{alert.rule}:tag:{tag}")
            plan.actions.append(AddTag(once_key=key, conversation_id=conversation_id, tag=tag))
    if alert.does.reopen and found.conversation.state.value == "closed":
        key = plan.key(f"alert:{alert.rule}:reopen")
        plan.actions.append(ReopenConversation(once_key=key, conversation_id=conversation_id))
    if alert.does.assign_role:
        key = plan.key(f"alert:{alert.rule}:assign")
        assign(plan, found, key, first_with(office, alert.does.assign_role.value))
