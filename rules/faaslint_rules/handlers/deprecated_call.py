"""FL823 deprecated-call."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.claims import claim, withheld
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level, Rewrite
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place
from faaslint.model.value import jointly

from .running import Running
from .versions import version_of

NAIVE = ("datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp")
"""Times without a zone: calls that have an aware counterpart."""


@rule(
    id="FL823",
    name="deprecated-call",
    level=Level.NOTE,
    visits=Function,
    references=(
        "https://docs.python.org/3/whatsnew/3.12.html",
        "https://docs.python.org/3/whatsnew/3.13.html",
    ),
    fixable=True,
)
def deprecated_call(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler uses a name of the standard library that its runtime's Python advises against, or no longer has.

    What it does
    Compares the names of the standard library that the reachable source uses (`datetime.utcnow`, `imp`,
    `collections.Mapping` …) with the version of Python that the runtime brings.

    Why it matters
    A deprecated name goes away in a later version, and with it the next update of the runtime fails. One that is gone
    fails now.

    How to fix
    Use what the Python documentation names instead: `datetime.now(timezone.utc)` for `datetime.utcnow()`.

    What it can't know
    Names that are used in a `try` or behind a check are left alone.

    Sources
    - https://docs.python.org/3/whatsnew/3.12.html
    - https://docs.python.org/3/whatsnew/3.13.html
    """
    running = Running(function, graph)
    yield from running.answers
    for given, handler in running:
        for one in handler.notable:
            if (one.until is None and one.deprecated is None) or one.reachable is not Reachable.YES:
                continue
            for guard, (leaf,) in jointly(function.runtime, given=given):
                version = version_of(leaf)
                if version is None:
                    yield withheld(leaf, function)
                    continue
                gone = one.until is not None and version >= one.until
                if not gone and (one.deprecated is None or version < one.deprecated):
                    continue
                since = one.until if gone else one.deprecated
                word = "no longer has" if gone else "advises against"
                number = f"{since[0]}.{since[1]}" if since is not None else "3"
                yield claim(
                    function,
                    "runtime",
                    f"Function '{function.name}' uses '{one.feature}', which Python {word} since {number}; "
                    "use what its documentation names instead.",
                    value=leaf,
                    at=Place(one.span, handler.callable),
                    related=[Location(function.at("runtime", leaf).span, "the function's runtime")],
                    level=Level.WARNING if gone else None,
                    guard=guard,
                    rewrites=[Rewrite("aware-time", one.span, safe=False)] if one.feature in NAIVE else [],
                )
