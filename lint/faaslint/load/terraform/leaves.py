"""Small steps that the whole evaluator shares: reading leaves as the language does, lifting functions over choices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ...model.guard import ALWAYS, Guard, TooManyCombinations, atom
from ...model.record import record, replace
from ...model.span import Span
from ...model.value import (
    Branch,
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Pattern,
    Payload,
    Provenance,
    Reference,
    Sensitive,
    Unknown,
    Value,
    branches,
    choose,
    join_text,
    jointly,
    number_text,
)
from ...source.limits import TEXT_LENGTH
from .kinds import SetItems, spelled

TOO_MANY: Final = "too many combinations"
LONG_TEXT: Final = "the text grows too long"
LONG_LIST: Final = "the list grows too long"
BOUNDED: Final = frozenset({LONG_TEXT, LONG_LIST})
"""Why values are unknown that only a bound made so: the user is told."""

UNCERTAIN: Final = 4
"""Most elements of a list that may be there or not where all its cases are spelled out."""

PATTERN_PARTS: Final = 1_000
"""Most parts of one text with holes."""

_NEVER_NULL: Final = frozenset({"", "arn", "id", "name", "url", "invoke_arn", "qualified_arn", "function_name", "version"})
"""Attributes that every resource which has them always sets."""


@record
class Failed(Unknown):
    """A value whose expression certainly fails: a missing attribute, an index past the end. What ``try`` and ``can`` ask."""


def via(value: Value, span: Span) -> Value:
    """Return the value with ``span`` before its trail, in every branch: it was used there."""
    if isinstance(value, Choice):
        if value.trail and value.trail[0] == span:
            return value
        leaves = tuple(Branch(branch.guard, _leaf_via(branch.value, span)) for branch in value.branches)
        return Choice(leaves, (span, *value.trail))
    return _leaf_via(value, span)


def _leaf_via(leaf: Leaf, span: Span) -> Leaf:
    if leaf.trail and leaf.trail[0] == span:
        return leaf
    if isinstance(leaf, Known):
        return Known(leaf.value, (span, *leaf.trail), leaf.provenance)
    return replace(leaf, trail=(span, *leaf.trail))


def provenance_of(values: Iterable[Value]) -> Provenance:
    """Return how sure something is that was made of these: a default makes all of it a default."""
    result = Provenance.LITERAL
    for value in values:
        for _, leaf in branches(value):
            if isinstance(leaf, Known) and leaf.provenance is not Provenance.LITERAL:
                if leaf.provenance is Provenance.DEFAULT:
                    return Provenance.DEFAULT
                if leaf.provenance is Provenance.GIVEN:
                    result = Provenance.GIVEN
    return result


def known(payload: Payload, span: Span, sources: Iterable[Value] = ()) -> Known:
    """Return a computed value that stands at ``span``."""
    return Known(payload, (span,), provenance_of(sources))


def unknown(why: str, span: Span, symbol: str | None = None) -> Unknown:
    """Return an Unknown that stands at ``span``."""
    return Unknown(why, symbol, (span,))


def failed(why: str, span: Span) -> Failed:
    """Return the value of an expression that fails."""
    return Failed(why, None, (span,))


def lift(function: Callable[[Sequence[Leaf]], Value], values: Sequence[Value], span: Span) -> Value:
    """Apply a function of leaves to values, branch by branch."""
    if not any(isinstance(value, Choice) for value in values):
        return function([value for value in values if not isinstance(value, Choice)])
    return choose(((guard, function(leaves)) for guard, leaves in jointly(*values)), (span,))


def select(alternatives: Iterable[tuple[Guard, Value]], span: Span) -> Value:
    """Build one value of guarded alternatives that stands at ``span``."""
    try:
        return via(choose(alternatives, (span,)), span)
    except TooManyCombinations:
        return unknown(TOO_MANY, span)


def composed(parts: Sequence[Leaf], span: Span) -> Leaf:
    """Concatenate leaves into one text that stands at ``span``, or Unknown where it grows past bounds."""
    parts = [spelled(part) for part in parts]
    characters, count = 0, 0
    for part in parts:
        if isinstance(part, Failed) or (isinstance(part, Unknown) and part.why in BOUNDED):
            return part
        content = part.value if isinstance(part, Known) else None
        count += 1
        if isinstance(content, str):
            characters += len(content)
        elif isinstance(content, Pattern):
            count += len(content.parts)
            characters += sum(len(piece) for piece in content.parts if isinstance(piece, str))
    holes = any(text_of(part) is None for part in parts)
    if characters > TEXT_LENGTH or (holes and count > PATTERN_PARTS):
        return unknown(LONG_TEXT, span)
    secret = any(isinstance(part, Known) and isinstance(part.value, Sensitive) for part in parts)
    if secret and holes:
        parts = [
            Unknown("it is sensitive", None, part.trail) if isinstance(getattr(part, "value", None), Sensitive) else part
            for part in parts
        ]
    joined = join_text(parts)
    if isinstance(joined, Unknown):
        return joined if joined.trail[:1] == (span,) else replace(joined, trail=(span, *joined.trail))
    content = joined.value
    text = text_of(joined) if isinstance(content, (int, float, bool)) else content
    if secret and isinstance(text, str):
        text = Sensitive(text)
    return Known(text, (span,), provenance_of(parts))


def text_of(leaf: Leaf) -> str | None:
    """Return a known leaf as the language writes it into a text, None where that is not known in full."""
    if not isinstance(leaf, Known):
        return None
    content = leaf.value
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, str):
        return content
    if isinstance(content, float):
        return number_text(content) if math.isfinite(content) else None
    return str(content) if isinstance(content, int) else None


def number_of(leaf: Leaf) -> int | float | None:
    """Return a number, also one written as text."""
    if not isinstance(leaf, Known) or isinstance(leaf.value, bool):
        return None
    content = leaf.value
    if isinstance(content, (int, float)):
        return content
    if isinstance(content, str) and len(content) <= 40 and content[-1:].isdigit():
        try:
            number = float(content)
        except ValueError:
            return None
        if not math.isfinite(number):
            return None
        return int(content) if content.lstrip("+-").isdecimal() else number
    return None


def whole_of(leaf: Leaf) -> int | None:
    """Return a whole number, also one written as text."""
    number = number_of(leaf)
    return int(number) if number is not None and number == int(number) else None


def boolean_of(leaf: Leaf) -> bool | None:
    """Return a boolean, also one written as text."""
    if isinstance(leaf, Known):
        if isinstance(leaf.value, bool):
            return leaf.value
        if leaf.value in ("true", "false"):
            return leaf.value == "true"
    return None


def is_null(leaf: Leaf) -> bool | None:
    """Return whether a leaf is null, None where that is not known."""
    if isinstance(leaf, Unknown):
        return None
    if isinstance(leaf.value, Reference):
        attribute = leaf.value.attribute
        return False if attribute in _NEVER_NULL or attribute.endswith(("_arn", "_id", "_name")) else None
    return leaf.value is None


def equal(left: Leaf, right: Leaf, budget: int = 200) -> bool | None:
    """Return whether two leaves are equal as ``==`` sees it, None where that is not known."""
    if isinstance(left, Unknown) and isinstance(right, Unknown):
        return True if left.symbol is not None and left.symbol == right.symbol else None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return None
    if left.value is None or right.value is None:
        other = right if left.value is None else left
        return is_null(other)
    first, second = left.value, right.value
    if isinstance(first, (str, int, float)) and isinstance(second, (str, int, float)):
        if isinstance(first, bool) is not isinstance(second, bool) or isinstance(first, str) is not isinstance(second, str):
            return False
        return first == second
    if isinstance(first, Reference) and isinstance(second, Reference):
        return True if first == second else None
    for pattern, plain in ((first, second), (second, first)):
        if isinstance(pattern, Pattern) and isinstance(plain, str):
            return None if may_match(pattern, plain) else False
        if isinstance(pattern, Reference) and plain == "" and pattern.attribute in _NEVER_NULL:
            return False
        if isinstance(pattern, (Items, Fields)) and isinstance(plain, (str, int, float, Pattern)):
            return False
    if isinstance(first, Items) and isinstance(second, Items):
        if isinstance(first, SetItems) is not isinstance(second, SetItems):
            return False
        return _equal_lists(first, second, budget)
    if isinstance(first, Fields) and isinstance(second, Fields):
        if first.openness is not None or second.openness is not None or len(first.values) + len(second.values) > budget:
            return None
        if first.values.keys() != second.values.keys():
            return False
        pairs = [(value, second.values[name]) for name, value in first.values.items()]
        return _all_equal(pairs, budget)
    return None


def _equal_lists(first: Items, second: Items, budget: int) -> bool | None:
    if first.openness is not None or second.openness is not None or len(first.items) + len(second.items) > budget:
        return None
    if not all(item.guard.always for item in (*first.items, *second.items)):
        return None
    if len(first.items) != len(second.items):
        return False
    return _all_equal([(a.value, b.value) for a, b in zip(first.items, second.items, strict=True)], budget)


def _all_equal(pairs: list[tuple[Value, Value]], budget: int) -> bool | None:
    result: bool | None = True
    share = budget // (len(pairs) + 1)
    for left, right in pairs:
        if isinstance(left, Choice) or isinstance(right, Choice) or share < 1:
            result = None
            continue
        answer = equal(left, right, share)
        if answer is False:
            return False
        if answer is None:
            result = None
    return result


def may_match(pattern: Pattern, text: str) -> bool:
    """Return whether a text could be what a pattern with holes becomes: its beginning and end are compared."""
    first, last = pattern.parts[0], pattern.parts[-1]
    begins = not isinstance(first, str) or text.startswith(first)
    return begins and (not isinstance(last, str) or text.endswith(last))


def plain_items(leaf: Leaf) -> list[Value] | None:
    """Return the elements of a list that is known in full and without guards, else None."""
    if isinstance(leaf, Known) and isinstance(leaf.value, Items):
        content = leaf.value
        if content.openness is None and all(item.guard.always for item in content.items):
            return [item.value for item in content.items]
    return None


_NUMBER_OF: Final = "the number of instances of "
_NOT_KNOWN: Final = " is not known"


def unknown_number(address: str, span: Span) -> Open:
    """Return why the list of all instances of a resource is open."""
    return Open(f"{_NUMBER_OF}{address}{_NOT_KNOWN}", span)


def existence(openness: Open) -> Guard | None:
    """Return when there is an instance, where a list is open because their number is not known; else None."""
    why = openness.why
    if why.startswith(_NUMBER_OF) and why.endswith(_NOT_KNOWN):
        return atom(f"{why.removeprefix(_NUMBER_OF).removesuffix(_NOT_KNOWN)} exists")
    return None


def whole_lists(value: Value) -> Value | None:
    """Return a list whose elements depend on conditions as a choice of lists that are known in full, None where it is none.

    Only a few elements may be uncertain: their cases multiply.
    """
    found: list[tuple[Guard, Value]] = []
    for guard, leaf in branches(value):
        if not (isinstance(leaf, Known) and isinstance(leaf.value, Items)) or leaf.value.openness is not None:
            return None
        uncertain = [item for item in leaf.value.items if not item.guard.always]
        if len(uncertain) > UNCERTAIN:
            return None
        cases: list[tuple[Guard, tuple[Item, ...]]] = [(guard, ())]
        for item in leaf.value.items:
            with_it = [(case & item.guard, (*items, Item(item.value))) for case, items in cases]
            without = [] if item.guard.always else [(case & ~item.guard, items) for case, items in cases]
            cases = [(case, items) for case, items in (*with_it, *without) if case.always or case.satisfiable()]
        found += [(case, Known(Items(items), leaf.trail, leaf.provenance)) for case, items in cases]
    return choose(found, value.trail)


def as_items(values: Iterable[Value], openness: Open | None = None) -> Items:
    """Return a list of these elements."""
    return Items(tuple(Item(value, ALWAYS) for value in values), openness)
