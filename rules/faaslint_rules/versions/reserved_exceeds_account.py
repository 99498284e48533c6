"""FL212 reserved-exceeds-account."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, Option, rule
from faaslint.facts import limits
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import integer_of, text_of
from faaslint.model.span import Location
from faaslint.model.value import Known, Unknown, branches


@rule(
    id="FL212",
    name="reserved-exceeds-account",
    level=Level.WARNING,
    visits=Function,
    options=(
        Option(
            "account-limit",
            1000,
            "How many executions the account may run at once in a region; 1000 unless AWS has raised or lowered it.",
        ),
    ),
)
def reserved_exceeds_account(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The functions of a stack reserve more concurrency than an account has to give.

    What it does
    Adds up the reserved concurrency of all functions of a stack, or of a Terraform provider's region, and compares it with
    the account's limit less the 100 executions that can't be reserved. Set `account-limit` if yours is another.

    Why it matters
    Lambda refuses a reservation that leaves less than 100 executions for the functions without one, so the deployment
    fails.

    How to fix
    Reserve less, or ask AWS for a higher limit and set `account-limit`.

    What it can't know
    What functions of other stacks reserve, and amounts that come from parameters without defaults.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    """
    own = _least(function)
    if own is None:
        yield INAPPLICABLE
        return
    beside = [(other, _least(other)) for other in graph.all(Function) if _region(other) == _region(function)]
    stated = sorted(
        ((other, amount) for other, amount in beside if amount is not None), key=lambda pair: (-pair[1], pair[0].id)
    )
    if stated[0][0] is not function:
        # The largest reservation speaks for all of them.
        yield INAPPLICABLE
        return
    limit = int(context.options["account-limit"]) - limits.unreserved_concurrency()
    total = sum(amount for _, amount in stated)
    if total > limit:
        yield claim(
            function,
            "reserved_concurrency",
            f"The functions here reserve {total} executions, {own} of them '{function.name}', and an account can give "
            f"{limit}; reserve less, or set account-limit to yours.",
            related=[
                Location(other.at("reserved_concurrency").span, f"{amount} for '{other.name}'")
                for other, amount in stated
                if other is not function
            ],
        )
    elif (unknown := next((one for one, _ in beside if _is_unknown(one)), None)) is not None:
        yield Withheld(
            f"what '{unknown.name}' reserves is known only at deployment", unknown.at("reserved_concurrency").span
        )


def _least(function: Function) -> int | None:
    """Return the least that a function reserves in any branch, None where it may reserve nothing or that is not known."""
    amounts = [integer_of(leaf) for _, leaf in branches(function.reserved_concurrency)]
    known = [amount for amount in amounts if amount is not None]
    return min(known) if known and len(known) == len(amounts) and function.guard.always else None


def _is_unknown(function: Function) -> bool:
    return any(isinstance(leaf, Unknown) for _, leaf in branches(function.reserved_concurrency))


def _region(function: Function) -> str:
    return (text_of(function.region) or "") if isinstance(function.region, Known) else "?"
