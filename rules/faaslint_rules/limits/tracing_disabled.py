"""FL117 tracing-disabled."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.value import Known, branches


@rule(id="FL117", name="tracing-disabled", level=Level.NOTE, visits=Function, profile="strict", cwe=(778,))
def tracing_disabled(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function is not traced by X-Ray.

    What it does
    Looks for functions whose tracing is not `Active`. `PassThrough`, the default, traces only what a caller has
    sampled already, so it counts as disabled. Lambda@Edge knows no tracing, so functions that a
    distribution runs are left alone.

    Why it matters
    Without traces one sees that a request was slow, and not where.

    How to fix
    Set the tracing mode to `Active`, and let the role write traces.

    What it can't know
    A mode that comes from a parameter without a default. A tracer of another vendor, which needs none of this.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    """
    if graph.edge_associations_of(function):
        # CloudFront refuses a function that traces.
        yield INAPPLICABLE
        return
    for guard, mode in branches(function.tracing):
        if not isinstance(mode, Known) or not (mode.value is None or isinstance(mode.value, str)):
            yield withheld(mode, function)
        elif text_of(mode) != "Active":
            yield claim(
                function,
                "tracing",
                f"Function '{function.name}' is not traced; set {function.spellings['tracing']} to Active.",
                value=mode,
                guard=guard,
            )
