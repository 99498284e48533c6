"""FL822 open-cors-header."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Shape
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.span import Place

from .responses import Responses, responses
from .wired import HTTP


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
    for found in responses(function, graph, lambda one: one.trigger.kind in HTTP):
        if not isinstance(found, Responses):
            yield found
            continue
        for place, group in found.places:
            if any(_is_open(headers) for one in group for headers in one.shape.fields.get("headers", ())):
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' lets pages of any origin read its response; name the origin of the page "
                    "that calls it.",
                    at=Place(place, found.handler.callable),
                    related=[found.caller],
                    guard=found.guard,
                )
                break


def _is_open(headers: Shape) -> bool:
    return any(
        name.lower() == "access-control-allow-origin" and all(one.literal == "*" for one in held)
        for name, held in headers.fields.items()
    )
