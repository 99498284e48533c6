"""FL812 body-may-be-null."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import routes_behind
from faaslint.model.facts import Handler, Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Rewrite, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import branches, is_absent

from .running import Running, route
from .wired import HTTP, Wired, wired

REQUESTS: Final = HTTP - {"load-balancer"}
"""Callers that send null where there is no body; load balancers send an empty text."""

SERVER_ERROR: Final = 500

PARAMETERS_ONLY: Final = "params-only"
"""The validator that SAM makes where only parameters are looked at."""


@rule(
    id="FL812",
    name="body-may-be-null",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html",
    ),
    fixable=True,
)
def body_may_be_null(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler parses the body of a request without a thought for requests that have none.

    What it does
    Looks for `json.loads(event["body"])` where HTTP requests come in, or where nothing is known to call the function and
    it returns a `statusCode`. A test of the body, a default and a `try` around it are guards; an `except` that answers
    5xx is none, and a note.

    Why it matters
    The body of a request without one is null: `json.loads` raises `TypeError`, and the client, whose mistake it was, sees
    502 and tries again.

    How to fix
    Write `json.loads(event.get("body") or "{}")`, or answer 400 where there is no body.

    What it can't know
    Whether clients send requests without a body, and what a request validator refuses: where a method has one, nothing is
    said.

    Sources
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = wired(graph, function)
    asked = False
    for given, handler in running:
        if not any(one.trigger.kind in REQUESTS for one in callers) and (callers or not _answers_requests(handler)):
            continue
        asked = True
        if handler.signature is None:
            yield Withheld("what the handler gets as event can't be known", handler.span)
            continue
        if any(_validated(graph, one) for one in callers):
            yield Withheld("the API may refuse requests without a body", handler.span)
            continue
        if any(path[:1] in (("body",), ("isBase64Encoded",)) for path in handler.event_tests):
            continue
        defaults = {one.path for one in handler.events if one.has_default}
        for read in handler.events:
            if read.path[:1] != ("body",) or read.path[-1] != "json()" or len(read.path) > 3 or ("body",) in defaults:
                continue
            if read.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", read.span)
                continue
            level = Level.WARNING
            if read.protected:
                if not _answers_in_vain(handler):
                    continue
                level = Level.NOTE
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' parses the body of a request, which is null where the client sends none; "
                'use \'event.get("body") or "{}"\', or answer 400.',
                at=Place(read.span, handler.callable),
                related=[Location(one.trigger.place.span, "the caller") for one in callers[:1]],
                route=route(function, handler, Location(read.span, "parsed here")),
                level=level,
                guard=given,
                rewrites=[Rewrite("null-guard", read.span, safe=False)],
            )
            break
    if not asked:
        yield INAPPLICABLE


def _validated(graph: Graph, caller: Wired) -> bool:
    """Return whether a REST API may refuse requests that have no body before it calls."""
    return any(
        text_of(leaf) != PARAMETERS_ONLY and not is_absent(leaf)
        for _, route in routes_behind(graph, caller.trigger.via)
        for _, leaf in branches(route.validator)
    )


def _answers_requests(handler: Handler) -> bool:
    return any("statusCode" in one.shape.fields for one in handler.returns)


def _answers_in_vain(handler: Handler) -> bool:
    """Return whether what the handler answers after a failure says that it is the server's."""
    codes = [code.literal for one in handler.returns if one.caught for code in one.shape.fields.get("statusCode", ())]
    return bool(codes) and all(isinstance(code, int) and code >= SERVER_ERROR for code in codes)
