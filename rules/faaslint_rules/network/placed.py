"""Where a function is put: in which subnets, with which security groups, in which VPC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.graph.resolve import resource_behind
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Node, SecurityGroup, Subnet, Vpc
from faaslint.model.read import elements, openness, text_of
from faaslint.model.value import Known, Leaf, Openness, Reference, Unknown, Value, jointly


class Placement(NamedTuple):
    """A function's VPC configuration in one situation; a list that is not set is None as well as an empty one."""

    guard: Guard
    subnets: Leaf
    groups: Leaf


def placements(function: Function) -> Iterator[Placement]:
    """Yield the situations in which a function has a VPC configuration."""
    values = (function.vpc, function.subnets, function.security_groups)
    for guard, (vpc, subnets, groups) in jointly(*values, given=function.guard):
        # A configuration of empty lists is how a function is taken out of its VPC.
        if isinstance(vpc, Unknown) or (vpc.value is not None and not (is_empty(subnets) and is_empty(groups))):
            yield Placement(guard, subnets, groups)


def is_empty(leaf: Leaf) -> bool:
    """Return whether a list certainly has no elements."""
    return isinstance(leaf, Known) and not list(elements(leaf)) and openness(leaf) is None


class Member(NamedTuple):
    """One element of a list of subnets or security groups: the node where it is one of the project."""

    guard: Guard
    leaf: Leaf
    node: Node | None


def members(graph: Graph, listed: Leaf, kind: type[Subnet] | type[SecurityGroup]) -> tuple[tuple[Member, ...], Openness]:
    """Return the elements of a list, and why there may be others."""
    found: list[Member] = []
    for guard, leaf in elements(listed):
        node = resource_behind(graph, leaf, kind)
        found.append(Member(guard, leaf, node if isinstance(node, Node) else None))
    return tuple(found), openness(listed)


class VpcIdentity(NamedTuple):
    """What tells one VPC from another: a resource of the project, an identifier that is written, or an unknown's symbol."""

    vpc: Vpc | None
    identifier: str
    symbol: str = ""

    def differs_from(self, other: VpcIdentity) -> bool:
        """Return whether these are certainly two VPCs: a VPC of the project has no identifier that could be written."""
        if self.symbol or other.symbol:
            return False
        if self.vpc is not None or other.vpc is not None:
            return self.vpc is not other.vpc
        return self.identifier != other.identifier


def vpc_identity(graph: Graph, node: Subnet | SecurityGroup) -> VpcIdentity | None:
    """Return the VPC of a subnet or security group, None where it can't be known."""
    return identity_of(graph, node.vpc)


def identity_of(graph: Graph, value: Value, depth: int = 3) -> VpcIdentity | None:
    """Return the VPC that a value names, also through another resource's ``vpc_id``."""
    if not isinstance(value, Known):
        return VpcIdentity(None, "", value.symbol) if isinstance(value, Unknown) and value.symbol else None
    content = value.value
    if isinstance(content, Reference):
        node = graph.node(content.address)
        if isinstance(node, Vpc):
            return VpcIdentity(node, "")
        if isinstance(node, (Subnet, SecurityGroup)) and depth:
            return identity_of(graph, node.vpc, depth - 1)
        return None
    text = text_of(value)
    return VpcIdentity(None, text) if text and text.startswith("vpc-") else None
