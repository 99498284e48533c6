"""FL512 mapping-concurrency."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts.event_sources import mapping_concurrency as bounds
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level
from faaslint.model.nodes import EventSourceMapping, Function, Node
from faaslint.model.read import boolean_of, integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, is_absent, jointly

TOGETHER = 8
"""Of more mappings than these the sum is not built; a function that has them is not thinkable by its branches."""


@rule(
    id="FL512",
    name="mapping-concurrency",
    level=Level.ERROR,
    visits=Node,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",),
    fixable=True,
)
def mapping_concurrency(node: Node, graph: Graph, context: Context) -> Iterator[Answer]:
    """The maximum concurrency of a queue's mapping is out of bounds, or more than its function reserves.

    What it does
    Checks that the maximum concurrency of an event source mapping is in 2..1000 (an error), and that the mappings of one
    function together have no more than the function's reserved concurrency (a warning).

    Why it matters
    Outside the bounds Lambda refuses the mapping. Above the reserved concurrency the mappings take messages that the
    function is then throttled for: they become visible again, count as received, and end in the dead-letter queue.

    How to fix
    Set a maximum in 2..1000, and a reserved concurrency of at least the sum of the maxima.

    What it can't know
    Mappings of other projects that feed the same function.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    - https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
    """
    if isinstance(node, EventSourceMapping) and not is_absent(node.maximum_concurrency):
        yield from _bounded(node)
    elif isinstance(node, Function) and not is_absent(node.reserved_concurrency):
        yield from _reserved(node, graph)
    else:
        yield INAPPLICABLE


def _bounded(mapping: EventSourceMapping) -> Iterator[Answer]:
    lowest, highest = bounds()
    for guard, (maximum,) in jointly(mapping.maximum_concurrency, given=mapping.guard):
        number = integer_of(maximum)
        if isinstance(maximum, Unknown):
            yield withheld(maximum, mapping)
        elif maximum.value is not None and (number is None or not lowest <= number <= highest):
            nearest = str(lowest if number is None or number < lowest else highest)
            yield claim(
                mapping,
                "maximum_concurrency",
                f"Event source mapping '{mapping.name}' has a maximum concurrency of {maximum.value}, which Lambda refuses; "
                f"set a whole number in {lowest}..{highest}.",
                value=maximum,
                guard=guard,
                edits=[Edit(span, nearest, safe=False) for span in maximum.trail[-1:] if number is not None],
            )


def _reserved(function: Function, graph: Graph) -> Iterator[Answer]:
    limited = [(guard, one) for guard, one in graph.mappings_of(function) if not is_absent(one.maximum_concurrency)]
    if not limited or len(limited) > TOGETHER:
        yield INAPPLICABLE
        return
    # A mapping that is not there in a situation is as one without a maximum.
    given = function.guard
    for guard, one in limited:
        given = given & guard & one.guard
    values = [function.reserved_concurrency, *(one.maximum_concurrency for _, one in limited)]
    switches = [one.enabled for _, one in limited]
    for guard, leaves in jointly(*values, *switches, given=given):
        reserved, maxima, enabled = leaves[0], leaves[1 : len(values)], leaves[len(values) :]
        unknown = next((leaf for leaf in leaves if isinstance(leaf, Unknown)), None)
        if unknown is not None:
            yield withheld(unknown, function)
            continue
        limit = integer_of(reserved)
        counted = [
            number
            for leaf, switch in zip(maxima, enabled, strict=True)
            if (number := integer_of(leaf)) is not None and boolean_of(switch) is not False
        ]
        # Zero switches the function off, and less than zero means that nothing is reserved.
        if limit is None or limit <= 0 or sum(counted) <= limit or not isinstance(reserved, Known):
            continue
        several = "its event source mapping has" if len(counted) == 1 else f"its {len(counted)} event source mappings have"
        together = "" if len(counted) == 1 else " together"
        yield claim(
            function,
            "reserved_concurrency",
            f"Function '{function.name}' reserves a concurrency of {limit}, and {several} a maximum of {sum(counted)}"
            f"{together}, so messages are taken and throttled; reserve at least {sum(counted)}, or lower the maximum.",
            value=reserved,
            related=[
                Location(one.at("maximum_concurrency", leaf).span, f"the maximum of '{one.name}'")
                for (_, one), leaf in zip(limited, maxima, strict=True)
            ],
            level=Level.WARNING,
            guard=guard,
        )
