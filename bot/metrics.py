"""What is counted for operators, in Prometheus' terms; holds numbers and ids of systems only, never of customers."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from retrieval.http import Calls


class Metrics:
    """One registry a process, so that tests and a demo beside a service do not share numbers."""

    def __init__(self, calls: Calls) -> None:
        self.registry = CollectorRegistry()
        self.received = Counter(
            "deskside_received_total", "Deliveries at the front door", ["source", "outcome"], registry=self.registry
        )
        self.events = Counter("deskside_events_total", "Events taken by the desk", ["kind", "outcome"], registry=self.registry)
        self.actions = Counter("deskside_actions_total", "Actions performed", ["do", "outcome"], registry=self.registry)
        self.gauges: dict[str, float] = {}
        self.registry.register(_VendorCalls(calls))
        self.registry.register(_Gauges(self.gauges))

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _VendorCalls:
    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def collect(self) -> Iterator[Metric]:
        family = CounterMetricFamily("deskside_vendor_calls", "Outgoing calls", labels=["vendor", "operation", "outcome"])
        for (vendor, operation, outcome), count in self._calls.by_operation.items():
            family.add_metric([vendor, operation, str(outcome)], count)
        yield family
        seen = GaugeMetricFamily("deskside_vendor_last_success_seconds", "Unix time of the last answer", labels=["vendor"])
        for vendor, at in self._calls.last_success.items():
            seen.add_metric([vendor], at.timestamp())
        yield seen


class _Gauges:
    def __init__(self, gauges: dict[str, float]) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        for name, value in self._gauges.items():
            yield GaugeMetricFamily(f"deskside_{name}", name.replace("_", " "), value=value)
