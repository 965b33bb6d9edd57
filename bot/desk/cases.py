"""A chat's Salesforce case as the desk words it: the draft with what the agent filled in, its form and its card."""

from collections.abc import Sequence

from bot.desk.causing import Causing
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import show_in_thread
from playbooks.cards.case import CASE_FIELD, PRIORITIES, case_card, case_form_card
from playbooks.domain.actions import OpenCase
from playbooks.domain.card import Card
from playbooks.domain.case import CaseDraft, CaseField
from playbooks.domain.run import SopRun
from playbooks.escalation import case_draft
from retrieval.errors import VendorError

CASE_INPUTS = "case_inputs"


def case_of(office: Office, scene: Scene, run: SopRun, by: Causing) -> CaseDraft:
    """The case as it would be opened now, with what the agent filled in laid over what was found."""
    draft = case_draft(
        scene.conversation,
        scene.customer,
        run,
        scene.triage,
        by.value("case_note"),
        office.now,
        sop=scene.sop,
        names={one.agent_id: one.name for one in office.policies.team.agents},
        zone=office.zone,
    )
    filled = {"subject": by.value("case_subject"), "priority": by.value("case_priority")}
    extra = tuple((name.removeprefix(CASE_FIELD), value) for name, value in by.inputs if name.startswith(CASE_FIELD) and value)
    changed: dict[str, object] = {name: value for name, value in filled.items() if value}
    return draft.model_copy(update=changed | {"fields": (*draft.fields, *extra)})


def open_case(office: Office, plan: Plan, scene: Scene, run: SopRun, by: Causing) -> None:
    """What was filled in is kept beside the run: should Salesforce refuse it, nothing has to be typed again."""
    plan.run_facts = plan.run_facts | {CASE_INPUTS: dict(by.inputs)}
    draft = case_of(office, scene, run, by)
    plan.actions.append(
        OpenCase(once_key=plan.key("open_case"), on_behalf_of=by.agent_id, conversation_id=scene.conversation_id, draft=draft)
    )


def show_case(office: Office, plan: Plan, scene: Scene, run: SopRun, by: Causing) -> None:
    if run.case is None:
        return
    card = case_card(
        run.case, conversation_id=scene.conversation_id, by=office.name_of(by.agent_id or run.owner), zone=office.zone
    )
    show_in_thread(office, plan, scene, f"case:{run.case.case_id}", card)


async def case_form(office: Office, scene: Scene, run: SopRun, by: Causing) -> Card:
    """With an input for each field that Salesforce asked for beyond ours, as Salesforce itself words it."""
    wanted = {name.removeprefix(CASE_FIELD): value for name, value in by.inputs if name.startswith(CASE_FIELD)}
    fields = await _described(office, [*wanted, "Priority"])
    priority = fields.get("Priority")
    return case_form_card(
        case_of(office, scene, run, by),
        scene.conversation_id,
        note=by.value("case_note"),
        wanted=wanted,
        fields=fields,
        priorities=priority.choices if priority and priority.choices else PRIORITIES,
    )


async def _described(office: Office, names: Sequence[str]) -> dict[str, CaseField]:
    """Where Salesforce does not tell, the form shows the fields' names: better a bare form than none."""
    try:
        found = await office.cases.case_fields(names) if office.cases else ()
    except VendorError:
        return {}
    return {one.name: one for one in found}
