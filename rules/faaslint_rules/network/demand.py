"""Which functions share which subnets, and how many executions of each may run there at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Alias, EventSourceMapping, Function, Node, ProvisionedConcurrency, Subnet, Version
from faaslint.model.read import boolean_of, integer_of, text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import ABSENT, CLOSED, Items, Known, Leaf, Provenance, Reference, Unknown, Value, branches, choose


class Statement(NamedTuple):
    """A value that states how many executions run at once: whose it is, which attribute, and what to call it."""

    node: Node
    attribute: str
    words: str
    value: Value


class Member(NamedTuple):
    """A function in a group, and when it is there (``present`` is Known(True) or Known(False) in each branch)."""

    function: Function
    place: Place
    present: Value
    provisioned: tuple[Statement, ...]
    mapped: tuple[Statement, ...]


class Group(NamedTuple):
    """A set of subnets, and the functions that can be nowhere else: all of their subnets are in it."""

    subnets: tuple[Subnet, ...]
    members: tuple[Member, ...]


class Peak(NamedTuple):
    """How many executions of a function are stated to run at once, and what states it."""

    executions: int
    stated: tuple[Location, ...]
    rests_on_default: bool


class Groups(NamedTuple):
    """The groups of a graph by function, and why a function can't be put into one."""

    of: dict[str, tuple[Group, ...]]
    withheld: dict[str, tuple[Withheld, ...]]


@lru_cache(maxsize=1)
def groups_of(graph: Graph) -> Groups:
    """Sort the functions of a graph by the subnets that they are in. Remembered, because every function asks."""
    provisioned = _by_function(graph, (*graph.all(Alias), *graph.all(Version), *graph.all(ProvisionedConcurrency)))
    mapped = _by_function(graph, graph.all(EventSourceMapping))
    found: dict[frozenset[str], list[Member]] = {}
    why: dict[str, list[Withheld]] = {}
    for function in graph.all(Function):
        for guard, leaf in branches(function.subnets):
            if isinstance(leaf, Known) and leaf.value is None:
                continue
            subnets = _subnets(graph, function, leaf)
            if isinstance(subnets, Withheld):
                why.setdefault(function.id, []).append(subnets)
            elif subnets:
                given = guard & function.guard
                member = Member(
                    function,
                    function.at("subnets", leaf),
                    _only_under(given, Known(True), Known(False)),
                    tuple(_stated(provisioned.get(function.id, ()), "provisioned_concurrency", "provisioned concurrency")),
                    tuple(_stated(mapped.get(function.id, ()), "maximum_concurrency", "maximum concurrency of the mapping")),
                )
                found.setdefault(frozenset(subnets), []).append(member)
    of: dict[str, list[Group]] = {}
    for addresses in _sets(list(found)):
        members = [member for inner, listed in found.items() if inner <= addresses for member in listed]
        subnets_of_group = tuple(node for address in sorted(addresses) if isinstance(node := graph.node(address), Subnet))
        group = Group(subnets_of_group, tuple(members))
        for identifier in dict.fromkeys(member.function.id for member in members):
            of.setdefault(identifier, []).append(group)
    return Groups(
        {identifier: tuple(listed) for identifier, listed in of.items()},
        {identifier: tuple(listed) for identifier, listed in why.items()},
    )


