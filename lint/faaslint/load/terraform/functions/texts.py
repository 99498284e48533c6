"""Functions of texts. ``join`` and ``format`` keep references as holes of a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Fields, Items, Known, Leaf, Payload, Unknown, Value, branches
from ....source.limits import TEXT_LENGTH
from ..leaves import (
    LONG_TEXT,
    as_items,
    boolean_of,
    composed,
    is_null,
    known,
    lift,
    number_of,
    provenance_of,
    text_of,
    unknown,
    whole_of,
)
from ..scope import Scope
from .failure import Fails

if TYPE_CHECKING:
    from ..evaluate import Evaluator

_VERB: Final = re.compile(r"%(?:\[(\d+)\])?([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
_REPEATED: Final = re.compile(r"[*+]|\{\d*,?\d*\}")
_FOREIGN: Final = ("[[:", "\\p", "\\P", "\\z", "\\C", "\\Q", "(?U", "(?P=", "(?=", "(?!", "(?<", "\\1", "\\2")
_WIDTH: Final = 1000
SUBJECT: Final = 300
"""Longest text that a regular expression is tried on: with two repetitions that is no more work than anything else."""


def _text(function: Callable[..., Payload], count: int) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    """Make a function of texts out of one of strings."""

    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        texts = [text_of(leaf) for leaf in leaves]
        if len(texts) != count or None in texts:
            return None
        return known(function(*texts), span, leaves)

    return apply


def _substr(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    text = text_of(leaves[0])
    numbers = [whole_of(leaf) for leaf in leaves[1:]]
    if text is None or len(numbers) != 2:
        return None
    offset, length = numbers
    if offset is None or length is None:
        return None
    start = max(len(text) + offset, 0) if offset < 0 else offset
    return known(text[start:] if length < 0 else text[start : start + length], span, leaves)


def _split(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    separator, text = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if separator is None or text is None:
        return None
    pieces = ([] if not text else list(text)) if not separator else text.split(separator)
    if len(pieces) > 20_000:
        return None
    return known(as_items(known(piece, span, leaves) for piece in pieces), span, leaves)


def _replace(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    texts = [text_of(leaf) for leaf in leaves]
    if len(texts) != 3:
        return None
    text, old, new = texts
    if text is None or old is None or new is None:
        return None
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        compiled = _safe(old[1:-1], text)
        if compiled is None:
            return None
        template = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new.replace("\\", "\\\\"))
        try:
            return known(compiled.sub(template, text), span, leaves)
        except (re.error, IndexError):
            return None
    if len(text) + text.count(old) * len(new) > TEXT_LENGTH:
        return unknown(LONG_TEXT, span)
    return known(text.replace(old, new), span, leaves)


def _safe(pattern: str, text: str) -> re.Pattern[str] | None:
    """Compile a pattern that can't run long on a text, None for any other."""
    if len(text) > SUBJECT or len(pattern) > SUBJECT or any(mark in pattern for mark in _FOREIGN):
        return None
    # Repetitions multiply; two on a short text are at most a few million steps, and a repeated group could hide more.
    if len(_REPEATED.findall(pattern)) > 2 or re.search(r"\)[*+{]", pattern) or re.search(r"\{\d{4,}", pattern):
        return None
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _captured(match: re.Match[str], span: Span, leaves: Sequence[Leaf]) -> Leaf:
    if match.re.groupindex:
        named = {name: known(value, span, leaves) for name, value in match.groupdict().items()}
        return known(Fields(dict(named)), span, leaves)
    if match.re.groups:
        return known(as_items(known(value, span, leaves) for value in match.groups()), span, leaves)
    return known(match.group(), span, leaves)


