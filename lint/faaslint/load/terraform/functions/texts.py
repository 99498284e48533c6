"""Functions of texts. ``join`` and ``format`` keep references as holes of a pattern."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Fields, Item, Items, Known, Leaf, Payload, Unknown, Value, choose
from ....source.limits import TEXT_LENGTH
from ..kinds import json_string, json_text, spelled
from ..leaves import (
    LONG_TEXT,
    as_items,
    boolean_of,
    composed,
    existence,
    is_null,
    known,
    lift,
    number_of,
    provenance_of,
    text_of,
    unknown,
    whole_lists,
    whole_of,
)
from ..scope import Scope
from .failure import Fails

if TYPE_CHECKING:
    from ..evaluate import Evaluator

_VERB: Final = re.compile(r"%(?:\[(\d+)\])?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
_WIDTH: Final = 1000


def _text(function: Callable[..., Payload], count: int) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    """Make a function of texts out of one of strings."""

    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        texts = [text_of(leaf) for leaf in leaves]
        if len(texts) != count or None in texts:
            return None
        return known(function(*texts), span, leaves)

    return apply


def countable(text: str) -> bool:
    """Return whether each code point of a text is a character of its own, as people see it and the language counts."""
    if text.isascii():
        return "\r\n" not in text
    import unicodedata

    return all(
        sign < "\u0300" or (sign < "\u1100" and not unicodedata.combining(sign)) or unicodedata.category(sign) == "Lo"
        for sign in text
    ) and unicodedata.is_normalized("NFC", text)


def _substr(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text = text_of(leaves[0])
    numbers = [whole_of(leaf) for leaf in leaves[1:]]
    if text is None or len(numbers) != 2:
        return None
    offset, length = numbers
    if offset is None or length is None or not countable(text):
        return None
    start = max(len(text) + offset, 0) if offset < 0 else offset
    return known(text[start:] if length < 0 else text[start : start + length], span, leaves)


def _split(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    separator, text = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if separator is None or text is None:
        return None
    if not separator and not countable(text):
        return None
    pieces = ([] if not text else list(text)) if not separator else text.split(separator)
    if len(pieces) > 20_000:
        return None
    return known(as_items(known(piece, span, leaves) for piece in pieces), span, leaves)


def _indent(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    spaces, text = (whole_of(leaves[0]), text_of(leaves[1])) if len(leaves) == 2 else (None, None)
    if spaces is None or text is None or not 0 <= spaces <= _WIDTH:
        return None
    if len(text) + text.count("\n") * spaces > TEXT_LENGTH:
        return unknown(LONG_TEXT, span)
    return known(text.replace("\n", "\n" + " " * spaces), span, leaves)


# Functions that keep holes


def _join(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if len(values) < 2:
        raise Fails("join needs a separator and a list")
    separator, *lists = values
    for place, value in enumerate(lists):
        alone = _perhaps_one(value, span) if isinstance(separator, Known) and separator.value == "" else None
        if alone is not None:
            lists[place] = alone
            continue
        pairs, openness = evaluator.pairs(value, span)
        if openness is not None:
            return unknown(openness.why, span)
        if not all(guard.always for guard, _, _ in pairs):
            whole = whole_lists(value)
            if whole is None:
                return unknown("which elements the list has depends on conditions", span)
            lists[place] = whole

    def join(leaves: Sequence[Leaf]) -> Value:
        members = [item.value for leaf in leaves[1:] for item in _items(leaf)]
        return lift(lambda texts: _joined(texts, span), [leaves[0], *members], span)

    return lift(join, [separator, *lists], span)


def _perhaps_one(value: Value, span: Span) -> Value | None:
    """Return all instances of a resource whose number is not known as none or the one: the old way to ask for it."""
    content = value.value if isinstance(value, Known) else None
    if not isinstance(content, Items) or content.openness is None or len(content.items) != 1:
        return None
    there = existence(content.openness)
    if there is None:
        return None
    return choose([(there, Known(Items(content.items), value.trail)), (~there, Known(Items(()), value.trail))], (span,))


def _items(leaf: Leaf) -> tuple[Item, ...]:
    return leaf.value.items if isinstance(leaf, Known) and isinstance(leaf.value, Items) else ()


def _joined(leaves: Sequence[Leaf], span: Span) -> Leaf:
    parts: list[Leaf] = []
    for leaf in leaves[1:]:
        if is_null(leaf):
            return unknown("a null stands in the list", span)
        parts += [leaf] if not parts else [leaves[0], leaf]
    if len(parts) == 1 and isinstance(parts[0], Known) and isinstance(parts[0].value, Fields):
        # A document that is kept as what its text says: ``join("", data.aws_iam_policy_document.it.*.json)``.
        return parts[0]
    return composed(parts, span)


def _format(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if not values:
        raise Fails("format needs a text")
    return lift(lambda leaves: _formatted(leaves, span), values, span)


def _formatted(leaves: Sequence[Leaf], span: Span) -> Leaf:
    template = text_of(leaves[0])
    if template is None:
        return unknown("the format is known only after deployment", span)
    parts: list[Leaf] = []
    done, following, by_number = 0, 1, False
    for match in _VERB.finditer(template):
        position, flags, width, precision, verb = match.groups()
        before = template[done : match.start()]
        if "%" in before:
            raise Fails("the format has a verb that there is not")
        parts.append(known(before, span))
        done = match.end()
        if verb == "%":
            parts.append(known("%", span))
            continue
        following = int(position) if position else following
        if following >= len(leaves):
            raise Fails("there are fewer values than places for them")
        parts.append(_verb(verb, flags, int(width or 0), precision, leaves[following], span))
        by_number = by_number or position is not None
        following += 1
    if "%" in template[done:]:
        raise Fails("the format is not complete")
    if following < len(leaves) and not by_number:
        raise Fails("there are more values than places for them")
    parts.append(known(template[done:], span))
    whole = composed([part for part in parts if not (isinstance(part, Known) and part.value == "")], span)
    return Known(whole.value, whole.trail, provenance_of(leaves)) if isinstance(whole, Known) else whole


def _verb(verb: str, flags: str, width: int, precision: str | None, leaf: Leaf, span: Span) -> Leaf:
    plain = not flags and not width and precision is None
    leaf = spelled(leaf)
    if verb in "sv" and plain and not isinstance(getattr(leaf, "value", None), (Items, Fields)):
        return leaf
    if isinstance(leaf, Unknown) or width > _WIDTH or int(precision or 0) > _WIDTH:
        return unknown(leaf.why if isinstance(leaf, Unknown) else LONG_TEXT, span)
    shown = _shown(verb, flags, precision, leaf)
    if shown is None:
        if isinstance(leaf.value, (Items, Fields)) and verb != "v":
            raise Fails("a list or mapping is no text")
        return unknown("the value can't be formatted here", span)
    if verb != "t" and len(shown) < width:
        if "-" in flags:
            shown = shown.ljust(width)
        else:
            shown = shown.zfill(width) if "0" in flags and verb not in "svq" else shown.rjust(width)
    return known(shown, span, [leaf])


def _shown(verb: str, flags: str, precision: str | None, leaf: Known) -> str | None:
    """Return a value as a verb writes it, None where that is not worked out."""
    text, number = text_of(leaf), number_of(leaf)
    if verb == "v" and ("#" in flags or isinstance(leaf.value, (Items, Fields))):
        return json_text(leaf)
    if verb in "sv" and text is not None:
        return text[: int(precision)] if precision is not None else text
    if verb == "q" and text is not None:
        return json_string(text)
    if verb == "t":
        return text if boolean_of(leaf) is not None else None
    if number is None or isinstance(leaf.value, (Items, Fields)):
        return None
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if verb in "dxXob":
        if number != int(number):
            raise Fails("a whole number is needed")
        return format(int(number), sign + verb)
    if verb in "fF":
        return format(float(number), f"{sign}.{precision or 6}f")
    if verb in "eE":
        return format(float(number), f"{sign}.{precision or 6}{verb}")
    if verb in "gG":
        return _shortest(float(number), sign, precision, verb)
    return None


def _shortest(number: float, sign: str, precision: str | None, verb: str) -> str:
    if precision is not None:
        return format(number, f"{sign}.{precision}{verb}")
    # Without a precision: as many digits as the number has, and an exponent from a million on.
    exponent = math.floor(math.log10(abs(number))) if number else 0
    digits = len(repr(number).partition("e")[0].replace(".", "").replace("-", "").strip("0")) or 1
    if exponent < -4 or exponent >= 6:
        return format(number, f"{sign}.{digits - 1}{'E' if verb == 'G' else 'e'}")
    return format(number, f"{sign}.{max(digits - 1 - exponent, 0)}f")


def _formatlist(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    lists: list[list[Value] | None] = []
    for value in values:
        if isinstance(value, Known) and isinstance(value.value, Items):
            pairs, openness = evaluator.pairs(value, span)
            if openness is not None or not all(guard.always for guard, _, _ in pairs):
                return unknown("the elements are not certain", span)
            lists.append([member for _, _, member in pairs])
        else:
            lists.append(None)
    lengths = {len(members) for members in lists if members is not None}
    if len(lengths) > 1:
        raise Fails("the lists have different lengths")
    rows = (
        [value if members is None else members[index] for value, members in zip(values, lists, strict=True)]
        for index in range(lengths.pop() if lengths else 1)
    )
    return known(as_items(_format(evaluator, row, span, scope) for row in rows), span, values)


def _cased(text: str, change: Callable[[str], str]) -> str:
    """Change the case of each character by itself, as the language does: one stays one."""
    if text.isascii():
        return change(text)
    return "".join(other if len(other := change(sign)) == 1 else sign for sign in text)


def _title(text: str) -> str:
    """Put the first letter of each word into upper case; letters, digits and ``_`` make words."""
    return re.sub(r"(?<!\w)([^\W\d_])", lambda match: _cased(match.group(), str.upper), text)


def _strrev(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text = text_of(leaves[0])
    return known(text[::-1], span, leaves) if text is not None and countable(text) else None


TEXT_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "lower": _text(lambda text: _cased(text, str.lower), 1),
    "upper": _text(lambda text: _cased(text, str.upper), 1),
    "title": _text(_title, 1),
    "chomp": _text(lambda text: text.rstrip("\r\n"), 1),
    "trimspace": _text(str.strip, 1),
    "trim": _text(str.strip, 2),
    "trimprefix": _text(str.removeprefix, 2),
    "trimsuffix": _text(str.removesuffix, 2),
    "strrev": _strrev,
    "startswith": _text(str.startswith, 2),
    "endswith": _text(str.endswith, 2),
    "strcontains": _text(lambda text, part: part in text, 2),
    "indent": _indent,
    "substr": _substr,
    "split": _split,
}

TEXT_VALUE_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    "join": _join,
    "format": _format,
    "formatlist": _formatlist,
}
