"""Calls whose result the source does nothing with."""

from __future__ import annotations

from ...source.python_statements import Assignment, Evaluate, FunctionDefinition, Scope
from ...source.python_syntax import Await, Call, Expression, Lambda, Name
from ...source.python_walk import inside


def discarded(definition: FunctionDefinition | Lambda) -> frozenset[tuple[int, int]]:
    """Return where the calls stand whose result is dropped, or given a name that nothing ever reads."""
    if isinstance(definition, Lambda):
        return frozenset()
    found: set[tuple[int, int]] = set()
    named: list[tuple[str, tuple[int, int]]] = []
    bound: set[int] = set()
    shared: set[str] = set()
    reads: set[str] = set()
    for node in inside(definition.body):
        if isinstance(node, Evaluate) and (place := _call(node.value)):
            found.add(place)
        elif isinstance(node, Assignment) and len(node.targets) == 1 and isinstance(node.targets[0], Name):
            bound.add(id(node.targets[0]))
            if place := _call(node.value):
                named.append((node.targets[0].name, place))
        elif isinstance(node, Scope):
            shared.update(node.names)
        elif isinstance(node, Name) and id(node) not in bound:
            reads.add(node.name)
    return frozenset(found) | {place for name, place in named if name not in reads and name not in shared}


def _call(value: Expression) -> tuple[int, int] | None:
    if isinstance(value, Await):
        value = value.value
    return (value.start, value.end) if isinstance(value, Call) else None
