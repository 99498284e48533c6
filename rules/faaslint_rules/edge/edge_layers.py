"""FL708 edge-layers."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import elements, openness
from faaslint.model.value import CLOSED, Known

from .associated import settings_of, where_associated


@rule(id="FL708", name="edge-layers", level=Level.ERROR, visits=EdgeAssociation)
def edge_layers(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has layers.

    What it does
    Checks that no function that a distribution associates names layers.

    Why it matters
    CloudFront refuses the association, so the deployment fails.

    How to fix
    Take the layers away and put their content into the function's package.

    What it can't know
    Functions of other projects, and a list of layers that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in settings_of(association, graph, "layers"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, layers = found
        listed = list(elements(layers))
        certain = next((leaf for inner, leaf in listed if inner.always and isinstance(leaf, Known)), None)
        if certain is None:
            # What is there under a condition only, or may follow, leaves it open; an empty list is none.
            if listed or openness(layers) is not CLOSED:
                yield withheld(listed[0][1] if listed else layers, function)
            continue
        yield claim(
            function,
            "layers",
            f"Function '{function.name}' runs at the edge but has layers, which CloudFront refuses; take them away and "
            "put what they hold into the package.",
            value=certain,
            related=(where_associated(association),),
            guard=guard,
        )
