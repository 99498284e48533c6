"""FL806 response-shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger
from faaslint.model.facts import Shape, ShapeKind
from faaslint.model.finding import INAPPLICABLE, Level, Rewrite, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route
from .shown import by_place
from .wired import HTTP, Contract, wired

PLAIN: Final[dict[ShapeKind, str]] = {
    ShapeKind.TEXT: "a text",
    ShapeKind.NUMBER: "a number",
    ShapeKind.BOOLEAN: "a boolean",
    ShapeKind.LIST: "a list",
    ShapeKind.SET: "a set",
}
"""What is no mapping, in words."""

BODIES: Final[dict[ShapeKind, str]] = {
    **{kind: words for kind, words in PLAIN.items() if kind is not ShapeKind.TEXT},
    ShapeKind.MAPPING: "a mapping",
}
"""What is no text, in words."""


@rule(
    id="FL806",
    name="response-shape",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html",
    ),
    fixable=True,
)
def response_shape(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler behind an API returns something that the API can't make a response of.

    What it does
    Follows what the handler returns, where every caller is a client's request and at least one comes through a REST
    proxy, an HTTP API in payload format 1.0, a load balancer or the `$connect` route of a WebSocket API. It speaks of a
    mapping without `statusCode`, of a `body` that is no text, and of None, a text, a number or a list in place of the
    mapping.

    Why it matters
    API Gateway and load balancers answer 502, with "malformed Lambda proxy response" in a log that is mostly off. HTTP
    APIs in format 2.0 and function URLs make a response of anything.

    How to fix
    Return `{"statusCode": 200, "body": json.dumps(content)}`.

    What it can't know
    Responses that a framework or a decorator from outside the package makes. Where a function is called in other ways
    too, nothing is said.

    Sources
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = wired(graph, function)
    if not any(one.contract in (Contract.PROXY, Contract.UNKNOWN) for one in callers):
        yield INAPPLICABLE
        return
    if any(one.trigger.kind not in HTTP or one.contract in (Contract.OTHER, Contract.UNKNOWN) for one in callers):
        yield Withheld("the function is called in several ways", function.span)
        return
    caller = next(one for one in callers if one.contract is Contract.PROXY)
    for guard, handler in running:
        given = guard & caller.guard
        if not given.satisfiable():
            continue
        if handler.returns_openness is not None:
            yield Withheld(handler.returns_openness.why, handler.returns_openness.where)
            continue
        nothing = all(one.shape.kind is ShapeKind.NOTHING for one in handler.returns) and handler.returns[-1:] != ()
        nothing = nothing and any(one.implicit for one in handler.returns)
        for place, group in by_place(handler.returns):
            if all(one.shape.kind is ShapeKind.UNKNOWN for one in group):
                yield Withheld("what is returned here can't be known", place)
                continue
            # The end of a function that returns elsewhere may never be reached. Where nothing is returned, once is enough.
            if group[0].implicit != nothing and (nothing or group[0].implicit):
                continue
            wrong = {_wrong(one.shape) for one in group}
            if "" in wrong:
                continue
            first = min(wrong)
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' returns {first} to {_named(caller.trigger)}; return a mapping with "
                "'statusCode' and a text as 'body'.",
                at=Place(place, handler.callable),
                related=[Location(caller.trigger.place.span, "the caller")],
                route=[
                    Location(caller.trigger.source.span, f"'{caller.trigger.source.name}' calls the function"),
                    *route(function, handler, Location(place, "returns it here")),
                ],
                guard=given,
                rewrites=[Rewrite("body-as-text", place, safe=False)] if first.startswith("a 'body'") else [],
            )


def _wrong(shape: Shape) -> str:
    """Return what is wrong with an answer, empty where nothing certainly is."""
    if shape.kind is ShapeKind.NOTHING:
        return "None"
    if shape.kind in PLAIN:
        return PLAIN[shape.kind]
    if shape.kind is not ShapeKind.MAPPING:
        return ""
    if shape.openness is None and "statusCode" not in shape.fields:
        return "a mapping without 'statusCode'"
    bodies = shape.fields.get("body", ())
    if bodies and all(one.kind in BODIES for one in bodies):
        return f"a 'body' that is {BODIES[bodies[0].kind]}"
    return ""


def _named(trigger: Trigger) -> str:
    names = {"load-balancer": "a load balancer", "http-api": "an HTTP API in payload format 1.0"}
    return names.get(trigger.kind, "an API's proxy")
