"""FL713 edge-storage."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import edge
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import number_of, text_of

from .associated import settings_of, where_associated


@rule(id="FL713", name="edge-storage", level=Level.ERROR, visits=EdgeAssociation, fixable=True)
def edge_storage(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has more than 512 MB of /tmp.

    What it does
    Checks that no function that a distribution associates asks for more ephemeral storage than the default of 512 MB.

    Why it matters
    CloudFront refuses the association, so the deployment fails.

    How to fix
    Take the storage configuration away, or set 512 MB.

    What it can't know
    Functions of other projects, and a size that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in settings_of(association, graph, "ephemeral_storage"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, storage = found
        size = number_of(storage)
        if size is None:
            yield withheld(storage, function)
        elif size > edge.STORAGE_MB:
            yield claim(
                function,
                "ephemeral_storage",
                f"Function '{function.name}' runs at the edge but asks for {text_of(storage)} MB of /tmp, which "
                f"CloudFront refuses; set {edge.STORAGE_MB} MB.",
                value=storage,
                related=(where_associated(association),),
                guard=guard,
                edits=respelled(storage, str(edge.STORAGE_MB), safe=False),
            )
