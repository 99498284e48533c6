"""FL813 event-shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, triggers
from faaslint.model.facts import Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import EventTarget, Function, Integration, Route
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import branches, is_absent

from .running import Running, route
from .synchronous_chain import called

SHOWN: Final = 3

_RECORDS: Final = frozenset({"Records"})
_WINDOW: Final = {"window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly"}
_REQUEST: Final = frozenset({
    "body", "cookies", "headers", "httpMethod", "isBase64Encoded", "multiValueHeaders", "multiValueQueryStringParameters",
    "path", "pathParameters", "queryStringParameters", "rawPath", "rawQueryString", "requestContext", "resource", "routeKey",
    "stageVariables", "version",
})  # fmt: skip

EVENTS: Final[dict[str, frozenset[str]]] = {
    "sqs": _RECORDS,
    "topic": _RECORDS,
    "bucket": _RECORDS,
    "kinesis": _RECORDS | _WINDOW,
    "dynamodb": _RECORDS | _WINDOW,
    "msk": frozenset({"eventSource", "eventSourceArn", "bootstrapServers", "records"}),
    "event-rule": frozenset({"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail",
                             "replay-name"}),
    "log-subscription": frozenset({"awslogs"}),
    "load-balancer": _REQUEST,
    "rest-api": _REQUEST,
    "http-api": _REQUEST,
    "function-url": _REQUEST,
    "websocket-api": _REQUEST | {"connectionId"},
}  # fmt: skip
"""The keys of each trigger's events; for requests those of all payload formats together."""


@rule(
    id="FL813",
    name="event-shape",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html",
        "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
    ),
)
def event_shape(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler reads a part of the event that nothing that calls it sends.

    What it does
    Compares the keys that the handler reads unguarded with those that the wired triggers send, where each of them sends
    events of a fixed shape: queues, streams, topics, buckets, rules without an input of their own, APIs, load balancers.

    Why it matters
    The read raises `KeyError` at every invocation: the handler was written for another trigger.

    How to fix
    Read the keys that the trigger sends, or wire the trigger that the handler expects.

    What it can't know
    Whether other programs call the function. Where a state machine, a pipe, a schedule, a rule with an input or another
    function's source can shape the event, nothing is said, and handlers that look which event they got are left alone.
    Where a function calls one that can't be known, what is said is a warning.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
    - https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = triggers(graph, function)
    if not callers:
        yield INAPPLICABLE
        return
    sent: set[str] = set()
    for caller in callers:
        keys = _keys(caller)
        if keys is None:
            # Its events have no fixed shape: there is nothing to compare with.
            yield INAPPLICABLE
            return
        sent |= keys
    for given, handler in running:
        if handler.signature is None:
            yield Withheld("what the handler gets as event can't be known", handler.span)
            continue
        if any(len(path) == 1 for path in handler.event_tests) or any(read.has_default for read in handler.events):
            continue
        told: set[str] = set()
        shapers: set[Function | None] | None = None
        for read in handler.events:
            key = read.path[0]
            if len(read.path) > 1 or not read.required or read.protected or key in sent or key in told:
                continue
            if key.startswith("[") or key.endswith("()"):
                # Not a key: an element, or what the whole event is made into.
                continue
            if read.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", read.span)
                continue
            shapers = shapers if shapers is not None else _called_by_source(graph)
            if function in shapers:
                yield INAPPLICABLE
                return
            told.add(key)
            names = " or ".join(sorted({f"'{one.source.name}'" for one in callers})[:SHOWN])
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' reads '{key}' of the event, which {names} never sends; read what the "
                "trigger sends.",
                at=Place(read.span, handler.callable),
                related=[Location(one.place.span, "calls the function") for one in callers],
                route=route(function, handler, Location(read.span, f"reads '{key}'")),
                level=Level.WARNING if None in shapers else None,
                guard=given,
            )


def _called_by_source(graph: Graph) -> set[Function | None]:
    """Return the functions that handlers of the project call; None among them is one that can't be known."""
    return {
        called(graph, caller, call)
        for caller in graph.all(Function)
        for _, handler in graph.handlers_of(caller)
        for call in handler.calls
        if call.service == "lambda" and call.operation in ("invoke", "invoke_async") and call.reachable is not Reachable.NO
    }


def _keys(trigger: Trigger) -> frozenset[str] | None:
    """Return the keys of a trigger's events, None where they are not fixed."""
    if trigger.kind in ("rest-api", "websocket-api", "http-api"):
        via = trigger.via
        if not isinstance(via, (Route, Integration)):
            return None
        if any((text_of(leaf) or "").upper() != "AWS_PROXY" for _, leaf in branches(via.integration_type)):
            return None
    if trigger.kind == "event-rule":
        via = trigger.via
        if not isinstance(via, EventTarget) or not all(
            is_absent(one) for one in (via.input, via.input_path, via.input_transformer)
        ):
            return None
    return EVENTS.get(trigger.kind)
