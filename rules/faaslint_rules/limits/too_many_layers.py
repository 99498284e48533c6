"""FL110 too-many-layers."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function
from faaslint.model.read import elements, openness
from faaslint.model.value import Known, Leaf, is_absent


@rule(id="FL110", name="too-many-layers", level=Level.ERROR, visits=Function)
def too_many_layers(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function has more layers than Lambda takes.

    What it does
    Counts the layers of a function, those of Globals and of extensions included.

    Why it matters
    Lambda takes five, so the deployment fails and rolls back.

    How to fix
    Join layers, or put their content into the function's own package.

    What it can't know
    How many layers a list has that is known only at deployment.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    """
    if is_absent(function.layers):
        yield INAPPLICABLE
        return
    limit = limits.layers()
    listed = list(elements(function.layers))
    together, guard = _together(listed, function.guard)
    if len(together) > limit:
        first_too_many = together[limit]
        yield claim(
            function,
            "layers",
            f"Function '{function.name}' has {len(together)} layers and Lambda takes {limit}; join some of them.",
            value=first_too_many,
            guard=guard,
        )
    elif (open_list := openness(function.layers)) is not None and not all(isinstance(leaf, Known) for _, leaf in listed):
        yield Withheld(open_list.why, open_list.where or function.span)


def _together(listed: list[tuple[Guard, Leaf]], given: Guard) -> tuple[list[Leaf], Guard]:
    """Return the largest number of layers that hold at once, found by taking each that still can."""
    guard, chosen = given, []
    # What always holds comes first, so that no exclusive pair keeps it out.
    for own, leaf in sorted(listed, key=lambda pair: not pair[0].always):
        both = guard & own
        if both.satisfiable():
            guard = both
            chosen.append(leaf)
    return chosen, guard
