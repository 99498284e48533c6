"""FL813 event-shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, triggers
from faaslint.model.facts import Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import EventTarget, Function, Integration, Route, Schedule
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Fields, Known, branches, is_absent

from .running import Running, route
from .synchronous_chain import called
from .wired import HTTP, Contract, contract_of

SHOWN: Final = 3
LONGEST: Final = 10_000
"""The longest input (characters) that is read."""

_RECORDS: Final = frozenset({"Records"})
_WINDOW: Final = {"window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly"}
_BOTH: Final = {"body", "headers", "isBase64Encoded", "pathParameters", "queryStringParameters", "requestContext",
                "stageVariables", "version"}  # fmt: skip
_FORMAT_ONE: Final = _BOTH | {"httpMethod", "multiValueHeaders", "multiValueQueryStringParameters", "path", "resource"}
_FORMAT_TWO: Final = _BOTH | {"cookies", "rawPath", "rawQueryString", "routeKey"}
_REQUESTS: Final = {
    Contract.PROXY: frozenset(_FORMAT_ONE),
    Contract.INFERRED: frozenset(_FORMAT_TWO),
    Contract.UNKNOWN: frozenset(_FORMAT_ONE | _FORMAT_TWO),
}
"""The keys of a request, by what its caller wants of the answer: both follow from the payload's format."""

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
    "websocket-api": frozenset(_FORMAT_ONE | _FORMAT_TWO | {"connectionId"}),
}  # fmt: skip
"""The keys of each trigger's events."""

_STREAM: Final = {"awsRegion", "eventID", "eventName", "eventSource", "eventSourceARN", "eventVersion", "userIdentity"}
RECORDS: Final[dict[str, frozenset[str]]] = {
    "sqs": frozenset({"messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody",
                      "md5OfMessageAttributes", "eventSource", "eventSourceARN", "awsRegion"}),
    "topic": frozenset({"EventVersion", "EventSubscriptionArn", "EventSource", "Sns"}),
    "bucket": frozenset({"eventVersion", "eventSource", "awsRegion", "eventTime", "eventName", "userIdentity", "s3",
                         "requestParameters", "responseElements", "glacierEventData", "replicationEventData",
                         "restoreEventData", "lifecycleEventData", "intelligentTieringEventData"}),
    "kinesis": frozenset(_STREAM | {"kinesis", "invokeIdentityArn"}),
    "dynamodb": frozenset(_STREAM | {"dynamodb"}),
}  # fmt: skip
"""The keys of each element of ``Records``."""


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
    Compares the keys that the handler reads unguarded, of the event and of its records, with those that the wired triggers
    send, where each of them sends events of a fixed shape: queues, streams, topics, buckets, rules without an input of
    their own, APIs in the format of their payload, load balancers. It is a warning where one of them has a constant input.

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
        keys = _keys(graph, caller)
        if keys is None:
            # Its events have no fixed shape: there is nothing to compare with.
            yield INAPPLICABLE
            return
        sent |= keys
    shaped = any(_constant(caller) is not None for caller in callers)
    inner = _record_keys(callers)
    for given, handler in running:
        if handler.signature is None:
            yield Withheld("what the handler gets as event can't be known", handler.span)
            continue
        if any(len(path) == 1 for path in handler.event_tests) or any(read.has_default for read in handler.events):
            continue
        told: set[str] = set()
        shapers: set[Function | None] | None = None
        asked = any(
            path[:1] == ("Records",) and (len(path) < 3 or path[2].lower() == "eventsource") for path in handler.event_tests
        )
        for read in handler.events:
            key = read.path[-1]
            of_record = inner is not None and not asked and len(read.path) == 3 and read.path[0] == "Records"
            if of_record:
                known = key in (inner or ()) or read.path in handler.event_tests
            else:
                known = len(read.path) > 1 or key in sent
            if known or not read.required or read.protected or key in told or key[:1] == "[" or key.endswith("()"):
                continue
            if read.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", read.span)
                continue
            shapers = shapers if shapers is not None else _called_by_source(graph)
            if function in shapers:
                yield INAPPLICABLE
                return
            told.add(key)
            whole = "a record" if of_record else "the event"
            names = " or ".join(sorted({f"'{one.source.name}'" for one in callers})[:SHOWN])
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' reads '{key}' of {whole}, which {names} never "
                "sends; read what the trigger sends.",
                at=Place(read.span, handler.callable),
                related=[Location(one.place.span, "calls the function") for one in callers],
                route=route(function, handler, Location(read.span, f"reads '{key}'")),
                level=Level.WARNING if shaped or None in shapers else None,
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


def _record_keys(callers: Sequence[Trigger]) -> frozenset[str] | None:
    """Return the keys of the records that all triggers send, None where not all of them are known."""
    found: set[str] = set()
    for caller in callers:
        if caller.kind not in RECORDS:
            return None
        found |= RECORDS[caller.kind]
    return frozenset(found)


def _constant(trigger: Trigger) -> frozenset[str] | None:
    """Return the keys of the constant input that a rule's target or a schedule gives, None where it gives none."""
    via = trigger.via
    if not isinstance(via, (EventTarget, Schedule)) or is_absent(via.input):
        return None
    if isinstance(via, EventTarget) and not (is_absent(via.input_path) and is_absent(via.input_transformer)):
        return None
    given = via.input
    if isinstance(given, Known) and isinstance(given.value, Fields) and given.value.openness is None:
        return frozenset(given.value.values)
    text = text_of(given) if isinstance(given, Known) else None
    try:
        made = json.loads(text) if text is not None and len(text) < LONGEST else None
    except (ValueError, RecursionError):
        return None
    return frozenset(made) if isinstance(made, dict) else None


def _keys(graph: Graph, trigger: Trigger) -> frozenset[str] | None:
    """Return the keys of a trigger's events, None where they are not fixed."""
    constant = _constant(trigger)
    if constant is not None:
        return constant
    if trigger.kind in HTTP and trigger.kind != "websocket-api":
        return _REQUESTS.get(contract_of(graph, trigger))
    if trigger.kind == "websocket-api":
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
