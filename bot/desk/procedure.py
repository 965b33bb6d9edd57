"""Which procedure a conversation goes by: the inbox's current one, or the version its run began with; it steps none."""

from bot.desk.office import Office
from playbooks.domain.policy import Inbox
from playbooks.domain.run import SopRun
from playbooks.domain.sop import Sop


async def procedure_of(office: Office, inbox: Inbox | None, run: SopRun | None) -> Sop | None:
    """A running chat finishes on the version it began with. A version that nobody kept is replaced by the current one."""
    if run is None:
        return office.sops.get(inbox.sop) if inbox and inbox.sop else None
    current = office.sops.get(run.sop)
    if current is not None and current.version == run.sop_version:
        return current
    begun_with = await office.versions.find(run.sop, run.sop_version) if office.versions else None
    return begun_with or current
