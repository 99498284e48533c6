"""Functions of lists and sets that answer only where every element is certain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ....model.span import Span
from ....model.value import Items, Known, Leaf, Unknown, Value
from ..leaves import LONG_LIST, as_items, boolean_of, equal, known, plain_items, text_of, unknown, whole_of
from .collections import LONGEST
from .failure import Fails


def _contains(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members = plain_items(leaves[0]) if len(leaves) == 2 else None
    if members is None:
        return None
    uncertain = False
    for member in members:
        answer = equal(member, leaves[1]) if isinstance(member, (Known, Unknown)) else None
        if answer:
            return known(True, span, [*leaves, member])
        uncertain = uncertain or answer is None
    return None if uncertain else known(False, span, [*leaves, *members])


def _every(decisive: bool) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        members = plain_items(leaves[0])
        if members is None:
            return None
        truths = [boolean_of(member) if isinstance(member, (Known, Unknown)) else None for member in members]
        if decisive in truths:
            return known(decisive, span, [*leaves, *members])
        return None if None in truths else known(not decisive, span, [*leaves, *members])

    return apply


def _range(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    numbers = [whole_of(leaf) for leaf in leaves]
    if not 1 <= len(numbers) <= 3 or None in numbers:
        return None
    given = [number for number in numbers if number is not None]
    start, stop = (0, given[0]) if len(given) == 1 else (given[0], given[1])
    step = given[2] if len(given) == 3 else (1 if stop >= start else -1)
    if step == 0:
        raise Fails("the step is zero")
    series = range(start, stop, step)
    if len(series) > LONGEST:
        return unknown(LONG_LIST, span)
    return known(as_items(known(number, span, leaves) for number in series), span, leaves)


def _texts(leaf: Leaf) -> list[tuple[str, Value]] | None:
    members = plain_items(leaf)
    if members is None:
        return None
    found = [(text_of(member) if isinstance(member, Known) else None, member) for member in members]
    known_texts = [(text, member) for text, member in found if text is not None]
    return known_texts if len(known_texts) == len(found) else None


def _sort(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members = _texts(leaves[0])
    if members is None:
        return None
    return known(as_items(member for _, member in sorted(members, key=lambda pair: pair[0])), span, leaves)


def _reverse(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    content = leaves[0].value if isinstance(leaves[0], Known) else None
    return known(Items(content.items[::-1], content.openness), span, leaves) if isinstance(content, Items) else None


def _slice(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members = plain_items(leaves[0])
    numbers = [whole_of(leaf) for leaf in leaves[1:]]
    if members is None or len(numbers) != 2:
        return None
    start, end = numbers
    if start is None or end is None:
        return None
    if not 0 <= start <= end <= len(members):
        raise Fails("the list is not that long")
    return known(as_items(members[start:end]), span, leaves)


def _index(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    if len(leaves) != 2:
        return None
    for place, member in enumerate(plain_items(leaves[0]) or []):
        answer = equal(member, leaves[1]) if isinstance(member, (Known, Unknown)) else None
        if answer is None:
            return None
        if answer:
            return known(place, span, leaves)
    if plain_items(leaves[0]) is None:
        return None
    raise Fails("the list has no such element")


def _set_operation(name: str) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        sets: list[dict[str, Value]] = []
        for leaf in leaves:
            members = _texts(leaf)
            if members is None:
                return None
            sets.append(dict(members))
        if not sets:
            return None
        first, others = sets[0], sets[1:]
        if name == "union":
            result = {text: member for each in reversed(sets) for text, member in each.items()}
        elif name == "intersection":
            result = {text: member for text, member in first.items() if all(text in other for other in others)}
        else:
            result = {text: member for text, member in first.items() if not any(text in other for other in others)}
        return known(as_items(member for _, member in sorted(result.items())), span, leaves)

    return apply


def _setproduct(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    rows: list[list[Value]] = [[]]
    for leaf in leaves:
        members = plain_items(leaf)
        if members is None:
            return None
        if len(rows) * len(members) > LONGEST:
            return unknown(LONG_LIST, span)
        rows = [[*row, member] for row in rows for member in members]
    return known(as_items(known(as_items(row), span, leaves) for row in rows), span, leaves)


def _chunklist(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members, size = plain_items(leaves[0]), whole_of(leaves[1]) if len(leaves) == 2 else None
    if members is None or size is None or size < 1:
        return None
    chunks = (members[start : start + size] for start in range(0, len(members), size))
    return known(as_items(known(as_items(chunk), span, leaves) for chunk in chunks), span, leaves)


ELEMENT_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    "contains": _contains,
    "alltrue": _every(False),
    "anytrue": _every(True),
    "range": _range,
    "sort": _sort,
    "reverse": _reverse,
    "slice": _slice,
    "index": _index,
    "setunion": _set_operation("union"),
    "setintersection": _set_operation("intersection"),
    "setsubtract": _set_operation("subtraction"),
    "setproduct": _setproduct,
    "chunklist": _chunklist,
}
