"""The form of the provider tables, and how a row of one makes a node of a resource."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ...load.resource import Resource
from ...model.guard import ALWAYS, Guard
from ...model.nodes import Node
from ...model.read import field
from ...model.value import (
    ABSENT,
    CLOSED,
    Items,
    Known,
    Leaf,
    Payload,
    Provenance,
    Unknown,
    Value,
    branches,
    choose,
)


class Row(NamedTuple):
    """How a resource type becomes a node.

    ``attributes`` maps each attribute of the node to the property path that holds it; ``defaults`` gives what the service
    uses where the property is absent; ``more`` adds attributes that a path can't say.
    """

    node: type[Node]
    attributes: Mapping[str, str] = {}
    defaults: Mapping[str, Payload] = {}
    more: Callable[[Resource], dict[str, Any]] | None = None
    blocks: frozenset[str] = frozenset()
    """Attributes that hold a whole nested block of Terraform: set where the block is there."""


class Wire(NamedTuple):
    """How a property of a source names the function that it calls (push).

    ``each`` is the path of the list (or mapping) whose elements each name a target, empty for the resource itself;
    ``target`` the path of the function below that; ``role`` the path of the role that the source calls with, if it has
    one of its own; ``where`` limits it to elements whose property at that path has that text.
    """

    principal: str
    target: str
    each: str = ""
    role: str = ""
    where: tuple[str, str] | None = None
    name: str = ""


def with_default(value: Value, default: Payload) -> Value:
    """Return the value with the service's default in the branches where nothing is set."""
    if value is ABSENT:
        return Known(default, (), Provenance.SERVICE)
    return choose(
        (
            (guard, Known(default, (), Provenance.SERVICE) if isinstance(leaf, Known) and leaf.value is None else leaf)
            for guard, leaf in branches(value)
        ),
        value.trail,
    )


def only_block(value: Value) -> Value:
    """Return the one block of a list of nested blocks, ABSENT in the situations that have none."""
    return choose(((guard, _only_item(leaf)) for guard, leaf in branches(value)), value.trail)


def _only_item(leaf: Leaf) -> Value:
    if not (isinstance(leaf, Known) and isinstance(leaf.value, Items)):
        return leaf
    if leaf.value.openness is not CLOSED:
        return Unknown(leaf.value.openness.why, trail=leaf.trail)
    alternatives: list[tuple[Guard, Value]] = []
    rest = ALWAYS
    for item in leaf.value.items:
        alternatives.append((rest & item.guard, item.value))
        rest = rest & ~item.guard
    return choose([*alternatives, (rest, ABSENT)], leaf.trail)


def make_node(resource: Resource, row: Row) -> Node:
    """Return the node that a row of the table makes of a resource."""
    properties = Known(resource.properties)
    attributes: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    for attribute, path in row.attributes.items():
        value = field(properties, path)
        if attribute in row.blocks:
            value = only_block(value)
        if attribute in row.defaults:
            value = with_default(value, row.defaults[attribute])
        attributes[attribute] = value
        spellings[attribute] = resource.spellings.get(path, path)
    if row.more is not None:
        attributes.update(row.more(resource))
    return row.node(
        id=resource.address,
        name=resource.name or resource.address,
        type=resource.written_as or resource.type,
        span=resource.span,
        guard=resource.guard,
        origin=resource.origin,
        spellings=spellings,
        unknown_count=resource.unknown_count,
        **attributes,
    )
