"""FL704 edge-environment."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.value import CLOSED, Fields, Known, is_absent

from .associated import settings_of, where_associated

SHOWN = 3
"""How many of the variables a message lists."""


@rule(id="FL704", name="edge-environment", level=Level.ERROR, visits=EdgeAssociation)
def edge_environment(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has environment variables.

    What it does
    Checks that no function that a distribution associates sets environment variables.

    Why it matters
    CloudFront refuses the association, so the deployment fails. The variables that Lambda itself sets (`AWS_REGION`,
    `AWS_LAMBDA_FUNCTION_NAME` …) are there at the edge, too, and can't be set anyway.

    How to fix
    Take the variables away. Put what the function needs to know into its code when it is built, or into custom headers of
    the origin.

    What it can't know
    Functions of other projects, and a set of variables that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in settings_of(association, graph, "environment"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, variables = found
        if isinstance(variables, Known) and variables.value is None:
            continue
        if not (isinstance(variables, Known) and isinstance(variables.value, Fields)):
            yield withheld(variables, function)
            continue
        names = [name for name, value in variables.value.values.items() if not is_absent(value)]
        if not names:
            if variables.value.openness is not CLOSED:
                yield Withheld(variables.value.openness.why, function.at("environment", variables).span)
            continue
        shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        yield claim(
            function,
            "environment",
            f"Function '{function.name}' runs at the edge but sets environment variables ({shown}), which CloudFront "
            "refuses; take them away and put what they say into the code.",
            value=variables,
            related=(where_associated(association),),
            guard=guard,
        )
