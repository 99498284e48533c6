"""What the shared values do not tell apart and the language does: sets from lists, and texts that are JSON from structures.

To everything outside the evaluator they are plain lists and mappings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from ...model.record import record, replace
from ...model.span import Span
from ...model.value import (
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Openness,
    Reference,
    Sensitive,
    Unknown,
    Value,
    branches,
    choose,
)
from ...source.limits import TEXT_LENGTH

_COMPARED: Final = 200
"""Longest list in which structures are compared with each other for repeats: that work grows with the square."""


@record
class SetItems(Items):
    """A set: without repeats, in the language's order, and without positions."""


@record
class EncodedItems(Items):
    """A list that ``jsonencode`` made a text of; its parts are kept."""


@record
class EncodedFields(Fields):
    """A mapping that ``jsonencode`` made a text of; its parts are kept."""


def encoded(content: Items | Fields) -> Items | Fields:
    """Return the text that a structure is as JSON, with its parts."""
    if isinstance(content, Items):
        return EncodedItems(content.items, content.openness)
    return EncodedFields(content.values, content.keys, content.openness, content.computed)


def plain_structure(content: Items | Fields) -> Items | Fields:
    """Return the structure that such a text is as JSON."""
    if isinstance(content, EncodedItems):
        return Items(content.items, content.openness)
    if isinstance(content, EncodedFields):
        return Fields(content.values, content.keys, content.openness, content.computed)
    return content


def spelled(leaf: Leaf) -> Leaf:
    """Return a text that was kept as a structure as the text that it is, where all of it is known; else the leaf."""
    if isinstance(leaf, Known) and isinstance(leaf.value, (EncodedItems, EncodedFields)):
        text = json_text(leaf)
        if text is not None:
            return Known(text, leaf.trail, leaf.provenance)
    return leaf


# Texts that nobody may see


def hidden(value: Value, span: Span) -> Value:
    """Return a sensitive value that stands at ``span``: texts are kept to compare with, and nothing of it is ever shown."""
    if isinstance(value, Choice):
        return choose(((guard, hidden(leaf, span)) for guard, leaf in branches(value)), (span,))
    if isinstance(value, Unknown):
        return replace(value, trail=(span,))
    content = value.value
    if isinstance(content, str):
        return Known(Sensitive(str.__str__(content)), (span,), value.provenance)
    if content is None or isinstance(content, Reference):
        return Known(content, (span,), value.provenance)
    if isinstance(content, Items):
        items = tuple(Item(hidden(item.value, span), item.guard) for item in content.items)
        return Known(replace(content, items=items), (span,), value.provenance)
    if isinstance(content, Fields):
        values = {name: hidden(member, span) for name, member in content.values.items()}
        return Known(Fields(values, {}, content.openness), (span,), value.provenance)
    return Unknown("it is sensitive", None, (span,))


def revealed(value: Value) -> Value:
    """Return a value whose texts may be seen."""
    if isinstance(value, Choice):
        return choose(((guard, revealed(leaf)) for guard, leaf in branches(value)), value.trail)
    content = value.value if isinstance(value, Known) else None
    if isinstance(content, Sensitive):
        return Known(str.__str__(content), value.trail)
    if isinstance(content, Items):
        items = tuple(Item(revealed(item.value), item.guard) for item in content.items)
        return Known(replace(content, items=items), value.trail)
    if isinstance(content, Fields):
        return Known(replace(content, values={name: revealed(one) for name, one in content.values.items()}), value.trail)
    return value


def is_hidden(value: Value, depth: int = 6) -> bool:
    """Return whether a part of a value is sensitive; what lies deeper than ``depth`` counts as such a part."""
    for _, leaf in branches(value):
        content = leaf.value if isinstance(leaf, Known) else None
        members: Iterable[Value] = ()
        if isinstance(content, Sensitive) or (isinstance(leaf, Unknown) and leaf.why == "it is sensitive"):
            return True
        if isinstance(content, Items):
            members = (item.value for item in content.items)
        elif isinstance(content, Fields):
            members = content.values.values()
        if any(depth == 0 or is_hidden(member, depth - 1) for member in members):
            return True
    return False


# JSON as the language writes it


def json_text(value: Value) -> str | None:
    """Return what ``jsonencode`` makes of a value, None where a part of it is not known or it is too long."""
    if isinstance(value, Known) and isinstance(value.value, (EncodedItems, EncodedFields)):
        value = Known(plain_structure(value.value))
    pieces: list[str] = []
    return "".join(pieces) if _write(value, pieces, [TEXT_LENGTH]) else None


