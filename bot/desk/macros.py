"""The macros that may be used in a chat, filled for its customer; it chooses by fitness and shows nothing."""

from collections.abc import Mapping

from bot.desk.office import Office
from bot.desk.scene import Scene
from playbooks.attributes import attributes
from playbooks.domain.content import Macro, MacroChoice
from playbooks.domain.people import Agent
from playbooks.macros import choose, fill

MOST_MACROS = 3


def theirs(office: Office, agent: Agent | None) -> tuple[Macro, ...]:
    """Shared macros and the agent's own."""
    return tuple(one for one in office.macros if one.owner is None or (agent and one.owner == agent.agent_id))


def macros_for(office: Office, scene: Scene, query: str = "", agent: Agent | None = None) -> tuple[MacroChoice, ...]:
    """Those that fit, filled with this customer's attributes."""
    chosen = choose(query or scene.question, theirs(office, agent), limit=MOST_MACROS, scorer=office.scorer)
    return tuple(filled(office, scene, one.macro, agent).model_copy(update={"score": one.score}) for one in chosen)


def filled(
    office: Office, scene: Scene, macro: Macro, agent: Agent | None = None, given: Mapping[str, str] | None = None
) -> MacroChoice:
    """`given` is what the agent typed where the macro asks."""
    known = attributes(scene.conversation, scene.customer, run=scene.run, agent=agent, zone=office.zone_of(agent))
    return fill(macro, known, given)


def for_nobody(choice: MacroChoice) -> MacroChoice:
    """As it reads without a customer: what would be filled in stands in brackets, and nothing is missing yet."""
    text = fill(choice.macro, {}).text.replace("[missing: ", "[")
    return choice.model_copy(update={"text": text, "missing": ()})
