"""FL002 unused-suppression."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.finding import Edit, Level, Withheld
from faaslint.model.nodes import Suppression


@rule(id="FL002", name="unused-suppression", level=Level.NOTE, visits=Suppression, supersedes=("FL003",), fixable=True)
def unused_suppression(suppression: Suppression, graph: Graph, context: Context) -> Iterator[Answer]:
    """A suppression suppresses nothing.

    What it does
    Reports each `faaslint: ignore[…]` comment, and each entry of a resource's or a template's `Metadata`, that no finding of
    this run matched, and `ignore-file[…]` where it does not stand near the top of its file. A suppression of a rule that
    this run did not enable is left alone.

    Why it matters
    A suppression that is left behind hides the next, real finding at the same place.

    How to fix
    Remove it, or put it on the line of the finding (or the line above).

    What it can't know
    Whether another run, with other parameters or rules, still needs it.

    Sources
    - docs/suppressions.md
    """
    if suppression.misplaced:
        yield claim(
            suppression,
            "",
            "The suppression stands too far down to be about the whole file; give it a line among the first 10.",
            at=suppression.here(),
        )
        return
    if not suppression.ids:
        yield claim(
            suppression,
            "",
            "The suppression names no rule, so it suppresses nothing; write the rule's id in brackets after 'ignore'.",
            at=suppression.here(),
        )
    for word in suppression.unheard:
        if word.startswith("FL"):
            yield claim(
                suppression,
                "",
                f"The suppression of '{word}' suppresses nothing: there is no such rule; see 'faaslint rules'.",
                at=suppression.here(),
            )
        else:
            yield Withheld(f"'{word}' may be a rule of a pack that is not used here", suppression.span)
    whole = suppression.is_comment and suppression.unused == suppression.ids
    for word in suppression.unused:
        yield claim(
            suppression,
            "",
            f"The suppression of '{word}' suppresses nothing here; remove it.",
            at=suppression.here(),
            edits=[Edit(suppression.span, "", safe=True)] if whole else [],
        )
