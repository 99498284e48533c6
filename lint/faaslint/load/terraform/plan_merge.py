"""A plan's values at the places of the ``.tf`` files that it was made of.

The files know where a value stands and which resource it comes of; the plan knows what variables, conditions and data
sources came to. Where the plan says a value is sensitive, nothing of it is kept.
"""

from __future__ import annotations

from ...model.record import replace
from ...model.span import Span
from ...model.value import (
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Leaf,
    Pattern,
    Provenance,
    Reference,
    Trail,
    Unknown,
    Value,
    branches,
    is_absent,
)
from .plan_values import SECRET


def merged_fields(written: Fields, planned: Fields, where: Span) -> Fields:
    """Return a block's fields: those that the files write, with what the plan knows of them.

    What only the plan has comes of a dynamic block, or of the provider; it stands at the block's name.
    """
    values: dict[str, Value] = {}
    for name, value in written.values.items():
        known = planned.values.get(name)
        values[name] = merged(value, known) if known is not None else value
    for name, known in planned.values.items():
        if name not in values and not is_absent(known) and written.openness is not None:
            values[name] = placed(known, (where,))
    return Fields(values, {**dict.fromkeys(values, where), **written.keys}, written.openness)


def merged(written: Value, planned: Value) -> Value:
    """Return one value of both: see the module."""
    trail = _trail(written)
    if isinstance(planned, Unknown):
        return Unknown(planned.why, planned.symbol, trail or planned.trail) if planned.why == SECRET else written
    if not isinstance(planned, Known):
        return written
    if isinstance(written, Choice):
        return _chosen(written, planned)
    if isinstance(written, Unknown):
        return placed(planned, trail or planned.trail)
    mine, theirs = written.value, planned.value
    if isinstance(mine, (Reference, Pattern)):
        return written if isinstance(mine, Reference) or not _has_unknown(mine) else placed(planned, trail)
    if isinstance(mine, Fields) and isinstance(theirs, Fields):
        values = {
            name: merged(value, theirs.values[name]) if name in theirs.values else value
            for name, value in mine.values.items()
        }
        for name, value in theirs.values.items():
            if name not in values and not is_absent(value) and mine.openness is not None:
                values[name] = placed(value, trail)
        complete = mine.openness is None or bool(mine.computed)
        return replace(written, value=Fields(values, mine.keys, mine.openness if complete else None, mine.computed))
    if isinstance(mine, Items) and isinstance(theirs, Items):
        return _merged_items(written, mine, theirs, trail)
    if isinstance(mine, (Items, Fields)):
        return written
    return Known(theirs, written.trail, Provenance.GIVEN)


def _merged_items(written: Known, mine: Items, theirs: Items, trail: Trail) -> Value:
    """Join two lists. A plan sorts sets, so elements are joined with the first that they do not contradict."""
    uncertain = mine.openness is not None or any(not item.guard.always for item in mine.items)
    left = [item.value for item in theirs.items]
    found: list[Item] = []
    for item in mine.items:
        fitting = next((one for one in left if agree(item.value, one)), None)
        if fitting is None:
            if uncertain:
                continue
            return written if len(mine.items) == len(theirs.items) else placed(Known(theirs), trail)
        left.remove(fitting)
        found.append(Item(merged(item.value, fitting)))
    found += [Item(placed(one, trail)) for one in left if not (isinstance(one, Unknown) and not uncertain)]
    return replace(written, value=Items(tuple(found)))


def _chosen(written: Choice, planned: Known) -> Value:
    """Return the branch that the plan took, the planned value in the choice's place where none is it."""
    for _, leaf in branches(written):
        if isinstance(leaf, Known) and not isinstance(leaf.value, (Reference, Pattern)) and agree(leaf, planned):
            return merged(leaf, planned)
    if any(isinstance(leaf, Known) and isinstance(leaf.value, Reference) for _, leaf in branches(written)):
        return written
    return placed(planned, written.trail)


def agree(written: Value, planned: Value) -> bool:
    """Return whether nothing that is certain of the one contradicts the other."""
    if not (isinstance(written, Known) and isinstance(planned, Known)):
        return True
    mine, theirs = written.value, planned.value
    if isinstance(mine, (Reference, Pattern)) or isinstance(theirs, (Reference, Pattern)):
        return not (isinstance(mine, Reference) and isinstance(theirs, Reference) and mine.address != theirs.address)
    if isinstance(mine, Fields) and isinstance(theirs, Fields):
        return all(agree(value, theirs.values[name]) for name, value in mine.values.items() if name in theirs.values)
    if isinstance(mine, Items) and isinstance(theirs, Items):
        return mine.openness is not None or len(mine.items) == len(theirs.items)
    return (type(mine) is type(theirs) and mine == theirs) or str(mine) == str(theirs)


def placed(value: Value, trail: Trail) -> Value:
    """Return a planned value, and everything in it, as standing at another place."""
    if isinstance(value, Choice):
        return value
    if isinstance(value, Unknown):
        return replace(value, trail=trail)
    content = value.value
    if isinstance(content, Fields):
        content = Fields({name: placed(inner, trail) for name, inner in content.values.items()}, {}, content.openness)
    elif isinstance(content, Items):
        content = Items(tuple(Item(placed(item.value, trail), item.guard) for item in content.items), content.openness)
    return Known(content, trail, value.provenance)


def _trail(value: Value) -> Trail:
    return value.trail


def _has_unknown(pattern: Pattern) -> bool:
    return any(isinstance(part, Unknown) for part in pattern.parts)


def without_default(value: Value) -> Value:
    """Return a variable's value as given: in a plan no default can be replaced any more."""
    if not isinstance(value, Known):
        return value
    content = value.value
    if isinstance(content, Fields):
        content = Fields(
            {name: without_default(inner) for name, inner in content.values.items()}, content.keys, content.openness
        )
    elif isinstance(content, Items):
        content = Items(tuple(Item(without_default(item.value), item.guard) for item in content.items), content.openness)
    return Known(content, value.trail, Provenance.GIVEN)


def same(value: Leaf, other: Leaf) -> bool:
    """Return whether two plain values say the same; a null and a missing entry are one."""
    if not (isinstance(value, Known) and isinstance(other, Known)):
        return False
    mine, theirs = value.value, other.value
    if isinstance(mine, Fields) and isinstance(theirs, Fields):
        names = {*mine.values, *theirs.values}
        return all(_same_entry(mine.values.get(name), theirs.values.get(name)) for name in names)
    if isinstance(mine, Items) and isinstance(theirs, Items):
        pairs = zip(mine.items, theirs.items, strict=False)
        return len(mine.items) == len(theirs.items) and all(_same_entry(one.value, two.value) for one, two in pairs)
    return str(mine) == str(theirs)


def _same_entry(value: Value | None, other: Value | None) -> bool:
    if value is None or other is None:
        return (value is None or is_absent(value)) and (other is None or is_absent(other))
    return isinstance(value, (Known, Unknown)) and isinstance(other, (Known, Unknown)) and same(value, other)
