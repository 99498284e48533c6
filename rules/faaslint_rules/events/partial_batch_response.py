"""FL511 partial-batch-response."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Found, Handler, Return, Shape, ShapeKind
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping, Function
from faaslint.model.read import elements, openness, text_of
from faaslint.model.span import Location
from faaslint.model.value import Unknown, branches

from ..handlers.languages import analysed
from .polled import sources

REPORTED: Final = "ReportBatchItemFailures"
FIELD: Final = "batchItemFailures"
LOST: Final = {
    "sqs": "so Lambda deletes the failed messages",
    "kinesis": "so Lambda passes over the failed records",
    "dynamodb": "so Lambda passes over the failed records",
}
"""What happens to the failures that nobody asks for, by the kind of source."""


@rule(
    id="FL511",
    name="partial-batch-response",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html",),
)
def partial_batch_response(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler reports which items of a batch failed and the mapping does not ask, or the other way round.

    What it does
    Follows what the handler of a queue's or stream's function returns. A list of `batchItemFailures` that may hold
    something, with a mapping whose response types lack `ReportBatchItemFailures`, is an error. A mapping that has it, with
    a handler none of whose returns has `batchItemFailures`, is a warning.

    Why it matters
    Without the response type Lambda takes every return for a success: it deletes the messages that the handler reported as
    failed, or passes over the records. With it, a handler that returns something else reports that all went well.

    How to fix
    Set `FunctionResponseTypes: [ReportBatchItemFailures]`, and return `{"batchItemFailures": [{"itemIdentifier": …}]}`.

    What it can't know
    Answers that a library or a decorator makes, such as the batch processor of Powertools.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
    """
    asked = False
    for source in sources(graph, mapping):
        if source.kind not in LOST:
            continue
        for called, function, _ in graph.functions_called_by(mapping):
            if not analysed(function):
                continue
            for runs, handler in graph.handlers_of(function):
                given = source.guard & called & runs & function.guard
                if not given.satisfiable() or handler.found not in (Found.YES, Found.UNKNOWN):
                    continue
                asked = True
                if handler.found is Found.UNKNOWN:
                    yield Withheld(handler.why or "the handler's code can't be known", handler.span)
                else:
                    yield from _compare(mapping, function, handler, source.kind, given)
    if not asked:
        yield INAPPLICABLE


def _compare(mapping: EventSourceMapping, function: Function, handler: Handler, kind: str, given: Guard) -> Iterator[Answer]:
    if handler.returns_openness is not None:
        yield Withheld(handler.returns_openness.why, handler.returns_openness.where)
        return
    reporting = [one for one in handler.returns if _reports(one.shape)]
    for guard, leaf in branches(mapping.response_types):
        both = guard & given
        if not both.satisfiable():
            continue
        open_list = openness(leaf)
        names = [text_of(one) for _, one in elements(leaf)]
        if isinstance(leaf, Unknown) or open_list is not None or None in names:
            yield Withheld("the response types can't be known", mapping.at("response_types", leaf).span)
        elif REPORTED not in names and reporting:
            yield _not_asked(mapping, function, handler, reporting[0], LOST[kind], both)
        elif REPORTED in names and not reporting:
            unread = next((one for one in handler.returns if _may_report(one.shape)), None)
            if unread is not None or not handler.returns:
                yield Withheld("what the handler returns can't be known", unread.span if unread else handler.span)
            else:
                yield _not_reported(mapping, function, handler, both)


def _reports(shape: Shape) -> bool:
    """Return whether an answer surely has failures that may not be empty."""
    if shape.kind is not ShapeKind.MAPPING or FIELD not in shape.fields:
        return False
    return any(
        one.kind is not ShapeKind.NOTHING and not (one.kind is ShapeKind.LIST and not one.elements and one.openness is None)
        for one in shape.fields[FIELD]
    )


def _may_report(shape: Shape) -> bool:
    if shape.kind is ShapeKind.MAPPING:
        return FIELD in shape.fields or shape.openness is not None
    return shape.kind in (ShapeKind.UNKNOWN, ShapeKind.SDK_OBJECT, ShapeKind.OBJECT)


def _route(mapping: EventSourceMapping, function: Function, handler: Handler) -> list[Location]:
    return [
        Location(mapping.span, f"event source mapping '{mapping.name}'"),
        Location(function.span, f"function '{function.name}'"),
        Location(handler.span, f"the handler '{handler.callable}'"),
    ]


def _not_asked(
    mapping: EventSourceMapping, function: Function, handler: Handler, returned: Return, lost: str, guard: Guard
) -> Answer:
    spelled = mapping.spellings.get("response_types", "FunctionResponseTypes")
    return claim(
        mapping,
        "response_types",
        f"Event source mapping '{mapping.name}' does not ask for the '{FIELD}' that function '{function.name}' returns, "
        f"{lost}; set its {spelled} to {REPORTED}.",
        related=[Location(returned.span, "what failed is returned here")],
        route=[*_route(mapping, function, handler), Location(returned.span, "returns it here")],
        guard=guard,
    )


def _not_reported(mapping: EventSourceMapping, function: Function, handler: Handler, guard: Guard) -> Answer:
    return claim(
        mapping,
        "response_types",
        f"Event source mapping '{mapping.name}' asks for the failures of a batch, and function '{function.name}' never "
        f"returns '{FIELD}'; return them, or take {REPORTED} out.",
        related=[Location(one.span, "returned here") for one in handler.returns],
        route=_route(mapping, function, handler),
        level=Level.WARNING,
        guard=guard,
    )
