"""The environment variables of a function, as far as they are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from faaslint.check.rule import Answer
from faaslint.model.finding import INAPPLICABLE, Withheld
from faaslint.model.guard import ALWAYS, Guard
from faaslint.model.nodes import Function
from faaslint.model.value import Fields, Items, Known, Leaf, Unknown, Value, branches


class Variables(NamedTuple):
    """The variables of one branch, and the mapping that holds them."""

    guard: Guard
    fields: Fields
    mapping: Known


def variables_of(function: Function) -> Iterator[Variables | Answer]:
    """Yield the variables branch by branch, or what a rule answers where there are none or they can't be known."""
    for guard, environment in branches(function.environment):
        if isinstance(environment, Unknown):
            yield Withheld(environment.why, environment.trail[-1] if environment.trail else function.span)
        elif isinstance(environment.value, Fields):
            yield Variables(guard, environment.value, environment)
        else:
            yield INAPPLICABLE


def leaves_of(value: Value) -> Iterator[tuple[Guard, Leaf]]:
    """Yield the alternatives of a variable, each with its guard, and what is in those that are JSON in a text."""
    pending: list[tuple[Guard, Value]] = [(ALWAYS, value)]
    while pending:
        guard, one = pending.pop()
        for inner, leaf in branches(one):
            yield guard & inner, leaf
            if isinstance(leaf, Known) and isinstance(leaf.value, Fields):
                pending += [(guard & inner, content) for content in leaf.value.values.values()]
            elif isinstance(leaf, Known) and isinstance(leaf.value, Items):
                pending += [(guard & inner & item.guard, item.value) for item in reversed(leaf.value.items)]
