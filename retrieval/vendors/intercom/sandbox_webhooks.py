"""Sends the Intercom sandbox's signed notifications from a thread of its own, so that no handler ever waits for a receiver.

As documented: five seconds to answer, one more try after a minute (`retry_seconds` shortens it) with the same id, 410 ends
the subscription. It only ever speaks to loopback.
"""

import heapq
import hmac
import http.client
import itertools
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any
from urllib.parse import urlsplit

from retrieval.vendors.intercom.sandbox_state import WORKSPACE, Json

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
PATIENCE_SECONDS = 5
MOST_ATTEMPTS = 2


@dataclass
class Target:
    """Where notifications go; `topics` empty means all of them."""

    url: str
    client_secret: str
    topics: tuple[str, ...] = ()
    retry_seconds: float = 60.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise ValueError("a sandbox notifies http addresses on loopback only")


@dataclass
class Sent:
    """One notification on its way; `statuses` are the receiver's answers, 0 for none."""

    notification: Json
    target: Target
    statuses: list[int] = field(default_factory=list)
    settled: bool = False

    @property
    def delivered(self) -> bool:
        return any(200 <= one < 300 for one in self.statuses)


class Emitter:
    """A queue ordered by due time, worked off by a thread that lives only while there is something due."""

    def __init__(self) -> None:
        self.targets: list[Target] = []
        self.sent: list[Sent] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._due: list[tuple[float, int, Sent]] = []
        self._order = itertools.count()
        self._working = False

    def emit(self, topic: str, item: Json, at: int) -> None:
        for target in self.targets:
            if not target.topics or topic in target.topics or topic == "ping":
                one = Sent(_notification(topic, item, at), target)
                self.sent.append(one)
                self._enqueue(one, 0.0)

    def redeliver(self, notification_id: str) -> bool:
        """At-least-once made visible: the same notification again, same id, whatever came of it before; to the same address,
        signed as is agreed with it now."""
        found = [one for one in self.sent if one.notification["id"] == notification_id]
        for one in found:
            one.target = next((target for target in self.targets if target.url == one.target.url), one.target)
            self._enqueue(one, 0.0)
        return bool(found)

    def summary(self) -> Json:
        deliveries = [
            {
                "id": one.notification["id"],
                "topic": one.notification["topic"],
                "statuses": one.statuses,
                "delivered": one.delivered,
            }
            for one in self.sent
        ]
        return {
            "targets": [one.url for one in self.targets],
            "emitted": len(self.sent),
            "delivered": sum(one.delivered for one in self.sent),
            "failed": sum(one.settled and not one.delivered for one in self.sent),
            "pending": sum(not one.settled for one in self.sent),
            "deliveries": deliveries,
        }

    def _enqueue(self, one: Sent, delay: float) -> None:
        one.settled = False
        with self._lock:
            heapq.heappush(self._due, (time.monotonic() + delay, next(self._order), one))
            if not self._working:
                self._working = True
                threading.Thread(target=self._work, daemon=True, name="intercom-sandbox-webhooks").start()
        self._wake.set()

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._due:
                    self._working = False
                    return
                wait = self._due[0][0] - time.monotonic()
                one = heapq.heappop(self._due)[2] if wait <= 0 else None
                self._wake.clear()
            if one is None:
                self._wake.wait(wait)
            else:
                self._attempt(one)

    def _attempt(self, one: Sent) -> None:
        attempts = len(one.statuses) + 1
        status = _posted(one.target, one.notification | {"delivery_attempts": attempts})
        one.statuses.append(status)
        if status == 410 and one.target in self.targets:
            self.targets.remove(one.target)
        if not 200 <= status < 300 and status != 410 and attempts < MOST_ATTEMPTS:
            self._enqueue(one, one.target.retry_seconds)
        else:
            one.settled = True


def _notification(topic: str, item: Json, at: int) -> Json:
    return {
        "type": "notification_event",
        "app_id": WORKSPACE,
        "data": {"type": "notification_event_data", "item": item},
        "links": {},
        "id": None if topic == "ping" else f"notif_{uuid.uuid4()}",
        "topic": topic,
        "delivery_status": "pending",
        "delivery_attempts": 1,
        "delivered_at": 0,
        "first_sent_at": at,
        "created_at": at,
        "self": None,
    }


def _posted(target: Target, notification: Json) -> int:
    """The receiver's status; 0 where it gave none in time."""
    body = json.dumps(notification).encode()
    parts = urlsplit(target.url)
    headers: dict[str, Any] = {
        "Content-Type": "application/json",
        "User-Agent": "intercom-parrot-service-client/1.0",
        "X-Hub-Signature": "sha1=" + hmac.new(target.client_secret.encode(), body, sha1).hexdigest(),
    }
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=PATIENCE_SECONDS)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
