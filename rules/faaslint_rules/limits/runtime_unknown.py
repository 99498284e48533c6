"""FL114 runtime-unknown."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.facts import runtimes
from faaslint.graph import Graph
from faaslint.model.finding import INAPPLICABLE, Edit, Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.value import Known, branches


@rule(
    id="FL114",
    name="runtime-unknown",
    level=Level.ERROR,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",),
    fixable=True,
)
def runtime_unknown(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A function's runtime is not an identifier that Lambda knows.

    What it does
    Looks up each runtime. One that is not known and much like a known one is an error; a newer number of a known family is a
    note, since AWS may have added it after this version of the rules.

    Why it matters
    Lambda refuses a runtime that it does not know, so the deployment fails and rolls back.

    How to fix
    Write the identifier as AWS spells it: `python3.13`, not `python3.13.x`; `nodejs22.x`, not `nodejs22`.

    What it can't know
    A runtime that comes from a parameter without a default, and one that is like no other: it may be new.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    for guard, runtime in branches(function.runtime):
        if isinstance(runtime, Known) and runtime.value is None:
            yield INAPPLICABLE
            continue
        written = text_of(runtime)
        if written is None:
            yield withheld(runtime, function)
            continue
        if runtimes.runtime(written) is not None:
            continue
        if runtimes.is_newer(written):
            yield claim(
                function,
                "runtime",
                f"Function '{function.name}' uses {written}, which is newer than this version of the rules knows; "
                f"check that Lambda offers it.",
                value=runtime,
                level=Level.NOTE,
                guard=guard,
            )
            continue
        meant = runtimes.nearest(written)
        if meant is None:
            yield Withheld(f"'{written}' is like no runtime that is known here", function.at("runtime", runtime).span)
            continue
        yield claim(
            function,
            "runtime",
            f"Function '{function.name}' uses {written}, which is no runtime of Lambda; write {meant}.",
            value=runtime,
            guard=guard,
            edits=[Edit(span, meant, safe=len(runtime.trail) == 1) for span in runtime.trail[-1:]],
        )
