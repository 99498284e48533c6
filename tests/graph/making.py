"""Resources from plain data, for tests of the graph that need no file."""

from __future__ import annotations

from typing import Any

from faaslint.graph import Graph
from faaslint.graph.build.project import build_graph
from faaslint.load.resource import Loaded, Resource
from faaslint.model.span import Span
from faaslint.model.value import Fields, Item, Items, Known, Reference, Unknown, Value, join_text


class Ref:
    """A reference to an attribute of a resource."""

    def __init__(self, address: str, attribute: str = "Ref") -> None:
        self.reference = Reference(address, attribute)


class Text:
    """A text with holes: parts are texts, references or unknowns."""

    def __init__(self, *parts: object) -> None:
        self.parts = parts


def value(data: object) -> Value:
    if isinstance(data, (Known, Unknown)) or type(data).__name__ == "Choice":
        return data  # type: ignore[return-value]
    if isinstance(data, Ref):
        return Known(data.reference)
    if isinstance(data, Text):
        return join_text([value(part) for part in data.parts])  # type: ignore[misc]
    if isinstance(data, dict):
        return Known(Fields({name: value(one) for name, one in data.items()}))
    if isinstance(data, list):
        return Known(Items(tuple(Item(value(one)) for one in data)))
    return Known(data)  # type: ignore[arg-type]


def resource(kind: str, address: str, /, **properties: Any) -> Resource:
    made = value(properties)
    assert isinstance(made, Known)
    assert isinstance(made.value, Fields)
    return Resource(address=address, type=kind, span=Span("t", 1, 1, 1, 2), properties=made.value)


def cloudformation(*resources: Resource) -> Graph:
    return build_graph(Loaded(root="t", kind="cloudformation", resources=list(resources)))


def terraform(*resources: Resource) -> Graph:
    return build_graph(Loaded(root="t", kind="terraform", resources=list(resources)))
