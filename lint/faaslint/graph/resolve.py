"""From a value that names a resource to the resource: by reference, by an ARN built around one, by literal ARN or name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from ..model.guard import Guard
from ..model.nodes import Node, Queue
from ..model.read import elements, spelled, text_of
from ..model.value import Environment, Leaf, Pattern, Reference, Unknown, Value
from .graph import Graph
from .identity import ARNS, SERVICES

N = TypeVar("N", bound=Node)


def resolved(graph: Graph, value: Value, kind: type[N]) -> Iterator[tuple[Guard, N | Unknown | None]]:
    """Yield what each branch or element of a value names: a node of ``kind``, None for what is not one of this project.

    Unknown is yielded where it can't be known. A literal name counts only where ``kind`` has names.
    """
    for guard, leaf in elements(value):
        yield guard, resource_behind(graph, leaf, kind)


def resource_behind(graph: Graph, leaf: Leaf, kind: type[N]) -> N | Unknown | None:
    """Return what one leaf names; see :func:`resolved`."""
    if isinstance(leaf, Unknown):
        return _by_spelling(graph, leaf, kind) or leaf
    content = leaf.value
    if isinstance(content, Environment):
        return Unknown("an environment variable", trail=leaf.trail)
    if isinstance(content, Reference):
        node = graph.node(content.address)
        return node if isinstance(node, kind) else None
    if isinstance(content, Pattern):
        for part in content.parts:
            if isinstance(part, Reference):
                node = graph.node(part.address)
                if isinstance(node, kind):
                    return node
        whole = "".join(part if isinstance(part, str) else "\0" for part in content.parts)
        if "\0" not in whole[-1:] and (":" in whole or "/" in whole):
            return _by_name(graph, whole, kind)
        return _by_spelling(graph, leaf, kind) or Unknown("the name is computed", trail=leaf.trail)
    text = text_of(leaf)
    return _by_name(graph, text, kind) if text else None


def _by_spelling(graph: Graph, leaf: Leaf, kind: type[N]) -> N | None:
    """Return what is named by the same words: two resources of one class can't have one name, whatever it is in the end."""
    name = spelled(leaf) if kind in ARNS else None
    found = graph.by_name(kind, ARNS[kind][1]).get(name) if name else None
    return found if isinstance(found, kind) else None


def _by_name(graph: Graph, text: str, kind: type[N]) -> N | None:
    """An ARN or a queue's URL names by its last part; of a plain name the class must be known."""
    wanted: tuple[type[Node], ...] = (kind,)
    name = text
    if text.startswith("arn:"):
        fields = text.split(":", 5)
        if len(fields) < 6:
            return None
        wanted = tuple(one for one in SERVICES.get(fields[2], ()) if issubclass(one, kind))
        name = _name_in_arn(fields[2], fields[5])
    elif text.startswith("https://sqs."):
        wanted = (Queue,) if issubclass(Queue, kind) else ()
        name = text.rsplit("/", 1)[-1]
    elif kind not in ARNS:
        return None
    if not name or "\0" in name:
        return None
    for one in wanted:
        found = graph.by_name(one, ARNS[one][1]).get(name)
        if isinstance(found, kind):
            return found
    return None


def _name_in_arn(service: str, rest: str) -> str:
    if service == "logs":
        return rest.removeprefix("log-group:").removesuffix(":*")
    if service in ("events", "iam"):
        return rest.rsplit("/", 1)[-1]
    if service in ("kinesis", "dynamodb", "firehose"):
        return rest.partition("/")[2].split("/")[0]
    if service == "states":
        return rest.rpartition(":")[2]
    return rest.split("/")[0]
