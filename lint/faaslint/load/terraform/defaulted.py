"""Defaults of root variables beside tests of them: where a guard gives a variable another value, its default is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model.guard import Guard, TooManyCombinations
from ...model.record import replace
from ...model.value import Choice, Fields, Known, Leaf, Provenance, Value, branches, choose, innermost
from .conditions import has_value
from .leaves import text_of, unknown
from .modules import variable
from .scope import Module

if TYPE_CHECKING:
    from .evaluate import Evaluator


def beside_tests(evaluator: Evaluator, root: Module, fields: Fields, guard: Guard) -> Fields:
    """Return the properties of a resource, with each default only where the variable has it.

    In ``source_arn = var.arn`` beside ``source_account = var.arn == null ? "123456789012" : null`` the default null of the
    variable goes with the account only. ``guard`` is when the resource is there.
    """
    tested = {name for one in _guards(fields, guard) for atom in one.atoms() if (name := _variable(atom.group or atom.text))}
    if not tested:
        return fields
    known = [
        (name, value)
        for name in sorted(tested & root.configuration.variables.keys())
        if isinstance(value := variable(evaluator, root, name, root.configuration.variables[name].key), Known)
        and value.provenance is Provenance.DEFAULT
        and (value.value is None or text_of(value) is not None)
    ]
    values = dict(fields.values)
    try:
        for name, default in known:
            for key, value in values.items():
                if any(_is(leaf, default) for _, leaf in branches(value)):
                    values[key] = _split(value, name, default, has_value(f"var.{name}", default))
    except TooManyCombinations:
        return fields
    return replace(fields, values=values)


def _split(value: Value, name: str, default: Known, has_it: Guard) -> Value:
    other = f"variable '{name}' has another value than its default then"
    found: list[tuple[Guard, Value]] = []
    for guard, leaf in branches(value):
        if _is(leaf, default):
            found += ((guard & has_it, leaf), (guard & ~has_it, unknown(other, leaf.trail[0], f"var.{name}")))
        else:
            found.append((guard, leaf))
    return choose([one for one in found if one[0].satisfiable()], value.trail)


def _guards(fields: Fields, guard: Guard) -> Iterator[Guard]:
    yield guard
    for value in fields.values.values():
        if isinstance(value, Choice):
            for branch in value.branches:
                yield branch.guard


def _variable(asked: str) -> str | None:
    """Return the name of a root variable, where that is all that an atom asks about."""
    root, _, name = asked.partition(".")
    return name if root == "var" and name.isidentifier() else None


def _is(leaf: Leaf, default: Known) -> bool:
    return (
        isinstance(leaf, Known)
        and leaf.provenance is Provenance.DEFAULT
        and leaf.value == default.value
        and innermost(leaf) == innermost(default)
    )
