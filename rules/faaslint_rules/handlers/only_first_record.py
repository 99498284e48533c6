"""FL825 only-first-record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import polled_kind
from faaslint.model.facts import Reachable
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import integer_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, jointly

from .running import Running, route

POLLED: Final = frozenset({"sqs", "kinesis", "dynamodb"})
"""Sources whose events are lists of records."""


@rule(
    id="FL825",
    name="only-first-record",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html",
    ),
)
def only_first_record(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler looks at the first record of a batch only, and the others count as done.

    What it does
    Where a queue or stream is polled in batches of more than one record, looks at which records the handler reads. It
    speaks where it reads `event["Records"][0]` and nothing else of the list.

    Why it matters
    Lambda takes a batch for done when the handler returns: all records but the first are lost without an error. With
    little traffic batches have one record, so it shows under load only.

    How to fix
    Loop over `event["Records"]`, or set the batch size to 1.

    What it can't know
    What code outside the package does with the event: then it says nothing.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    - https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    mappings = [
        (guard, mapping)
        for guard, mapping in graph.mappings_of(function)
        if any(polled_kind(mapping, source) in POLLED for _, source in graph.polled_by(mapping))
    ]
    if not mappings:
        yield INAPPLICABLE
        return
    for given, handler in running:
        reads = [read for read in handler.events if read.path[:1] == ("Records",) and len(read.path) > 1]
        if handler.events_openness is not None:
            yield Withheld(handler.events_openness.why, handler.events_openness.where)
            continue
        firsts = [read for read in reads if read.path[1] == "[0]" and read.reachable is Reachable.YES]
        if not firsts or any(read.path[1] != "[0]" for read in reads) or ("Records", "len()") in handler.event_tests:
            continue
        for guard, mapping in mappings:
            for both, (size,) in jointly(mapping.batch_size, given=given & guard & mapping.guard):
                count = integer_of(size)
                if isinstance(size, Unknown) or (count is None and size.value is not None):
                    yield withheld(size, mapping)
                elif count is None or count > 1:
                    yield claim(
                        function,
                        "handler",
                        f"Function '{function.name}' reads the first record of each batch only, and the others are lost; "
                        "loop over the records, or set the batch size to 1.",
                        at=Place(firsts[0].span, handler.callable),
                        related=[Location(mapping.at("batch_size", size).span, "the batches")],
                        route=[
                            Location(mapping.span, f"'{mapping.name}' polls batches"),
                            *route(function, handler, Location(firsts[0].span, "reads the first record")),
                        ],
                        guard=both,
                    )
