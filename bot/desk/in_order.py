"""Puts right what came out of order: the vendor's times and part ids say what was first. It waits for nothing.

A webhook that was overtaken by a later one is not waited for: what it tells stands in the conversation. So the later event
steps back, and both are taken again, the earlier first; when the late webhook comes, its part was taken already.
"""

from bot.desk.plan import Plan
from bot.desk.scene import Scene
from playbooks.domain.events import ConversationEvent
from playbooks.missed import made_up_id, overtaken_events, parts_until, rating_mark

TAKEN = "parts_taken"
"""The key of the parts taken into account, among the desk's facts about a run."""
RATED = "rating_taken"
"""And of the rating: it is no part, so it is known by itself."""
MOST = 500
"""Intercom shows no more parts of a conversation."""


def steps_back(plan: Plan, event: ConversationEvent, found: Scene) -> bool:
    """True: something earlier comes first, and this event again after it."""
    if event.part_id is None or is_taken(event, found) or event.event_id == made_up_id(event.part_id):
        return False  # what was made up stands in order already
    known = found.remembered.facts.get(TAKEN)
    if found.run is not None and not isinstance(known, list):  # begun by a version that did not note them
        return False
    first = overtaken_events(found.conversation, event.part_id, known if isinstance(known, list) else ())
    plan.later += [(one, None) for one in first]
    return bool(first)


def is_taken(event: ConversationEvent, found: Scene) -> bool:
    """Told by the poll before its late webhook, overtaken, or done by ourselves: the message was a step already."""
    if event.what == "rated" and found.run is not None:
        mark = rating_mark(found.conversation)
        return mark is not None and mark == found.remembered.facts.get(RATED)
    if event.part_id is None or found.run is None:
        return False
    known = found.remembered.facts.get(TAKEN)
    in_trail = any(one.part_id == event.part_id for one in found.run.trail)
    return in_trail or (isinstance(known, list) and event.part_id in known)


def note_taken(plan: Plan, found: Scene, part_id: str | None) -> None:
    """After the run was remembered. A run's first part stands for all before it."""
    if part_id is None:
        return
    known = found.remembered.facts.get(TAKEN)
    before = list(known) if isinstance(known, list) else parts_until(found.conversation, part_id)
    plan.run_facts = plan.run_facts | {TAKEN: list(dict.fromkeys([*before, part_id]))[-MOST:]}


def note_rated(plan: Plan, found: Scene) -> None:
    if mark := rating_mark(found.conversation):
        plan.run_facts = plan.run_facts | {RATED: mark}
