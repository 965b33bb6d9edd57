"""The operators' page: what waits, what failed for good, which vendor answers; a dead job is tried again or given up here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.console.security import from_our_own_page
from bot.console.site import Site, inside, may_operate
from bot.health import Backlog
from bot.jobs import JobRow, JobState
from bot.memory import Connection, audit
from bot.memory.database import StorageUnavailable
from bot.spending import CACHED, COST, MICRO, READ, WRITTEN
from playbooks.domain.people import Agent
from playbooks.privacy import masked_tree
from playbooks.words import length, moment, source_name

MOST_DEAD = 50
OLD_SECONDS = 60.0
"""A job that could run and has not for a minute: the workers are too few, or gone."""


@dataclass(frozen=True)
class DeadJob:
    """A job that was given up, as it may be shown: no word of a customer's that can be recognised."""

    job: JobRow
    since: str
    payload: Any


@dataclass(frozen=True)
class System:
    """Something we call. `state` is what an operator wants to know at a glance; `budget` "" where it does not tell."""

    name: str
    state: str
    tone: str
    last_success: str
    calls: int
    budget: str


async def operations(site: Site, request: Request, agent: Agent) -> Response:
    if not may_operate(agent):
        return inside(site, agent, "forbidden.html", here="operations", status=403)
    try:
        backlog = await site.health.backlog()
        dead = await site.console.database.read(lambda conn: site.jobs.list(conn, state=JobState.DEAD, limit=MOST_DEAD))
    except StorageUnavailable as error:
        return inside(site, agent, "forbidden.html", here="operations", status=503, problem=str(error), remedy=error.remedy)
    report = await site.health.report()
    parts: Any = report["parts"]
    return inside(
        site,
        agent,
        "operations.html",
        here="operations",
        backlog=backlog,
        dead=[_dead(one, site.office.zone_of(agent)) for one in dead],
        systems=_systems(parts),
        index=parts["index"],
        degraded=", ".join(map(_part_name, report["degraded"])),
        report=report,
        oldest=length(timedelta(seconds=backlog.oldest_seconds)) if backlog.oldest_seconds else "none",
        is_old=backlog.oldest_seconds > OLD_SECONDS,
        counters=_counters(backlog),
        model=_model(site, backlog.counters),
    )


async def retried(site: Site, request: Request, agent: Agent) -> Response:
    return await _decided(site, request, agent, "retry_job")


async def dropped(site: Site, request: Request, agent: Agent) -> Response:
    return await _decided(site, request, agent, "drop_job")


async def _decided(site: Site, request: Request, agent: Agent, what: str) -> Response:
    """Twice is once: a job that is not dead any more is left alone. Who did it is audited."""
    from_our_own_page(request)
    if not may_operate(agent):
        return inside(site, agent, "forbidden.html", here="operations", status=403)
    job_id, now = int(request.path_params["job_id"]), site.now

    def decide(conn: Connection) -> bool:
        changed = site.jobs.retry(conn, job_id) if what == "retry_job" else site.jobs.drop(conn, job_id)
        if changed:
            audit.append(conn, at=now, actor=agent.agent_id, what=what, subject=f"job {job_id}")
        return changed

    await site.console.database.transact(decide)
    return RedirectResponse("/console/operations", 303)


def _dead(job: JobRow, zone: str) -> DeadJob:
    return DeadJob(job, moment(job.finished_at or job.enqueued_at, zone), shape(job.payload))


def shape(payload: Any) -> Any:
    """Ids, kinds and times stay; every other text becomes its length, whatever its name (L20); what is left is masked."""
    return masked_tree(_without_words(payload))


TELLING = frozenset({"kind", "do", "what", "source", "surface", "channel_kind", "at", "once_key", "topic", "timer", "card_key"})
"""Texts that are ours or a vendor's words, beside ids; a name that is not here is taken for a customer's words."""


def _without_words(value: Any, name: str = "") -> Any:
    match value:
        case Mapping():
            return {key: _without_words(one, str(key)) for key, one in value.items()}
        case str():
            return value if name in TELLING or name.endswith("_id") else f"[{len(value)} characters]"
        case Sequence():
            return [_without_words(one, name) for one in value]
        case _:
            return value


def _systems(parts: Any) -> list[System]:
    """Vendors, chat platforms, the model. The console is ours: who reads this page knows that it works."""
    surfaces = {name: one for name, one in parts["surfaces"].items() if name != "console"}
    model = {} if "off" in parts["llm"] else {"llm": parts["llm"]}
    return [_system(name, one) for name, one in (parts["vendors"] | surfaces | model).items()]


def _system(name: str, part: Mapping[str, Any]) -> System:
    state, tone = _state(part)
    budget = part.get("budget")
    return System(
        name=_part_name(name),
        state=state,
        tone=tone,
        last_success=_age(part["last_success_seconds_ago"]),
        calls=int(part["calls"]),
        budget=f"{budget['remaining']:,} of {budget['limit']:,}" if budget else "–",
    )


def _part_name(name: str) -> str:
    return "Language model" if name == "llm" else source_name(name)


def _state(part: Mapping[str, Any]) -> tuple[str, str]:
    if part.get("circuit") == "open":
        return "circuit open", "danger"
    if not part["ok"]:
        return f"{part['failed_in_a_row']} failed in a row", "danger"
    if not part["calls"]:
        return "not called yet", "neutral"
    return ("answers", "good") if not part["failed_in_a_row"] else ("last call failed", "warning")


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "never"
    return "just now" if seconds < 5 else f"{length(timedelta(seconds=seconds))} ago"


def _counters(backlog: Backlog) -> list[tuple[str, int]]:
    """Money and tokens stand in the model's own tile."""
    told = {"console-sequence", READ, CACHED, WRITTEN, COST}
    return sorted((name, number) for name, number in backlog.counters.items() if name not in told)


def _model(site: Site, counted: Mapping[str, int]) -> tuple[str, str]:
    """What the language model took since the beginning, and of what."""
    if site.office.drafter is None:
        return "off", "drafts quote the articles"
    tokens = (
        f"{counted.get(READ, 0):,} tokens read, {counted.get(CACHED, 0):,} of them cached, {counted.get(WRITTEN, 0):,} written"
    )
    return f"US$ {counted.get(COST, 0) / MICRO:.4f}", tokens
