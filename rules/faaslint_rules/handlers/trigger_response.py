"""FL824 trigger-response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, triggers
from faaslint.model.facts import Shape, ShapeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Authorizer, Function
from faaslint.model.read import boolean_of
from faaslint.model.span import Location, Place
from faaslint.model.value import branches, is_absent

from .running import Running, route
from .shown import by_place

CONTRACTS: Final = {
    "user-pool": ("Cognito", "the event", frozenset({"response", "request", "triggerSource", "userPoolId"})),
    "authorizer": ("an API that asks it", "a policy or 'isAuthorized'", frozenset({"policyDocument", "isAuthorized"})),
    "appsync-authorizer": ("AppSync", "a mapping with 'isAuthorized'", frozenset({"isAuthorized"})),
    "firehose": ("Firehose", "records with 'recordId', 'result' and 'data'", frozenset({"records"})),
    "edge": ("CloudFront", "the request, or a response with 'status'", frozenset({"status", "uri", "method", "headers"})),
}
"""What each trigger is called, what it wants, and the keys of which one has to be there."""


@rule(
    id="FL824",
    name="trigger-response",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html",
        "https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html",
        "https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html",
    ),
)
def trigger_response(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler returns something that its trigger can't use.

    What it does
    Follows what the handler returns, where a Cognito trigger, an API's authorizer, an AppSync authorizer, a Firehose
    transformation or CloudFront calls it. A Cognito trigger has to return the event; an authorizer a policy, or, where an
    HTTP API allows simple responses, `isAuthorized`; a transformation a list of records with `recordId` and `result`;
    Lambda@Edge a request or a response.

    Why it matters
    The sign-in, the request or the batch fails: "Unrecognizable lambda output", 500, `processing-failed`, 502.

    How to fix
    Return what the trigger's contract names.

    What it can't know
    Answers that code outside the package makes or changes.

    Sources
    - https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
    - https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
    - https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = [one for one in triggers(graph, function) if one.kind in CONTRACTS and not _needs_nothing(one)]
    if not callers:
        yield INAPPLICABLE
        return
    if len({one.kind for one in triggers(graph, function)}) > 1:
        yield Withheld("the function is called in several ways", function.span)
        return
    caller = callers[0]
    for guard, handler in running:
        given = guard & caller.guard
        if not given.satisfiable():
            continue
        if handler.returns_openness is not None:
            yield Withheld(handler.returns_openness.why, handler.returns_openness.where)
            continue
        nothing = all(one.shape.kind is ShapeKind.NOTHING for one in handler.returns)
        for place, group in by_place(handler.returns):
            if group[0].implicit and not nothing:
                continue
            wrong = [_wrong(caller, one.shape) for one in group]
            if not all(wrong):
                continue
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' returns {wrong[0]} to {CONTRACTS[caller.kind][0]}; "
                f"return {'a policy' if _asks_for_policy(caller) else CONTRACTS[caller.kind][1]}.",
                at=Place(place, handler.callable),
                related=[Location(caller.place.span, "the caller")],
                route=[
                    Location(caller.source.span, f"'{caller.source.name}' calls the function"),
                    *route(function, handler, Location(place, "returns it here")),
                ],
                guard=given,
            )
            if nothing:
                break


def _needs_nothing(trigger: Trigger) -> bool:
    """Return whether a Cognito trigger sends a message itself, so that its answer is not looked at."""
    moment = trigger.moment.lower().replace("_", "")
    return trigger.kind == "user-pool" and ("sender" in moment or not moment)


def _wrong(trigger: Trigger, shape: Shape) -> str:
    """Return what is wrong with an answer, empty where nothing certainly is."""
    if shape.kind is ShapeKind.NOTHING:
        return "None"
    if shape.kind in (ShapeKind.TEXT, ShapeKind.NUMBER, ShapeKind.BOOLEAN, ShapeKind.LIST, ShapeKind.SET):
        return "something other than a mapping"
    if shape.kind is not ShapeKind.MAPPING or shape.openness is not None:
        return ""
    if trigger.kind == "firehose":
        return _wrong_records(shape)
    wanted = CONTRACTS[trigger.kind][2]
    if _asks_for_policy(trigger):
        wanted = frozenset({"policyDocument"})
    return "" if wanted & shape.fields.keys() else f"a mapping without {' or '.join(repr(one) for one in sorted(wanted))}"


def _asks_for_policy(trigger: Trigger) -> bool:
    """Return whether an API takes nothing but a policy: ``isAuthorized`` is for HTTP APIs that allow simple responses."""
    via = trigger.via
    return isinstance(via, Authorizer) and all(
        boolean_of(leaf) is False or is_absent(leaf) for _, leaf in branches(via.simple_responses)
    )


def _wrong_records(shape: Shape) -> str:
    lists = shape.fields.get("records")
    if lists is None:
        return "a mapping without 'records'"
    records = [record for one in lists for record in one.elements]
    for name in ("recordId", "result"):
        if records and all(
            record.kind is ShapeKind.MAPPING and record.openness is None and name not in record.fields for record in records
        ):
            return f"records without '{name}'"
    return ""
