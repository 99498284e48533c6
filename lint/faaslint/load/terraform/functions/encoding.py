"""Encodings and conversions. ``jsonencode`` keeps the structure: what reads a policy wants its parts, not its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Fields, Item, Items, Known, Leaf, Pattern, Provenance, Unknown, Value
from ....source.limits import TEXT_LENGTH
from ..documents import decode, structured
from ..kinds import encoded, json_text, plain_structure
from ..leaves import boolean_of, known, lift, number_of, text_of, unknown
from ..operators import symbol_of
from ..scope import Scope
from .failure import Fails

if TYPE_CHECKING:
    from ....source.tree import Tree
    from ..evaluate import Evaluator


def _jsonencode(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def encode(leaves: Sequence[Leaf]) -> Value:
        leaf = leaves[0]
        if isinstance(leaf, Unknown):
            return Unknown(leaf.why, f"jsonencode({leaf.symbol})" if leaf.symbol else None, (span,))
        if isinstance(leaf.value, (Items, Fields)):
            return Known(encoded(leaf.value), leaf.trail, leaf.provenance)
        text = json_text(leaf)
        if text is not None:
            return known(text, span, leaves)
        return unknown("the text is known only after deployment", span, f"jsonencode({symbol_of(leaf)})")

    return lift(encode, values[:1], span) if values else unknown("an argument is missing", span)


def _jsondecode(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def read(leaves: Sequence[Leaf]) -> Value:
        leaf = leaves[0]
        if isinstance(leaf, Unknown):
            return Unknown(leaf.why, f"jsondecode({leaf.symbol})" if leaf.symbol else None, (span,))
        if isinstance(leaf.value, (Items, Fields)):
            return Known(plain_structure(leaf.value), leaf.trail, leaf.provenance)
        document = structured(evaluator.session, leaf)
        if document is not leaf:
            return document
        if isinstance(leaf.value, str):
            found = decode(leaf.value, span.path)
            if found is None:
                raise Fails("the text is not JSON")
            return Known(found.value, (span,), leaf.provenance) if isinstance(found, Known) else found
        return unknown("the text is known only after deployment", span, f"jsondecode({symbol_of(leaf)})")

    return lift(read, values[:1], span) if values else unknown("an argument is missing", span)


def _yamldecode(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text = text_of(leaves[0])
    if text is None:
        content = leaves[0].value if isinstance(leaves[0], Known) else None
        # JSON is YAML: a text that was read as a document stays one.
        return leaves[0] if isinstance(content, (Items, Fields)) else None
    from ....source.tree import ParseFailure
    from ....source.yaml import parse_yaml

    try:
        return _plain(parse_yaml(text, span.path, []), span, leaves[0])
    except ParseFailure:
        raise Fails("the text is not YAML") from None


def _plain(tree: Tree, span: Span, source: Leaf) -> Leaf:
    """Turn a tree into values that all stand where the text is read. Its depth is bounded by its reader."""
    from ....source.tree import Mapping, Scalar

    provenance = source.provenance if isinstance(source, Known) else Provenance.LITERAL
    if tree.tag:
        return unknown("a YAML tag is not read here", span)
    if isinstance(tree, Scalar):
        return Known(tree.value, (span,), provenance)
    if isinstance(tree, Mapping):
        values: dict[str, Value] = {str(key.value): _plain(value, span, source) for key, value in tree.entries}
        return Known(Fields(values), (span,), provenance)
    return Known(Items(tuple(Item(_plain(item, span, source)) for item in tree.items)), (span,), provenance)


def _base64encode(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    import base64

    text = text_of(leaves[0])
    if text is None or len(text) > TEXT_LENGTH // 2:
        return None
    return known(base64.b64encode(text.encode("utf-8", "replace")).decode(), span, leaves)


def _base64decode(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    import base64
    import binascii

    text = text_of(leaves[0])
    if text is None:
        return None
    try:
        return known(base64.b64decode(text, validate=True).decode("utf-8"), span, leaves)
    except (binascii.Error, ValueError):
        raise Fails("the text is not base64 of a text") from None


def _urlencode(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    from urllib.parse import quote_plus

    text = text_of(leaves[0])
    return known(quote_plus(text, errors="replace"), span, leaves) if text is not None and len(text) < 100_000 else None


def _tostring(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    leaf = leaves[0]
    if isinstance(leaf, Known) and (leaf.value is None or isinstance(leaf.value, Pattern)):
        return leaf
    text = text_of(leaf)
    if text is None:
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(content, (Items, Fields)):
            raise Fails("a list or mapping is no text")
        return leaf
    return known(text, span, leaves)


def _tonumber(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    leaf = leaves[0]
    if isinstance(leaf, Known) and leaf.value is None:
        return leaf
    number = number_of(leaf)
    if number is None:
        if text_of(leaf) is not None:
            raise Fails("the text is not a number")
        return None
    return known(number, span, leaves)


def _tobool(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    leaf = leaves[0]
    if isinstance(leaf, Known) and leaf.value is None:
        return leaf
    truth = boolean_of(leaf)
    if truth is None:
        if text_of(leaf) is not None:
            raise Fails("the text is neither true nor false")
        return None
    return known(truth, span, leaves)


ENCODING_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "yamldecode": _yamldecode,
    "base64encode": _base64encode,
    "base64decode": _base64decode,
    "urlencode": _urlencode,
    "tostring": _tostring,
    "tonumber": _tonumber,
    "tobool": _tobool,
}

ENCODING_VALUE_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    "jsonencode": _jsonencode,
    "jsondecode": _jsondecode,
}
