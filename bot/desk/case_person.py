"""A case without a sure contact: asks whose it is, takes the choice, and offers the CRM's own doubles; it never guesses."""

from bot.desk.causing import Causing
from bot.desk.office import Office
from bot.desk.plan import Plan
from bot.desk.scene import Scene
from bot.desk.showing import show, show_in_thread
from playbooks.cards.notices import refused_card
from playbooks.cards.whose_case import EMAIL, FIRST, LAST, PHONE, contact_linked_card, whose_case_card
from playbooks.domain.actions import CreateContact, LinkContact
from playbooks.domain.case import Case, ContactDraft
from playbooks.domain.events import ActionDone, ActionFailed
from playbooks.domain.place import Place
from playbooks.domain.press import CreateContact as WantsNew
from playbooks.domain.press import LinkContact as Chose
from playbooks.escalation import contacts_of


def ask_whose(office: Office, plan: Plan, found: Scene, case: Case) -> None:
    """In the chat's thread, beside the case: the case is open already, nobody has to wait for this."""
    card = whose_case_card(case, contacts_of(found.customer), new_person(found), conversation_id=found.conversation_id)
    show_in_thread(office, plan, found, _name(found), card)


def _name(found: Scene) -> str:
    return f"whose:{found.conversation_id}"


def new_person(found: Scene) -> ContactDraft:
    """As the chat knows them. One word is a last name, as Salesforce wants one."""
    contact = found.conversation.contact
    first, _, last = (found.customer_name or "").strip().rpartition(" ")
    return ContactDraft(
        last_name=last,
        first_name=first,
        email=(contact.email if contact else None) or "",
        phone=(contact.phone if contact else None) or "",
        account_id=found.customer.identity.salesforce_account_id,
    )


def chosen(office: Office, plan: Plan, found: Scene, by: Causing, place: Place, press: Chose | WantsNew) -> None:
    """Pressed under the case's card; without a case there is nothing to link."""
    case = found.run.case if found.run else None
    if case is None:
        show(plan, place, f"answer:{plan.cause.event_id}", refused_card("This chat has no case."), found.conversation_id)
        return
    who = {"on_behalf_of": by.agent_id, "conversation_id": found.conversation_id, "case_id": case.case_id}
    if isinstance(press, Chose):
        plan.actions.append(LinkContact(once_key=plan.key("link_contact"), contact_id=press.contact_id, **who))
        return
    draft = _filled(found, by)
    if not draft.last_name:
        reason = "Salesforce wants a last name."
        card = whose_case_card(case, (), draft, conversation_id=found.conversation_id, problem=reason)
        show_in_thread(office, plan, found, _name(found), card)
        return
    plan.actions.append(CreateContact(once_key=plan.key("create_contact"), contact=draft, insist=press.insist, **who))


def _filled(found: Scene, by: Causing) -> ContactDraft:
    """What was typed counts, emptied fields included; where no form came along, what the chat knows."""
    known = new_person(found)
    typed = dict(by.inputs)
    if not typed.keys() & {FIRST, LAST, EMAIL, PHONE}:
        return known
    return ContactDraft(
        last_name=by.value(LAST),
        first_name=by.value(FIRST),
        email=by.value(EMAIL),
        phone=by.value(PHONE),
        account_id=known.account_id,
    )


async def linked(office: Office, event: ActionDone, plan: Plan, found: Scene | None) -> None:
    """The question becomes its answer, in place; the customer is asked anew for the next card."""
    action, case = event.action, found.run.case if found and found.run else None
    if found is None or case is None or not isinstance(action, LinkContact | CreateContact):
        return
    office.recent.forget()
    ids = [event.result_id] if event.result_id else []
    people = await office.cases.contacts(ids) if office.cases else ()
    label = people[0].label if people else "contact linked"
    by = office.name_of(action.on_behalf_of) or "Deskside"
    card = contact_linked_card(case, label, by=by, made=isinstance(action, CreateContact))
    show_in_thread(office, plan, found, _name(found), card)


def not_linked(office: Office, event: ActionFailed, plan: Plan, found: Scene, action: LinkContact | CreateContact) -> None:
    """The form again with what was typed; with the CRM's doubles to choose from where it knows some."""
    case = found.run.case if found.run else None
    if case is None:
        return
    draft = action.contact if isinstance(action, CreateContact) else new_person(found)
    choices = event.candidates or (contacts_of(found.customer) if isinstance(action, LinkContact) else ())
    problem = f"{event.reason} {event.remedy}".strip()
    card = whose_case_card(
        case,
        choices,
        draft,
        conversation_id=found.conversation_id,
        problem="Salesforce knows people like this one." if event.candidates else problem,
        may_insist=event.may_insist,
        asked=isinstance(action, CreateContact) and bool(event.candidates),
    )
    show_in_thread(office, plan, found, _name(found), card)
