"""FL715 edge-concurrency."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import provisioned_of
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import EdgeAssociation, Function, ProvisionedConcurrency
from faaslint.model.read import integer_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Unknown, branches

from .associated import Associated, functions_of, where_associated


@rule(id="FL715", name="edge-concurrency", level=Level.ERROR, visits=EdgeAssociation)
def edge_concurrency(association: EdgeAssociation, graph: Graph, context: Context) -> Iterator[Answer]:
    """A Lambda@Edge function keeps environments ready: provisioned concurrency, SnapStart, a capacity provider.

    What it does
    Checks that no function that a distribution associates has provisioned concurrency on the version that is associated, has
    SnapStart switched on, or runs on a capacity provider.

    Why it matters
    Edge functions run on environments that CloudFront's locations start. It refuses the association, so the deployment
    fails.

    How to fix
    Take the setting away.

    What it can't know
    Functions of other projects, and a setting that comes from a parameter without a default.

    Sources
    - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
    """
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            yield found
            continue
        yield from _provisioned(association, graph, found)
        yield from _snap_start(association, found)
        yield from _capacity_provider(association, found)


def _provisioned(association: EdgeAssociation, graph: Graph, found: Associated) -> Iterator[Answer]:
    associated = {callee.node.id for callee in graph.callees(association) if callee.node is not None}
    for stated in provisioned_of(graph, found.function):
        on = stated.on
        # Provisioned concurrency on another version or alias of the function does not touch the edge.
        if on.id not in associated or isinstance(on, Function):
            continue
        attribute = "amount" if isinstance(stated.stated_by, ProvisionedConcurrency) else "provisioned_concurrency"
        for inner, amount in branches(stated.amount):
            guard = found.guard & stated.guard & inner
            if not guard.satisfiable():
                continue
            if isinstance(amount, Unknown):
                yield withheld(amount, stated.stated_by)
            elif amount.value is not None and integer_of(amount) != 0:
                yield claim(
                    found.function,
                    attribute,
                    f"Function '{found.function.name}' runs at the edge but has provisioned concurrency, which "
                    "CloudFront refuses; take it away.",
                    value=amount,
                    at=stated.stated_by.at(attribute, amount),
                    related=(Location(found.function.span, "the function"), where_associated(association)),
                    guard=guard,
                )


def _snap_start(association: EdgeAssociation, found: Associated) -> Iterator[Answer]:
    function = found.function
    for inner, leaf in branches(function.snap_start):
        guard = found.guard & inner
        if not guard.satisfiable():
            continue
        if isinstance(leaf, Unknown):
            yield withheld(leaf, function)
        elif leaf.value is not None and text_of(leaf) != "None":
            yield claim(
                function,
                "snap_start",
                f"Function '{function.name}' runs at the edge but has SnapStart, which CloudFront refuses; take it away.",
                value=leaf,
                related=(where_associated(association),),
                guard=guard,
            )


def _capacity_provider(association: EdgeAssociation, found: Associated) -> Iterator[Answer]:
    function = found.function
    for inner, leaf in branches(function.capacity_provider):
        guard = found.guard & inner
        if not guard.satisfiable():
            continue
        if isinstance(leaf, Unknown):
            yield withheld(leaf, function)
        elif leaf.value is not None:
            yield claim(
                function,
                "capacity_provider",
                f"Function '{function.name}' runs at the edge but is meant for a capacity provider, which CloudFront "
                "refuses; take that away.",
                value=leaf,
                related=(where_associated(association),),
                guard=guard,
            )
