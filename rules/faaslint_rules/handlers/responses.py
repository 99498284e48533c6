"""What a function answers its callers, where everything that it may answer is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from faaslint.check.rule import Answer
from faaslint.graph import Graph
from faaslint.model.facts import Handler, Return
from faaslint.model.finding import INAPPLICABLE, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function
from faaslint.model.span import Location, Span

from .running import Running
from .shown import by_place
from .wired import Wired, wired


class Responses(NamedTuple):
    """All that one handler returns, by the place where it does, and where its first caller stands."""

    guard: Guard
    handler: Handler
    caller: Location
    places: list[tuple[Span, list[Return]]]


def responses(function: Function, graph: Graph, asks: Callable[[Wired], bool]) -> Iterator[Responses | Answer]:
    """Yield what a function's handlers return to the callers that ``asks`` chooses, or what a rule has to say instead."""
    running = Running(function, graph)
    yield from running.answers
    if not running.found:
        return
    caller = next(filter(asks, wired(graph, function)), None)
    if caller is None:
        yield INAPPLICABLE
        return
    for given, handler in running:
        if handler.returns_openness is not None:
            yield Withheld(handler.returns_openness.why, handler.returns_openness.where)
            continue
        where = Location(caller.trigger.place.span, "the caller")
        yield Responses(given & caller.guard, handler, where, list(by_place(handler.returns)))
