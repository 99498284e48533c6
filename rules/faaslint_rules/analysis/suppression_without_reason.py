"""FL003 suppression-without-reason."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Level, Withheld
from faaslint.model.nodes import Suppression


@rule(id="FL003", name="suppression-without-reason", level=Level.NOTE, visits=Suppression, profile="strict")
def suppression_without_reason(suppression: Suppression, graph: Graph, context: Context) -> Iterator[Answer]:
    """A suppression gives no reason.

    What it does
    Reports each `faaslint: ignore[…]` comment, and each entry of `Metadata`, that suppresses a rule and says nothing of why.

    Why it matters
    Whoever reads the file next can't tell a decision from a finding that was in somebody's way, and nobody can tell when
    the reason has gone.

    How to fix
    Write the reason behind the brackets, as in `# faaslint: ignore[FL102] the account has a raised limit`, or in the entry's
    `reason`.

    What it can't know
    Whether the reason that is given is a good one.

    Sources
    - docs/suppressions.md
    """
    if not suppression.ids:
        yield INAPPLICABLE
        return
    if suppression.reason is None:
        yield Withheld("the reason is known at deployment only", suppression.span)
    elif not suppression.reason:
        listed = ", ".join(f"'{word}'" for word in suppression.ids)
        yield claim(
            suppression,
            "",
            f"The suppression of {listed} gives no reason; write it behind the brackets.",
            at=suppression.here(),
        )
