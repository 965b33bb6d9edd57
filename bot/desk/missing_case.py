"""A chat whose procedure waits for a case that never came: looked up by its key, and asked for again."""

from bot.desk.cases import case_of
from bot.desk.causing import Causing
from bot.desk.chat import advance, remember
from bot.desk.office import Office
from bot.desk.plan import Audited, Plan
from bot.desk.scene import Scene, scene
from playbooks.domain.actions import OpenCase
from playbooks.domain.case import Case
from playbooks.domain.events import TimerDue
from playbooks.domain.run import SopRun
from playbooks.escalation import external_id

TIMER = "missing_case"


async def case_looked_for(office: Office, event: TimerDue, plan: Plan) -> Plan:
    """*Errors:* those of the CRM: the look is then tried again."""
    found = await scene(office, event.conversation_id or "")
    if found is None or found.run is None or found.sop is None or found.run.case is not None or office.cases is None:
        return plan.ignore("case_known", "No case is missing here.")
    if any(isinstance(one, OpenCase) for one in await office.memory.pending(found.conversation_id)):
        return plan.ignore("case_pending", "The case is being opened.")
    plan.audit.append(Audited(actor="deskside", what="missed_escalation", subject=found.conversation_id))
    case = await office.cases.case_by_external_id(external_id(found.conversation_id, found.run))
    remember(plan, found, found.run)
    if case is not None:
        await _there_after_all(office, plan, found, found.run, case)
        return plan
    _asked_again(office, plan, found, found.run)
    return plan


async def _there_after_all(office: Office, plan: Plan, found: Scene, run: SopRun, case: Case) -> None:
    known = run.model_copy(update={"case": case})
    remember(plan, found, known)
    await advance(office, plan, found, known, "case_opened", office.agent(run.owner))


def _asked_again(office: Office, plan: Plan, found: Scene, run: SopRun) -> None:
    """The same key as the first time: where that one did open a case after all, this one finds it."""
    draft = case_of(office, found, run, Causing(agent=office.agent(run.owner)))
    plan.actions.append(
        OpenCase(once_key=plan.key("open_case"), on_behalf_of=run.owner, conversation_id=found.conversation_id, draft=draft)
    )
    plan.news.append(("missed_escalation", "The procedure waits for a case, and Salesforce knows none. It is asked for again."))
