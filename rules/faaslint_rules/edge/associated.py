"""The functions behind a Lambda@Edge association."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.graph import Graph
from faaslint.model.finding import Withheld
from faaslint.model.guard import ALWAYS, Guard
from faaslint.model.nodes import EdgeAssociation, Function
from faaslint.model.span import Location
from faaslint.model.value import Leaf, Value, jointly


class Associated(NamedTuple):
    """A function of this project that an association runs, and in which situation."""

    guard: Guard
    function: Function


def functions_of(association: EdgeAssociation, graph: Graph, given: Guard = ALWAYS) -> Iterator[Associated | Withheld]:
    """Yield the functions that an association runs under ``given``, or why it can't be known what they are like."""
    if not (given & association.guard).satisfiable():
        return
    callees = graph.callees(association)
    if not callees:
        yield Withheld("what is associated can't be known", association.at("function").span)
    for callee in callees:
        called = given & association.guard & callee.guard
        if not called.satisfiable():
            continue
        found = graph.function_behind(callee.node)
        if not found:
            why = callee.unknown.why if callee.unknown is not None else "the function is not in this project"
            yield Withheld(why, association.at("function").span)
        for guard, function in found:
            both = called & guard & function.guard
            if both.satisfiable():
                yield Associated(both, function)


def where_associated(association: EdgeAssociation) -> Location:
    """Return the related location that says what makes a function an edge function."""
    return Location(association.at("function").span, f"'{association.name}' runs it at the edge")


class Setting(NamedTuple):
    """A branch of one attribute of an associated function."""

    guard: Guard
    function: Function
    value: Leaf


def settings_of(association: EdgeAssociation, graph: Graph, attribute: str) -> Iterator[Setting | Withheld]:
    """Yield each branch of an attribute of the functions that an association runs."""
    for found in functions_of(association, graph):
        if isinstance(found, Withheld):
            yield found
            continue
        value: Value = getattr(found.function, attribute)
        for guard, (leaf,) in jointly(value, given=found.guard):
            yield Setting(guard, found.function, leaf)
