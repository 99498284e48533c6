"""FL714 edge-tracing."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import text_of

from .associated import settings_of, where_associated


@rule(id="FL714", name="edge-tracing", level=Level.ERROR, visits=EdgeAssociation, fixable=True)
def edge_tracing(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has active tracing.

    What it does
    Checks that no function that a distribution associates has its tracing mode set to `Active`.

    Why it matters
    CloudFront refuses the association, so the deployment fails.

    How to fix
    Take the tracing configuration away, or set `PassThrough`.

    What it can't know
    Functions of other projects, and a mode that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in settings_of(association, graph, "tracing"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, tracing = found
        if text_of(tracing) is None:
            yield withheld(tracing, function)
        elif text_of(tracing) == "Active":
            yield claim(
                function,
                "tracing",
                f"Function '{function.name}' runs at the edge but has active tracing, which CloudFront refuses; take it "
                "away.",
                value=tracing,
                related=(where_associated(association),),
                guard=guard,
                edits=respelled(tracing, "PassThrough", safe=False),
            )
