"""Tells at once that a process on this machine is dead: it held a file lock, and the kernel has let it go.

Only an accelerator: where it says nothing (no such file, no `flock`), heartbeats decide after the lease.
"""

import contextlib
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: heartbeats alone
    fcntl = None  # type: ignore[assignment]


class AliveFiles:
    """A file per worker beside the database, locked while its process lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[int, int] = {}

    def hold(self, worker_id: int) -> None:
        """Locked before it gets its name, so that nobody can find it unlocked."""
        if fcntl is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            fresh = self._folder / f"{worker_id}.new"
            self._held[worker_id] = os.open(fresh, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._held[worker_id], fcntl.LOCK_EX | fcntl.LOCK_NB)
            fresh.rename(self._file(worker_id))

    def let_go(self, worker_id: int) -> None:
        if (held := self._held.pop(worker_id, None)) is not None:
            self.forget(worker_id)
            os.close(held)

    def is_dead(self, worker_id: int) -> bool:
        """True only where it is certain."""
        if fcntl is None:
            return False
        try:
            probe = os.open(self._file(worker_id), os.O_RDWR)
        except OSError:
            return False
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            return False
        finally:
            os.close(probe)

    def forget(self, worker_id: int) -> None:
        self._file(worker_id).unlink(missing_ok=True)

    def _file(self, worker_id: int) -> Path:
        return self._folder / str(worker_id)
