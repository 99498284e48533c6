"""Building text of values that may be guarded or unknown, within bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ...model.guard import ALWAYS, Guard, TooManyCombinations
from ...model.value import (
    BRANCH_LIMIT,
    Choice,
    Items,
    Known,
    Leaf,
    Pattern,
    Provenance,
    Trail,
    Unknown,
    Value,
    branches,
    choose,
    join_text,
    jointly,
    number_text,
)
from ...source.limits import TEXT_LENGTH

HOLE_LIMIT: Final = 1_000
"""Most holes that one text may have. Texts with holes can be put into texts with holes, and grow as fast as plain ones."""

CHOICE_LIMIT: Final = 12
"""Most parts of one text that are choices; with more, the text has more readings than are followed."""

TOO_LARGE: Final = "the template is too large to follow"
"""Why the value of a part is unknown once the work for its template is used up."""

GUARDED_LIMIT: Final = 100
"""Most guarded items of a list whose readings are told apart."""

CASE_LENGTH: Final = 1_000
"""What one more case of a text costs, in characters: combining conditions takes longer than joining texts."""

DYNAMIC: Final = "{{resolve:"
"""How a dynamic reference begins, whose value is read at deployment. It ends with two braces."""

TEXT_BUDGET: Final = 20 * TEXT_LENGTH
"""Most characters that all expressions of one template may build together."""


class TextBudget:
    """How much text one template may still build."""

    def __init__(self) -> None:
        self.left = TEXT_BUDGET

    def spend(self, length: int) -> bool:
        """Return whether a text of this length may be built, and count it."""
        if length > TEXT_LENGTH or length > self.left:
            return False
        self.left -= length
        return True


def concatenate(parts: Sequence[Value], trail: Trail, budget: TextBudget) -> Value:
    """Return the text of all parts, one after the other; a Choice where some of them are."""
    varying = [index for index, part in enumerate(parts) if isinstance(part, Choice)]
    if not varying:
        return _joined([part for part in parts if not isinstance(part, Choice)], trail, budget)
    if len(varying) > CHOICE_LIMIT:
        return Unknown("too many combinations", trail=trail)
    cases = sum(len(part.branches) for part in parts if isinstance(part, Choice))
    if not budget.spend(CASE_LENGTH * cases):
        return Unknown(TOO_LARGE, trail=trail)
    alternatives: list[tuple[Guard, Value]] = []
    for guard, chosen in jointly(*(parts[index] for index in varying)):
        leaves = list(parts)
        for index, leaf in zip(varying, chosen, strict=True):
            leaves[index] = leaf
        alternatives.append((guard, _joined([leaf for leaf in leaves if not isinstance(leaf, Choice)], trail, budget)))
        if len(alternatives) > BRANCH_LIMIT or not budget.spend(CASE_LENGTH):
            return Unknown("too many combinations", trail=trail)
    return choose(alternatives, trail)


def _joined(leaves: Sequence[Leaf], trail: Trail, budget: TextBudget) -> Leaf:
    """Return the text of some leaves. Neighbouring plain texts are joined at once, so that the work stays linear."""
    length = holes = 0
    merged: list[Leaf] = []
    run: list[str] = []
    provenance = Provenance.LITERAL

    def flush() -> None:
        if run:
            merged.append(Known("".join(run), trail, provenance))
            run.clear()

    for leaf in leaves:
        if isinstance(leaf, Known):
            if leaf.provenance is Provenance.DEFAULT or provenance is Provenance.LITERAL:
                provenance = leaf.provenance
            text = scalar_text(leaf)
            if text is not None:
                length += len(text)
                run.append(text)
                continue
            if isinstance(leaf.value, Pattern):
                length += sum(len(part) for part in leaf.value.parts if isinstance(part, str))
                holes += len(leaf.value.parts)
        holes += 1
        flush()
        merged.append(leaf)
    if holes > HOLE_LIMIT or not budget.spend(length):
        return Unknown("the text is too long to follow", trail=trail)
    flush()
    if any(isinstance(one, Known) and isinstance(one.value, str) and DYNAMIC in one.value for one in merged):
        merged = list(_with_dynamic_holes(merged))
    if not merged:
        return Known("", trail, provenance)
    result = join_text(merged)
    if isinstance(result, Unknown):
        return Unknown(result.why, result.symbol, trail)
    return Known(result.value, trail, provenance)


def _with_dynamic_holes(leaves: Iterable[Leaf]) -> Iterator[Leaf]:
    """Yield leaves with one unknown in the place of each dynamic reference, whose own text may have holes too."""
    inner: list[Leaf] = []
    """What came since a reference began: only its end tells that it is one."""
    for leaf in leaves:
        text = leaf.value if isinstance(leaf, Known) else None
        if not isinstance(text, str):
            if inner:
                inner.append(leaf)
            else:
                yield leaf
            continue
        while text:
            if inner:
                within, closed, text = text.partition("}}")
                if closed:
                    inner.clear()
                    yield Unknown("it is a dynamic reference, read at deployment", trail=leaf.trail)
                else:
                    inner.append(Known(within, leaf.trail))
                continue
            before, found, text = text.partition(DYNAMIC)
            if before:
                yield Known(before, leaf.trail)
            if found:
                inner.append(Known(found, leaf.trail))
    yield from inner


def scalar_text(leaf: Leaf) -> str | None:
    """Return the text of a known string, number or boolean, None for anything else."""
    if not isinstance(leaf, Known):
        return None
    content = leaf.value
    if isinstance(content, str):
        return content
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, int):
        return str(content)
    return number_text(content) if isinstance(content, float) else None


def selections(items: Items) -> Iterable[tuple[Guard, tuple[Value, ...]]] | None:
    """Return each list that guarded items can amount to, with its guard; None where there are too many."""
    if sum(not item.guard.always for item in items.items) > GUARDED_LIMIT:
        return None
    lists: list[tuple[Guard, tuple[Value, ...]]] = [(ALWAYS, ())]
    plain: list[Value] = []

    def settle() -> None:
        nonlocal lists
        if plain:
            lists = [(guard, (*chosen, *plain)) for guard, chosen in lists]
            plain.clear()

    try:
        for item in items.items:
            if item.guard.always:
                plain.append(item.value)
                continue
            settle()
            following: list[tuple[Guard, tuple[Value, ...]]] = []
            for guard, chosen in lists:
                for both, extended in ((guard & item.guard, (*chosen, item.value)), (guard & ~item.guard, chosen)):
                    if both.satisfiable():
                        following.append((both, extended))
            lists = following
            if len(lists) > BRANCH_LIMIT:
                return None
    except TooManyCombinations:
        return None
    settle()
    return lists


def known_text(value: Value) -> str | None:
    """Return the text of a value that has one reading, None for anything else."""
    leaves = [leaf for _, leaf in branches(value)]
    return scalar_text(leaves[0]) if len(leaves) == 1 else None
