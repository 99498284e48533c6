"""Intrinsic functions that encode: Base64 and ToJsonString."""

from __future__ import annotations

import base64 as codec
import json
from typing import TYPE_CHECKING, Final

from ...model.span import Span
from ...model.value import (
    BRANCH_LIMIT,
    Fields,
    Items,
    Known,
    Leaf,
    Pattern,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
)
from ...source.tree import Tree
from .text import concatenate, scalar_text

if TYPE_CHECKING:
    from .evaluate import Evaluator

_PART_LIMIT: Final = 20_000
"""Most pieces that one ToJsonString is put together from."""


class _Unwritable(Exception):
    """A part of the value has no JSON text that is known now."""


def base64(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::Base64``: known texts only."""

    def encoded(leaf: Leaf) -> Value:
        text = scalar_text(leaf)
        if text is not None and evaluator.budget.spend(len(text)):
            return Known(codec.b64encode(text.encode("utf-8", "replace")).decode("ascii"), (span,))
        return Unknown("the text that is encoded is known at deployment only", trail=(span,))

    return choose([(guard, encoded(leaf)) for guard, leaf in branches(evaluator.value(argument))], (span,))


def to_json_string(evaluator: Evaluator, argument: Tree, span: Span) -> Value:
    """``Fn::ToJsonString``: a mapping or list as JSON text, with holes for what is not known."""

    def written(leaf: Leaf) -> Value:
        parts: list[Value] = []
        try:
            _write(leaf, parts, span)
        except _Unwritable:
            return Unknown("the JSON text depends on the deployment", trail=(span,))
        return concatenate(parts, (span,), evaluator.budget)

    return choose([(guard, written(leaf)) for guard, leaf in branches(evaluator.value(argument))], (span,))


def _write(value: Value, parts: list[Value], span: Span) -> None:
    """Append the JSON text of a value. Depth is that of the tree it came from, which is bounded."""
    if len(parts) > _PART_LIMIT:
        raise _Unwritable
    if not isinstance(value, Known):
        raise _Unwritable
    content = value.value
    if isinstance(content, Fields):
        if content.openness is not None or len(content.values) > BRANCH_LIMIT * BRANCH_LIMIT:
            raise _Unwritable
        separator = "{"
        for name, member in content.values.items():
            parts.append(Known(f"{separator}{json.dumps(name)}:", (span,)))
            _write(member, parts, span)
            separator = ","
        parts.append(Known("}" if content.values else "{}", (span,)))
    elif isinstance(content, Items):
        if content.openness is not None or any(not item.guard.always for item in content.items):
            raise _Unwritable
        separator = "["
        for item in content.items:
            parts.append(Known(separator, (span,)))
            _write(item.value, parts, span)
            separator = ","
        parts.append(Known("]" if content.items else "[]", (span,)))
    elif isinstance(content, Pattern) and any(
        json.dumps(part)[1:-1] != part for part in content.parts if isinstance(part, str)
    ):
        raise _Unwritable
    elif isinstance(content, (Reference, Pattern)):
        quote = Known('"', (span,))
        parts += [quote, value, quote]
    elif content is None or isinstance(content, (str, bool, int, float)):
        parts.append(Known(json.dumps(content), (span,)))
    else:
        raise _Unwritable
