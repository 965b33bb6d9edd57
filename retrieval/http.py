"""The one HTTP door: every call to a vendor goes through it, with its time limit, rate, retries and circuit breaker.

It never logs a URL's query, a header or a body (L21); it counts calls per vendor, outcome and operation.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from retrieval.errors import Refused, Surprised, Throttled, Unavailable, VendorError

log = logging.getLogger(__name__)

WORTH_A_RETRY = frozenset({408, 425, 500, 502, 503, 504})
NOT_ACCEPTED = frozenset({401, 403})
NO_OUTAGE = frozenset({"abandoned", "surprised"})
"""Outcomes that say nothing of whether the vendor answers."""
NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class Rate:
    """At most `calls` in `seconds`, spread evenly by a leaky bucket."""

    calls: float
    seconds: float


@dataclass(frozen=True)
class Policy:
    """How patient the door is with one vendor.

    `timeout_seconds` bounds one attempt; `attempts` counts the first; a Retry-After above `patience_seconds` is not waited
    for but reported. After `breaker_failures` failed calls in a row the circuit opens for `breaker_seconds`.
    """

    rate: Rate = Rate(10, 1)
    timeout_seconds: float = 5.0
    attempts: int = 3
    backoff_seconds: float = 0.2
    patience_seconds: float = 5.0
    breaker_failures: int = 5
    breaker_seconds: float = 15.0


@dataclass(frozen=True)
class Budget:
    """Calls that a vendor's own window still allows, as its last answer told."""

    remaining: int
    limit: int


