"""FL814 runtime-too-old-for-source."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import NotableKind, Reachable
from faaslint.model.finding import Level
from faaslint.model.nodes import Function
from faaslint.model.read import text_of
from faaslint.model.span import Location, Place
from faaslint.model.value import jointly

from .running import Running
from .versions import version_of


@rule(
    id="FL814",
    name="runtime-too-old-for-source",
    level=Level.ERROR,
    visits=Function,
    references=(
        "https://docs.python.org/3/whatsnew/",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
    ),
)
def runtime_too_old_for_source(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """The source of a handler needs a newer Python than its function's runtime.

    What it does
    Compares forms of the language (`match`, `except*`, type parameters, `type` statements, template strings) and names of
    the standard library (`tomllib`, `datetime.UTC`, `itertools.batched` …) that the reachable source uses with the
    function's runtime.

    Why it matters
    The module can't be imported, or the line raises `AttributeError`: often every invocation fails.

    How to fix
    Choose a newer runtime, or write it in an older way.

    What it can't know
    Names that are only used after a check for the version, or in a `try` that catches their absence, are fine.

    Sources
    - https://docs.python.org/3/whatsnew/
    - https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        for one in handler.notable:
            if one.since is None or one.reachable is not Reachable.YES:
                continue
            for guard, (leaf,) in jointly(function.runtime, given=given):
                version = version_of(leaf)
                if version is None:
                    yield withheld(leaf, function)
                elif version < one.since:
                    needed = f"Python {one.since[0]}.{one.since[1]}"
                    what = one.feature if one.about is NotableKind.SYNTAX else f"'{one.feature.removeprefix('builtins.')}'"
                    yield claim(
                        function,
                        "runtime",
                        f"Function '{function.name}' uses {what}, which {needed} brings, with the runtime "
                        f"'{text_of(leaf)}'; choose a newer runtime.",
                        value=leaf,
                        at=Place(one.span, handler.callable),
                        related=[Location(function.at("runtime", leaf).span, "the function's runtime")],
                        guard=guard,
                    )
