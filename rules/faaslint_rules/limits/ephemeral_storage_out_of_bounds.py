"""FL105 ephemeral-storage-out-of-bounds."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.read import integer_of, number_of
from faaslint.model.value import Known, branches

from .nearest import to_nearest


@rule(id="FL105", name="ephemeral-storage-out-of-bounds", level=Level.ERROR, visits=Function, fixable=True)
def ephemeral_storage_out_of_bounds(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The size of a function's /tmp is not one that Lambda offers.

    What it does
    Checks that the ephemeral storage of a function is a whole number from 512 to 10240 MB.

    Why it matters
    Lambda refuses the function, so the deployment fails and rolls back.

    How to fix
    Set a size within the bounds, or leave it out for 512 MB. For more, mount a file system.

    What it can't know
    A size that comes from a parameter without a default, or from another stack.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
    """
    bounds = limits.ephemeral_storage()
    for guard, size in branches(function.ephemeral_storage):
        if not (isinstance(size, Known) and isinstance(size.value, (str, int, float))):
            yield withheld(size, function)
            continue
        megabytes = integer_of(size)
        if megabytes is None or not bounds.allows(megabytes):
            shown = f"{size.value} MB" if number_of(size) is not None else f"{size.value}"
            yield claim(
                function,
                "ephemeral_storage",
                f"Function '{function.name}' has {shown} of ephemeral storage, which Lambda refuses; "
                f"set a whole number of MB in {bounds}.",
                value=size,
                guard=guard,
                edits=to_nearest(size, bounds),
            )
