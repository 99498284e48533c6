"""FL519 competing-consumers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Final, NamedTuple

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping, External, Function, Node, Queue, Table
from faaslint.model.read import boolean_of, elements, known_text_parts, openness
from faaslint.model.span import Location
from faaslint.model.value import Value, branches

from .patterns import NotJson, plain

READERS: Final = 2
"""How many readers a shard of a DynamoDB stream serves before it throttles."""

MOST: Final = 30
"""Of more readers than these not every pair is looked at."""


class Reader(NamedTuple):
    """A mapping that reads a source for a function, and when."""

    guard: Guard
    mapping: EventSourceMapping
    function: Function


@rule(
    id="FL519",
    name="competing-consumers",
    level=Level.WARNING,
    visits=Node,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",),
)
def competing_consumers(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """Several functions read one queue, or too many read one stream of a table.

    What it does
    Looks for queues that mappings poll for two functions (a warning), with different filters (an error), and for streams of
    DynamoDB tables with more than two readers (a warning). Disabled mappings don't count.

    Why it matters
    A message of a queue goes to one of its readers only: the functions take each other's messages. With different filters
    it is worse, as a mapping deletes every message that its filter does not match. More than two readers of a stream's
    shard throttle each other.

    How to fix
    Give each function a queue of its own and let a topic or a bus send to all of them. Let one reader of a stream hand its
    records on.

    What it can't know
    Consumers outside the project.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
    """
    if not isinstance(node, (Queue, Table)) and not _is_queue_elsewhere(node):
        yield INAPPLICABLE
        return
    readers = list(_readers(graph, node))[:MOST]
    if not readers:
        unknown = next((edge.source for edge in graph.into(node, EdgeKind.POLLS)), None)
        yield INAPPLICABLE if unknown is None else Withheld("which function reads it can't be known", unknown.span)
        return
    if isinstance(node, Table):
        yield from _of_stream(node, readers)
    else:
        yield from _of_queue(node, readers)


def _is_queue_elsewhere(node: Node) -> bool:
    """Whether a node is a queue outside the project, of which the ARN is known."""
    return isinstance(node, External) and any(
        (known_text_parts(leaf) or "").startswith("arn:") and (known_text_parts(leaf) or "").split(":")[2] == "sqs"
        for _, leaf in branches(node.arn)
    )


def _readers(graph: Graph, node: Node) -> Iterator[Reader]:
    for edge in graph.into(node, EdgeKind.POLLS):
        mapping = edge.source
        if not isinstance(mapping, EventSourceMapping):
            continue
        for guard, leaf in branches(mapping.enabled):
            if boolean_of(leaf) is False:
                continue
            for called, function, _ in graph.functions_called_by(mapping):
                given = edge.guard & guard & called & mapping.guard & function.guard & node.guard
                if given.satisfiable():
                    yield Reader(given, mapping, function)


def _of_queue(queue: Node, readers: list[Reader]) -> Iterator[Answer]:
    told: set[str] = set()
    for first, second in combinations(readers, 2):
        both = first.guard & second.guard
        if first.function is second.function or not both.satisfiable() or second.mapping.id in told:
            continue
        told.add(second.mapping.id)
        differ = _differ(first.mapping.filters, second.mapping.filters)
        lost = (
            "with different filters, so each deletes the messages that are meant for the other"
            if differ
            else "so each message reaches only one of them"
        )
        yield claim(
            queue,
            "",
            f"Queue '{queue.name}' is read for both '{first.function.name}' and '{second.function.name}', {lost}; "
            "give each function a queue of its own.",
            at=second.mapping.at("source"),
            related=[
                Location(first.mapping.at("source").span, f"read for '{first.function.name}' here"),
                Location(queue.span, "the queue"),
            ],
            level=Level.ERROR if differ else None,
            guard=both,
        )


def _of_stream(table: Table, readers: list[Reader]) -> Iterator[Answer]:
    together = readers[0].guard
    counted: list[Reader] = []
    for reader in readers:
        if (together & reader.guard).satisfiable() and all(reader.mapping is not one.mapping for one in counted):
            together = together & reader.guard
            counted.append(reader)
    if len(counted) > READERS:
        yield claim(
            table,
            "",
            f"The stream of table '{table.name}' has {len(counted)} readers, and more than {READERS} throttle each other; "
            "let one reader hand its records on.",
            at=table.here(),
            related=[Location(one.mapping.at("source").span, f"read for '{one.function.name}'") for one in counted],
            guard=together,
        )


def _differ(first: Value, second: Value) -> bool:
    """Return whether two lists of filters surely differ."""
    if openness(first) is not None or openness(second) is not None:
        return False
    mine, other = _patterns(first), _patterns(second)
    return mine is not None and other is not None and mine != other


def _patterns(filters: Value) -> frozenset[str] | None:
    """Return the patterns of a mapping without their spelling, None where one can't be known."""
    found: set[str] = set()
    for _, leaf in elements(filters):
        try:
            found.add(json.dumps(plain(leaf), sort_keys=True))
        except (NotJson, TypeError):
            return None
    return frozenset(found)
