"""FL810 synchronous-chain."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.resolve import resolved
from faaslint.model.facts import Reachable, SdkCall
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place
from faaslint.model.value import Environment, Known, Unknown

from .running import Running, route


@rule(
    id="FL810",
    name="synchronous-chain",
    level=Level.WARNING,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/concepts-application-design.html",
        "https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    ),
)
def synchronous_chain(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function waits for another function.

    What it does
    Looks for calls of `invoke` that wait for the answer (`RequestResponse`, the default) whose function is one of this
    project. Functions that call each other in a ring are an error.

    Why it matters
    Both are paid for while one waits; the caller's timeout has to hold both, and an error or a throttle of the one fails
    the other. A ring runs until the account's concurrency is used up.

    How to fix
    Call the code as a library, put a queue between the two, or let a state machine call both.

    What it can't know
    Functions of other projects, and names that are computed.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/concepts-application-design.html
    - https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        for call in handler.calls:
            if (call.service, call.operation) != ("lambda", "invoke") or call.reachable is Reachable.NO:
                continue
            if not call.arguments_complete or call.reachable is not Reachable.YES:
                yield Withheld("how the function is called can't be known", call.span)
                continue
            kind = call.arguments.get("InvocationType", Known("RequestResponse"))
            target = called(graph, function, call)
            if isinstance(kind, Unknown) or target is None:
                yield Withheld("which function is called can't be known", call.span)
                continue
            if not isinstance(kind, Known) or kind.value != "RequestResponse":
                continue
            ring = target is function or leads_to(graph, target, function)
            what = "calls itself, and waits for the answer" if target is function else f"waits for function '{target.name}'"
            more = ", which waits for it in turn" if ring and target is not function else ""
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' {what}{more}; put a queue or a state machine between them.",
                at=Place(call.span, handler.callable),
                related=[Location(target.span, f"function '{target.name}'")],
                route=route(function, handler, Location(call.span, "waits here")),
                level=Level.ERROR if ring else None,
                guard=given,
            )


def called(graph: Graph, function: Function, call: SdkCall) -> Function | None:
    """Return the function of this project that a call of ``invoke`` names, None where that can't be known."""
    value = call.arguments.get("FunctionName")
    if not isinstance(value, Known):
        return None
    if isinstance(value.value, Environment):
        value = graph.environment_value(function, value.value.name)
    found = [node for _, node in resolved(graph, value, Function)]
    return found[0] if len(found) == 1 and isinstance(found[0], Function) else None


def leads_to(graph: Graph, start: Function, wanted: Function) -> bool:
    """Return whether a function, or one that it waits for, waits for another."""
    pending, seen = [start], {start.id}
    while pending:
        current = pending.pop()
        for _, handler in graph.handlers_of(current):
            for call in handler.calls:
                if (call.service, call.operation) != ("lambda", "invoke") or call.reachable is not Reachable.YES:
                    continue
                kind = call.arguments.get("InvocationType", Known("RequestResponse"))
                waits = isinstance(kind, Known) and kind.value == "RequestResponse"
                target = called(graph, current, call) if waits else None
                if target is wanted:
                    return True
                if target is not None and target.id not in seen:
                    seen.add(target.id)
                    pending.append(target)
    return False