def _regex(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    pattern, text = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if pattern is None or text is None:
        return None
    compiled = _safe(pattern, text)
    if compiled is None:
        return None
    match = compiled.search(text)
    if match is None:
        raise Fails("the pattern doesn't match")
    return _captured(match, span, leaves)


def _regexall(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    pattern, text = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    compiled = _safe(pattern, text) if pattern is not None and text is not None else None
    if compiled is None or text is None:
        return None
    return known(as_items(_captured(match, span, leaves) for match in compiled.finditer(text)), span, leaves)


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
    members: list[Value] = []
    for value in values[1:]:
        pairs, openness = evaluator.pairs(value, span)
        if openness is not None:
            return unknown(openness.why, span)
        for guard, _, member in pairs:
            if not guard.always:
                return _join_branches(evaluator, values, span, scope)
            members.append(member)

    def join(leaves: Sequence[Leaf]) -> Value:
        parts: list[Leaf] = []
        for leaf in leaves[1:]:
            if is_null(leaf):
                return unknown("a null stands in the list", span)
            parts += [leaf] if not parts else [leaves[0], leaf]
        return composed(parts, span)

    return lift(join, [values[0], *members], span)


def _join_branches(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    """Join lists that are whole in each branch of a choice; a list with single uncertain elements is not spelled out."""
    for value in values[1:]:
        for _, leaf in branches(value):
            items = leaf.value.items if isinstance(leaf, Known) and isinstance(leaf.value, Items) else ()
            if not all(item.guard.always for item in items):
                return unknown("which elements the list has depends on conditions", span)
    return lift(lambda leaves: _join(evaluator, leaves, span, scope), values, span)


def _format(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if not values:
        raise Fails("format needs a text")
    return lift(lambda leaves: _formatted(leaves, span), values, span)


def _formatted(leaves: Sequence[Leaf], span: Span) -> Leaf:
    template = text_of(leaves[0])
    if template is None:
        return unknown("the format is known only after deployment", span)
    parts: list[Leaf] = []
    done, following = 0, 1
    for match in _VERB.finditer(template):
        position, flags, width, precision, verb = match.groups()
        parts.append(known(template[done : match.start()], span))
        done = match.end()
        if verb == "%":
            parts.append(known("%", span))
            continue
        following = int(position) if position else following
        if following >= len(leaves):
            raise Fails("there are fewer values than places for them")
        parts.append(_verb(verb, flags, int(width or 0), precision, leaves[following], span))
        following += 1
    parts.append(known(template[done:], span))
    whole = composed([part for part in parts if not (isinstance(part, Known) and part.value == "")], span)
    return Known(whole.value, whole.trail, provenance_of(leaves)) if isinstance(whole, Known) else whole


def _verb(verb: str, flags: str, width: int, precision: str | None, leaf: Leaf, span: Span) -> Leaf:
    plain = not flags and not width and precision is None
    if verb in "sv" and plain:
        return leaf
    if isinstance(leaf, Unknown) or width > _WIDTH or int(precision or 0) > _WIDTH:
        return unknown(leaf.why if isinstance(leaf, Unknown) else LONG_TEXT, span)
    text, number = text_of(leaf), number_of(leaf)
    shown: str | None = None
    if verb in "sv" and text is not None:
        shown = text[: int(precision)] if precision is not None else text
    elif verb == "q" and text is not None:
        import json

        shown = json.dumps(text, ensure_ascii=False)
    elif verb == "t" and boolean_of(leaf) is not None:
        shown = text
    elif verb == "d" and number is not None:
        shown = format(int(number), "+d" if "+" in flags else "d")
    elif verb in "xXob" and number is not None:
        shown = format(int(number), verb)
    elif verb in "feg" and number is not None:
        shown = format(float(number), f".{precision or 6}{verb}")
    if shown is None:
        return unknown("the value can't be formatted here", span)
    if len(shown) < width:
        if "-" in flags:
            shown = shown.ljust(width)
        else:
            shown = shown.zfill(width) if "0" in flags and verb not in "svq" else shown.rjust(width)
    return known(shown, span, [leaf])


def _formatlist(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    lists: list[list[Value]] = []
    for value in values:
        if isinstance(value, Known) and isinstance(value.value, Items):
            pairs, openness = evaluator.pairs(value, span)
            if openness is not None or not all(guard.always for guard, _, _ in pairs):
                return unknown("the elements are not certain", span)
            lists.append([member for _, _, member in pairs])
        else:
            lists.append([value])
    length = max((len(members) for members in lists), default=0)
    if not all(len(members) in (1, length) for members in lists):
        return unknown("the lists have different lengths", span)
    rows = ([members[index] if len(members) == length else members[0] for members in lists] for index in range(length))
    return known(as_items(_format(evaluator, row, span, scope) for row in rows), span, values)


def _title(text: str) -> str:
    return re.sub(r"(^|[\s_-])([a-z])", lambda match: match.group(1) + match.group(2).upper(), text)


TEXT_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "lower": _text(str.lower, 1),
    "upper": _text(str.upper, 1),
    "title": _text(_title, 1),
    "chomp": _text(lambda text: text.rstrip("\r\n"), 1),
    "trimspace": _text(str.strip, 1),
    "trim": _text(str.strip, 2),
    "trimprefix": _text(str.removeprefix, 2),
    "trimsuffix": _text(str.removesuffix, 2),
    "strrev": _text(lambda text: text[::-1], 1),
    "startswith": _text(str.startswith, 2),
    "endswith": _text(str.endswith, 2),
    "strcontains": _text(lambda text, part: part in text, 2),
    "indent": _indent,
    "substr": _substr,
    "split": _split,
    "replace": _replace,
    "regex": _regex,
    "regexall": _regexall,
}

TEXT_VALUE_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    "join": _join,
    "format": _format,
    "formatlist": _formatlist,
}
