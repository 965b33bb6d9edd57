"""Which saved replies fit, and their text filled for this customer; an honest "none fits" is an empty answer.

The ranking here is lexical. A trained ranker is handed in as `scorer`; it never sees whose macro it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log, sqrt

from playbooks.domain.content import Macro, MacroChoice, MacroInput
from playbooks.stems import terms
from playbooks.template import attributes_of, filled

Scorer = Callable[[str, Sequence[Macro]], Sequence[float]]
"""For a text and the macros, each one's fitness 0–1, in their order."""

# With each example of the demo's 22 macros held out in turn, the best macro is right in half of the cases from here on, and
# less often below; texts about nothing of ours stay under .11.
MINIMUM = 0.18
# A trained ranking's chances. Against .18 it costs 4 right ones of 100 and more than halves what is offered where none fits.
LEARNED_MINIMUM = 0.3
# A body repeats many words that its neighbours use too; it weighs less than a name or an example of the same likeness.
_BODY_WEIGHT = 0.6


def choose(
    text: str, macros: Sequence[Macro], limit: int = 3, minimum: float | None = None, scorer: Scorer | None = None
) -> tuple[MacroChoice, ...]:
    """Shared before personal, each by fitness. `#re` filters by the start of a name's word; () where none fits."""
    asked = text.strip()
    minimum = minimum if minimum is not None else LEARNED_MINIMUM if scorer else MINIMUM
    if asked.startswith("#"):
        scored = [(one, _typed(asked[1:], one)) for one in macros]
        minimum = 0.5
    else:
        scored = list(zip(macros, (scorer or lexical)(asked, macros), strict=True)) if asked else []
    fitting = [(one, score) for one, score in scored if score >= minimum]
    best = sorted(fitting, key=lambda pair: (pair[0].owner is not None, -pair[1], pair[0].name))[:limit]
    return tuple(
        MacroChoice(macro=one, text=one.body, missing=attributes_of(one.body), score=round(score, 3)) for one, score in best
    )


def fill(macro: Macro, attributes: Mapping[str, str], given: Mapping[str, str] | None = None) -> MacroChoice:
    """Its text and actions with this customer's values and what the agent gave; what is missing is marked and named, never
    left blank (K5)."""
    values = {**attributes, **{f"input.{name}": value for name, value in (given or {}).items()}}
    done = filled(macro.body, values)
    actions = tuple(one.model_copy(update={"value": filled(one.value, values).text}) for one in macro.actions)
    return MacroChoice(macro=macro.model_copy(update={"actions": actions}), text=done.text, missing=done.missing)


def still_asked(macro: Macro, given: Mapping[str, str]) -> tuple[MacroInput, ...]:
    """What the agent has to give before it can be filled."""
    return tuple(one for one in macro.inputs if one.required and not given.get(one.input_id, "").strip())


def _typed(start: str, macro: Macro) -> float:
    """How well a few typed characters find a macro: by its name's start, a word of it, its id or a tag."""
    wanted = start.strip().lower().replace("_", " ").replace("-", " ")
    name = macro.name.lower()
    if not wanted or name.startswith(wanted):
        return 1.0
    if any(word.startswith(wanted) for word in re.split(r"\W+", name)):
        return 0.9
    if macro.macro_id.lower().replace("_", " ").startswith(wanted):
        return 0.8
    labels = (*macro.tags, *macro.intents)
    return 0.7 if any(label.lower().replace("-", " ").startswith(wanted) for label in labels) else 0.0


def lexical(text: str, macros: Sequence[Macro]) -> list[float]:
    """Likeness of weighted terms: half to the nearest of name, examples and body, half to all of them together."""
    sources = [_sayings(one) for one in macros]
    weights = _rarity(terms(said) for one in sources for said, _ in one)
    asked = _vector(terms(text), weights)
    return [_likeness(asked, one, weights) for one in sources]


def _sayings(macro: Macro) -> list[tuple[str, float]]:
    single = [(macro.name, 1.0), *((one, 1.0) for one in macro.examples), (macro.body, _BODY_WEIGHT)]
    return [*single, (" ".join(said for said, _ in single), 1.0)]


def _likeness(asked: Mapping[str, float], sayings: list[tuple[str, float]], weights: Mapping[str, float]) -> float:
    likeness = [weight * _cosine(asked, _vector(terms(said), weights)) for said, weight in sayings]
    return (max(likeness) + likeness[-1]) / 2


def _rarity(texts: Iterable[tuple[str, ...]]) -> dict[str, float]:
    """A term that few macros use tells more; a pair of words counts half of what it would alone."""
    seen = [set(one) for one in texts]
    counted = Counter(term for one in seen for term in one)
    return {term: log(1 + len(seen) / count) * (0.5 if " " in term else 1.0) for term, count in counted.items()}


def _vector(said: tuple[str, ...], weights: Mapping[str, float]) -> dict[str, float]:
    """Words that no macro knows still make a text longer, so that one shared word in many does not look like a fit."""
    unknown = max(weights.values(), default=1.0)
    return {term: weights.get(term, 0.0 if " " in term else unknown) for term in said}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    shared = sum(weight * other.get(term, 0.0) for term, weight in one.items())
    lengths = sqrt(sum(weight**2 for weight in one.values())) * sqrt(sum(weight**2 for weight in other.values()))
    return shared / lengths if lengths else 0.0
