"""What two versions of a weighted alias were published with, and whether that can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, Function, Queue, Role, Topic, Version
from faaslint.model.read import text_of
from faaslint.model.value import ABSENT, Known, Leaf, Pattern, Reference, Unknown, Value, branches, jointly

from .named import NamedVersion, additional_versions, own_version, routing_withheld

Aspect = Literal["role", "dead_letter"]


class Side(NamedTuple):
    """What one of two versions has, and the graph that its references lead into."""

    graph: Graph
    leaf: Leaf

    @property
    def words(self) -> str:
        """Return what a person calls it; empty where nothing is set."""
        content = self.leaf.value if isinstance(self.leaf, Known) else None
        if isinstance(content, Reference):
            node = self.graph.node(content.address)
            return node.name if node is not None else content.address
        return "" if content is None else str(content)


class Owner(NamedTuple):
    """The function that a version is of. ``since`` names the revision where the version was there before, else empty."""

    function: Function
    since: str


class Pair(NamedTuple):
    """One situation of an alias that names two versions, with what each of them has."""

    guard: Guard
    own: NamedVersion
    other: NamedVersion
    owners: tuple[Owner, Owner]
    sides: tuple[Side, Side]


class _Snapshot(NamedTuple):
    guard: Guard
    owner: Owner
    graph: Graph
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
                    same_time = first.owner.since == second.owner.since and not (first.recorded or second.recorded)
                    if first.owner.function is second.owner.function and same_time:
                        continue
                    for inner, (left, right) in jointly(first.value, second.value, given=guard):
                        sides = Side(first.graph, left), Side(second.graph, right)
                        yield Pair(inner, own, other, (first.owner, second.owner), sides)


def retained(graph: Graph, version: Version) -> Version | None:
    """Return what a version was at the revision compared with, if a template declared it there in the same words.

    Such a version is not published anew. One that a transform or Terraform publishes is new each time.
    """
    before = graph.earlier.node(version.id) if graph.earlier is not None else None
    if version.type != "AWS::Lambda::Version" or not isinstance(before, Version):
        return None
    same = ("function", "code_hash", "description")
    return before if all(getattr(before, one) == getattr(version, one) for one in same) else None


def since(pair: Pair) -> str:
    """Return in words which of the two versions was there before, empty where both are published together."""
    for owner, named in zip(pair.owners, (pair.own, pair.other), strict=True):
        if owner.since and named.version is not None:
            return f", of which '{named.version.name}' is that of {owner.since}"
    return ""


def differ(one: Side, other: Side) -> bool | None:
    """Return whether two values certainly are, or certainly are not, different things; None where it can't be known."""
    left, right = one.leaf, other.leaf
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        same = isinstance(left, Unknown) and isinstance(right, Unknown) and left.symbol == right.symbol
        return False if same and isinstance(left, Unknown) and left.symbol is not None else None
    first, second = left.value, right.value
    if first == second:
        return False
    if first is None or second is None:
        return True
    if isinstance(first, Reference) and isinstance(second, Reference):
        return False if first.address == second.address else _other_resource(one, other, first, second)
    if isinstance(first, str) and isinstance(second, str):
        return True
    if isinstance(first, Pattern) and isinstance(second, Pattern):
        return True if _holes(first) == _holes(second) else None
    return None


def _other_resource(one: Side, other: Side, first: Reference, second: Reference) -> bool | None:
    """Return whether two addresses, of one revision or of two, are of different resources."""
    left, right = one.graph.node(first.address), other.graph.node(second.address)
    if not (isinstance(left, (Role, Queue, Topic)) and isinstance(right, (Role, Queue, Topic))):
        return None
    if one.graph is other.graph:
        return True
    names = _name(left), _name(right)
    if None not in names and type(left) is type(right):
        return names[0] != names[1]
    # Terraform can give a resource another address (``moved``); elsewhere another address is another resource.
    stayed = one.graph.node(second.address) is not None or other.graph.node(first.address) is not None
    return True if stayed or not other.graph.kind.startswith("terraform") else None


def _name(node: Role | Queue | Topic) -> str | None:
    value = node.role_name if isinstance(node, Role) else node.queue_name if isinstance(node, Queue) else node.topic_name
    return next((text_of(leaf) for _, leaf in branches(value)), None)


def _holes(pattern: Pattern) -> list[object]:
    return [None if isinstance(part, str) else part for part in pattern.parts]


def _snapshots(alias: Alias, graph: Graph, named: NamedVersion, aspect: Aspect) -> tuple[_Snapshot, ...]:
    version = named.version or _recorded_version(alias, graph, named.number)
    if version is None:
        return ()
    # A record holds both aspects, so that "recorded without a dead-letter target" is not taken for "not recorded".
    recorded = version.recorded_role is not ABSENT
    value = version.recorded_role if aspect == "role" else version.recorded_dead_letter
    before = retained(graph, version) if not recorded else None
    if before is None or graph.earlier is None:
        return tuple(
            _Snapshot(guard, Owner(function, ""), graph, value if recorded else getattr(function, aspect), recorded)
            for guard, function, _ in graph.functions_called_by(version)
        )
    found: list[_Snapshot] = []
    for guard, function, _ in graph.functions_called_by(version):
        for inner, owner, _ in graph.earlier.functions_called_by(before):
            if owner.id == function.id:
                owned = Owner(function, graph.earlier.revision)
                found.append(_Snapshot(guard & inner, owned, graph.earlier, getattr(owner, aspect), recorded=False))
    return tuple(found)


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
