"""Functions of lists and sets that answer only where every element is certain."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from ....model.span import Span
from ....model.value import CLOSED, Fields, Item, Items, Known, Leaf, Unknown, Value
from ..kinds import SetItems, as_set, as_text
from ..leaves import LONG_LIST, as_items, boolean_of, equal, known, number_of, plain_items, text_of, unknown, whole_of
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
    given = [number for leaf in leaves if (number := number_of(leaf)) is not None]
    if not 1 <= len(leaves) <= 3 or len(given) < len(leaves):
        return None
    start, stop = (0, given[0]) if len(given) == 1 else (given[0], given[1])
    step = given[2] if len(given) == 3 else (1 if stop >= start else -1)
    if step == 0 or (stop > start and step < 0) or (stop < start and step > 0):
        raise Fails("the step does not lead from the first number to the last")
    count = math.ceil((stop - start) / step)
    if count > LONGEST:
        return unknown(LONG_LIST, span)
    return known(as_items(known(start + place * step, span, leaves) for place in range(count)), span, leaves)


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
        elements = plain_items(leaves[0])
        if elements is None or not all(isinstance(element, Known) for element in elements):
            return None
        # All of them are there, in an order that depends on names given at deployment.
        return known(SetItems(tuple(Item(element) for element in elements)), span, leaves)
    return known(as_items(as_text(member) for _, member in sorted(members, key=lambda pair: pair[0])), span, leaves)


def _reverse(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    content = leaves[0].value if isinstance(leaves[0], Known) else None
    # Those of a set come in its order.
    return known(Items(content.items[::-1], content.openness), span, leaves) if isinstance(content, Items) else None


def _slice(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members = plain_items(leaves[0])
    numbers = [whole_of(leaf) for leaf in leaves[1:]]
    if isinstance(leaves[0], Known) and isinstance(leaves[0].value, SetItems):
        raise Fails("the elements of a set have no positions")
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
                return _union(leaves, span) if name == "union" else None
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
        return known(as_set([Item(member) for member in result.values()], CLOSED), span, leaves)

    return apply


def _union(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    """Return the union of sets with elements that are known in shape only: references stay what they are."""
    items: list[Item] = []
    for leaf in leaves:
        members = plain_items(leaf)
        if members is None:
            return None
        items += [Item(member) for member in members]
    return known(as_set(items, CLOSED), span, leaves)


def _setproduct(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    if len(leaves) < 2:
        raise Fails("at least two lists are needed")
    rows: list[list[Value]] = [[]]
    for leaf in leaves:
        members = plain_items(leaf)
        if members is None:
            return None
        if len(rows) * len(members) > LONGEST:
            return unknown(LONG_LIST, span)
        rows = [[*row, member] for row in rows for member in members]
    products = as_items(known(as_items(row), span, leaves) for row in rows)
    if any(isinstance(leaf, Known) and isinstance(leaf.value, SetItems) for leaf in leaves):
        products = SetItems(products.items)
    return known(products, span, leaves)


def _matchkeys(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    if len(leaves) != 3:
        return None
    values, keys, wanted = plain_items(leaves[0]), _texts(leaves[1]), _texts(leaves[2])
    if values is None or keys is None or wanted is None:
        return None
    if len(values) != len(keys):
        raise Fails("there are not as many keys as values")
    names = {text for text, _ in wanted}
    found = [value for value, (text, _) in zip(values, keys, strict=True) if text in names]
    return known(as_items(found), span, leaves)


def _transpose(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    content = leaves[0].value if isinstance(leaves[0], Known) else None
    if not isinstance(content, Fields) or content.openness is not None:
        return None
    found: dict[str, list[Value]] = {}
    for name, member in sorted(content.values.items()):
        texts = _texts(member) if isinstance(member, Known) else None
        if texts is None:
            return None
        for text, _ in texts:
            found.setdefault(text, []).append(known(name, span, leaves))
    return known(Fields({text: known(as_items(names), span, leaves) for text, names in found.items()}), span, leaves)


def _chunklist(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members, size = plain_items(leaves[0]), whole_of(leaves[1]) if len(leaves) == 2 else None
    if members is None or size is None:
        return None
    if size < 0:
        raise Fails("a chunk has at least one element")
    # Zero stands for "as many as there are".
    size = size or max(len(members), 1)
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
    "matchkeys": _matchkeys,
    "transpose": _transpose,
}