Span = Callable[[str, str, str, str], AbstractContextManager[None]]
"""Told of each call while it lasts: vendor, operation, method, host. Never a path, a query, a header or a body."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def untold(vendor: str, operation: str, method: str, host: str) -> AbstractContextManager[None]:
    return nullcontext()


@dataclass
class Calls:
    """What went out, per vendor and operation, and when each vendor last answered: for the demo's summary and metrics.

    The chat platforms and the language model count here too, though they do not go through the door.
    """

    by_vendor: Counter[str] = field(default_factory=Counter)
    by_operation: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    last_success: dict[str, datetime] = field(default_factory=dict)
    last_failure: dict[str, datetime] = field(default_factory=dict)
    breakers: dict[str, "Breaker"] = field(default_factory=dict)
    failures_in_row: Counter[str] = field(default_factory=Counter)
    budgets: dict[str, Budget] = field(default_factory=dict)
    span: Span = untold
    clock: Callable[[], datetime] = utc_now

    refusals_in_row: Counter[str] = field(default_factory=Counter)
    """Answers in a row that did not accept our credentials, whoever reads them."""

    def count(self, vendor: str, operation: str, outcome: str) -> None:
        self.by_vendor[vendor] += 1
        self.by_operation[(vendor, operation, outcome)] += 1
        if outcome == "ok":
            self.last_success[vendor] = self.clock()
            self.failures_in_row[vendor] = 0
        elif outcome not in NO_OUTAGE:
            self.last_failure[vendor] = self.clock()
            self.failures_in_row[vendor] += 1

    def answered(self, vendor: str, status: int) -> None:
        self.refusals_in_row[vendor] = self.refusals_in_row[vendor] + 1 if status in NOT_ACCEPTED else 0

    @contextmanager
    def watched(self, vendor: str, operation: str, method: str, host: str) -> Iterator[None]:
        """One call while it lasts: counted by how it ends, logged by name where it fails, told to `span`."""
        try:
            with self.span(vendor, operation, method, host):
                yield
        except asyncio.CancelledError:
            self.count(vendor, operation, "abandoned")
            raise
        except VendorError as error:
            self.count(vendor, operation, error.reason)
            log.info("vendor call failed", extra={"vendor": vendor, "operation": operation, "reason": error.reason})
            raise
        self.count(vendor, operation, "ok")


class Breaker:
    """Opens after failures in a row, lets one probe through when its time is over; `clock` is monotonic seconds."""

    def __init__(self, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self._policy, self._clock = policy, clock
        self._failures, self._open_until, self._probing = 0, 0.0, False

    @property
    def is_open(self) -> bool:
        return self._failures >= self._policy.breaker_failures and (self._clock() < self._open_until or self._probing)

    def enter(self, vendor: str) -> None:
        if self.is_open:
            raise Unavailable(
                vendor, "circuit open", remedy="It failed repeatedly; it is tried again by itself in a few seconds."
            )
        self._probing = self._failures >= self._policy.breaker_failures

    def succeeded(self) -> None:
        self._failures, self._probing = 0, False

    def failed(self) -> None:
        self._failures, self._probing = self._failures + 1, False
        self._open_until = self._clock() + self._policy.breaker_seconds

    def abandoned(self) -> None:
        """The caller gave up (cancelled): says nothing of the vendor."""
        self._probing = False


class Door:
    """One vendor's door. `client` carries base URL, auth and transport; tests hand one with a transport or a sandbox's URL."""

    def __init__(self, vendor: str, client: httpx.AsyncClient, policy: Policy, calls: Calls) -> None:
        self.vendor, self._client, self._policy, self._calls = vendor, client, policy, calls
        self._limiter = AsyncLimiter(policy.rate.calls, policy.rate.seconds)
        self._backoff = wait_random_exponential(multiplier=policy.backoff_seconds, max=policy.patience_seconds)
        self.breaker = Breaker(policy)
        calls.breakers[vendor] = self.breaker

    async def call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        safe_to_repeat: bool | None = None,
        answers: frozenset[int] = frozenset(),
        params: Mapping[str, Any] | None = None,
        json: object | None = None,
        form: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """A 2xx response, or one whose status is in `answers` (say 404 where that means "none").

        `operation` names the call in counts and logs. `safe_to_repeat` defaults to GET and HEAD only: a write is repeated
        only where the vendor makes it idempotent (an Idempotency-Key, an upsert), which the caller knows.
        *Errors:* Throttled, Unavailable, Refused, Surprised; `doubtful` is set when a write may have taken effect.
        """
        repeatable = method in ("GET", "HEAD") if safe_to_repeat is None else safe_to_repeat
        request: dict[str, Any] = {"params": params, "json": json, "data": form, "content": content, "headers": headers}
        async for attempt in self._retrying(repeatable):
            with attempt:
                return await self._attempt(operation, method, path, request, answers)
        raise AssertionError("tenacity re-raises the last error")

    def _retrying(self, repeatable: bool) -> AsyncRetrying:
        return AsyncRetrying(
            stop=stop_after_attempt(self._policy.attempts),
            retry=retry_if_exception(lambda error: self._worth_a_retry(error, repeatable)),
            wait=self._wait_seconds,
            reraise=True,
        )

    def _worth_a_retry(self, error: BaseException, repeatable: bool) -> bool:
        if isinstance(error, Throttled):
            return (error.retry_after_seconds or 0) <= self._policy.patience_seconds
        return isinstance(error, Unavailable) and not self.breaker.is_open and (repeatable or not error.doubtful)

    def _wait_seconds(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Throttled) and error.retry_after_seconds is not None:
            return error.retry_after_seconds
        return self._backoff(state)

    async def _attempt(
        self, operation: str, method: str, path: str, request: dict[str, Any], answers: frozenset[int]
    ) -> httpx.Response:
        self.breaker.enter(self.vendor)
        try:
            with self._calls.watched(self.vendor, operation, method, self._client.base_url.host):
                async with self._limiter:
                    response = await self._sent(method, path, request)
                self._calls.answered(self.vendor, response.status_code)
                self._note_budget(response.headers)
                self._judge(response, answers, is_write=method not in ("GET", "HEAD"))
        except asyncio.CancelledError:
            self.breaker.abandoned()
            raise
        except VendorError as error:
            self.breaker.failed() if isinstance(error, Unavailable) else self.breaker.succeeded()
            raise
        self.breaker.succeeded()
        return response

    def has_left(self, remaining: int, limit: int) -> None:
        self._calls.budgets[self.vendor] = Budget(remaining, limit)

    def _note_budget(self, headers: Mapping[str, str]) -> None:
        """*Source:* the headers many vendors send (Intercom does); others call `has_left` with their own."""
        left, limit = headers.get("X-RateLimit-Remaining", ""), headers.get("X-RateLimit-Limit", "")
        if left.isdecimal() and limit.isdecimal():
            self.has_left(int(left), int(limit))

    async def _sent(self, method: str, path: str, request: dict[str, Any]) -> httpx.Response:
        is_write = method not in ("GET", "HEAD")
        remedy = "It is tried again by itself; check the vendor's status page if it lasts."
        try:
            async with asyncio.timeout(self._policy.timeout_seconds):
                return await self._client.request(method, path, timeout=self._policy.timeout_seconds, **request)
        except NEVER_ARRIVED as error:
            raise Unavailable(self.vendor, type(error).__name__, remedy=remedy) from None
        except (httpx.TransportError, TimeoutError) as error:
            raise Unavailable(self.vendor, type(error).__name__, remedy=remedy, doubtful=is_write) from None
        except (httpx.InvalidURL, httpx.HTTPError, httpx.StreamError) as error:
            raise Surprised(self.vendor, type(error).__name__, remedy="Read the vendor's documentation again.") from None

    def _judge(self, response: httpx.Response, answers: frozenset[int], is_write: bool) -> None:
        status = response.status_code
        if response.is_success or status in answers:
            return
        if status == 429:
            raise Throttled(
                self.vendor,
                "429",
                remedy="The vendor's rate limit is reached; it is tried again when the vendor allows it.",
                retry_after_seconds=retry_after_seconds(response, datetime.now(UTC)),
            )
        if status in WORTH_A_RETRY:
            raise Unavailable(self.vendor, str(status), remedy="The vendor has a fault of its own.", doubtful=is_write)
        if status in NOT_ACCEPTED:
            raise Refused(self.vendor, str(status), remedy=f"Check the {self.vendor} credentials and their permissions.")
        raise Surprised(self.vendor, f"status {status}", remedy="Read the vendor's documentation again.", code=str(status))


def retry_after_seconds(response: httpx.Response, now: datetime) -> float | None:
    """Seconds or an HTTP date, as RFC 9110 allows both; None where the header is absent or nonsense."""
    value = response.headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None


def json_object(vendor: str, response: httpx.Response) -> dict[str, Any]:
    """The body as a JSON object. *Errors:* Surprised where it is anything else (a 200 with garbage in it).

    A write's garbage answer is doubtful: the vendor may well have done it.
    """
    doubtful = response.request.method not in ("GET", "HEAD")
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Surprised(vendor, "not a JSON object", remedy="Read the vendor's documentation again.", doubtful=doubtful)
    return body
