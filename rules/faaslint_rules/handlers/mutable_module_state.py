"""FL818 mutable-module-state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from faaslint.check.claims import claim
from faaslint.check.rule import Answer, Context, rule
from faaslint.graph import Graph
from faaslint.model.facts import Reachable
from faaslint.model.finding import Level, Withheld
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Place

from .running import Running, route

GROWS: Final = frozenset({"append", "add", "appendleft", "extend", "insert", "rebind"})
"""Ways of changing that leave something behind for the next call."""

EMPTIES: Final = frozenset({"clear", "pop", "remove", "popitem", "discard", "popleft"})


@rule(
    id="FL818",
    name="mutable-module-state",
    level=Level.NOTE,
    visits=Function,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",),
)
def mutable_module_state(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A handler changes a list or mapping of the module at each call.

    What it does
    Looks for lists, sets and mappings that the module level makes and that functions add to, and for module variables
    that functions count up. A mapping that is filled under computed keys, or only if an entry is missing, is a cache and
    fine; so is what the source empties itself.

    Why it matters
    The module lives as long as its execution environment: the next event, perhaps of another user, sees what the last one
    left, and the memory grows.

    How to fix
    Make the value inside the handler, and pass it on.

    What it can't know
    Whether keeping it is meant.

    Sources
    - https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html
    """
    running = Running(function, graph)
    yield from running.answers
    for guard, handler in running:
        emptied = {one.variable for one in handler.writes if one.way in EMPTIES}
        seen: set[str] = set()
        for write in handler.writes:
            if write.keyed or write.way not in GROWS or write.variable in emptied or not write.variable:
                continue
            if write.reachable is not Reachable.YES:
                yield Withheld("whether the handler gets there can't be known", write.span)
                continue
            if write.variable in seen:
                continue
            seen.add(write.variable)
            yield claim(
                function,
                "handler",
                f"Function '{function.name}' changes the module's '{write.variable}' at each call, and later events see it; "
                "make it inside the handler.",
                at=Place(write.span, handler.callable),
                related=[Location(function.at("handler").span, "the function's handler")],
                route=route(function, handler, Location(write.span, f"changes '{write.variable}'")),
                guard=guard,
            )
