"""Making values of plain Python data: what the SAM transform writes into the resources that it generates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from ...model.span import Span
from ...model.value import (
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Openness,
    Pattern,
    Reference,
    Unknown,
    Value,
    is_absent,
)
from ..cloudformation.text import TextBudget, concatenate

Content: TypeAlias = (
    "Known | Choice | Unknown | Reference | Pattern | Items | str | int | bool"
    " | Mapping[str, Content] | Sequence[Content] | None"
)


def made(content: Content, span: Span) -> Value:
    """Return data as a value that stands at ``span``. Values that are in it keep their own places; absent ones go."""
    if isinstance(content, (Known, Choice, Unknown)):
        return content
    if isinstance(content, Mapping):
        return Known(fields(content, span), (span,))
    if isinstance(content, Sequence) and not isinstance(content, str):
        members = (made(member, span) for member in content)
        return Known(Items(tuple(Item(member) for member in members if not is_absent(member))), (span,))
    return Known(content, (span,))


def fields(content: Mapping[str, Content], span: Span, openness: Openness = None) -> Fields:
    """Return data as fields whose keys stand at ``span``."""
    values: dict[str, Value] = {}
    for name, member in content.items():
        value = made(member, span)
        if not is_absent(value):
            values[name] = value
    return Fields(values, {name: values[name].trail[0] if values[name].trail else span for name in values}, openness)


def text(span: Span, *parts: Content) -> Value:
    """Return the text that the parts make."""
    return concatenate([made(part, span) for part in parts], (span,), TextBudget())


def located(value: Value, span: Span) -> Value:
    """Return a value whose parts all stand somewhere: at ``span`` where they have no place of their own."""
    if not isinstance(value, Known):
        return value if value.trail else _at(value, span)
    content = value.value
    if isinstance(content, Fields):
        content = Fields(
            {name: located(member, span) for name, member in content.values.items()},
            content.keys or dict.fromkeys(content.values, span),
            content.openness,
        )
    elif isinstance(content, Items):
        content = Items(tuple(Item(located(item.value, span), item.guard) for item in content.items), content.openness)
    return Known(content, value.trail or (span,), value.provenance)


def _at(value: Choice | Unknown, span: Span) -> Value:
    if isinstance(value, Unknown):
        return Unknown(value.why, value.symbol, (span,))
    return Choice(value.branches, (span,))
