"""Rules that cannot work as they stand: never reached, telling nobody, falling back in a circle; each at its place."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from playbooks.domain.people import Role
from playbooks.domain.policy import AlertRule, Policies, SlaMatch
from playbooks.domain.policy_access import Permission
from retrieval.content_yaml import ContentProblem, Document, Path

Documents = Mapping[str, Document]

NEEDS_A_THRESHOLD = frozenset({"negative_sentiment", "low_rating"})


def broken_rules(policies: Policies, documents: Documents) -> Iterator[ContentProblem]:
    """`deskside check` shows them; () is the proof that every alert reaches somebody who may answer it."""
    yield from _alerts(policies, documents["alerts"])
    yield from _fallbacks(policies, documents["team"])
    yield from _promises(policies, documents["sla"])
    yield from _routes(policies, documents["routing"])
    yield from _shifts(policies, documents["team"])


def _alerts(policies: Policies, read: Document) -> Iterator[ContentProblem]:
    rules = policies.alerts.rules
    yield from _twice(read, "rules", [one.name for one in rules], "rule")
    for number, rule in enumerate(rules):
        yield from _threshold(read, number, rule)
        for index, role in enumerate(rule.tells):
            yield from _reaches(policies, read, ("rules", number, "tells", index), role)
        if "vendor" in rule.group_by and rule.signal != "vendor_outage":
            yield read.problem(
                ("rules", number, "group_by"), "only vendor_outage is about a vendor", "Group by conversation or customer."
            )
        if rule.stop_when_owned and not rule.re_alert_after:
            yield read.problem(
                ("rules", number, "stop_when_owned"), "there is nothing to stop: it is told once", "Give it `re_alert_after`."
            )


def _threshold(read: Document, number: int, rule: AlertRule) -> Iterator[ContentProblem]:
    path: Path = ("rules", number)
    if rule.signal in NEEDS_A_THRESHOLD and rule.below is None:
        yield read.problem(path, f"{rule.signal} has no threshold, so it never speaks", "Add `below`, such as below: 0.3.")
    if rule.signal not in NEEDS_A_THRESHOLD and rule.below is not None:
        yield read.problem((*path, "below"), f"{rule.signal} knows no threshold", "Remove `below`.")


def _reaches(policies: Policies, read: Document, path: Path, role: Role) -> Iterator[ContentProblem]:
    if not any(role in one.roles for one in policies.team.agents):
        yield read.problem(path, f"nobody has the role {role.value}", "Give it to somebody in team.yaml, or tell another role.")
    if Permission.ACKNOWLEDGE_ALERTS not in policies.roles.permissions(frozenset({role})):
        yield read.problem(
            path, f"{role.value} may not acknowledge alerts", "Add acknowledge_alerts in roles.yaml, or tell another role."
        )


def _fallbacks(policies: Policies, read: Document) -> Iterator[ContentProblem]:
    named = policies.team.destinations
    for name in named:
        way = [name]
        while (following := named[way[-1]].fallback) in named and following not in way:
            way.append(str(following))
        if following == name:
            circle = " → ".join([*way, name])
            yield read.problem(
                ("destinations", name, "fallback"), f"it falls back in a circle: {circle}", "End it at one without a fallback."
            )


def _promises(policies: Policies, read: Document) -> Iterator[ContentProblem]:
    rules, marks = policies.sla.rules, policies.sla.warn_at_percent
    yield from _twice(read, "rules", [one.name for one in rules], "rule")
    if list(marks) != sorted(set(marks)) or any(not 0 < one < 100 for one in marks):
        yield read.problem(("warn_at_percent",), "marks are percents in rising order, below 100", "Such as [50, 75, 90].")
    for number, rule in enumerate(rules):
        before = next((one for one in rules[:number] if one.match in (rule.match, SlaMatch())), None)
        if before is not None:
            yield read.problem(
                ("rules", number), f"it is never reached: {before.name!r} matches first", "Put it above, or remove it."
            )


def _routes(policies: Policies, read: Document) -> Iterator[ContentProblem]:
    rules, known = policies.routing.rules, policies.routing.topics
    skilled = {skill for one in policies.team.skills for skill in one.skills}
    held = {role for one in policies.team.agents for role in one.roles}
    for number, rule in enumerate(rules):
        path: Path = ("rules", number)
        yield from _named(read, (*path, "match", "topics"), "topic", rule.match.topics, known)
        yield from _named(read, (*path, "to", "skills"), "colleague with the skill", rule.to.skills, skilled)
        role = rule.to.role or rule.to.otherwise
        if role not in held and rule.to.otherwise not in held:
            yield read.problem((*path, "to"), f"nobody has the role {role.value}", "Give it to somebody in team.yaml.")
        before = next((one for one in rules[:number] if one.match == rule.match), None)
        if before is not None:
            yield read.problem(path, f"it is never reached: {before.name!r} matches first", "Put it above, or remove it.")


def _named(read: Document, path: Path, what: str, names: Sequence[str], known: Collection[str]) -> Iterator[ContentProblem]:
    for index, name in enumerate(names):
        if name not in known:
            yield read.problem(
                (*path, index), f"there is no {what} {name}", f"Known are: {', '.join(sorted(known)) or 'none'}."
            )


def _shifts(policies: Policies, read: Document) -> Iterator[ContentProblem]:
    yield from _twice(read, "shifts", [one.name for one in policies.team.shifts], "shift")
    yield from _twice(read, "agents", [one.agent_id for one in policies.team.agents], "agent")
    for number, shift in enumerate(policies.team.shifts):
        if shift.hands_over_to == shift.name:
            yield read.problem(("shifts", number, "hands_over_to"), "a shift cannot hand over to itself", "Name the next one.")


def _twice(read: Document, key: str, names: Sequence[str], what: str) -> Iterator[ContentProblem]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield read.problem((key, number), f"there are two {what}s called {name}", "Alerts and cards tell them by name.")
