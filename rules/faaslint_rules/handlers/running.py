"""The handlers that a function runs, as far as they were found."""

from __future__ import annotations

from collections.abc import Iterator

from faaslint.check.rule import Answer
from faaslint.graph import Graph
from faaslint.model.facts import Found, Handler
from faaslint.model.finding import INAPPLICABLE, Withheld
from faaslint.model.guard import Guard
from faaslint.model.nodes import Function
from faaslint.model.span import Location

from .languages import analysed


class Running:
    """The handlers of a function. ``answers`` is what a rule has to say of those that were not found."""

    def __init__(self, function: Function, graph: Graph) -> None:
        self.found: list[tuple[Guard, Handler]] = []
        self.answers: list[Answer] = []
        for guard, handler in graph.handlers_of(function) if analysed(function) else ():
            given = guard & function.guard
            if not given.satisfiable():
                continue
            if handler.found is Found.YES:
                self.found.append((given, handler))
            elif handler.found is Found.UNKNOWN:
                self.answers.append(Withheld(handler.why or "the handler's code can't be known", handler.span))
        if not self.found and not self.answers:
            self.answers.append(INAPPLICABLE)

    def __iter__(self) -> Iterator[tuple[Guard, Handler]]:
        return iter(self.found)


def route(function: Function, handler: Handler, last: Location) -> list[Location]:
    """Return the way from a function through its handler to a place in the source."""
    return [
        Location(function.span, f"function '{function.name}'"),
        Location(handler.span, f"the handler '{handler.callable}'"),
        last,
    ]
