"""FL808 async-handler."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import CallableKind
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route


@rule(
    id="FL808",
    name="async-handler",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html",),
)
def async_handler(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Python handler is a coroutine function, which Lambda does not run.

    What it does
    Looks at whether the handler is declared with `async def`.

    Why it matters
    Lambda's Python runtime calls the handler and turns its result into JSON. The result of an `async def` is a coroutine
    that nobody awaits: none of its body runs, and the invocation fails with `Runtime.MarshalError`.

    How to fix
    Keep the coroutine under another name, and have an ordinary handler run it: `return asyncio.run(main(event, context))`.

    What it can't know
    What a decorator from outside the package makes of the coroutine function: then it says nothing.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    - https://github.com/aws/aws-lambda-python-runtime-interface-client
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        signature = handler.signature
        if signature is None:
            yield Withheld("how the handler is declared can't be known", handler.span)
        elif signature.kind is CallableKind.FUNCTION and signature.is_async:
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' has the handler '{handler.callable}', a coroutine function that Lambda does "
                "not await; run it from an ordinary function with asyncio.run.",
                at=Place(signature.span, handler.callable),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(signature.span, "declared with 'async def'")),
                guard=guard,
            )
