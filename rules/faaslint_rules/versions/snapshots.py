"""What two versions of a weighted alias were published with, and whether that can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, Function, Queue, Role, Topic, Version
from faaslint.model.read import text_of
from faaslint.model.value import ABSENT, Known, Leaf, Pattern, Reference, Unknown, Value, jointly

from .named import NamedVersion, additional_versions, own_version, routing_withheld

Aspect = Literal["role", "dead_letter"]


class Pair(NamedTuple):
    """One situation of an alias that names two versions, with what each of them has."""

    guard: Guard
    own: NamedVersion
    other: NamedVersion
    owners: tuple[Function, Function]
    values: tuple[Leaf, Leaf]


class _Snapshot(NamedTuple):
    guard: Guard
    function: Function
    value: Value
    recorded: bool


def pairs(alias: Alias, graph: Graph, aspect: Aspect) -> Iterator[Pair | Withheld]:
    """Yield each pair of versions that an alias names at once, with an aspect of each, or why that can't be known.

    A version of this project has what its function has, unless something else is recorded of it. ``$LATEST`` is passed
    over: no alias may split its traffic with it.
    """
    unknown_routing = routing_withheld(alias)
    if unknown_routing is not None:
        yield unknown_routing
    others = tuple(additional_versions(alias, graph))
    for own in own_version(alias, graph):
        for other in others:
            together = own.guard & other.guard
            if own.is_latest or other.is_latest or not together.satisfiable():
                continue
            unknown = next((named for named in (own, other) if not _snapshots(alias, graph, named, aspect)), None)
            if unknown is not None:
                yield _retained(unknown)
                continue
            for first in _snapshots(alias, graph, own, aspect):
                for second in _snapshots(alias, graph, other, aspect):
                    guard = together & first.guard & second.guard
                    if first.function is second.function and not (first.recorded or second.recorded):
                        continue
                    for inner, (left, right) in jointly(first.value, second.value, given=guard):
                        yield Pair(inner, own, other, (first.function, second.function), (left, right))


def differ(graph: Graph, left: Leaf, right: Leaf) -> bool | None:
    """Return whether two values certainly are, or certainly are not, different things; None where it can't be known."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        same = isinstance(left, Unknown) and isinstance(right, Unknown) and left.symbol == right.symbol
        return False if same and isinstance(left, Unknown) and left.symbol is not None else None
    first, second = left.value, right.value
    if first == second:
        return False
    if first is None or second is None:
        return True
    if isinstance(first, Reference) and isinstance(second, Reference):
        nodes = (graph.node(first.address), graph.node(second.address))
        if nodes[0] is nodes[1]:
            return False
        return True if all(isinstance(node, (Role, Queue, Topic)) for node in nodes) else None
    if isinstance(first, str) and isinstance(second, str):
        return True
    if isinstance(first, Pattern) and isinstance(second, Pattern):
        return True if _holes(first) == _holes(second) else None
    return None


def _holes(pattern: Pattern) -> list[object]:
    return [None if isinstance(part, str) else part for part in pattern.parts]


def _snapshots(alias: Alias, graph: Graph, named: NamedVersion, aspect: Aspect) -> tuple[_Snapshot, ...]:
    version = named.version or _recorded_version(alias, graph, named.number)
    if version is None:
        return ()
    # A record holds both aspects, so that "recorded without a dead-letter target" is not taken for "not recorded".
    recorded = version.recorded_role is not ABSENT
    value = version.recorded_role if aspect == "role" else version.recorded_dead_letter
    return tuple(
        _Snapshot(guard, function, value if recorded else getattr(function, aspect), recorded)
        for guard, function, _ in graph.functions_called_by(version)
    )


def _recorded_version(alias: Alias, graph: Graph, number: str | None) -> Version | None:
    """Return the version with this number of the alias's function, where a plan or a state records it."""
    if number is None:
        return None
    functions = {function.id for _, function, _ in graph.functions_called_by(alias)}
    for version in graph.all(Version):
        if not isinstance(version.number, Known) or text_of(version.number) != number:
            continue
        if any(function.id in functions for _, function, _ in graph.functions_called_by(version)):
            return version
    return None


def _retained(named: NamedVersion) -> Withheld:
    if named.number is not None:
        return Withheld(f"nothing here records what version {named.number} was published with", named.place.span)
    return named.withheld()
