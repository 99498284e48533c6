"""FL501 batch-size-out-of-bounds."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import poll_source, poll_sources
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping
from faaslint.model.read import boolean_of, integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, is_absent, jointly

from .polled import Source, first_in_first_out, sources


@rule(
    id="FL501",
    name="batch-size-out-of-bounds",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",),
    fixable=True,
)
def batch_size_out_of_bounds(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A batch size is not one that the event source allows.

    What it does
    Compares the batch size of an event source mapping with what its source allows: 1 to 10 for a FIFO queue, 1 to 10,000
    for every other source.

    Why it matters
    Lambda refuses the mapping, so the deployment fails.

    How to fix
    Set a whole number within the bounds.

    What it can't know
    Whether a queue outside the project is a FIFO queue, where its ARN is not written out.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    if is_absent(mapping.batch_size):
        yield INAPPLICABLE
        return
    for source in sources(graph, mapping):
        fifo = first_in_first_out(source.node) if source.kind == "sqs" else Known(False)
        for guard, (size, ordered) in jointly(mapping.batch_size, fifo, given=source.guard):
            if isinstance(size, Unknown):
                yield withheld(size, mapping)
                continue
            if size.value is None:
                continue
            least, most = _maxima(source.kind, ordered)
            number = integer_of(size)
            if number is None or number < 1 or number > most:
                yield _claim(mapping, source, size, most, guard)
            elif number > least:
                yield withheld(ordered if isinstance(ordered, Unknown) else source.why, mapping)


def _maxima(kind: str, ordered: Leaf) -> tuple[int, int]:
    """Return the least and the largest maximum that may hold."""
    every = poll_sources().values()
    fact = poll_source(kind)
    if fact is None:
        all_maxima = [one.batch_maximum for one in every] + [one.batch_maximum_fifo or one.batch_maximum for one in every]
        return min(all_maxima), max(all_maxima)
    if fact.batch_maximum_fifo is None or boolean_of(ordered) is False:
        return fact.batch_maximum, fact.batch_maximum
    if boolean_of(ordered) is True:
        return fact.batch_maximum_fifo, fact.batch_maximum_fifo
    return fact.batch_maximum_fifo, fact.batch_maximum


def _claim(mapping: EventSourceMapping, source: Source, size: Known, most: int, guard: Guard) -> Answer:
    number = integer_of(size)
    nearest = str(1 if number is not None and number < 1 else most)
    fact = poll_source(source.kind)
    named = "a FIFO queue" if fact is not None and most == fact.batch_maximum_fifo else "its source"
    edits = [Edit(span, nearest, safe=len(size.trail) == 1) for span in size.trail[-1:] if number is not None]
    return claim(
        mapping,
        "batch_size",
        f"Event source mapping '{mapping.name}' has a batch size of {size.value}, which {named} does not allow; "
        f"set a whole number in 1..{most}.",
        value=size,
        related=[] if source.node is mapping else [Location(source.node.span, "what is polled")],
        guard=guard,
        edits=edits,
    )
