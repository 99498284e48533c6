"""FL822 open-cors-header."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Shape
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running
from .shown import by_place
from .wired import HTTP, wired


@rule(
    id="FL822",
    name="open-cors-header",
    level=Level.NOTE,
    visits=Function,
    cwe=(942,),
    security_severity=3.0,
    references=(
        "https://developer.mozilla.org/docs/Web/HTTP/CORS",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html",
    ),
)
def open_cors_header(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler lets pages of any origin read its response.

    What it does
    Looks for `Access-Control-Allow-Origin: *` among the headers of what the handler returns, where client requests call
    it.

    Why it matters
    Any page that a user visits can read the response. For public data that is fine; for the rest it opens a door that
    browsers keep shut.

    How to fix
    Name the origin of the page that calls the API.

    What it can't know
    Whether the data is public. Browsers send no cookies with such requests, so that only data is open which a stranger
    could get too.

    Sources
    - https://developer.mozilla.org/docs/Web/HTTP/CORS
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
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
            if any(_is_open(headers) for one in group for headers in one.shape.fields.get("headers", ())):
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' lets pages of any origin read its response; name the origin of the page "
                    "that calls it.",
                    at=Place(place, handler.callable),
                    related=[Location(callers[0].trigger.place.span, "the caller")],
                    guard=given & callers[0].guard,
                )
                break


def _is_open(headers: Shape) -> bool:
    return any(
        name.lower() == "access-control-allow-origin" and all(one.literal == "*" for one in held)
        for name, held in headers.fields.items()
    )
