"""FL503 visibility-timeout-too-short."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import least_visibility, recommended_visibility
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import EventSourceMapping, Function, Queue
from faaslint.model.read import boolean_of, integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Leaf, Unknown, branches, jointly


@rule(
    id="FL503",
    name="visibility-timeout-too-short",
    level=Level.ERROR,
    visits=EventSourceMapping,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html",),
    fixable=True,
)
def visibility_timeout_too_short(mapping: EventSourceMapping, graph: Graph, context: Context) -> Iterator[Answer]:
    """A queue shows its messages again while the function is still working on them.

    What it does
    Compares the visibility timeout of a queue with the timeout of the function that reads it: less than the function's
    timeout is an error, less than six times that plus the mapping's batching window a warning. A property that is not
    written counts with its default (30 s for the queue, 3 s for the function). Disabled mappings are left alone.

    Why it matters
    Lambda refuses to create the mapping where the queue's timeout is shorter than the function's. Where it is only a little
    longer, a batch that is throttled or retried becomes visible again before Lambda is done with it: messages are processed
    twice, or go to the dead-letter queue although nothing failed.

    How to fix
    Set the queue's visibility timeout to six times the function's timeout plus the batching window.

    What it can't know
    Queues outside the project, and how long the function really takes.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
    """
    queues = [(guard, node) for guard, node in graph.polled_by(mapping) if isinstance(node, Queue)]
    if not queues:
        source = next((leaf for _, leaf in branches(mapping.source) if isinstance(leaf, Unknown)), None)
        yield INAPPLICABLE if source is None else withheld(source, mapping)
        return
    functions = graph.functions_called_by(mapping)
    if not functions:
        unknown = next((callee.unknown for callee in graph.callees(mapping) if callee.unknown is not None), None)
        yield INAPPLICABLE if unknown is None else withheld(unknown, mapping)
        return
    asked = False
    for polled, queue in queues:
        for called, function, _ in functions:
            given = mapping.guard & polled & queue.guard & called & function.guard
            values = (mapping.enabled, queue.visibility_timeout, function.timeout, mapping.batching_window)
            for guard, (enabled, visibility, timeout, window) in jointly(*values, given=given):
                if boolean_of(enabled) is False:
                    continue
                asked = True
                unknown = next((leaf for leaf in (enabled, visibility, timeout, window) if isinstance(leaf, Unknown)), None)
                if unknown is not None:
                    yield withheld(unknown, mapping)
                else:
                    yield from _compare(mapping, queue, function, guard, visibility, timeout, window)
    if not asked:
        yield INAPPLICABLE


def _compare(
    mapping: EventSourceMapping,
    queue: Queue,
    function: Function,
    guard: Guard,
    visibility: Leaf,
    timeout: Leaf,
    window: Leaf,
) -> Iterator[Answer]:
    hidden, runs, waits = integer_of(visibility), integer_of(timeout), integer_of(window)
    if hidden is None or runs is None or waits is None:
        yield Withheld("a timeout is no whole number", mapping.span)
        return
    wanted = recommended_visibility(runs, waits)
    if hidden >= wanted:
        return
    refused = hidden < least_visibility(runs)
    if refused:
        wrong = (
            f"less than the {runs} s that the function which reads it may run, so Lambda refuses the event source mapping"
        )
    else:
        batching = f" plus the batching window of {waits} s" if waits else ""
        wrong = f"less than six times its function's timeout of {runs} s{batching}, so a retried message may come twice"
    written = "set to" if isinstance(timeout, Known) and timeout.trail else "by default"
    yield claim(
        queue,
        "visibility_timeout",
        f"Queue '{queue.name}' hides a message for {hidden} s, {wrong}; "
        f"set its {queue.spellings['visibility_timeout']} to at least {wanted}.",
        value=visibility,
        related=[
            Location(function.at("timeout", timeout).span, f"the function's timeout, {written} {runs} s"),
            Location(mapping.at("source").span, "the mapping that polls the queue"),
        ],
        route=[
            Location(queue.span, f"queue '{queue.name}'"),
            Location(mapping.span, f"event source mapping '{mapping.name}'"),
            Location(function.span, f"function '{function.name}'"),
        ],
        level=None if refused else Level.WARNING,
        guard=guard,
        # A number that stands elsewhere (a parameter's default) may mean other things as well.
        edits=[Edit(span, str(wanted), safe=refused and len(visibility.trail) == 1) for span in visibility.trail[-1:]],
    )
