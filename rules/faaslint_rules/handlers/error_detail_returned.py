"""FL817 error-detail-returned."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Shape
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .responses import Responses, responses
from .running import route
from .wired import HTTP


@rule(
    id="FL817",
    name="error-detail-returned",
    level=Level.NOTE,
    visits=Function,
    cwe=(209,),
    security_severity=3.0,
    references=("https://owasp.org/www-community/Improper_Error_Handling",),
)
def error_detail_returned(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler returns the text of an exception to the client of an API.

    What it does
    Follows caught exceptions into the body of what the handler returns, where client requests call it.

    Why it matters
    Such texts name tables, ARNs, queries and hosts: they help an attacker, and tell the client nothing.

    How to fix
    Log the exception, and return a text of your own with the request's id.

    What it can't know
    Clauses for certain classes are left alone: their texts may be meant for clients.

    Sources
    - https://owasp.org/www-community/Improper_Error_Handling
    """
    for found in responses(function, graph, lambda one: one.trigger.kind in HTTP):
        if not isinstance(found, Responses):
            yield found
            continue
        for place, group in found.places:
            if any(_tells(body) for one in group for body in one.shape.fields.get("body", ())):
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' returns the text of an exception to its client; log it, and return a "
                    "text of your own.",
                    at=Place(place, found.handler.callable),
                    related=[found.caller],
                    route=route(function, found.handler, Location(place, "returns it here")),
                    guard=found.guard,
                )


def _tells(body: Shape) -> bool:
    """Return whether a body holds the text of a caught exception."""
    return body.origin.startswith(("error", "traceback.format_exc()")) or any(
        hole.startswith("error") for hole in body.holes
    )
