"""Operators that make texts and lists."""

from __future__ import annotations

from ...source.python_syntax import Operation
from .domain import OTHER, PENDING, Abstract, Data, FromEnvironment, Holder, Text, text
from .run import Run
from .values import elements_of, joined_text, keys_of, put, take


def sum_of(run: Run, node: Operation, operands: list[Abstract]) -> Abstract:
    """Return ``a + b + c``: a text, a list, or something of no interest."""
    if any(isinstance(atom, Holder) for operand in operands for atom in operand):
        whole = Holder("list", (run.frame.number, node.start))
        for operand in operands:
            put(run, whole, "*", elements_of(run, operand))
        return frozenset({whole})
    if any(isinstance(atom, Text) for operand in operands for atom in operand):
        for written, value in zip(node.operands, operands, strict=True):
            run.fails_on_none(value, written)
    if any(not operand for operand in operands):
        return PENDING
    if all(
        isinstance(atom, (Text, FromEnvironment, Data))
        and not (isinstance(atom, Text) and atom.kind in ("int", "float", "bool"))
        for operand in operands
        for atom in operand
    ) or any(isinstance(atom, Text) and atom.kind == "str" for operand in operands for atom in operand):
        return joined_text(run, operands)
    return OTHER


def formatted(run: Run, pattern: str, values: Abstract) -> Abstract:
    """Return ``pattern % values`` for plain ``%s`` and ``%d``."""
    pieces = pattern.replace("%d", "%s").split("%s")
    if any("%" in piece for piece in pieces):
        return OTHER
    count = len(pieces) - 1
    if count == 1 and not any(isinstance(atom, Holder) for atom in values):
        return joined_text(run, [text(pieces[0]), values, text(pieces[1])])
    if len(values) == 1:
        (atom,) = values
        if isinstance(atom, Holder) and atom.kind == "tuple" and len(keys_of(run, atom)) == count:
            parts = [text(pieces[0])]
            for index, piece in enumerate(pieces[1:]):
                parts += [take(run, atom, f"#{index}"), text(piece)]
            return joined_text(run, parts)
    return OTHER
