"""FL502 batching-window-required."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import poll_sources, window_needed_above
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import EventSourceMapping
from faaslint.model.read import boolean_of, integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, is_absent, jointly

from .polled import Source, first_in_first_out, sources


@rule(
    id="FL502",
    name="batching-window-required",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html",),
)
def batching_window_required(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A mapping lacks the batching window that its batch size needs, or has one where none is allowed.

    What it does
    Checks the mappings of SQS queues: a batch size above 10 needs a batching window of at least one second, and a FIFO
    queue takes no window at all.

    Why it matters
    Lambda refuses the mapping, so the deployment fails.

    How to fix
    Set `MaximumBatchingWindowInSeconds` to at least 1, or a batch size of at most 10. Take the window of a FIFO queue out.

    What it can't know
    Whether a queue outside the project is a FIFO queue, where its ARN is not written out.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    longest = max(one.window_maximum for one in poll_sources().values())
    asked = False
    for source in sources(graph, mapping):
        if source.kind == "" and not (is_absent(mapping.batch_size) and mapping.batching_window.trail == ()):
            asked = True
            yield withheld(source.why, mapping)
        if source.kind == "sqs":
            asked = True
            yield from _check(mapping, source, longest)
    if not asked:
        yield INAPPLICABLE


def _check(mapping: EventSourceMapping, source: Source, longest: int) -> Iterator[Answer]:
    needed_above = window_needed_above()
    values = (mapping.batch_size, mapping.batching_window, first_in_first_out(source.node))
    for guard, (size, window, ordered) in jointly(*values, given=source.guard):
        batch = needed_above if isinstance(size, Known) and size.value is None else integer_of(size)
        waits = integer_of(window)
        fifo = boolean_of(ordered)
        if waits is None:
            yield withheld(window, mapping)
        elif waits > 0 and fifo is True:
            yield claim(
                mapping,
                "batching_window",
                f"Event source mapping '{mapping.name}' has a batching window of {waits} s, and FIFO queues take none; "
                "take it out.",
                value=window,
                related=[Location(source.node.at("fifo").span, "the FIFO queue")],
                guard=guard,
            )
        elif waits > 0:
            if fifo is None:
                yield withheld(ordered, mapping)
        elif batch is None:
            yield withheld(size, mapping) if isinstance(size, Unknown) else Withheld("no whole number", mapping.span)
        elif batch > needed_above and fifo is False:
            name = mapping.spellings.get("batching_window", "MaximumBatchingWindowInSeconds")
            yield claim(
                mapping,
                "batch_size",
                f"Event source mapping '{mapping.name}' takes batches of {batch} messages from a queue without a batching "
                f"window; set its {name} to 1..{longest}, or the batch size to at most {needed_above}.",
                value=size,
                related=[Location(source.node.span, "the queue")],
                guard=guard,
            )
        elif batch > needed_above and fifo is None:
            yield withheld(ordered, mapping)
