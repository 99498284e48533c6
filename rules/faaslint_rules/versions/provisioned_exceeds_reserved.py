"""FL211 provisioned-exceeds-reserved."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.graph.queries import Provisioned, provisioned_of
from faaslint.model.finding import INAPPLICABLE, Level
from faaslint.model.nodes import Function
from faaslint.model.read import integer_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, innermost, is_absent, jointly


@rule(id="FL211", name="provisioned-exceeds-reserved", level=Level.ERROR, visits=Function)
def provisioned_exceeds_reserved(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """More concurrency is provisioned for a function than is reserved for it.

    What it does
    Adds up the provisioned concurrency of a function's aliases and versions and compares it with the reserved concurrency.

    Why it matters
    Reserved concurrency is the most that a function may run at once. Lambda refuses to provision more, so the deployment
    fails.

    How to fix
    Reserve at least what is provisioned, or provision less.

    What it can't know
    Amounts that come from parameters without defaults, and those that scaling changes later.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
    """
    found = provisioned_of(graph, function)
    if not found or is_absent(function.reserved_concurrency):
        yield INAPPLICABLE
        return
    for guard, leaves in jointly(function.reserved_concurrency, *(one.amount for one in found), given=function.guard):
        reserved, *amounts = leaves
        if isinstance(reserved, Known) and reserved.value is None:
            continue
        there: list[tuple[Provisioned, int]] = []
        for one, leaf in zip(found, amounts, strict=True):
            both = guard & one.guard
            if (isinstance(leaf, Known) and leaf.value is None) or not both.satisfiable():
                continue
            number = integer_of(leaf)
            if number is None:
                if isinstance(leaf, Unknown):
                    yield withheld(leaf, one.stated_by)
                continue
            guard = both
            there.append((one, number))
        limit = integer_of(reserved)
        if limit is None:
            yield withheld(reserved, function)
            continue
        total = sum(number for _, number in there)
        if total > limit:
            yield claim(
                function,
                "reserved_concurrency",
                f"Function '{function.name}' has {total} executions provisioned and {limit} reserved, which Lambda refuses; "
                f"reserve at least {total}.",
                value=reserved,
                related=[
                    Location(innermost(one.amount) or one.stated_by.span, f"{number} for '{one.on.name}'")
                    for one, number in there
                ],
                guard=guard,
            )
