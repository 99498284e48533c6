"""FL606 network-interface-quota."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, Option, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, SecurityGroup, Subnet, Vpc
from faaslint.model.read import text_of
from faaslint.model.span import Location
from faaslint.model.value import Leaf, Unknown

from .placed import Member, members, placements, vpc_identity

SHOWN = 5
"""How many functions a finding lists."""


@rule(
    id="FL606",
    name="network-interface-quota",
    level=Level.WARNING,
    visits=Vpc,
    options=(Option("quota", 500, "How many interfaces of Lambda a VPC may have, where AWS raised the quota."),),
)
def network_interface_quota(vpc: Vpc, graph: Graph, context: Context) -> Iterator[Answer]:
    """The functions of a VPC need more network interfaces than it may have.

    What it does
    Counts the distinct pairs of a subnet and a set of security groups over all functions of a VPC. Lambda makes at least one
    network interface for each pair, and the functions with the same pair share it.

    Why it matters
    A VPC may have 500 interfaces of Lambda unless AWS raised the quota. Past it, functions can't be created or updated.

    How to fix
    Give functions with the same needs the same security groups, in the same order of thought: one group that they share
    costs one interface a subnet, one group each costs one for each function and subnet. Or have the quota raised, and set
    `quota`.

    What it can't know
    Functions of other projects in the same VPC, and subnets and security groups that come from parameters.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    - https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    quota = int(context.options["quota"])
    pairs: set[tuple[str, frozenset[str]]] = set()
    functions: list[Function] = []
    unknown: Withheld | None = None
    for function in graph.all(Function):
        for placement in placements(function):
            subnets, open_subnets = members(graph, placement.subnets, Subnet)
            groups, open_groups = members(graph, placement.groups, SecurityGroup)
            incomplete = open_subnets or open_groups
            if incomplete is not None or function.unknown_count:
                why = incomplete.why if incomplete is not None else "the number of instances can't be known"
                unknown = unknown or Withheld(why, function.at("vpc").span)
            inside = [one for one in subnets if _is_in(graph, one, vpc)]
            if not inside:
                continue
            named = frozenset(name for one in groups if (name := _name(one)) is not None)
            functions.append(function)
            pairs |= {(one.node.id, named) for one in inside if one.node is not None}
    if not functions:
        yield unknown or INAPPLICABLE
    elif len(pairs) > quota:
        yield claim(
            vpc,
            "cidr",
            f"VPC '{vpc.name}' needs {len(pairs)} network interfaces for {len(set(functions))} functions (one for each "
            f"pair of subnet and set of security groups), but may have {quota}; let functions share security groups.",
            at=vpc.here(),
            related=tuple(Location(one.at("vpc").span, f"function '{one.name}'") for one in functions[:SHOWN]),
        )
    elif unknown is not None:
        yield unknown


def _is_in(graph: Graph, member: Member, vpc: Vpc) -> bool:
    if not isinstance(member.node, Subnet):
        return False
    found = vpc_identity(graph, member.node)
    return found is not None and found.vpc is vpc


def _name(member: Member) -> str | None:
    leaf: Leaf = member.leaf
    if member.node is not None:
        return member.node.id
    return leaf.symbol if isinstance(leaf, Unknown) else text_of(leaf)
