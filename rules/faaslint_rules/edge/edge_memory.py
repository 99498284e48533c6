"""FL706 edge-memory."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, Option, rule
from faaslint.facts import edge
from faaslint.graph import Graph
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation
from faaslint.model.read import number_of, text_of
from faaslint.model.value import jointly

from .associated import settings_of, where_associated


@rule(
    id="FL706",
    name="edge-memory",
    level=Level.WARNING,
    visits=EdgeAssociation,
    options=(Option("viewer-memory", 128, "The memory in MB that a function on viewer events may have."),),
)
def edge_memory(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function has more memory than a viewer event may get.

    What it does
    Compares the memory of each function that a distribution associates with a viewer event with the option `viewer-memory`.

    Why it matters
    AWS's documents disagree: one page allows functions on viewer events what all functions may have, another 128 MB.
    Where the stricter one holds, CloudFront refuses the association.

    How to fix
    Lower the memory to 128 MB, or associate the function with an origin event. Where your account takes more, raise the
    option `viewer-memory`.

    What it can't know
    Functions of other projects, a memory size or event type that comes from a parameter without a default, and which of the
    documents holds.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-choosing.html
    """
    allowed = int(context.options["viewer-memory"])
    for found in settings_of(association, graph, "memory"):
        if isinstance(found, Withheld):
            yield found
            continue
        function = found.function
        for guard, (memory, event) in jointly(found.value, association.event_type, given=found.guard):
            viewer = None if text_of(event) is None else edge.is_viewer_event(str(text_of(event)))
            if viewer is False:
                continue
            size = number_of(memory)
            if size is None:
                yield withheld(memory, function)
            elif size > allowed and viewer is None:
                yield withheld(event, association)
            elif size > allowed:
                yield claim(
                    function,
                    "memory",
                    f"Function '{function.name}' has {text_of(memory)} MB of memory on {text_of(event)} events, where "
                    f"AWS documents {allowed} MB; lower it, or run it on an origin event.",
                    value=memory,
                    related=(where_associated(association),),
                    guard=guard,
                )
