"""FL604 public-subnet."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function, Subnet
from faaslint.model.span import Location

from .placed import is_empty, members, placements
from .routes import Way, ways_of


@rule(id="FL604", name="public-subnet", level=Level.NOTE, visits=Function)
def public_subnet(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function is in a subnet whose default route is an internet gateway.

    What it does
    Follows the routes of each subnet that a function is configured with: those of the route table that the subnet is
    associated with, else of its VPC's main table where the project has it.

    Why it matters
    A function's network interfaces never get a public address, so an internet gateway does nothing for it: it reaches
    neither the internet nor AWS's APIs from there. Where the handler needs them, FL605 says so. Otherwise the subnet is
    an odd choice: what is public is meant for load balancers and gateways.

    How to fix
    Use private subnets, whose default route is a NAT gateway or nothing.

    What it can't know
    Subnets and route tables of other projects.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
    """
    asked = False
    for guard, subnets, _ in placements(function):
        if is_empty(subnets):
            continue
        asked = True
        listed, openness = members(graph, subnets, Subnet)
        public: list[tuple[Subnet, Location]] = []
        unknown: Answer | None = None
        for member in listed:
            if not isinstance(member.node, Subnet):
                why = "a subnet of the function is not in this project"
                unknown = unknown or Withheld(why, function.at("subnets", member.leaf).span)
                continue
            ways = ways_of(graph, member.node, dual_stack=False)
            gateways = [route for inner, route, way in ways.found if way is Way.INTERNET_GATEWAY and inner.always]
            if gateways and member.guard.always:
                public.append((member.node, Location(gateways[0].span, f"the default route of '{member.node.name}'")))
            elif ways.openness is not None:
                unknown = unknown or Withheld(ways.openness.why, ways.openness.where or member.node.span)
        if public:
            names = ", ".join(f"'{node.name}'" for node, _ in public)
            yield claim(
                function,
                "subnets",
                f"Function '{function.name}' is in public subnets ({names}), whose internet gateway does nothing for "
                "it; use private subnets.",
                value=subnets,
                related=tuple(location for _, location in public),
                guard=guard,
            )
        elif unknown is not None:
            yield unknown
        elif openness is not None:
            yield Withheld(openness.why, function.at("subnets", subnets).span)
    if not asked:
        yield INAPPLICABLE
