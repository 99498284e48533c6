"""Which environment variables the source asks for before it goes on."""

from __future__ import annotations

from typing import Final

from ...source.python_statements import If
from ...source.python_syntax import Attribute, Call, Either, Expression, Name, Operation
from .domain import FromEnvironment
from .environment import counts_as_false
from .expressions import evaluate
from .run import Run

_DEPTH: Final = 4
"""How deep ``and``, ``or`` and ``not`` are looked into."""


def required_by(run: Run, test: Expression | None, *, holds: bool = True, depth: int = _DEPTH) -> frozenset[str]:
    """Return the variables that certainly have a content where a test holds, or where it does not."""
    if depth == 0:
        return frozenset()
    if isinstance(test, Operation) and test.operator == "not":
        return required_by(run, test.operands[0], holds=not holds, depth=depth - 1)
    if isinstance(test, Either):
        if test.operator != ("and" if holds else "or"):
            return frozenset()
        return frozenset().union(*(required_by(run, operand, holds=holds, depth=depth - 1) for operand in test.operands))
    if not holds or not isinstance(test, (Name, Attribute, Call)):
        return frozenset()
    value = evaluate(run, test)
    names = {atom.name for atom in value if isinstance(atom, FromEnvironment) and atom.alone}
    # With several variables any of them may be the one that has a content.
    if len(names) != 1 or not all(
        (isinstance(atom, FromEnvironment) and atom.alone) or counts_as_false(atom) for atom in value
    ):
        return frozenset()
    return frozenset(names)


def required_after(run: Run, node: If) -> frozenset[str]:
    """Return the variables that have a content after an ``if`` whose only body leaves: ``if not TABLE: return``."""
    return required_by(run, node.branches[0][0], holds=False) if len(node.branches) == 1 else frozenset()