def _write(value: Value, pieces: list[str], room: list[int]) -> bool:
    """Append the JSON of a value. Its depth is bounded: no value is nested deeper than the evaluator's limit."""
    if not isinstance(value, Known):
        return False
    content = value.value
    if isinstance(content, (EncodedItems, EncodedFields)):
        # A document inside a document is a text in it.
        content = json_text(value)
        if content is None:
            return False
    if isinstance(content, Items):
        if content.openness is not None or not all(item.guard.always for item in content.items):
            return False
        pieces.append("[")
        for place, item in enumerate(content.items):
            if place:
                pieces.append(",")
            if not _write(item.value, pieces, room):
                return False
        pieces.append("]")
        return True
    if isinstance(content, Fields):
        if content.openness is not None:
            return False
        pieces.append("{")
        for place, (name, member) in enumerate(sorted(content.values.items())):
            pieces.append(f"{',' if place else ''}{json_string(name)}:")
            if not _write(member, pieces, room):
                return False
        pieces.append("}")
        return True
    text = _scalar(content)
    if text is None:
        return False
    room[0] -= len(text)
    pieces.append(text)
    return room[0] > 0


def _scalar(content: object) -> str | None:
    if content is None:
        return "null"
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, str):
        return json_string(content)
    if isinstance(content, int):
        return str(content)
    if isinstance(content, float) and math.isfinite(content):
        return str(int(content)) if content.is_integer() and abs(content) < 1e15 else repr(content)
    return None


def json_string(text: str) -> str:
    """Return a text in quotes, with the escapes that the language's encoder uses."""
    import json

    written = json.dumps(text, ensure_ascii=False)
    for sign in ("<", ">", "&", "\u2028", "\u2029"):
        if sign in written:
            written = written.replace(sign, f"\\u{ord(sign):04x}")
    return written


# Sets, and lists whose elements have one type


def as_set(items: Sequence[Item], openness: Openness) -> SetItems:
    """Return a set of these elements: of one type, each once, in order where all of them are plain."""
    kept: list[Item] = []
    seen: set[tuple[type, object]] = set()
    structures: list[Known] = []
    for item in unified(items):
        member = item.value
        if isinstance(member, Known) and item.guard.always:
            if isinstance(member.value, (str, int, float, Reference)):
                if (type(member.value), member.value) in seen:
                    continue
                seen.add((type(member.value), member.value))
            elif isinstance(member.value, (Items, Fields)) and len(structures) < _COMPARED:
                if member in structures:
                    continue
                structures.append(member)
        kept.append(item)
    contents = [item.value.value if isinstance(item.value, Known) else None for item in kept]
    if all(isinstance(content, str) for content in contents):
        kept.sort(key=lambda item: str(getattr(item.value, "value", "")))
    elif all(isinstance(content, (int, float)) for content in contents):
        kept.sort(key=lambda item: float(getattr(item.value, "value", 0)))
    elif all(isinstance(content, Items) for content in contents):
        texts = [json_text(item.value) for item in kept]
        if None not in texts:
            kept = [item for _, item in sorted(zip(texts, kept, strict=True), key=lambda pair: pair[0] or "")]
    return SetItems(tuple(kept), openness)


def unified(items: Sequence[Item]) -> Sequence[Item]:
    """Return the elements with one type where they are plain: numbers and booleans beside texts become texts."""
    types = {type(leaf.value) for item in items for _, leaf in branches(item.value) if isinstance(leaf, Known)}
    if str in types and types & {int, float, bool}:
        return [Item(as_text(item.value), item.guard) for item in items]
    return items


def of_one_type(items: Sequence[Item]) -> bool:
    """Return whether the elements can have one type; True where that is not known."""
    types = {type(leaf.value) for item in items for _, leaf in branches(item.value) if isinstance(leaf, Known)}
    if types & {Items, SetItems, Fields}:
        return not types & {str, int, float, bool}
    return str in types or bool not in types or not types & {int, float}


def as_text(value: Value) -> Value:
    """Return a number or boolean as the text that it is written as; anything else as it was."""
    if isinstance(value, Choice):
        return choose(((guard, as_text(leaf)) for guard, leaf in branches(value)), value.trail)
    if isinstance(value, Unknown) or not isinstance(value.value, (int, float)):
        return value
    content = value.value
    if isinstance(content, bool):
        text: str | None = "true" if content else "false"
    else:
        text = _scalar(content)
    return value if text is None else Known(text, value.trail, value.provenance)
