"""The form of the tables: how a resource type of either provider becomes nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ...load.resource import Resource
from ...model.guard import ALWAYS, Guard
from ...model.node import Node
from ...model.read import elements, field, openness, text_of
from ...model.value import (
    ABSENT,
    CLOSED,
    Item,
    Items,
    Known,
    Leaf,
    Payload,
    Provenance,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
    innermost,
)

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

CLOUDFORMATION, TERRAFORM = 0, 1
"""The column of a provider in a table."""

Path = tuple[str, str] | tuple[str, str, Payload]
Paths = Mapping[str, Path]
"""Attribute of the node → its property in CloudFormation, in Terraform, and the service's default where neither is set.

A path is dotted. ``name{}`` at its end means the nested block as a whole: set or not. ``name[]`` in it means each element
of a list: ``Filters[].Pattern`` is the list of all patterns. An empty path says that the provider has no such property.
In a part, ``.`` is the element itself, and a path after ``/`` starts at the resource.
"""


class Part(NamedTuple):
    """Nodes that stand inside a resource: one for each element of the list (or the block) at ``each``.

    ``owner`` is the attribute of the part that names its resource. With ``owned_by`` the owner is what this property of the
    resource names (Terraform's ``bucket`` of a notification), else the resource itself.
    """

    node: type[Node]
    label: str
    each: tuple[str, str]
    owner: str
    attributes: Paths
    constants: Mapping[str, Any] = NOTHING
    owned_by: tuple[str, str] = ("", "")
    needs: str = ""
    """The attribute without which there is no part: an element without it is something else."""
    where: tuple[tuple[str, str], str] | None = None
    """The property (in both columns) that must have this text; elements that certainly have another are something else."""
    more: Callable[[Leaf, int], dict[str, Any]] | None = None


class Kind(NamedTuple):
    """How resource types become a node: the types of each provider (separated by blanks), attributes, and parts.

    ``more`` adds attributes that a path can't say; it gets the resource and the provider's column.
    """

    node: type[Node]
    cloudformation: str
    terraform: str
    attributes: Paths = NOTHING
    constants: Mapping[str, Any] = NOTHING
    parts: tuple[Part, ...] = ()
    more: Callable[[Resource, int], dict[str, Any]] | None = None


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


def at_path(value: Value, path: str) -> Value:
    """Return what stands at a path of a table."""
    if path.endswith("{}"):
        return only_block(field(value, path[:-2]))
    before, listed, after = path.partition("[]")
    if not listed:
        return field(value, path)
    members = field(value, before)
    if isinstance(members, Unknown) or (isinstance(members, Known) and members.value is None):
        return members
    after = after.removeprefix(".")
    items = tuple(Item(at_path(element, after) if after else element, guard) for guard, element in elements(members))
    return Known(Items(items, openness(members)), members.trail)


def property_name(path: str) -> str:
    """Return a path as people know the property."""
    return path.replace("[]", "").replace("{}", "")


def _attributes(
    value: Value, paths: Paths, column: int, whole: Value = ABSENT, renamed: Mapping[str, str] = NOTHING
) -> tuple[dict[str, Any], dict[str, str]]:
    attributes: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    for attribute, row in paths.items():
        path = row[0] if column == CLOUDFORMATION else row[1]
        if path == ".":
            found = value
        elif path.startswith("/"):
            path = path[1:]
            found = at_path(whole, path)
        else:
            found = at_path(value, path) if path else ABSENT
        if len(row) == 3:
            found = with_default(found, row[2])
        attributes[attribute] = found
        name = property_name(path or row[1] or row[0])
        spellings[attribute] = _spelled(name, renamed)
    return attributes, spellings


def _spelled(name: str, renamed: Mapping[str, str]) -> str:
    """Return what the user's own type calls a property: by its own name, or as a part of what has another one."""
    whole = name
    while whole not in renamed:
        whole, dot, _ = whole.rpartition(".")
        if not dot:
            return name
    return renamed[whole]


def make_node(resource: Resource, kind: Kind, column: int) -> Node:
    """Return the node that a row of a table makes of a resource."""
    attributes, spellings = _attributes(Known(resource.properties), kind.attributes, column, ABSENT, resource.spellings)
    if kind.more is not None:
        attributes.update(kind.more(resource, column))
    return kind.node(
        id=resource.address,
        name=resource.name or resource.address,
        type=resource.written_as or resource.type,
        span=resource.span,
        guard=resource.guard,
        origin=resource.origin,
        spellings=spellings,
        unknown_count=resource.unknown_count,
        generated=resource.generated,
        **kind.constants,
        **attributes,
    )


def make_parts(resource: Resource, part: Part, column: int) -> list[Node]:
    """Return the nodes that stand inside a resource."""
    path = part.each[column]
    if not path:
        return []
    whole = Known(resource.properties)
    listed = at_path(whole, path)
    named = part.owned_by[column]
    owner = at_path(whole, named) if named else Known(Reference(resource.address, "id"), (resource.span,))
    made: list[Node] = []
    for number, (guard, element) in enumerate(elements(listed)):
        both = resource.guard & guard
        if not both.satisfiable() or (part.where is not None and not _may_say(element, part.where, column)):
            continue
        attributes, spellings = _attributes(element, part.attributes, column, whole)
        if part.more is not None:
            attributes.update(part.more(element, column))
        if part.needs and isinstance(attributes[part.needs], Known) and attributes[part.needs].value is None:
            continue
        attributes[part.owner] = owner
        made.append(
            part.node(
                id=f"{resource.address}/{part.label}[{number}]",
                name=resource.name or resource.address,
                type=resource.written_as or resource.type,
                span=innermost(element) or innermost(listed) or resource.span,
                guard=both,
                origin=resource.origin,
                spellings={**spellings, part.owner: named},
                unknown_count=resource.unknown_count,
                generated=resource.generated,
                **part.constants,
                **attributes,
            )
        )
    return made


def _may_say(element: Value, where: tuple[tuple[str, str], str], column: int) -> bool:
    paths, text = where
    return any(
        isinstance(leaf, Unknown) or (text_of(leaf) or "").lower() == text.lower()
        for _, leaf in branches(at_path(element, paths[column]))
    )
