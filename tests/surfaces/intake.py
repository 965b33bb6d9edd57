"""An inbox for surface tests: keeps what a surface stored, each event once, and can be told to be slow or broken."""

import asyncio

from playbooks.domain.events import Asked, Pressed


class Inbox:
    def __init__(self) -> None:
        self.events: dict[str, Asked | Pressed] = {}
        self.deliveries = 0
        self.fail_times = 0
        self.fail_after_storing = False
        self.seconds = 0.0

    async def __call__(self, event: Asked | Pressed) -> bool:
        self.deliveries += 1
        await asyncio.sleep(self.seconds)
        if self.fail_times and not self.fail_after_storing:
            self.fail_times -= 1
            raise OSError("the disk is full, and priya.nair@example.com is in this text")
        is_new = event.event_id not in self.events
        self.events.setdefault(event.event_id, event)
        if self.fail_times:
            self.fail_times -= 1
            raise OSError("died after storing")
        return is_new

    @property
    def asked(self) -> list[Asked]:
        return [one for one in self.events.values() if isinstance(one, Asked)]

    @property
    def pressed(self) -> list[Pressed]:
        return [one for one in self.events.values() if isinstance(one, Pressed)]
