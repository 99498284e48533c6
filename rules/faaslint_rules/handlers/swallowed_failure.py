"""FL816 swallowed-failure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import triggers
from faaslint.model.edges import Mode
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route

ANSWERING: Final = frozenset({"custom-resource", "codepipeline", "config-rule", "secret-rotation"})
"""Callers that the source tells itself how it went."""

BATCHES: Final = frozenset({"sqs", "kinesis", "dynamodb"})
"""Callers that take a list of the records that failed."""


@rule(
    id="FL816",
    name="swallowed-failure",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",
    ),
)
def swallowed_failure(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler catches every failure, and its trigger takes the event for done.

    What it does
    Where a queue, a stream or an asynchronous caller feeds the function, looks for an `except` that catches everything
    around the work and only tells people: it neither raises, nor records the failure, nor sends the event on.

    Why it matters
    Lambda tries again, and sends to a dead-letter queue or destination, only what fails. What the handler swallows is
    lost: neither retries nor alarms see it.

    How to fix
    Raise again after telling, or report the record in `batchItemFailures`.

    What it can't know
    Whether losing an event is meant. Clauses that change anything, and functions that raise later, are left alone.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    callers = [one for one in triggers(graph, function) if one.mode in (Mode.ASYNCHRONOUS, Mode.POLLING)]
    callers = [one for one in callers if one.kind not in ANSWERING]
    if not callers:
        yield INAPPLICABLE
        return
    batches = all(one.kind in BATCHES for one in callers)
    for given, handler in running:
        if handler.signature is None:
            yield Withheld("what the handler does with failures can't be known", handler.span)
            continue
        for one in handler.excepts:
            if not one.effects:
                continue
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' catches every failure and goes on, so that '{callers[0].source.name}' takes "
                f"the event for done; raise again{', or report it in batchItemFailures' if batches else ''}.",
                at=Place(one.span, handler.callable),
                related=[Location(callers[0].place.span, "what calls the function")],
                route=route(function, handler, Location(one.span, "catches everything")),
                guard=given,
            )
