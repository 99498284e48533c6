"""FL707 edge-timeout."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, respelled, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import edge
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import integer_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, jointly

from .associated import functions_of, where_associated


@rule(id="FL707", name="edge-timeout", level=Level.ERROR, visits=EdgeAssociation, fixable=True)
def edge_timeout(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has a longer timeout than its event type allows.

    What it does
    Compares the timeout of each function that a distribution associates with the limit of the event type: 30 seconds for
    viewer and origin events.

    Why it matters
    CloudFront refuses the association, so the deployment fails. A viewer waits for as long as the function runs.

    How to fix
    Lower the timeout to the limit. What takes longer belongs behind the origin.

    What it can't know
    Functions of other projects, and a timeout that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    """
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            yield found
            continue
        function = found.function
        for guard, (timeout, event) in jointly(function.timeout, association.event_type, given=found.guard):
            if not (isinstance(timeout, Known) and isinstance(timeout.value, (str, int, float))):
                yield withheld(timeout, function)
                continue
            seconds = integer_of(timeout)
            least, most = _limits(event)
            if seconds is None or seconds <= least:
                continue
            if seconds <= most:
                yield withheld(event, association)
                continue
            yield claim(
                function,
                "timeout",
                f"Function '{function.name}' has a timeout of {seconds} s at the edge, but CloudFront allows {most} s; "
                f"set at most {most} s.",
                value=timeout,
                related=(where_associated(association), *_event_location(association, event)),
                guard=guard,
                edits=respelled(timeout, str(most), safe=False),
            )


def _limits(event: Leaf) -> tuple[int, int]:
    """Return the limit of an event type twice, and the smallest and the largest of all where the type is not known."""
    limits = edge.limits_of(text_of(event) or "")
    if limits is not None:
        return limits.timeout, limits.timeout
    every = [found.timeout for name in edge.event_types() if (found := edge.limits_of(name)) is not None]
    return min(every), max(every)


def _event_location(association: EdgeAssociation, event: Leaf) -> tuple[Location, ...]:
    text = text_of(event)
    if isinstance(event, Unknown) or text is None:
        return ()
    return (Location(association.at("event_type", event).span, f"on {text} events"),)
