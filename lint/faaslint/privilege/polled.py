"""What an event source mapping reads, in the terms of the facts about pollers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..facts.event_sources import PollSource, is_consumer_arn, poll_kind_of_arn, poll_source
from ..graph import Graph
from ..graph.identity import canonical
from ..model.guard import Guard
from ..model.nodes import EventSourceMapping, External, Node, Queue, Stream, Table
from ..model.read import known_text_parts
from ..model.value import Known, Leaf, is_absent, jointly

KINDS_BY_TYPE: Final = {
    "AWS::MSK::Cluster": "msk",
    "AWS::MSK::ServerlessCluster": "msk",
    "aws_msk_cluster": "msk",
    "aws_msk_serverless_cluster": "msk",
    "AWS::AmazonMQ::Broker": "mq",
    "aws_mq_broker": "mq",
    "AWS::DocDB::DBCluster": "documentdb",
    "aws_docdb_cluster": "documentdb",
}


class Polled(NamedTuple):
    """One source of a mapping. ``kind`` None is one that there is no list for; ``resource`` its ARN, None if not known."""

    guard: Guard
    node: Node | None
    kind: PollSource | None
    consumer: bool
    source: Leaf
    resource: Leaf | None
    enabled: Leaf


def polled_sources(mapping: EventSourceMapping, graph: Graph) -> Iterator[Polled]:
    """Yield what a mapping reads in each situation."""
    found = False
    for polled, node in graph.polled_by(mapping):
        for guard, (source, enabled) in jointly(mapping.source, mapping.enabled, given=mapping.guard & polled):
            found = True
            kind, consumer = kind_of(node, source)
            resource = Known(canonical(graph, source.value)) if isinstance(source, Known) else None
            yield Polled(guard, node, kind, consumer, source, resource, enabled)
    if not found:
        for guard, (source, enabled) in jointly(mapping.source, mapping.enabled, given=mapping.guard):
            yield Polled(guard, None, None, False, source, None, enabled)


def kind_of(node: Node, source: Leaf) -> tuple[PollSource | None, bool]:
    """Return the kind of source that a node is, and whether it is a registered consumer of a stream."""
    consumer = False
    if isinstance(node, External):
        arn = known_text_parts(source) or ""
        # A hole in the partition, region or account leaves the service readable.
        kind = poll_kind_of_arn(arn)
        consumer = is_consumer_arn(arn)
    elif isinstance(node, Stream):
        kind, consumer = "kinesis", not is_absent(node.consumer_of) or "Consumer" in node.type or "consumer" in node.type
    else:
        kind = "sqs" if isinstance(node, Queue) else "dynamodb" if isinstance(node, Table) else KINDS_BY_TYPE.get(node.type)
    return (poll_source(kind) if kind is not None else None), consumer
