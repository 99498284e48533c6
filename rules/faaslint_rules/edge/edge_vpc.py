"""FL705 edge-vpc."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.value import Items, Leaf, Open, Unknown, jointly

from .associated import functions_of, where_associated


@rule(id="FL705", name="edge-vpc", level=Level.ERROR, visits=EdgeAssociation)
def edge_vpc(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function is configured for a VPC.

    What it does
    Checks that no function that a distribution associates has a VPC configuration. One with empty lists of subnets and
    security groups counts as none.

    Why it matters
    Edge functions run at CloudFront's locations, outside any VPC. CloudFront refuses the association, so the deployment
    fails.

    How to fix
    Take the VPC configuration away. What needs a VPC belongs into a function behind the origin.

    What it can't know
    Functions of other projects, and a configuration that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            yield found
            continue
        function = found.function
        values = (function.vpc, function.subnets, function.security_groups)
        for guard, (vpc, *lists) in jointly(*values, given=found.guard):
            if not isinstance(vpc, Unknown) and vpc.value is None:
                continue
            sizes = [_is_empty(leaf) for leaf in lists]
            if all(sizes):
                continue
            if isinstance(vpc, Unknown) or False not in sizes:
                yield withheld(next((leaf for leaf in (vpc, *lists) if isinstance(leaf, Unknown)), vpc), function)
                continue
            yield claim(
                function,
                "vpc",
                f"Function '{function.name}' runs at the edge but is configured for a VPC, which CloudFront refuses; "
                "take the VPC configuration away.",
                value=vpc,
                related=(where_associated(association),),
                guard=guard,
            )


def _is_empty(leaf: Leaf) -> bool | None:
    """Return whether a list has no elements, None where that can't be known."""
    if isinstance(leaf, Unknown):
        return None
    if leaf.value is None:
        return True
    if isinstance(leaf.value, Items) and not any(item.guard.always for item in leaf.value.items):
        # What is there under a condition only, or may follow, leaves it open.
        return None if leaf.value.items or isinstance(leaf.value.openness, Open) else True
    return False
