"""FL119 timeout-exceeds-caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import event_sources
from faaslint.graph import Graph
from faaslint.graph.queries import Trigger, triggers
from faaslint.model.edges import Mode
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function, Integration, Route
from faaslint.model.read import integer_of, known_text_parts
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, branches, jointly

NOT_WAITING: Final = ("websocket-api",)
"""A client of a WebSocket goes on when the integration times out, and gets what the function sends to its connection."""


class _Wait(NamedTuple):
    guard: Guard
    seconds: float
    trigger: Trigger


@rule(id="FL119", name="timeout-exceeds-caller", level=Level.WARNING, visits=Function)
def timeout_exceeds_caller(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function may run longer than its caller waits for the answer.

    What it does
    Compares a function's timeout with the time that its synchronous callers wait: the timeout of the API's integration
    where one is set, else what the service allows (29 s for REST APIs, 30 s for HTTP APIs, 5 s for triggers of Cognito).
    Up to one second more is fine. One finding for a function, for the caller that waits least.

    Why it matters
    The caller gets an error while the function goes on, is paid for, and finishes work that will be asked for again.

    How to fix
    Set the timeout to what the caller waits, or hand long work to a queue and answer at once.

    What it can't know
    Limits that AWS has raised for your account, and timeouts that come from parameters without defaults.

    Sources
    - https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    - https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
    """
    waits: list[_Wait] = []
    for trigger in triggers(graph, function):
        if trigger.mode is not Mode.SYNCHRONOUS:
            continue
        for one in _waits(trigger):
            if isinstance(one, Withheld):
                yield one
            else:
                waits.append(one)
    if not waits:
        yield INAPPLICABLE
        return
    told = False
    for guard, (timeout,) in jointly(function.timeout, given=function.guard):
        seconds = integer_of(timeout)
        if seconds is None:
            if isinstance(timeout, Unknown):
                yield withheld(timeout, function)
            continue
        there = [one for one in waits if (one.guard & guard).satisfiable()]
        least = min(there, key=lambda one: one.seconds, default=None)
        if least is None or seconds <= least.seconds + 1 or told:
            continue
        told = True
        caller = least.trigger.source
        yield claim(
            function,
            "timeout",
            f"Function '{function.name}' may run {seconds} s, and '{caller.name}' waits {least.seconds:g} s for its answer; "
            f"set the timeout to that, or answer before the work is done.",
            value=timeout,
            related=[Location(least.trigger.place.span, "where the caller names the function")],
            route=[
                Location(caller.span, f"'{caller.name}' calls the function and waits"),
                Location(function.span, f"function '{function.name}'"),
            ],
            guard=guard & least.guard,
        )


def _waits(trigger: Trigger) -> Iterator[_Wait | Withheld]:
    """Yield how long a trigger waits, branch by branch; nothing where that is not known of its kind."""
    if trigger.kind in NOT_WAITING or "sender" in trigger.moment.lower():
        # Cognito waits for every trigger but those that send its messages.
        return
    fact = event_sources.push_source(trigger.kind)
    usual = fact.waits if fact is not None else None
    if not isinstance(trigger.via, (Route, Integration)):
        if usual is not None:
            yield _Wait(trigger.guard, usual, trigger)
        return
    for guard, leaf in branches(trigger.via.timeout):
        both = guard & trigger.guard
        milliseconds = integer_of(leaf)
        if isinstance(leaf, Unknown):
            yield Withheld(leaf.why, trigger.via.at("timeout", leaf).span)
        elif milliseconds is not None:
            yield _Wait(both, milliseconds / 1000, trigger)
        elif isinstance(leaf, Known) and leaf.value is None and usual is not None and not _streams(trigger.via):
            yield _Wait(both, usual, trigger)


def _streams(integration: Route | Integration) -> bool:
    """A response that is streamed may take longer than one that is sent at once."""
    return any("/response-streaming-invocations" in (known_text_parts(leaf) or "") for _, leaf in branches(integration.uri))
