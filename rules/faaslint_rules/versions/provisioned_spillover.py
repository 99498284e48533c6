"""FL214 provisioned-spillover."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import provisioned_of
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Alias
from faaslint.model.span import Location
from faaslint.model.value import is_absent

from .named import is_weighted, routing_withheld


@rule(id="FL214", name="provisioned-spillover", level=Level.WARNING, visits=Alias)
def provisioned_spillover(alias: Alias, graph: Graph, context: Context) -> Iterator[Answer]:
    """An alias shifts traffic between versions and has provisioned concurrency too.

    What it does
    Looks for aliases that split their traffic and on which concurrency is provisioned.

    Why it matters
    The provisioned executions are divided between the two versions by weight. What a version gets beyond its share starts
    cold, so the latency that was paid for is not there while traffic shifts.

    How to fix
    Provision more while traffic shifts, or shift at once.

    What it can't know
    Weights that come from parameters without defaults, and shifts that a deployment tool makes by itself.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
    - https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    amounts = [
        one
        for _, function, _ in graph.functions_called_by(alias)
        for one in provisioned_of(graph, function)
        if one.on is alias and not is_absent(one.amount)
    ]
    if not amounts:
        yield INAPPLICABLE
        return
    if not is_weighted(alias):
        return
    unknown = routing_withheld(alias)
    if unknown is not None and not alias.weights:
        yield unknown
        return
    yield claim(
        alias,
        "routing",
        f"Alias '{alias.name}' splits its traffic and has provisioned concurrency, which is split as well; "
        f"provision for the shift, or shift at once.",
        related=[
            Location(
                one.stated_by.at("provisioned_concurrency" if one.stated_by is alias else "amount").span,
                "what is provisioned",
            )
            for one in amounts
        ],
        guard=amounts[0].guard,
    )
