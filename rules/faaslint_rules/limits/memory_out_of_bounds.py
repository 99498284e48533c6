"""FL101 memory-out-of-bounds."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, Option, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.read import integer_of, number_of
from faaslint.model.value import Known, Provenance, Unknown, jointly

from .nearest import to_nearest


@rule(
    id="FL101",
    name="memory-out-of-bounds",
    level=Level.ERROR,
    visits=Function,
    fixable=True,
    options=(
        Option(
            "memory-profile",
            "current",
            "Which bounds hold: the current ones, or those of 2019 (128 to 3008 MB in steps of 64).",
            ("current", "2019"),
        ),
    ),
)
def memory_out_of_bounds(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's memory is not a size that Lambda offers.

    What it does
    Checks that a function's memory is a whole number from 128 to 10240 MB, and from 2048 to 32768 MB for a function that
    runs on a capacity provider. With `memory-profile = "2019"` the bounds are 128 to 3008 MB in steps of 64.

    Why it matters
    Lambda refuses the function, so the deployment fails and rolls back.

    How to fix
    Set a size within the bounds.

    What it can't know
    A size that comes from a parameter without a default, or from another stack.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    - https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    profile = str(context.options["memory-profile"])
    for guard, (memory, provider) in jointly(function.memory, function.capacity_provider, given=function.guard):
        unread = next((leaf for leaf in (memory, provider) if isinstance(leaf, Unknown)), None)
        if unread is not None or not (isinstance(memory, Known) and isinstance(memory.value, (str, int, float))):
            yield withheld(unread or memory, function)
            continue
        on_provider = isinstance(provider, Known) and provider.value is not None
        if on_provider and memory.provenance is Provenance.SERVICE:
            continue  # Lambda has a default of its own for these.
        bounds = limits.memory(profile, capacity_provider=on_provider)
        size = integer_of(memory)
        if size is None or not bounds.allows(size):
            yield claim(
                function,
                "memory",
                f"Function '{function.name}' has {_shown(memory)} of memory, which Lambda refuses; "
                f"set a whole number of MB in {bounds}.",
                value=memory,
                guard=guard,
                edits=to_nearest(memory, bounds),
            )


def _shown(memory: Known) -> str:
    return f"{memory.value} MB" if number_of(memory) is not None else f"{memory.value}"
