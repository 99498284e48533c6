"""FL709 edge-dead-letter."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.value import Unknown

from .associated import settings_of, where_associated


@rule(id="FL709", name="edge-dead-letter", level=Level.ERROR, visits=EdgeAssociation)
def edge_dead_letter(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has a dead-letter queue.

    What it does
    Checks that no function that a distribution associates has a dead-letter configuration.

    Why it matters
    CloudFront refuses the association, so the deployment fails. CloudFront waits for the function's
    answer, so nothing would ever go to the queue.

    How to fix
    Take the dead-letter configuration away.

    What it can't know
    Functions of other projects, and a configuration that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in settings_of(association, graph, "dead_letter"):
        if isinstance(found, Withheld):
            yield found
            continue
        guard, function, target = found
        if isinstance(target, Unknown):
            yield withheld(target, function)
        elif target.value is not None:
            yield claim(
                function,
                "dead_letter",
                f"Function '{function.name}' runs at the edge but has a dead-letter queue, which CloudFront refuses; "
                "take it away.",
                value=target,
                related=(where_associated(association),),
                guard=guard,
            )
