"""FL608 function-outside-vpc."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.value import Unknown, jointly

from .placed import is_empty


@rule(id="FL608", name="function-outside-vpc", level=Level.NOTE, visits=Function, profile="strict")
def function_outside_vpc(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function is not in a VPC.

    What it does
    Checks that a function has a VPC configuration with subnets. Functions that run at the edge or on a capacity provider are
    left out: they can't have one.

    Why it matters
    Some teams want all traffic of their functions in networks of their own, where they can see and filter it. Others have no
    use for it: a function in a VPC reaches neither the internet nor AWS's APIs without a gateway or endpoints.

    How to fix
    Configure subnets and security groups, or leave this rule out: it is an opinion, and runs under the profile `strict`
    only.

    What it can't know
    Whether the function has anything to do in a network of yours.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """
    if graph.edge_associations_of(function):
        yield INAPPLICABLE
        return
    values = (function.vpc, function.subnets, function.capacity_provider)
    for guard, (vpc, subnets, provider) in jointly(*values, given=function.guard):
        if isinstance(provider, Unknown) or provider.value is not None:
            continue
        if isinstance(vpc, Unknown) or isinstance(subnets, Unknown):
            yield withheld(vpc if isinstance(vpc, Unknown) else subnets, function)
        elif vpc.value is None or is_empty(subnets):
            yield claim(
                function,
                "vpc",
                f"Function '{function.name}' is not in a VPC; configure subnets and security groups if its traffic "
                "should stay in your network.",
                value=vpc,
                guard=guard,
            )
