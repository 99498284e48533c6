"""FL702 edge-region."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.edge import REGION
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.guard import NEVER
from faaslint.model.nodes import EdgeAssociation, Function
from faaslint.model.read import known_text_parts
from faaslint.model.value import Leaf, Unknown, branches, jointly

from .associated import functions_of, where_associated

ARN_REGION = 3
"""Which field of an ARN, counted from 0, names its region."""


@rule(id="FL702", name="edge-region", level=Level.ERROR, visits=EdgeAssociation)
def edge_region(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function is not in us-east-1.

    What it does
    Checks the region of each function that a distribution associates: the one in the function's ARN where that is written
    out, else the one that the project or the function's provider says.

    Why it matters
    CloudFront copies edge functions from us-east-1 to its locations and refuses those of another region, so the deployment
    fails.

    How to fix
    Create the function in us-east-1: a stack of its own there, or `provider = aws.us_east_1` (a provider alias) in
    Terraform.

    What it can't know
    The region that a template is deployed to, where neither the command line nor `samconfig.toml` says it.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    written = NEVER
    for guard, leaf in branches(association.function):
        region = _region_written(leaf)
        given = association.guard & guard
        if region is None or not given.satisfiable():
            continue
        written = written | given
        if region != REGION:
            subject = _function_called(association, graph) or association
            yield claim(
                subject,
                "function",
                _message(subject, region),
                at=association.at("function", leaf),
                value=leaf,
                guard=given,
            )
    for found in functions_of(association, graph, given=~written):
        if isinstance(found, Withheld):
            yield found
            continue
        function = found.function
        for guard, (leaf,) in jointly(function.region, given=found.guard):
            if isinstance(leaf, Unknown):
                yield withheld(leaf, function)
            elif not isinstance(leaf.value, str):
                yield Withheld("the project does not say to which region it is deployed", function.span)
            elif leaf.value != REGION:
                yield claim(
                    function,
                    "region",
                    _message(function, leaf.value),
                    value=leaf,
                    related=(where_associated(association),),
                    guard=guard,
                )


def _message(subject: Function | EdgeAssociation, region: str) -> str:
    if isinstance(subject, Function):
        words = f"Function '{subject.name}' runs at the edge but is in {region}"
    else:
        words = f"Distribution '{subject.name}' associates a function of {region}"
    return f"{words}, which CloudFront refuses; use a function in {REGION}."


def _region_written(leaf: Leaf) -> str | None:
    """Return the region of a function's ARN that is written out, None where a reference or a hole decides it."""
    fields = (known_text_parts(leaf) or "").split(":")
    if fields[0] != "arn" or len(fields) <= ARN_REGION or not fields[ARN_REGION] or "\0" in fields[ARN_REGION]:
        return None
    return fields[ARN_REGION]


def _function_called(association: EdgeAssociation, graph: Graph) -> Function | None:
    return next((function for _, function, _ in graph.functions_called_by(association)), None)
