"""FL807 response-not-serialisable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Handler, Reachable, Shape, ShapeKind
from faaslint.model.finding import Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place, Span

from .running import Running, route
from .shown import by_place

RETURNED: Final[dict[ShapeKind, str]] = {
    ShapeKind.SET: "a set",
    ShapeKind.TIME: "a date or time",
    ShapeKind.IDENTIFIER: "a UUID",
    ShapeKind.GENERATOR: "an iterator",
    ShapeKind.COROUTINE: "a coroutine",
    ShapeKind.STREAM: "a body that the SDK streams",
    ShapeKind.SDK_OBJECT: "an object of the SDK",
    ShapeKind.OBJECT: "an object of a class of its own",
}
"""What Lambda's own encoder refuses."""

DUMPED: Final[dict[ShapeKind, str]] = {ShapeKind.DECIMAL: "a Decimal", ShapeKind.BYTES: "bytes"}
"""What ``json.dumps`` refuses beside that."""

ITEMS: Final = (
    "resource:dynamodb.get_item.Item",
    "resource:dynamodb.get_item",
    "resource:dynamodb.query.Items",
    "resource:dynamodb.query",
    "resource:dynamodb.scan.Items",
    "resource:dynamodb.scan",
    "resource:dynamodb.query.Items[*]",
    "resource:dynamodb.scan.Items[*]",
    "resource:dynamodb.query.Items[0]",
    "resource:dynamodb.update_item.Attributes",
)
"""Answers of a DynamoDB resource that hold whole items."""


@rule(
    id="FL807",
    name="response-not-serialisable",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html",
        "https://docs.python.org/3/library/json.html#py-to-json-table",
        "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/customizations/dynamodb.html",
    ),
)
def response_not_serialisable(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler returns, or makes JSON of, something that JSON has no form for.

    What it does
    Follows what the handler returns, and what goes into a plain `json.dumps`. It speaks of sets, dates and times, UUIDs,
    generators and other iterators, coroutines that nothing awaits, bodies that the SDK streams, objects of the SDK and
    of classes of its own; in `json.dumps` without `default` or `cls` also of bytes and `Decimal`, and, as a warning, of
    items that a DynamoDB resource gives, which hold every number as `Decimal`.

    Why it matters
    The invocation fails with `Runtime.MarshalError`, or `json.dumps` raises `TypeError`, after the work is done.

    How to fix
    Turn the value into a text, a number or a list: `sorted(names)`, `now.isoformat()`, `str(uuid)`,
    `body.read().decode()`; pass `default=str` to `json.dumps`.

    What it can't know
    Values whose type only the running program knows, and answers that a decorator from outside the package changes.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
    - https://docs.python.org/3/library/json.html#py-to-json-table
    - https://boto3.amazonaws.com/v1/documentation/api/latest/reference/customizations/dynamodb.html
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        for one in handler.serialisations:
            if not one.plain:
                continue
            wrong = _inside(one.shape, {**RETURNED, **DUMPED})
            if not wrong and one.shape.origin in ITEMS:
                wrong = "an item of a DynamoDB resource, whose numbers are Decimal"
            if wrong and one.alternatives == 1 and one.reachable is Reachable.YES:
                certain = not one.shape.origin
                yield _claim(function, handler, one.span, f"makes JSON of {wrong}", guard, certain=certain)
        if handler.returns_openness is not None:
            yield Withheld(handler.returns_openness.why, handler.returns_openness.where)
            continue
        for place, group in by_place(handler.returns):
            found = [_inside(one.shape, RETURNED) for one in group]
            if all(found):
                yield _claim(function, handler, place, f"returns {found[0]}", guard, certain=True)


def _claim(function: Function, handler: Handler, span: Span, does: str, guard: Guard, *, certain: bool) -> Answer:
    return claim(
        function,
        "handler",
        f"Function '{function.name}' {does}, which JSON has no form for; turn it into a text, a number or a list.",
        at=Place(span, handler.callable),
        related=[Location(function.at("handler").span, "the function's handler")],
        route=route(function, handler, Location(span, does)),
        level=None if certain else Level.WARNING,
        guard=guard,
    )


def _inside(shape: Shape, kinds: Mapping[ShapeKind, str]) -> str:
    """Return what in a value has no form in JSON, in words; empty where nothing certainly is."""
    pending = [shape]
    while pending:
        current = pending.pop()
        if current.kind in kinds:
            return kinds[current.kind]
        for held in current.fields.values():
            if len(held) == 1:
                pending += held
        if len(current.elements) == 1:
            pending += current.elements
        elif current.elements:
            found = [_inside(one, kinds) for one in current.elements]
            if all(found):
                return found[0]
    return ""
