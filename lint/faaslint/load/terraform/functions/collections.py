"""Functions of lists, sets and mappings. Guards and openness of their elements are kept; sets are lists without repeats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.guard import ALWAYS, NEVER, Guard, atom
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
    Pattern,
    Reference,
    Unknown,
    Value,
    branches,
    choose,
)
from ..kinds import EncodedFields, EncodedItems, SetItems, as_set, as_text, of_one_type, spelled, unified
from ..leaves import LONG_LIST, Failed, existence, known, lift, plain_items, text_of, unknown, whole_of
from ..resolve import element, get_attribute
from ..scope import Scope
from .failure import Fails
from .texts import countable

if TYPE_CHECKING:
    from ..evaluate import Evaluator

LONGEST: Final = 20_000
"""Most elements of a list that a function makes."""


def _open(leaf: Leaf, span: Span) -> Open:
    if isinstance(leaf, Unknown):
        return Open(leaf.why, leaf.trail[-1] if leaf.trail else span)
    return Open("the list is known only after deployment", span)


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
            return [], Open(LONG_LIST, span)
    return found, openness


def _concat(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if any(isinstance(value, Known) and isinstance(value.value, SetItems) for value in values):
        raise Fails("a set stands where a list is expected")
    items, openness = _listing(values, span)
    if openness is not None and openness.why == LONG_LIST:
        return unknown(LONG_LIST, openness.where or span)
    return evaluator.sized(known(Items(tuple(items), openness), span, values))


def _flatten(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    items, openness = _listing(values[:1], span)
    found: list[Item] = []
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if len(found) + len(pending) > LONGEST:
            return unknown(LONG_LIST, span)
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
        # All arguments have one type: beside a text, a number is one too.
        return leaf if all(_is_no_text(other) for other in leaves) else as_text(leaf)
    return Failed("every argument is null or empty", None, (span,))


def _is_no_text(leaf: Leaf) -> bool:
    return isinstance(leaf, Unknown) or not isinstance(leaf.value, (str, Pattern))


def _coalescelist(leaves: Sequence[Leaf], span: Span) -> Value:
    found: list[tuple[Guard, Value]] = []
    rest = ALWAYS
    for leaf in leaves:
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(leaf, Known) and content is None:
            raise Fails("a list is null")
        filled = ALWAYS
        if isinstance(content, Items):
            if content.openness is not None and not content.items:
                leaf = unknown(content.openness.why, span)
            elif content.openness is None:
                filled = NEVER
                for item in content.items:
                    filled = filled | item.guard
        found.append((rest & filled, leaf))
        rest = rest & ~filled
        if not rest.satisfiable():
            break
    else:
        found.append((rest, Failed("every list is empty", None, (span,))))
    return choose(found, (span,))


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
        for item in unified(leaf.value.items):
            member = item.value
            content = member.value if isinstance(member, Known) else None
            if isinstance(content, (str, int, float, Reference)) and item.guard.always:
                if (type(content), content) in seen:
                    continue
                seen.add((type(content), content))
            kept.append(item)
        return Known(Items(tuple(kept), leaf.value.openness), leaf.trail, leaf.provenance)

    return lift(drop, values[:1], span)


def _converted(change: Callable[[Known, Span], Leaf]) -> Callable[[Evaluator, Sequence[Value], Span, Scope], Value]:
    def apply(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
        def convert(leaves: Sequence[Leaf]) -> Value:
            leaf = leaves[0]
            if isinstance(leaf, Unknown) or leaf.value is None or isinstance(leaf.value, Reference):
                return leaf
            return change(leaf, span)

        return lift(convert, values[:1], span)

    return apply


def _as_set(leaf: Known, span: Span) -> Leaf:
    if not isinstance(leaf.value, Items):
        raise Fails("it is no list")
    if not of_one_type(leaf.value.items):
        raise Fails("the elements have different types")
    return Known(as_set(leaf.value.items, leaf.value.openness), leaf.trail, leaf.provenance)


def _as_list(leaf: Known, span: Span) -> Leaf:
    if not isinstance(leaf.value, Items):
        raise Fails("it is no list")
    if not of_one_type(leaf.value.items):
        raise Fails("the elements have different types")
    return Known(Items(tuple(unified(leaf.value.items)), leaf.value.openness), leaf.trail, leaf.provenance)


def _as_map(leaf: Known, span: Span) -> Leaf:
    content = leaf.value
    if not isinstance(content, Fields):
        raise Fails("it is no mapping")
    members = [Item(member) for member in content.values.values()]
    if not of_one_type(members):
        raise Fails("the elements have different types")
    values = dict(zip(content.values, (item.value for item in unified(members)), strict=True))
    return Known(Fields(values, content.keys, content.openness, content.computed), leaf.trail, leaf.provenance)


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
        leaf = spelled(leaves[0])
        if isinstance(leaf, Unknown):
            return Unknown(leaf.why, f"length({leaf.symbol})" if leaf.symbol else None, (span,))
        content = leaf.value
        if isinstance(content, str):
            return known(len(content), span, leaves) if countable(content) else unknown("it is not counted here", span)
        if content is None or isinstance(content, (int, float)):
            raise Fails("it has no length")
        if isinstance(content, (EncodedItems, EncodedFields)):
            return unknown("the length of the text is known only after deployment", span)
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
        if isinstance(leaf, Known) and (leaf.value is None or isinstance(leaf.value, (str, int, float, Fields))):
            raise Fails("it is no list")
        if not isinstance(leaf, Known) or not isinstance(leaf.value, Items):
            return leaf
        items, openness = leaf.value.items, leaf.value.openness
        if openness is not None:
            if len(items) != 1:
                return unknown(openness.why, span)
            # A list of unknown length holds none or this one: one() refuses more.
            there = existence(openness) or atom(f"{openness.why} exists")
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
        if isinstance(mapping, Known) and mapping.value is None:
            raise Fails("the mapping is null")
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
        if isinstance(content, SetItems) or number < 0:
            raise Fails("there is no such position")
        if content.openness is not None:
            return unknown(content.openness.why, span)
        if not content.items:
            raise Fails("the list is empty")
        if all(item.guard.always for item in content.items):
            return content.items[number % len(content.items)].value
        return element(content, number, span)

    return lift(at, values[:2], span) if len(values) == 2 else unknown("an argument is missing", span)


COLLECTION_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    "concat": _concat,
    "flatten": _flatten,
    "merge": _merge,
    "coalesce": _lifted(_coalesce),
    "coalescelist": _lifted(_coalescelist),
    "compact": _compact,
    "distinct": _distinct,
    "toset": _converted(_as_set),
    "tolist": _converted(_as_list),
    "tomap": _converted(_as_map),
    "ephemeralasnull": _same,
    "length": _length,
    "one": _one,
    "keys": _keys,
    "values": _values,
    "zipmap": _zipmap,
    "lookup": _lookup,
    "element": _element,
}
