"""The measures, as the field defines them, over plain lists. Knows nothing of search."""

import math
from collections.abc import Collection, Sequence


def ndcg_at(ranking: Sequence[str], relevant: Collection[str], depth: int = 10) -> float:
    """Binary gains, log2 discount, divided by the best order possible."""
    gain = sum(1 / math.log2(place + 2) for place, one in enumerate(ranking[:depth]) if one in relevant)
    return gain / sum(1 / math.log2(place + 2) for place in range(min(depth, len(relevant))))


def recall_at(ranking: Sequence[str], relevant: Collection[str], depth: int = 5) -> float:
    return len(set(ranking[:depth]) & set(relevant)) / len(relevant)


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Chance that one of `right` scores above one of `wrong`; a tie counts half. 0.5 where either is empty."""
    if not right or not wrong:
        return 0.5
    above = sum((one > other) + 0.5 * (one == other) for one in right for other in wrong)
    return above / (len(right) * len(wrong))


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank; 0 for nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else 0.0


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
