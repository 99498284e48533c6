"""FL213 concurrency-zero."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import triggers
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.read import integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, branches, is_absent


@rule(id="FL213", name="concurrency-zero", level=Level.WARNING, visits=Function)
def concurrency_zero(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function that something calls may run no execution at all.

    What it does
    Looks for functions whose reserved concurrency is 0 and which have a trigger in the project. One that is 0 under a
    condition only has a switch, which is meant to stop it.

    Why it matters
    With 0 reserved, Lambda throttles every call: the function never runs, and its events are retried until they are lost.

    How to fix
    Reserve at least 1, or leave the setting out. To stop a function on purpose, take its triggers away, or suppress this
    with a reason.

    What it can't know
    Triggers of other projects, and a reservation that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    if is_absent(function.reserved_concurrency):
        yield INAPPLICABLE
        return
    calling = triggers(graph, function)
    if not calling:
        yield INAPPLICABLE
        return
    possible = [
        (guard, leaf) for guard, leaf in branches(function.reserved_concurrency) if (guard & function.guard).satisfiable()
    ]
    switched = any(isinstance(leaf, Known) and integer_of(leaf) != 0 for _, leaf in possible)
    for guard, reserved in possible:
        if isinstance(reserved, Unknown):
            yield withheld(reserved, function)
        elif not switched and integer_of(reserved) == 0:
            there = [trigger for trigger in calling if (trigger.guard & guard & function.guard).satisfiable()]
            if there:
                yield claim(
                    function,
                    "reserved_concurrency",
                    f"Function '{function.name}' reserves 0 executions, so it never runs though '{there[0].source.name}' "
                    f"calls it; reserve at least 1 or leave it out.",
                    value=reserved,
                    related=[Location(trigger.place.span, "what calls it") for trigger in there],
                    guard=guard & there[0].guard,
                )
