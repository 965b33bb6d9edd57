"""Steers running sandboxes over HTTP, for the demo, `deskside sandbox` and tests; never used against a vendor."""

from typing import Any

from retrieval.loopback import Loopback, Unreachable

__all__ = ["SandboxControl", "Unreachable"]


class SandboxControl(Loopback):
    """One sandbox's control routes; a sandbox that refuses an order raises ValueError with its words."""

    async def fault(self, **order: object) -> None:
        """Order a fault: the fields of retrieval.sandbox.Fault."""
        await self.post("/_sandbox/faults", order)

    async def clear_faults(self) -> None:
        await self.delete("/_sandbox/faults")

    async def calls(self) -> list[dict[str, Any]]:
        answer: list[dict[str, Any]] = await self.get("/_sandbox/calls")
        return answer

    async def state(self) -> Any:
        return await self.get("/_sandbox/state")
