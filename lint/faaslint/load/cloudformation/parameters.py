"""The parameters of a template: what they were given, what they default to, what they may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ...model.guard import ALWAYS, Guard, atom
from ...model.span import Span
from ...model.value import (
    Item,
    Items,
    Known,
    Leaf,
    Pattern,
    Provenance,
    Reference,
    Trail,
    Unknown,
    Value,
    branches,
    choose,
    is_absent,
    join_text,
)
from ...source.tree import Mapping as TreeMapping
from ...source.tree import Scalar, Sequence, Tree

ALLOWED_LIMIT: Final = 48
"""Most allowed values that are followed one by one; a parameter with more is simply unknown."""

JOINED_BY_COMMAS: Final = " joined by ','"
"""How the name of an unknown list ends once it is joined to be passed on."""

_ONE: Final = ("Ref", "Arn")
"""Attributes of resources that hold no comma."""

_SSM: Final = "AWS::SSM::Parameter::Value<"


class Parameter(NamedTuple):
    """One parameter. ``written`` is its value for properties (given, else the default), ``free`` its value for
    conditions, where a default does not count.
    """

    name: str
    span: Span
    written: Value
    free: Value


class Given(NamedTuple):
    """What a parameter is set to from outside: its value for properties, and for conditions."""

    written: Value
    free: Value


def given_text(text: str, trail: Trail = ()) -> Given:
    """Return what a text that is set for the run gives a parameter. ``trail`` leads to where it is written."""
    value: Value = Known(text, trail, Provenance.GIVEN)
    if "{{resolve:" in text:
        value = Unknown("it is a dynamic reference, read at deployment", trail=trail)
    return Given(value, value)


def read_parameters(section: Tree | None, given: Mapping[str, Given], scope: str = "") -> dict[str, Parameter]:
    """Return the parameters that a template declares, with the values given for this run.

    ``scope`` is that of a nested template. Only its parent sets its parameters, so a default that the parent leaves alone
    is as good as written.
    """
    parameters: dict[str, Parameter] = {}
    if isinstance(section, TreeMapping):
        for key, declaration in section.entries:
            name = str(key.value)
            parameters[name] = _parameter(name, key.span, declaration, given.get(name), scope)
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


def _parameter(name: str, span: Span, declaration: Tree, given: Given | None, scope: str) -> Parameter:
    kind = _text(declaration, "Type")
    symbol = f"parameter {scope}{name}"
    if kind.startswith(_SSM):
        unknown = Unknown(f"the parameter {name} is read from Parameter Store at deployment", symbol, (span,))
        return Parameter(name, span, unknown, unknown)
    default = _default(name, kind, declaration, symbol, sure=bool(scope))
    if given is not None and not (is_absent(given.written) and default is not None):
        if _text(declaration, "NoEcho") in ("true", "True") and not scope:
            # What is given for it is a secret: it is in no file, and must not come into a report.
            secret = Unknown(f"the parameter {name} is a secret", symbol, (span,))
            return Parameter(name, span, secret, secret)
        written, free = (_typed(value, kind, default) for value in given)
        return Parameter(name, span, written, free)
    free = default if scope and default is not None else _free(name, span, kind, declaration, symbol)
    return Parameter(name, span, free if default is None else default, free)


def _default(name: str, kind: str, declaration: Tree, symbol: str, *, sure: bool) -> Value | None:
    default = declaration.get("Default") if isinstance(declaration, TreeMapping) else None
    if not isinstance(default, Scalar) or default.value is None:
        return None
    content = parameter_text(default.value)
    if isinstance(content, str) and "{{resolve:" in content:
        return Unknown(f"the parameter {name} is a dynamic reference", symbol, (default.span,))
    provenance = Provenance.LITERAL if sure else Provenance.DEFAULT
    return _typed(Known(content, (default.span,), provenance), kind, None)


def _typed(value: Value, kind: str, default: Value | None) -> Value:
    """Return what is passed to a parameter as a value of its type. What is not passed in some situation is its default."""
    return choose([(guard, _typed_leaf(leaf, kind, default)) for guard, leaf in branches(value)], value.trail)


def _typed_leaf(leaf: Leaf, kind: str, default: Value | None) -> Value:
    if isinstance(leaf, Known) and leaf.value is None:
        return default if default is not None else Unknown("no value is passed for it", trail=leaf.trail)
    if is_list_type(kind):
        return listed(leaf)
    if isinstance(leaf, Known) and isinstance(leaf.value, bool):
        return Known(parameter_text(leaf.value), leaf.trail, leaf.provenance)
    return leaf


def listed(leaf: Leaf) -> Leaf:
    """Return the list that a text with commas means as the value of a list parameter."""
    if isinstance(leaf, Unknown):
        # The list that was joined to be passed is the list that is received.
        symbol = (
            leaf.symbol.removesuffix(JOINED_BY_COMMAS) if leaf.symbol and leaf.symbol.endswith(JOINED_BY_COMMAS) else None
        )
        return Unknown(leaf.why, symbol or leaf.symbol, leaf.trail)
    content = leaf.value
    if isinstance(content, Items):
        return leaf
    if isinstance(content, (Reference, Pattern)) and all(
        isinstance(part, str) or (isinstance(part, Reference) and part.attribute in _ONE)
        for part in (content.parts if isinstance(content, Pattern) else (content,))
    ):
        return _referred(content, leaf)
    if not isinstance(content, (str, int, float)):
        return Unknown("which items the list has depends on the deployment", trail=leaf.trail)
    # An empty text is one empty item, which templates ask for with Join or Select.
    parts = [part.strip() for part in str(content).split(",")]
    return Known(Items(tuple(Item(Known(part, leaf.trail, leaf.provenance)) for part in parts)), leaf.trail, leaf.provenance)


def _referred(content: Reference | Pattern, leaf: Known) -> Known:
    """Return the items of a text with references: names and ARNs of resources hold no comma."""
    items: list[list[str | Reference]] = [[]]
    for part in content.parts if isinstance(content, Pattern) else (content,):
        if isinstance(part, str):
            first, *others = part.split(",")
            items[-1].append(first.strip())
            items += [[other.strip()] for other in others]
        elif isinstance(part, Reference):
            items[-1].append(part)
    values = (join_text([Known(part, leaf.trail, leaf.provenance) for part in parts]) for parts in items)
    return Known(Items(tuple(Item(value) for value in values)), leaf.trail, leaf.provenance)


def _free(name: str, span: Span, kind: str, declaration: Tree, symbol: str) -> Value:
    unknown = Unknown(f"the parameter {name} is set at deployment", symbol, (span,))
    allowed = declaration.get("AllowedValues") if isinstance(declaration, TreeMapping) else None
    if not isinstance(allowed, Sequence) or is_list_type(kind) or not 1 <= len(allowed.items) <= ALLOWED_LIMIT:
        return unknown
    name = symbol.removeprefix("parameter ")
    contents: dict[str, Known] = {}
    for item in allowed.items:
        if not isinstance(item, Scalar) or item.value is None:
            return unknown
        content = parameter_text(item.value)
        contents.setdefault(str(content), Known(content, (item.span,), Provenance.GIVEN))
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


def _text(declaration: Tree, key: str) -> str:
    found = declaration.get(key) if isinstance(declaration, TreeMapping) else None
    if not isinstance(found, Scalar) or found.value is None:
        return ""
    return str(parameter_text(found.value))
