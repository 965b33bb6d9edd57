"""What is counted for operators, in Prometheus' terms; holds numbers and ids of systems only, never of customers."""

from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from playbooks.domain.writing import Usage
from retrieval.http import Calls

SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""From what nobody notices to what somebody is woken for."""


class Metrics:
    """One registry a process, so that tests and a demo beside a service do not share numbers."""

    def __init__(self, calls: Calls) -> None:
        self.registry = CollectorRegistry()
        self.received = self._counter("received", "Deliveries at the front door", "source", "outcome")
        self.events = self._counter("events", "Events taken by the desk", "kind", "outcome")
        self.actions = self._counter("actions", "Actions performed", "do", "outcome")
        self.cards = self._counter("cards", "Cards shown", "surface", "outcome")
        self.retries = self._counter("job_retries", "Attempts of jobs after their first", "kind")
        self.vendor_lag = self._histogram("vendor_lag", "From what happened there to its arrival here", "source")
        self.job_lag = self._histogram("job_lag", "From a job's enqueueing to its first attempt", "kind")
        self.effect_lag = self._histogram("effect_lag", "From a decision to its effect", "do")
        self.tokens = self._counter("llm_tokens", "Tokens of the language model", "model", "kind")
        self.cost = self._counter("llm_cost_usd", "What the language model cost, as priced", "model")
        self.gauges: dict[str, float] = {}
        self.registry.register(_VendorCalls(calls))
        self.registry.register(_Gauges(self.gauges))

    def spent(self, used: Iterable[Usage]) -> None:
        for one in used:
            for kind, number in (
                ("read", one.prompt_tokens),
                ("cached", one.cached_tokens),
                ("written", one.completion_tokens),
            ):
                self.tokens.labels(one.model, kind).inc(number or 0)
            self.cost.labels(one.model).inc(float(one.cost_usd or 0))

    def text(self) -> bytes:
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"deskside_{name}_total", meaning, labels, registry=self.registry)

    def _histogram(self, name: str, meaning: str, label: str) -> Histogram:
        return Histogram(f"deskside_{name}_seconds", meaning, [label], registry=self.registry, buckets=SECONDS)


class _VendorCalls:
    """Every system we call: vendors, chat platforms, the language model."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily("deskside_vendor_calls", "Outgoing calls", labels=["vendor", "operation", "outcome"])
        for (vendor, operation, outcome), count in tuple(self._calls.by_operation.items()):
            family.add_metric([vendor, operation, str(outcome)], count)
        yield family
        seen = {vendor: at.timestamp() for vendor, at in self._calls.last_success.items()}
        yield _by_vendor("vendor_last_success_seconds", "Unix time of the last answer", seen)
        circuits = {vendor: float(one.is_open) for vendor, one in self._calls.breakers.items()}
        yield _by_vendor("vendor_circuit_open", "1: not called just now, it failed repeatedly", circuits)
        left = {vendor: float(one.remaining) for vendor, one in self._calls.budgets.items()}
        yield _by_vendor("vendor_budget_remaining", "Calls left in the vendor's own window, as it last told", left)
        limits = {vendor: float(one.limit) for vendor, one in self._calls.budgets.items()}
        yield _by_vendor("vendor_budget_limit", "Calls a window of the vendor's allows", limits)


def _by_vendor(name: str, meaning: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"deskside_{name}", meaning, labels=["vendor"])
    for vendor, value in values.items():
        family.add_metric([vendor], value)
    return family


class _Gauges:
    def __init__(self, gauges: dict[str, float]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(f"deskside_{name}", name.replace("_", " "), value=value)
