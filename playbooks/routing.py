"""Where a conversation goes by the company's ordered rules, and who of them is free: with reasons. It assigns nothing."""

from collections.abc import Mapping

from playbooks.attendance import Attendances
from playbooks.domain.base import Frozen
from playbooks.domain.conversation import AuthorKind, Conversation
from playbooks.domain.facts import Customer360, Flag, FlagKind, Money
from playbooks.domain.people import Agent, Role
from playbooks.domain.policy import Policies, Route, RoutingMatch, RoutingRule, TeamPolicy
from playbooks.domain.presence import Attendance
from playbooks.domain.triage import Triage

_NOBODY_KNOWS = Attendance(on_shift=False, known=False)


class Free(Frozen):
    """A colleague the conversation may go to: the best first. `why` says what speaks for and against."""

    agent_id: str
    name: str
    attendance: Attendance
    skilled: bool
    chats: int
    most_chats: int

    @property
    def there(self) -> bool:
        return self.attendance.there

    @property
    def has_room(self) -> bool:
        return self.chats < self.most_chats

    @property
    def why(self) -> str:
        room = f"{self.chats} of {self.most_chats} chats"
        return ", ".join(
            [
                self.attendance.words,
                *(["knows the subject"] if self.skilled else []),
                room if self.has_room else f"{room}, full",
            ]
        )


class Routed(Frozen):
    """`person` is named by the customer's record; `people` are the role's, the best first."""

    rule: str
    reason: str
    role: Role
    person: Free | None = None
    people: tuple[Free, ...] = ()

    @property
    def best(self) -> Free | None:
        """The named person where they are there; else the first who is there and has room."""
        if self.person and self.person.there:
            return self.person
        return next((one for one in self.people if one.there and one.has_room), None)

    @property
    def words(self) -> str:
        to = self.best or self.person
        role = self.role.value.replace("_", " ")
        name = f"{to.name} ({to.why})" if to else f"{role}, nobody free now"
        away = f" {self.person.name} is {self.person.attendance.words}." if self.person and to is not self.person else ""
        return f"{name}. {self.reason}{away}"


def route(
    conversation: Conversation,
    customer: Customer360,
    triage: Triage,
    flags: tuple[Flag, ...],
    policies: Policies,
    *,
    loads: Mapping[str, int],
    there: Attendances,
) -> Routed:
    """`loads`: unfinished chats by agent_id; `there`: who is at work."""
    rule = next(one for one in policies.routing.rules if _matches(one.match, conversation, customer, triage, flags))
    person = _person(rule.to, conversation, customer, policies.team)
    role = _role(rule, named=person is not None)
    named = [one for one in policies.team.agents if role in one.roles]
    people = [_free(one, rule.to, policies.team, there, loads) for one in named]
    people.sort(key=lambda one: (not one.there, not one.has_room, not one.skilled, one.chats))
    return Routed(
        rule=rule.name,
        reason=rule.reason,
        role=role,
        person=_free(person, rule.to, policies.team, there, loads) if person else None,
        people=tuple(people),
    )


def _role(rule: RoutingRule, named: bool) -> Role:
    return rule.to.otherwise if rule.to.role is None or named else rule.to.role


def _free(agent: Agent, to: Route, team: TeamPolicy, there: Attendances, loads: Mapping[str, int]) -> Free:
    skills = next((one for one in team.skills if one.agent == agent.agent_id), None)
    return Free(
        agent_id=agent.agent_id,
        name=agent.name,
        attendance=there.get(agent.agent_id, _NOBODY_KNOWS),
        skilled=bool(skills and set(to.skills) & set(skills.skills)),
        chats=loads.get(agent.agent_id, 0),
        most_chats=skills.most_chats if skills else 4,
    )


def _person(to: Route, conversation: Conversation, customer: Customer360, team: TeamPolicy) -> Agent | None:
    match to.person_from:
        case "account_owner":
            email = customer.account.owner_email if customer.account else None
        case "application_officer":
            email = {**customer.attributes, **dict(conversation.attributes)}.get("application_officer")
        case "last_agent":
            said = [one.author.email for one in conversation.public_parts if one.author.kind is AuthorKind.AGENT]
            email = said[-1] if said else None
        case _:
            email = None
    return team.agent(email) if email else None


def _matches(
    match: RoutingMatch, conversation: Conversation, customer: Customer360, triage: Triage, flags: tuple[Flag, ...]
) -> bool:
    known = {**customer.attributes, **dict(conversation.attributes)}
    disputed = any(one.kind is FlagKind.OPEN_DISPUTE for one in flags)
    return all(
        (
            not match.topics or bool(set(match.topics) & set(triage.topics)),
            not match.tags or bool(set(match.tags) & {*conversation.tags, *customer.tags}),
            not match.segments or known.get("segment", "") in match.segments,
            not match.stages or known.get("stage", "") in match.stages,
            match.vip in {None, triage.vip},
            match.open_dispute in {None, disputed},
            match.amount_above is None or _above(customer, match.amount_above),
            all(known.get(name) == value for name, value in match.attributes.items()),
        )
    )


def _above(customer: Customer360, limit: Money) -> bool:
    return any(
        one.amount.currency.lower() == limit.currency.lower() and one.amount.amount_minor > limit.amount_minor
        for one in customer.charges
    )
