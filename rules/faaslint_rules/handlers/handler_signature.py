"""FL802 handler-signature."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import CallableKind, Signature
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route

GIVEN = 2
"""How many arguments Lambda passes to a handler: the event and the context."""


@rule(
    id="FL802",
    name="handler-signature",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html",),
)
def handler_signature(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler can't be called as Lambda calls it, with an event and a context.

    What it does
    Looks at how the handler's callable is declared. It speaks of a function that takes fewer or needs more than two
    positional arguments, or needs a keyword; of a class, and of an object without `__call__`; and of a generator function,
    whose result Lambda can't turn into a response.

    Why it matters
    The function is created, and every invocation fails with a `TypeError` or `Runtime.MarshalError`.

    How to fix
    Declare the handler as `def handler(event, context):`, and return its result instead of yielding it.

    What it can't know
    What a decorator from outside the package makes of the function, and what is assigned to the handler's name by code that
    is not on disk. `*args` and parameters with defaults are fine.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        signature = handler.signature
        if signature is None:
            yield Withheld("how the handler is declared can't be known", handler.span)
            continue
        wrong = _wrong(signature)
        if wrong:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' has the handler '{handler.callable}', which {wrong}.",
                at=Place(signature.span, handler.callable),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(signature.span, "declared here")),
                guard=guard,
            )


def _wrong(signature: Signature) -> str:
    if signature.kind is CallableKind.CLASS:
        return "is a class, so that its object is the result; make the handler a function or an object with '__call__'"
    if signature.kind is CallableKind.OBJECT:
        return "is an object that can't be called; give its class a '__call__' method or name a function"
    if signature.accepted is not None and signature.accepted < GIVEN:
        return f"takes {_count(signature.accepted)} but gets two; declare it with (event, context)"
    if signature.required > GIVEN:
        return f"needs {_count(signature.required)} but gets two; declare it with (event, context)"
    if signature.keywords:
        names = ", ".join(f"'{name}'" for name in signature.keywords)
        return f"needs the keyword {names}, which Lambda does not pass; give it a default"
    if signature.is_generator:
        return "is a generator, whose result is no response; return the result instead of yielding it"
    return ""


def _count(number: int) -> str:
    words = {0: "no argument", 1: "one argument", 3: "three arguments", 4: "four arguments"}
    return words.get(number, f"{number} arguments")