def _sets(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    """Return the sets of subnets to look at, small ones first: each that functions have, and unions of those that overlap.

    Functions with overlapping sets compete for the subnets that they share, so together they need no more than all of them.
    """
    unions: list[frozenset[str]] = []
    for one in sets:
        touching = [union for union in unions if union & one]
        unions = [union for union in unions if not union & one]
        unions.append(one.union(*touching))
    return sorted(dict.fromkeys([*sets, *unions]), key=len)


def peak(member: Member, reserved: Leaf, provisioned: Iterable[Leaf], mapped: Iterable[Leaf]) -> Peak | Unknown | None:
    """Return the peak that the configuration states for a function, None where it states none.

    Reserved concurrency is a limit, so it is the peak. Else it is what is provisioned, or what the mappings may start,
    whichever is more: provisioned environments serve mappings too.
    """
    if isinstance(reserved, Unknown):
        return reserved
    limit = integer_of(reserved)
    if limit is not None and limit >= 0:
        place = member.function.at("reserved_concurrency", reserved)
        return Peak(limit, (Location(place.span, f"reserved concurrency {limit}"),), _is_default(reserved))
    if reserved.value is not None and limit is None:
        return Unknown("the reserved concurrency can't be read", trail=reserved.trail)
    sums: list[Peak] = []
    for statements, leaves in ((member.provisioned, provisioned), (member.mapped, mapped)):
        total = _sum(statements, leaves)
        if isinstance(total, Unknown):
            return total
        if total is not None:
            sums.append(total)
    return max(sums, key=lambda found: found.executions, default=None)


def _sum(statements: tuple[Statement, ...], leaves: Iterable[Leaf]) -> Peak | Unknown | None:
    total = Peak(0, (), False)
    for statement, leaf in zip(statements, leaves, strict=True):
        if isinstance(leaf, Unknown):
            return leaf
        if leaf.value is None:
            continue
        number = integer_of(leaf)
        if number is None:
            return Unknown(f"the {statement.words} can't be read", trail=leaf.trail)
        place = statement.node.at(statement.attribute, leaf)
        total = Peak(
            total.executions + number,
            (*total.stated, Location(place.span, f"{statement.words} {number}")),
            total.rests_on_default or _is_default(leaf),
        )
    return total if total.stated else None


def security_group_sets(members: Iterable[Member]) -> int | None:
    """Return how many distinct sets of security groups some functions have, None where that can't be known."""
    sets: set[frozenset[str]] = set()
    for member in members:
        groups = member.function.security_groups
        if not (isinstance(groups, Known) and isinstance(groups.value, Items) and groups.value.openness is CLOSED):
            return None
        names: set[str] = set()
        for item in groups.value.items:
            if not (item.guard.always and isinstance(item.value, Known)):
                return None
            content = item.value.value
            name = content.address if isinstance(content, Reference) else text_of(item.value)
            if name is None:
                return None
            names.add(name)
        sets.add(frozenset(names))
    return len(sets)


def _by_function(graph: Graph, nodes: Iterable[Node]) -> dict[str, list[tuple[Guard, Node]]]:
    found: dict[str, list[tuple[Guard, Node]]] = {}
    for node in nodes:
        for guard, function, _ in graph.functions_called_by(node):
            found.setdefault(function.id, []).append((guard & node.guard, node))
    return found


def _stated(nodes: Iterable[tuple[Guard, Node]], attribute: str, words: str) -> Iterator[Statement]:
    for guard, node in nodes:
        if isinstance(node, EventSourceMapping) and isinstance(node.enabled, Known) and boolean_of(node.enabled) is False:
            continue
        # Terraform sets it with a resource of its own.
        attribute = "amount" if isinstance(node, ProvisionedConcurrency) else attribute
        value: Value = getattr(node, attribute)
        if not (isinstance(value, Known) and value.value is None):
            yield Statement(node, attribute, words, _only_under(guard, value, ABSENT))


def _only_under(guard: Guard, value: Value, otherwise: Value) -> Value:
    return value if guard.always else choose(((guard, value), (~guard, otherwise)))


def _subnets(graph: Graph, function: Function, leaf: Leaf) -> list[str] | Withheld:
    place = function.at("subnets", leaf).span
    if isinstance(leaf, Unknown):
        return Withheld(leaf.why, place)
    if not isinstance(leaf.value, Items):
        return Withheld("the list of subnets can't be known", place)
    if leaf.value.openness is not CLOSED:
        return Withheld(leaf.value.openness.why, leaf.value.openness.where or place)
    found: list[str] = []
    for item in leaf.value.items:
        if not item.guard.always:
            return Withheld("a subnet is there under a condition only", place)
        content = item.value.value if isinstance(item.value, Known) else None
        node = graph.node(content.address) if isinstance(content, Reference) else None
        if not isinstance(node, Subnet):
            return Withheld("a subnet of the function is not in this project", place)
        if node.unknown_count or function.unknown_count:
            return Withheld("the number of instances can't be known", node.span if node.unknown_count else function.span)
        found.append(node.id)
    return found


def _is_default(leaf: Leaf) -> bool:
    return isinstance(leaf, Known) and leaf.provenance is Provenance.DEFAULT
