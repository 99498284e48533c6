"""Questions about networks, for rules: the VPC of a thing, the routes of a subnet, the rules of a security group."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ..model import nodes
from ..model.guard import Guard
from ..model.nodes import NetworkRoute, Node, RouteTable, SecurityGroup, SecurityRule, Subnet, Vpc
from ..model.read import openness as list_openness
from ..model.read import text_of
from ..model.value import CLOSED, Open, Openness, Unknown, Value, branches, is_absent
from .graph import Graph
from .resolve import resolved


def vpc_of(
    graph: Graph, node: Subnet | SecurityGroup | RouteTable | nodes.VpcEndpoint
) -> tuple[tuple[Guard, Vpc | Unknown | None], ...]:
    """Return the VPC of a node in each branch: None for one outside the project."""
    return tuple(resolved(graph, node.vpc, Vpc))


class Routing(NamedTuple):
    """The routes that a subnet's packets follow; ``openness`` says why there may be others, or that none are known."""

    routes: tuple[tuple[Guard, NetworkRoute], ...]
    table: RouteTable | None
    openness: Openness


class _Associations(NamedTuple):
    """The route tables that subnets are associated with: by subnet, and why there may be others."""

    tables: dict[str, list[RouteTable]]
    outside: dict[str, Open]
    openness: Openness


@lru_cache(maxsize=1)
def _associations(graph: Graph) -> _Associations:
    """Remembered for the graph that was asked last: every function asks for each of its subnets."""
    found = _Associations({}, {}, CLOSED)
    for association in graph.all(nodes.SubnetAssociation):
        for _, named in resolved(graph, association.subnet, Subnet):
            if isinstance(named, Unknown):
                why = Open("a route table is associated with a subnet that can't be known", association.span)
                found = found._replace(openness=found.openness or why)
            elif named is not None:
                for _, table in resolved(graph, association.table, RouteTable):
                    if isinstance(table, RouteTable):
                        found.tables.setdefault(named.id, []).append(table)
                    else:
                        outside = Open("its route table is not in this project", association.span)
                        found.outside.setdefault(named.id, outside)
    return found


class _Routes(NamedTuple):
    tables: dict[str, list[tuple[Guard, NetworkRoute]]]
    openness: Openness


@lru_cache(maxsize=1)
def _routes(graph: Graph) -> _Routes:
    found = _Routes({}, CLOSED)
    for route in graph.all(NetworkRoute):
        for guard, named in resolved(graph, route.table, RouteTable):
            if isinstance(named, RouteTable):
                found.tables.setdefault(named.id, []).append((guard & route.guard, route))
            elif isinstance(named, Unknown):
                why = Open("a route is in a table that can't be known", route.span)
                found = found._replace(openness=found.openness or why)
    return found


def routing_of(graph: Graph, subnet: Subnet) -> Routing:
    """Return the routes of a subnet: of the table it is associated with, else of its VPC's main table."""
    associations = _associations(graph)
    openness = graph.openness or associations.openness or associations.outside.get(subnet.id)
    tables = associations.tables.get(subnet.id, [])
    if not tables and openness is CLOSED:
        main = _main_table(graph, subnet)
        if not isinstance(main, RouteTable):
            return Routing((), None, main)
        tables = [main]
    if len(tables) != 1:
        return Routing((), None, openness or Open("it has several route tables", subnet.span))
    return routes_in(graph, tables[0], openness)


def routes_in(graph: Graph, table: RouteTable, openness: Openness = CLOSED) -> Routing:
    """Return the routes of a table, those inside it and those that stand apart."""
    routes = _routes(graph)
    openness = openness or graph.openness or table.routes_openness or routes.openness
    return Routing(tuple(routes.tables.get(table.id, ())), table, openness)


def _main_table(graph: Graph, subnet: Subnet) -> RouteTable | Open:
    """A subnet without an association uses its VPC's main table, whose routes are known only if the project has it."""
    for _, vpc in vpc_of(graph, subnet):
        if not isinstance(vpc, Vpc):
            return Open("its VPC is not in this project", subnet.span)
        for table in graph.all(RouteTable):
            if table.is_default and any(one is vpc for _, one in vpc_of(graph, table)):
                return table
        for association in graph.all(nodes.SubnetAssociation):
            if any(one is vpc for _, one in resolved(graph, association.vpc, Vpc)):
                for _, named in resolved(graph, association.table, RouteTable):
                    if isinstance(named, RouteTable):
                        return named
    return Open("it uses its VPC's main route table", subnet.span)


class GroupRules(NamedTuple):
    """The rules of a security group in one direction; ``openness`` says why there may be others."""

    rules: tuple[tuple[Guard, SecurityRule], ...]
    openness: Openness


def rules_of(graph: Graph, group: SecurityGroup, direction: str) -> GroupRules:
    """Return the rules of a security group, those inside it and those that stand apart.

    ``direction`` is ``ingress`` or ``egress``. CloudFormation adds a rule that lets everything out where a group states no
    egress; that is not among them.
    """
    openness = graph.openness or (group.ingress_openness if direction == "ingress" else group.egress_openness)
    found: list[tuple[Guard, SecurityRule]] = []
    for rule in graph.all(SecurityRule):
        if not _may_be(rule.direction, direction):
            continue
        for guard, named in resolved(graph, rule.group, SecurityGroup):
            if named is group:
                found.append((guard & rule.guard, rule))
            elif isinstance(named, Unknown):
                openness = openness or Open("a rule is in a security group that can't be known", rule.span)
    return GroupRules(tuple(found), openness)


def _may_be(direction: Value, wanted: str) -> bool:
    return any(isinstance(leaf, Unknown) or text_of(leaf) == wanted for _, leaf in branches(direction))


class Members(NamedTuple):
    """The nodes that a list names, with why there may be others or which of them are not known."""

    known: tuple[tuple[Guard, Node], ...]
    openness: Openness


def members_of(graph: Graph, value: Value, kind: type[Node]) -> Members:
    """Return the nodes of the project that a list of subnets, groups … names."""
    openness = list_openness(value)
    known: list[tuple[Guard, Node]] = []
    if is_absent(value):
        return Members((), CLOSED)
    for guard, target in resolved(graph, value, kind):
        if isinstance(target, Node):
            known.append((guard, target))
        elif openness is CLOSED:
            openness = Open(target.why if isinstance(target, Unknown) else "one of them is not in this project")
    return Members(tuple(known), openness)
