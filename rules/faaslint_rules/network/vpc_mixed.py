"""FL603 vpc-mixed."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, SecurityGroup, Subnet
from faaslint.model.read import elements, openness
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Provenance, Unknown

from .placed import Member, Placement, VpcIdentity, is_empty, members, placements, vpc_identity


@rule(id="FL603", name="vpc-mixed", level=Level.ERROR, visits=Function)
def vpc_mixed(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's subnets and security groups do not fit together.

    What it does
    Checks that a function's VPC configuration has both subnets and security groups, that all of them are of one VPC, and
    that there are at most 16 subnets and 5 security groups.

    Why it matters
    Lambda refuses the configuration, so the deployment fails.

    How to fix
    Give at least one subnet and one security group, all of the same VPC. To take a function out of its VPC, leave both lists
    empty.

    What it can't know
    The VPCs of subnets and security groups of other projects, and lists that come from parameters without a default.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    - https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html
    """
    asked = False
    for placement in placements(function):
        asked = True
        if isinstance(placement.subnets, Unknown) or isinstance(placement.groups, Unknown):
            leaf = placement.subnets if isinstance(placement.subnets, Unknown) else placement.groups
            yield withheld(leaf, function)
            continue
        yield from _one_empty(function, placement)
        yield from _too_many(function, placement.guard, "subnets", placement.subnets, limits.subnets(), "subnets")
        yield from _too_many(
            function, placement.guard, "security_groups", placement.groups, limits.security_groups(), "security groups"
        )
        yield from _several_vpcs(function, graph, placement)
    if not asked:
        yield INAPPLICABLE


def _one_empty(function: Function, placement: Placement) -> Iterator[Answer]:
    pairs = (
        ("subnets", placement.subnets, "security_groups", placement.groups, "security groups but no subnets"),
        ("security_groups", placement.groups, "subnets", placement.subnets, "subnets but no security groups"),
    )
    for missing, empty, attribute, other, words in pairs:
        certain = any(guard.always for guard, leaf in elements(other))
        if not (is_empty(empty) and certain):
            continue
        if isinstance(empty, Known) and empty.provenance is Provenance.DEFAULT:
            # A module that is made for others leaves the list to them.
            yield Withheld("the list is empty by default only", function.at(missing, empty).span)
        else:
            yield claim(
                function,
                attribute,
                f"Function '{function.name}' has {words}, which Lambda refuses; give at least one of each, or leave "
                "both away.",
                value=other,
                guard=placement.guard,
            )


def _too_many(function: Function, guard: Guard, attribute: str, listed: Leaf, limit: int, words: str) -> Iterator[Answer]:
    count = sum(1 for inner, _ in elements(listed) if inner.always)
    if count > limit:
        yield claim(
            function,
            attribute,
            f"Function '{function.name}' has {count} {words}, but Lambda takes at most {limit}; leave the others away.",
            value=listed,
            guard=guard,
        )


def _several_vpcs(function: Function, graph: Graph, placement: Placement) -> Iterator[Answer]:
    subnets, _ = members(graph, placement.subnets, Subnet)
    groups, _ = members(graph, placement.groups, SecurityGroup)
    placed = [(one, found) for one in (*subnets, *groups) if (found := _vpc(graph, one)) is not None]
    for index, (one, vpc) in enumerate(placed):
        for other, another in placed[:index]:
            both = placement.guard & one.guard & other.guard
            if not vpc.differs_from(another) or not both.satisfiable():
                continue
            attribute = "subnets" if isinstance(one.node, Subnet) else "security_groups"
            assert one.node is not None
            assert other.node is not None
            yield claim(
                function,
                attribute,
                f"Function '{function.name}' has '{one.node.name}' and '{other.node.name}' of different VPCs, which "
                "Lambda refuses; use subnets and security groups of one VPC.",
                value=one.leaf,
                related=(
                    Location(one.node.at("vpc").span, f"the VPC of '{one.node.name}'"),
                    Location(other.node.at("vpc").span, f"the VPC of '{other.node.name}'"),
                ),
                guard=both,
            )
            return
    unplaced = len(placed) < len(subnets) + len(groups) or len({vpc for _, vpc in placed}) > 1
    incomplete = openness(placement.subnets) or openness(placement.groups)
    if incomplete is not None:
        yield Withheld(incomplete.why, function.at("subnets", placement.subnets).span)
    elif unplaced and len(subnets) + len(groups) > 1:
        yield Withheld("a subnet or security group is of a VPC that can't be known", function.at("subnets").span)


def _vpc(graph: Graph, member: Member) -> VpcIdentity | None:
    return vpc_identity(graph, member.node) if isinstance(member.node, (Subnet, SecurityGroup)) else None
