"""FL103 default-memory."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.value import Known, Provenance, Unknown, branches


@rule(id="FL103", name="default-memory", level=Level.NOTE, visits=Function, profile="strict")
def default_memory(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function has the memory that Lambda gives when none is set.

    What it does
    Looks for functions whose memory is not set, so that they get the 128 MB of the service.

    Why it matters
    Memory also decides how much CPU a function gets. The smallest size is rarely the fastest, and often not the cheapest.

    How to fix
    Measure, then set the size that suits the function; setting 128 is fine where it is meant.

    What it can't know
    A memory that comes from a parameter without a default, or from another file.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    """
    for guard, memory in branches(function.memory):
        if isinstance(memory, Unknown):
            yield withheld(memory, function)
        elif isinstance(memory, Known) and memory.provenance is Provenance.SERVICE:
            yield claim(
                function,
                "memory",
                f"Function '{function.name}' sets no memory, so it gets {memory.value} MB and the least CPU; "
                f"measure and set {function.spellings['memory']}.",
                value=memory,
                guard=guard,
            )
