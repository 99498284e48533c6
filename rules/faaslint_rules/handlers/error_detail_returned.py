"""FL817 error-detail-returned."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Shape
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route
from .shown import by_place
from .wired import HTTP, wired


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
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = [one for one in wired(graph, function) if one.trigger.kind in HTTP]
    if not callers:
        yield INAPPLICABLE
        return
    for given, handler in running:
        if handler.returns_openness is not None:
            yield Withheld(handler.returns_openness.why, handler.returns_openness.where)
            continue
        for place, group in by_place(handler.returns):
            if any(_tells(body) for one in group for body in one.shape.fields.get("body", ())):
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' returns the text of an exception to its client; log it, and return a "
                    "text of your own.",
                    at=Place(place, handler.callable),
                    related=[Location(callers[0].trigger.place.span, "the caller")],
                    route=route(function, handler, Location(place, "returns it here")),
                    guard=given & callers[0].guard,
                )


def _tells(body: Shape) -> bool:
    """Return whether a body holds the text of a caught exception."""
    return body.origin.startswith("error") or any(hole.startswith("error") for hole in body.holes)
