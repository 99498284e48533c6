"""Functions of lists, sets and mappings. Guards and openness of their elements are kept; sets are lists without repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.guard import ALWAYS, Guard, atom
from ....model.span import Span
from ....model.value import (
    ABSENT,
    CLOSED,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Open,
    Openness,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
)
from ..leaves import Failed, as_items, boolean_of, equal, known, lift, plain_items, text_of, unknown, whole_of
from ..resolve import element, get_attribute
from ..scope import Scope
from .failure import Fails

if TYPE_CHECKING:
    from ..evaluate import Evaluator

LONGEST: Final = 20_000
"""Most elements of a list that a function makes."""


def _open(leaf: Leaf, span: Span) -> Open:
    return Open(leaf.why if isinstance(leaf, Unknown) else "the list is known only after deployment", span)


def _listing(values: Sequence[Value], span: Span) -> tuple[list[Item], Openness]:
    """Return the elements of several lists, one behind the other, each with the guard of its branch."""
    found: list[Item] = []
    openness: Openness = CLOSED
    for value in values:
        for guard, leaf in branches(value):
            content = leaf.value if isinstance(leaf, Known) else None
            if isinstance(content, Items):
                openness = openness or content.openness
                found += content.items if guard.always else [Item(item.value, guard & item.guard) for item in content.items]
            elif not (isinstance(leaf, Known) and content is None):
                openness = openness or _open(leaf, span)
        if len(found) > LONGEST:
            return [], Open("the list is too long", span)
    return found, openness


def _concat(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    items, openness = _listing(values, span)
    return evaluator.sized(known(Items(tuple(items), openness), span, values))


def _flatten(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    items, openness = _listing(values[:1], span)
    found: list[Item] = []
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if len(found) + len(pending) > LONGEST:
            return unknown("the list is too long", span)
        inner: list[Item] = []
        for guard, leaf in branches(item.value):
            content = leaf.value if isinstance(leaf, Known) else None
            both = item.guard & guard
            if isinstance(content, Items):
                openness = openness or content.openness
                inner += [Item(member.value, both & member.guard) for member in content.items]
            else:
                if isinstance(leaf, Unknown):
                    # It may be a list of any length.
                    openness = openness or _open(leaf, span)
                found.append(Item(leaf, both))
        pending += reversed(inner)
    return evaluator.sized(known(Items(tuple(found), openness), span, values))


def _merge(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    merged: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    openness: Openness = CLOSED
    for value in values:
        for guard, leaf in branches(value):
            content = leaf.value if isinstance(leaf, Known) else None
            if content is None and isinstance(leaf, Known):
                continue
            unclear = content.openness if isinstance(content, Fields) else _open(leaf, span)
            if unclear is not None:
                openness = openness or unclear
                # What is not known may set any of the earlier keys to something else.
                merged = {name: unknown(f"it may be overridden: {unclear.why}", span) for name in merged}
            if not isinstance(content, Fields):
                continue
            for name, member in content.values.items():
                keys[name] = content.keys.get(name, span)
                merged[name] = member if guard.always else choose([(guard, member), (~guard, merged.get(name, ABSENT))])
    return evaluator.sized(known(Fields(merged, keys, openness), span, values))


def _coalesce(leaves: Sequence[Leaf], span: Span) -> Value:
    for leaf in leaves:
        if isinstance(leaf, Unknown):
            return leaf
        if leaf.value is None or leaf.value == "":
            continue
        return leaf
    return Failed("every argument is null or empty", None, (span,))


def _coalescelist(leaves: Sequence[Leaf], span: Span) -> Value:
    for leaf in leaves:
        if isinstance(leaf, Unknown):
            return leaf
        if isinstance(leaf.value, Items) and not leaf.value.items:
            if leaf.value.openness is not None:
                return unknown(leaf.value.openness.why, span)
            continue
        return leaf
    return Failed("every list is empty", None, (span,))


def _lifted(function: Callable[[Sequence[Leaf], Span], Value]) -> Callable[[Evaluator, Sequence[Value], Span, Scope], Value]:
    def apply(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
        return lift(lambda leaves: function(leaves, span), values, span)

    return apply


def _same(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    return values[0] if values else unknown("an argument is missing", span)


def _distinct(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def drop(leaves: Sequence[Leaf]) -> Value:
        leaf = leaves[0]
        if not isinstance(leaf, Known) or not isinstance(leaf.value, Items):
            return leaf
        seen: set[object] = set()
        kept: list[Item] = []
        for item in leaf.value.items:
            member = item.value
            content = member.value if isinstance(member, Known) else None
            if isinstance(content, (str, int, float, Reference)) and item.guard.always:
                if (type(content), content) in seen:
                    continue
                seen.add((type(content), content))
            kept.append(item)
        return Known(Items(tuple(kept), leaf.value.openness), leaf.trail, leaf.provenance)

    return lift(drop, values[:1], span)


def _compact(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    items, openness = _listing(values[:1], span)
    kept: list[Item] = []
    for item in items:
        for guard, leaf in branches(item.value):
            if not (isinstance(leaf, Known) and (leaf.value is None or leaf.value == "")):
                kept.append(Item(leaf, item.guard & guard))
    return known(Items(tuple(kept), openness), span, values)


def _length(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def measure(leaves: Sequence[Leaf]) -> Value:
        leaf = leaves[0]
        if isinstance(leaf, Unknown):
            return Unknown(leaf.why, f"length({leaf.symbol})" if leaf.symbol else None, (span,))
        content = leaf.value
        if isinstance(content, str):
            return known(len(content), span, leaves)
        if isinstance(content, (Items, Fields)) and content.openness is None:
            if isinstance(content, Fields):
                pairs, _ = evaluator.pairs(leaf, span)
                return _counted([guard for guard, _, _ in pairs], span, leaves)
            return _counted([item.guard for item in content.items], span, leaves)
        return unknown("the length is known only after deployment", span)

    return lift(measure, values[:1], span)


def _counted(guards: Sequence[Guard], span: Span, sources: Sequence[Value]) -> Value:
    """Return how many of these guards hold."""
    certain = sum(1 for guard in guards if guard.always)
    uncertain = [guard for guard in guards if not guard.always]
    if not uncertain:
        return known(certain, span, sources)
    if len(uncertain) > 8:
        return unknown("the length depends on too many conditions", span)
    counts: dict[int, Guard] = {certain: ALWAYS}
    for guard in uncertain:
        following: dict[int, Guard] = {}
        for number, reached in counts.items():
            for total, both in ((number + 1, reached & guard), (number, reached & ~guard)):
                following[total] = following[total] | both if total in following else both
        counts = following
    return choose(((guard, known(number, span, sources)) for number, guard in counts.items()), (span,))


def _one(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def only(leaves: Sequence[Leaf]) -> Value:
        leaf = leaves[0]
        if not isinstance(leaf, Known) or not isinstance(leaf.value, Items):
            return leaf
        items, openness = leaf.value.items, leaf.value.openness
        if openness is not None:
            if len(items) != 1:
                return unknown(openness.why, span)
            # A list of unknown length holds none or this one: one() refuses more.
            there = atom(f"{openness.why.removeprefix('the number of instances of ').removesuffix(' is not known')} exists")
            return choose([(there, items[0].value), (~there, Known(None, (span,)))])
        if not items:
            return known(None, span, leaves)
        if len(items) == 1:
            item = items[0]
            return (
                item.value if item.guard.always else choose([(item.guard, item.value), (~item.guard, Known(None, (span,)))])
            )
        if all(not item.guard.always for item in items):
            return element(leaf.value, 0, span)
        raise Fails("the list has several elements")

    return lift(only, values[:1], span)


def _keys(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    return _members(evaluator, values, span, lambda key, member: key)


def _values(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if values and isinstance(values[0], Known) and isinstance(values[0].value, Items):
        # All instances of an unknown for_each: a mapping whose keys are not known.
        return values[0]
    return _members(evaluator, values, span, lambda key, member: member)


def _members(evaluator: Evaluator, values: Sequence[Value], span: Span, pick: Callable[[Value, Value], Value]) -> Value:
    if not values:
        raise Fails("a mapping is missing")
    if isinstance(values[0], Unknown):
        return unknown(values[0].why, span)
    pairs, openness = evaluator.pairs(values[0], span)
    return known(Items(tuple(Item(pick(key, member), guard) for guard, key, member in pairs), openness), span, values)


def _zipmap(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def zipped(leaves: Sequence[Leaf]) -> Value:
        names, members = plain_items(leaves[0]), plain_items(leaves[1])
        if names is None or members is None:
            return unknown("the elements are not certain", span)
        if len(names) != len(members):
            raise Fails("there are not as many keys as values")
        entries: dict[str, Value] = {}
        keys: dict[str, Span] = {}
        openness: Openness = CLOSED
        for name, member in zip(names, members, strict=True):
            text = text_of(name) if isinstance(name, Known) else None
            if text is None:
                openness = Open("a key is known only after deployment", span)
            else:
                entries[text], keys[text] = member, name.trail[-1] if name.trail else span
        return evaluator.sized(known(Fields(entries, keys, openness), span, leaves))

    return lift(zipped, values[:2], span) if len(values) == 2 else unknown("an argument is missing", span)


def _lookup(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def look(leaves: Sequence[Leaf]) -> Value:
        mapping, name = leaves[0], text_of(leaves[1])
        if isinstance(mapping, Unknown) or name is None:
            return unknown(mapping.why if isinstance(mapping, Unknown) else "the key is known only after deployment", span)
        found = get_attribute(evaluator, mapping, name, span)
        return leaves[2] if isinstance(found, Failed) and len(leaves) > 2 else found

    return lift(look, values[:3], span) if len(values) >= 2 else unknown("an argument is missing", span)


def _element(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def at(leaves: Sequence[Leaf]) -> Value:
        leaf, number = leaves[0], whole_of(leaves[1])
        content = leaf.value if isinstance(leaf, Known) else None
        if not isinstance(content, Items) or number is None:
            return unknown(leaf.why if isinstance(leaf, Unknown) else "the position is not certain", span)
        if content.openness is not None:
            return unknown(content.openness.why, span)
        if not content.items:
            raise Fails("the list is empty")
        if all(item.guard.always for item in content.items):
            return content.items[number % len(content.items)].value
        return element(content, number, span)

    return lift(at, values[:2], span) if len(values) == 2 else unknown("an argument is missing", span)


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
        return unknown("the list is too long", span)
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
            return unknown("the list is too long", span)
        rows = [[*row, member] for row in rows for member in members]
    return known(as_items(known(as_items(row), span, leaves) for row in rows), span, leaves)


def _chunklist(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    members, size = plain_items(leaves[0]), whole_of(leaves[1]) if len(leaves) == 2 else None
    if members is None or size is None or size < 1:
        return None
    chunks = (members[start : start + size] for start in range(0, len(members), size))
    return known(as_items(known(as_items(chunk), span, leaves) for chunk in chunks), span, leaves)


COLLECTION_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    "concat": _concat,
    "flatten": _flatten,
    "merge": _merge,
    "coalesce": _lifted(_coalesce),
    "coalescelist": _lifted(_coalescelist),
    "compact": _compact,
    "distinct": _distinct,
    "toset": _distinct,
    "tolist": _same,
    "tomap": _same,
    "sensitive": _same,
    "nonsensitive": _same,
    "length": _length,
    "one": _one,
    "keys": _keys,
    "values": _values,
    "zipmap": _zipmap,
    "lookup": _lookup,
    "element": _element,
}

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
