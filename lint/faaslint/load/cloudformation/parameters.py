"""The parameters of a template: what they were given, what they default to, what they may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ...model.guard import ALWAYS, Guard, atom
from ...model.span import Span
from ...model.value import Item, Items, Known, Provenance, Unknown, Value, choose
from ...source.tree import Mapping as TreeMapping
from ...source.tree import Scalar, Sequence, Tree

ALLOWED_LIMIT: Final = 8
"""Most allowed values that are followed one by one; a parameter with more is simply unknown."""

_SSM: Final = "AWS::SSM::Parameter::Value<"


class Parameter(NamedTuple):
    """One parameter. ``written`` is its value for properties (given, else the default), ``free`` its value for
    conditions, where a default does not count.
    """

    name: str
    span: Span
    written: Value
    free: Value


def read_parameters(section: Tree | None, given: Mapping[str, str]) -> dict[str, Parameter]:
    """Return the parameters that a template declares, with the values given for this run."""
    parameters: dict[str, Parameter] = {}
    if isinstance(section, TreeMapping):
        for key, declaration in section.entries:
            name = str(key.value)
            parameters[name] = _parameter(name, key.span, declaration, given.get(name))
    return parameters


def is_list_type(kind: str) -> bool:
    """Return whether parameters of a type are lists."""
    return kind == "CommaDelimitedList" or kind.startswith("List<")


def equals(name: str, text: str) -> Guard:
    """Return the guard that something unknown, called ``name``, has the value ``text``."""
    return atom(f"{name} == '{text}'", name)


def parameter_text(value: str | int | float | bool) -> str | int | float:
    """Return a parameter's value as CloudFormation passes it on: its booleans are text."""
    return ("true" if value else "false") if isinstance(value, bool) else value


def _parameter(name: str, span: Span, declaration: Tree, given: str | None) -> Parameter:
    kind = _text(declaration, "Type")
    symbol = f"parameter {name}"
    if kind.startswith(_SSM):
        unknown = Unknown(f"the parameter {name} is read from Parameter Store at deployment", symbol, (span,))
        return Parameter(name, span, unknown, unknown)
    if given is not None:
        value = _listed(given, (), Provenance.GIVEN) if is_list_type(kind) else Known(given, (), Provenance.GIVEN)
        return Parameter(name, span, value, value)
    free = _free(name, span, kind, declaration)
    default = declaration.get("Default") if isinstance(declaration, TreeMapping) else None
    if not isinstance(default, Scalar) or default.value is None:
        return Parameter(name, span, free, free)
    content = parameter_text(default.value)
    if isinstance(content, str) and "{{resolve:" in content:
        unknown = Unknown(f"the parameter {name} is a dynamic reference", symbol, (default.span,))
        return Parameter(name, span, unknown, free)
    written: Value = (
        _listed(str(content), (default.span,), Provenance.DEFAULT)
        if is_list_type(kind)
        else Known(content, (default.span,), Provenance.DEFAULT)
    )
    return Parameter(name, span, written, free)


def _free(name: str, span: Span, kind: str, declaration: Tree) -> Value:
    unknown = Unknown(f"the parameter {name} is set at deployment", f"parameter {name}", (span,))
    allowed = declaration.get("AllowedValues") if isinstance(declaration, TreeMapping) else None
    if not isinstance(allowed, Sequence) or is_list_type(kind) or not 1 <= len(allowed.items) <= ALLOWED_LIMIT:
        return unknown
    contents: dict[str, Known] = {}
    for item in allowed.items:
        if not isinstance(item, Scalar) or item.value is None:
            return unknown
        content = parameter_text(item.value)
        contents.setdefault(str(content), Known(content, (item.span,), Provenance.DEFAULT))
    alternatives: list[tuple[Guard, Value]] = []
    others = ALWAYS
    for index, (text, value) in enumerate(contents.items()):
        if index == len(contents) - 1:
            # No other value is allowed, so the last one holds where none of the others does.
            alternatives.append((others.named(f"{name} == '{text}'"), value))
        else:
            guard = equals(name, text)
            alternatives.append((guard, value))
            others = others & ~guard
    return choose(alternatives, (span,))


def _listed(text: str, trail: tuple[Span, ...], provenance: Provenance) -> Known:
    if not text:
        return Known(Items(()), trail, provenance)
    parts = tuple(Item(Known(part.strip(), trail, provenance)) for part in text.split(","))
    return Known(Items(parts), trail, provenance)


def _text(declaration: Tree, key: str) -> str:
    found = declaration.get(key) if isinstance(declaration, TreeMapping) else None
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else ""
