"""A collector to test: OTLP's own gRPC service on a loopback socket, which keeps every span it is told of."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span

KINDS = {Span.SPAN_KIND_SERVER: "server", Span.SPAN_KIND_CONSUMER: "consumer", Span.SPAN_KIND_CLIENT: "client"}


@dataclass(frozen=True)
class Told:
    """A span as it came over the wire."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: str
    failed: bool
    attributes: dict[str, str]


@dataclass
class Collector(TraceServiceServicer):
    url: str = ""
    spans: list[Told] = field(default_factory=list)
    wire: bytes = b""

    def Export(self, request: ExportTraceServiceRequest, context: object) -> ExportTraceServiceResponse:
        self.wire += request.SerializeToString()
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans += [_told(one) for one in scope.spans]
        return ExportTraceServiceResponse()

    def named(self, start: str) -> list[Told]:
        return [one for one in self.spans if one.name.startswith(start)]


def _told(span: Span) -> Told:
    attributes = {one.key: one.value.string_value or str(one.value.int_value) for one in span.attributes}
    trace_id, span_id, parent_id = (one.hex() for one in (span.trace_id, span.span_id, span.parent_span_id))
    return Told(trace_id, span_id, parent_id, span.name, KINDS[span.kind], span.status.code == 2, attributes)


@contextmanager
def collecting() -> Iterator[Collector]:
    server, collector = grpc.server(ThreadPoolExecutor(2)), Collector()
    add_TraceServiceServicer_to_server(collector, server)  # type: ignore[no-untyped-call]
    collector.url = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    server.start()
    try:
        yield collector
    finally:
        server.stop(None).wait()
