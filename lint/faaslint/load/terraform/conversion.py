"""Declared types of variables: what they turn given values into, and what ``optional`` fills in."""

from __future__ import annotations

from ...model.span import Span
from ...model.value import Choice, Fields, Item, Items, Known, Leaf, Provenance, Unknown, Value, branches, choose
from ...source import hcl_nodes as hcl
from ...source.limits import NESTING
from .kinds import as_set, unified
from .leaves import boolean_of, number_of, text_of


def convert(value: Value, declared: hcl.Expression, span: Span, depth: int = 0) -> Value:
    """Return the value as its declared type has it. What doesn't fit stays as it is: Terraform would refuse it."""
    if depth > NESTING:
        return value
    if isinstance(value, Choice):
        return choose(((guard, convert(leaf, declared, span, depth + 1)) for guard, leaf in branches(value)), value.trail)
    if not isinstance(value, Known) or value.value is None:
        return value
    if isinstance(declared, hcl.Traversal):
        return _scalar(value, declared.root)
    if isinstance(declared, hcl.Call) and declared.arguments:
        inner = declared.arguments[0]
        content = value.value
        if declared.name in ("list", "set") and isinstance(content, Items):
            items = unified([Item(convert(item.value, inner, span, depth + 1), item.guard) for item in content.items])
            whole = as_set(items, content.openness) if declared.name == "set" else Items(tuple(items), content.openness)
            return Known(whole, value.trail, value.provenance)
        if declared.name == "map" and isinstance(content, Fields):
            members = [Item(convert(member, inner, span, depth + 1)) for member in content.values.values()]
            values = dict(zip(content.values, (item.value for item in unified(members)), strict=True))
            return Known(Fields(values, content.keys, content.openness), value.trail, value.provenance)
        if declared.name == "tuple" and isinstance(content, Items) and isinstance(inner, hcl.Tuple):
            if len(inner.items) != len(content.items):
                return value
            typed = [
                Item(convert(item.value, kind, span, depth + 1), item.guard)
                for item, kind in zip(content.items, inner.items, strict=True)
            ]
            return Known(Items(tuple(typed), content.openness), value.trail, value.provenance)
        if declared.name == "object" and isinstance(content, Fields) and isinstance(inner, hcl.Object):
            return Known(_object(content, inner, span, depth, value.provenance), value.trail, value.provenance)
        if declared.name == "optional":
            return convert(value, inner, span, depth + 1)
    return value


def _scalar(value: Known, name: str) -> Leaf:
    if name == "string" and isinstance(value.value, (int, float)):
        text = text_of(value)
        return Known(text, value.trail, value.provenance) if text is not None else value
    if name == "number" and isinstance(value.value, str):
        number = number_of(value)
        return Known(number, value.trail, value.provenance) if number is not None else value
    if name == "bool" and isinstance(value.value, str):
        truth = boolean_of(value)
        return Known(truth, value.trail, value.provenance) if truth is not None else value
    return value


def _object(content: Fields, declared: hcl.Object, span: Span, depth: int, provenance: Provenance) -> Fields:
    """Convert the attributes of an object, and fill in those that are optional: they are as sure as the object."""
    names = [key.value if isinstance(key, hcl.Literal) else None for key, _ in declared.entries]
    # Attributes that the type does not have are dropped.
    values = {name: member for name, member in content.values.items() if name in names or None in names}
    for key, kind in declared.entries:
        name = key.value if isinstance(key, hcl.Literal) else None
        if not isinstance(name, str):
            continue
        present = values.get(name)
        optional = isinstance(kind, hcl.Call) and kind.name == "optional" and bool(kind.arguments)
        if present is not None and not (optional and isinstance(present, Known) and present.value is None):
            values[name] = convert(present, kind, span, depth + 1)
        elif optional and isinstance(kind, hcl.Call) and content.openness is None:
            default: Leaf = (
                _constant(kind.arguments[1], provenance) if len(kind.arguments) > 1 else Known(None, (key.span,), provenance)
            )
            values[name] = convert(default, kind.arguments[0], span, depth + 1)
    return Fields(values, content.keys, content.openness)


def _constant(expression: hcl.Expression, provenance: Provenance, depth: int = 0) -> Leaf:
    """Return the value of a default inside a type: only constants may stand there."""
    span = (expression.span,)
    if isinstance(expression, hcl.Literal):
        return Known(expression.value, span, provenance)
    if isinstance(expression, hcl.Unary) and isinstance(expression.operand, hcl.Literal):
        number = expression.operand.value
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            return Known(-number, span, provenance)
    if isinstance(expression, hcl.Tuple) and depth < NESTING:
        items = Items(tuple(Item(_constant(item, provenance, depth + 1)) for item in expression.items))
        return Known(items, span, provenance)
    if isinstance(expression, hcl.Object) and depth < NESTING:
        values: dict[str, Value] = {
            str(getattr(key, "value", "")): _constant(member, provenance, depth + 1) for key, member in expression.entries
        }
        return Known(Fields(values), span, provenance)
    return Unknown("a default inside a type is not a constant", None, span)
