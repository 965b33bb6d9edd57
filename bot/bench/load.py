"""Sends signed Intercom webhooks over kept-alive connections as fast as it is answered, from a process of its own.

Run: python -m bot.bench.load PORT SECONDS CONNECTIONS SECRET PREFIX [PER_SECOND]. It prints one JSON object and needs no client
library: requests are made before the clock starts, so that what it measures is the server.
"""

import asyncio
import hmac
import json
import sys
import time
from collections.abc import Iterator
from hashlib import sha1

HOST = "127.0.0.1"
WORDS = "The parcel has not moved for days and I would like to know what happens now. " * 6


def notification(number: int, prefix: str) -> bytes:
    """A conversation.user.replied of the size Intercom sends, some 2 KB."""
    part = {
        "type": "conversation_part",
        "id": str(900_000 + number),
        "part_type": "comment",
        "body": WORDS,
        "created_at": 1_795_000_000,
        "author": {"type": "user", "id": "63a07ddf05a32042dffac965", "name": "A Customer", "email": "customer@example.com"},
    }
    item = {
        "type": "conversation",
        "id": str(40_000 + number % 20_000),
        "created_at": 1_795_000_000,
        "updated_at": 1_795_000_000,
        "state": "open",
        "team_assignee_id": 8202,
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [part], "total_count": 1},
    }
    event = {
        "type": "notification_event",
        "app_id": "workspace",
        "id": f"notif_{prefix}_{number}",
        "topic": "conversation.user.replied",
        "created_at": 1_795_000_000,
        "data": {"type": "notification_event_data", "item": item},
    }
    return json.dumps(event).encode()


def request(body: bytes, secret: str) -> bytes:
    signature = hmac.new(secret.encode(), body, sha1).hexdigest()
    head = f"POST /webhooks/intercom HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
    return f"{head}X-Hub-Signature: sha1={signature}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """One request at a time; a new one as soon as the answer is whole."""

    def __init__(self, requests: Iterator[bytes], ends: float) -> None:
        self._requests, self._ends, self._buffer = requests, ends, b""
        self.seconds: list[float] = []
        self.answers: dict[str, int] = {}
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.send()

    def send(self) -> None:
        self._began = time.perf_counter()
        following = next(self._requests, None) if self._began < self._ends else None
        if following is None:
            self._transport.close()
            self._end()
        else:
            self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        self._buffer = rest[_length(head) :]
        self.seconds.append(time.perf_counter() - self._began)
        status = head[9:12].decode()
        self.answers[status] = self.answers.get(status, 0) + 1
        self.send()

    def connection_lost(self, error: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        if not self.over.done():
            self.over.set_result(None)


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    return 0


async def loaded(port: int, seconds: float, connections: int, secret: str, prefix: str, most: int) -> dict[str, object]:
    made = [request(notification(number, prefix), secret) for number in range(most)]
    requests, began = iter(made), time.perf_counter()
    loop = asyncio.get_running_loop()
    protocols = [
        (await loop.create_connection(lambda: Connection(requests, began + seconds), HOST, port))[1] for _ in range(connections)
    ]
    await asyncio.gather(*(one.over for one in protocols))
    took = time.perf_counter() - began
    times = sorted(second for one in protocols for second in one.seconds)
    answers: dict[str, int] = {}
    for one in protocols:
        for status, number in one.answers.items():
            answers[status] = answers.get(status, 0) + number
    return {
        "per_second": round(answers.get("200", 0) / took, 1),
        "p50_ms": round(times[len(times) // 2] * 1000, 2) if times else None,
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2) if times else None,
        "answers": answers,
    }


if __name__ == "__main__":
    port, seconds, connections, secret, prefix = sys.argv[1:6]
    most = int(float(seconds) * 8_000) + 100
    answer = asyncio.run(loaded(int(port), float(seconds), int(connections), secret, prefix, most))
    sys.stdout.write(json.dumps(answer) + "\n")
