"""Spans to an OpenTelemetry collector: the only home of opentelemetry. It is imported only where a collector is named.

*Source:* OTLP over gRPC (opentelemetry-exporter-otlp-proto-grpc 1.45; chromadb brings it along). The SDK reads the rest of its
own variables by itself: OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER, OTEL_RESOURCE_ATTRIBUTES, OTEL_SERVICE_NAME.
*Units and limits:* spans wait in memory, at most 2,048, and are dropped where the collector does not take them; nothing of
ours ever waits for it.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    format_span_id,
    set_span_in_context,
)

from bot.spans import Kind
from bot.trace import Trace, current, following

FLUSH_MILLISECONDS = 3_000
EXPORT_SECONDS = 5.0
KINDS = {Kind.SERVER: SpanKind.SERVER, Kind.CONSUMER: SpanKind.CONSUMER, Kind.CLIENT: SpanKind.CLIENT}


class Telemetry:
    """A `bot.spans.Tracer`. `endpoint` such as http://127.0.0.1:4317; https is spoken where it says so."""

    def __init__(self, endpoint: str, version: str) -> None:
        logging.getLogger("opentelemetry").setLevel(logging.ERROR)  # at WARNING each failed try is a line
        resource = Resource.create({"service.name": "deskside", "service.version": version})
        self._provider = TracerProvider(resource=resource, id_generator=_Ours(), shutdown_on_exit=False)
        exporter = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("deskside", version)

    @contextmanager
    def span(self, name: str, kind: Kind, **attributes: str | int) -> Iterator[None]:
        trace = current()
        told = {key.replace("__", "."): value for key, value in attributes.items() if value != ""}
        span = self._tracer.start_span(name, context=_under(trace), kind=KINDS[kind], attributes=told)
        context = span.get_span_context()
        inside = Trace(f"{context.trace_id:032x}", format_span_id(context.span_id)) if span.is_recording() else trace
        with ExitStack() as stack:
            stack.callback(span.end)
            stack.push(lambda kind, *_: span.set_status(Status(StatusCode.ERROR, kind.__name__)) if kind else None)
            stack.enter_context(following(inside))
            yield

    def call(self, vendor: str, operation: str, method: str, host: str) -> AbstractContextManager[None]:
        """A `retrieval.http.Span`."""
        told = {"http__request__method": method, "server__address": host, "http__route": operation}
        return self.span(f"{vendor} {operation}", Kind.CLIENT, peer__service=vendor, **told)

    def close(self) -> None:
        self._provider.force_flush(FLUSH_MILLISECONDS)
        self._provider.shutdown()


class _Ours(RandomIdGenerator):
    """A trace's id is the one its log lines carry."""

    def generate_trace_id(self) -> int:
        trace = current()
        return int(trace.trace_id, 16) if trace else super().generate_trace_id()


def _under(trace: Trace | None) -> Context:
    """Under the span that led here, perhaps in another process; without one the span is its trace's first."""
    if trace is None or trace.span_id is None:
        return Context()
    parent = SpanContext(int(trace.trace_id, 16), int(trace.span_id, 16), is_remote=True, trace_flags=TraceFlags(1))
    return set_span_in_context(NonRecordingSpan(parent), Context())
