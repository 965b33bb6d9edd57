"""What became of the drafts of a chat once somebody of us answered it, wherever they wrote the answer; it changes no draft."""

from bot.desk.office import Office
from bot.desk.plan import DraftOutcome, Plan
from bot.desk.scene import Scene
from playbooks.domain.events import ConversationEvent
from playbooks.outcome import outcomes_of


async def measure(office: Office, plan: Plan, conversation_id: str, sent_text: str, known: str | None = None) -> None:
    """`known` is the draft that was sent, where that is known: the others were passed over then."""
    drafts = await office.memory.undecided(conversation_id)
    for draft_id, outcome in outcomes_of({one.draft_id: one.text for one in drafts}, sent_text, known).items():
        plan.outcomes.append(DraftOutcome(draft_id, outcome, sent_text))


async def measure_answer(office: Office, plan: Plan, event: ConversationEvent, found: Scene) -> None:
    """An answer written in Intercom itself is measured like one that was sent from here."""
    part = next((one for one in found.conversation.public_parts if one.part_id == event.part_id), None)
    if event.what == "agent_replied" and part is not None and part.text.strip():
        await measure(office, plan, found.conversation_id, part.text)
