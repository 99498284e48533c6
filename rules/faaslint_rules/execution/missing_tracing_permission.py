"""FL312 missing-tracing-permission."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import Unknown, branches
from faaslint.privilege.configuration import tracing_needs

from .granted import listed, nearest
from .lacking import lacking_for


@rule(
    id="FL312",
    name="missing-tracing-permission",
    level=Level.WARNING,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",),
)
def missing_tracing_permission(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function traces actively, and its role can't send traces.

    What it does
    Checks, for a function with active tracing, that its role allows `xray:PutTraceSegments` and
    `xray:PutTelemetryRecords`.

    Why it matters
    The function works, but no trace of it ever appears, and nothing says why.

    How to fix
    Attach the managed policy `AWSXRayDaemonWriteAccess`, or allow the two actions on `*`.

    What it can't know
    Policies outside the project.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    """
    modes = [leaf for _, leaf in branches(function.tracing)]
    if not any(text_of(leaf) == "Active" or isinstance(leaf, Unknown) for leaf in modes):
        yield INAPPLICABLE
        return
    for leaf in modes:
        if isinstance(leaf, Unknown):
            yield Withheld(leaf.why, function.at("tracing", leaf).span)
    for found in lacking_for(function, graph, tracing_needs(function)):
        if isinstance(found, Withheld):
            yield found
            continue
        yield claim(
            function,
            "tracing",
            f"Function '{function.name}' traces actively, but its role does not allow {listed(found.actions)}; allow this, "
            "or attach AWSXRayDaemonWriteAccess.",
            at=Place(found.span, function.spellings.get("tracing", "tracing")),
            related=nearest(found.grants, found.role, found.actions[0]),
            route=[
                Location(function.span, f"function '{function.name}'"),
                Location(found.role.span, f"role '{found.role.name}'"),
            ],
            guard=found.guard,
        )
