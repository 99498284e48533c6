"""FL710 edge-architecture."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import elements, text_of
from faaslint.model.value import Unknown

from .associated import settings_of, where_associated


@rule(id="FL710", name="edge-architecture", level=Level.ERROR, visits=EdgeAssociation, fixable=True)
def edge_architecture(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function is built for arm64.

    What it does
    Checks that no function that a distribution associates has the architecture `arm64`.

    Why it matters
    CloudFront refuses the association, so the deployment fails.

    How to fix
    Use `x86_64`, which is the default.

    What it can't know
    Functions of other projects, and an architecture that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in settings_of(association, graph, "architectures"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, architectures = found
        for inner, architecture in elements(architectures):
            if isinstance(architecture, Unknown):
                yield withheld(architecture, function)
            elif text_of(architecture) == "arm64" and (guard & inner).satisfiable():
                yield claim(
                    function,
                    "architectures",
                    f"Function '{function.name}' runs at the edge but is built for arm64, which CloudFront refuses; use "
                    "x86_64.",
                    value=architecture,
                    related=(where_associated(association),),
                    guard=guard & inner,
                    edits=respelled(architecture, "x86_64", safe=False),
                )
