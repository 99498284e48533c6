"""FL830 cors-response-header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import api_of
from faaslint.model.facts import Shape, ShapeKind
from faaslint.model.finding import Level
from faaslint.model.nodes import Function, Integration, Node, Route
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import branches

from .responses import Responses, responses
from .running import route
from .wired import Contract, Wired

HEADER: Final = "access-control-allow-origin"


@rule(
    id="FL830",
    name="cors-response-header",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html",),
)
def cors_response_header(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A REST API answers preflight requests, but its function's response lacks the header that lets pages read it.

    What it does
    Where a REST API has an `OPTIONS` method of its own beside a proxy integration, looks at what the handler returns: a
    response without `Access-Control-Allow-Origin` is one that browsers hide from the page.

    Why it matters
    The preflight succeeds, the request is made, and the page gets an error all the same. A proxy integration passes
    headers on as the function returns them: the API adds none.

    How to fix
    Return `"Access-Control-Allow-Origin"` among the headers.

    What it can't know
    Headers that a framework or a decorator adds. HTTP APIs and function URLs add the header themselves.

    Sources
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
    """
    for found in responses(function, graph, lambda one: _hides_responses(one, graph)):
        if not isinstance(found, Responses):
            yield found
            continue
        # Where one response has the header, the others may be meant for other callers.
        if any(HEADER in (name.lower() for name in _headers(one.shape)) for _, group in found.places for one in group):
            continue
        for place, group in found.places:
            if all(_lacks(one.shape) for one in group):
                yield claim(
                    function,
                    "handler",
                    f"Function '{function.name}' returns no 'Access-Control-Allow-Origin' although its API answers "
                    "preflight requests; add the header.",
                    at=Place(place, found.handler.callable),
                    related=[found.caller],
                    route=route(function, found.handler, Location(place, "returns it here")),
                    guard=found.guard,
                )
                break


def _hides_responses(caller: Wired, graph: Graph) -> bool:
    """Return whether a caller passes headers on as they are, while its API answers preflight requests itself."""
    if caller.trigger.kind != "rest-api" or caller.contract is not Contract.PROXY:
        return False
    return _answers_preflight(graph, caller.trigger.via)


def _answers_preflight(graph: Graph, via: Node) -> bool:
    """Return whether the API of a method answers OPTIONS itself, without a function."""
    api = api_of(graph, via) if isinstance(via, (Route, Integration)) else None
    if api is None:
        return False
    methods: list[Route | Integration] = [*graph.all(Route), *graph.all(Integration)]
    for other in methods:
        mocked = any((text_of(leaf) or "").upper() == "MOCK" for _, leaf in branches(other.integration_type))
        asked = any((text_of(leaf) or "").upper() == "OPTIONS" for _, leaf in branches(other.method))
        if mocked and asked and api_of(graph, other) is api:
            return True
    return False


def _lacks(shape: Shape) -> bool:
    """Return whether a response certainly has no header for other origins."""
    if shape.kind is not ShapeKind.MAPPING or shape.openness is not None or "statusCode" not in shape.fields:
        return False
    if "multiValueHeaders" in shape.fields:
        return False
    return all(
        headers.kind is ShapeKind.NOTHING
        or (
            headers.kind is ShapeKind.MAPPING
            and headers.openness is None
            and not any(name.lower() == HEADER for name in headers.fields)
        )
        for headers in shape.fields.get("headers", ())
    )


def _headers(shape: Shape) -> list[str]:
    return [name for headers in shape.fields.get("headers", ()) for name in headers.fields]
