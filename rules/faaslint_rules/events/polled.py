"""What a mapping polls: the kind of source, and whether it is a FIFO queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.graph.queries import polled_kind
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping, External, Node, Queue, Topic
from faaslint.model.read import boolean_of, known_text_parts, text_of
from faaslint.model.value import Known, Unknown, Value, branches, choose, is_absent

FIFO = ".fifo"
"""How the name of every FIFO queue and topic ends."""


class Source(NamedTuple):
    """One thing that a mapping may poll. ``kind`` is empty where it can't be known; ``why`` says so then."""

    guard: Guard
    kind: str
    node: Node
    why: Unknown


def sources(graph: Graph, mapping: EventSourceMapping) -> Iterator[Source]:
    """Yield what a mapping polls, branch by branch; at least one."""
    unknown = Unknown("what is polled can't be known", trail=(mapping.span,))
    if is_absent(mapping.source):
        yield Source(mapping.guard, polled_kind(mapping, mapping), mapping, unknown)
        return
    for guard, node in graph.polled_by(mapping):
        both = guard & mapping.guard & node.guard
        if both.satisfiable():
            yield Source(both, polled_kind(mapping, node) or _by_property(mapping), node, unknown)
    for guard, leaf in branches(mapping.source):
        both = guard & mapping.guard
        if isinstance(leaf, Unknown) and both.satisfiable():
            yield Source(both, _by_property(mapping), mapping, leaf)


def _by_property(mapping: EventSourceMapping) -> str:
    """Return the kind of source that only has a property that the mapping sets, empty where none says so."""
    properties = (("msk", mapping.topics), ("mq", mapping.queues), ("documentdb", mapping.database))
    return next((kind for kind, value in properties if isinstance(value, Known) and value.value is not None), "")


def first_in_first_out(node: Node) -> Value:
    """Return whether a queue or topic is a FIFO one, by its switch or its name; of anything else it is false."""
    if isinstance(node, Queue):
        return _by_name(node.fifo, node.queue_name)
    if isinstance(node, Topic):
        return _by_name(node.fifo, node.topic_name)
    if isinstance(node, External):
        return choose((guard, named_as_fifo(leaf)) for guard, leaf in branches(node.arn))
    return Known(False)


def _by_name(switch: Value, name: Value) -> Value:
    if any((text_of(leaf) or "").endswith(FIFO) for _, leaf in branches(name)):
        return Known(True, name.trail)
    return choose(
        (
            (guard, leaf if isinstance(leaf, Unknown) else Known(boolean_of(leaf) is True, leaf.trail, leaf.provenance))
            for guard, leaf in branches(switch)
        ),
        switch.trail,
    )


def named_as_fifo(leaf: Value) -> Value:
    """Return whether an ARN or a URL names a FIFO queue or topic; Unknown where its end can't be known."""
    text = known_text_parts(leaf) if isinstance(leaf, Known) else None
    if text is None or text.endswith("\0"):
        return leaf if isinstance(leaf, Unknown) else Unknown("the name can't be known", trail=leaf.trail)
    return Known(text.endswith(FIFO), leaf.trail)
