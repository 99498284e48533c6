"""Guards: boolean formulas over named conditions, kept as reduced ordered decision diagrams.

A guard says under which conditions a value, a list item or a resource exists. Two guards are equal exactly when they are
true in the same situations, so contradictions and tautologies are found without a search.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple, TypeAlias

NODE_LIMIT: Final = 20_000
"""How many decision nodes one operation may make. Real templates need a few dozen; past this the question is refused."""

DEPTH_LIMIT: Final = 300
"""How many distinct atoms one guard may depend on."""

LABEL_LIMIT: Final = 120
"""How long the words for a guard may grow (characters) before they are cut."""


class TooManyCombinations(Exception):
    """The conditions combine in more ways than are worth following."""


class Atom(NamedTuple):
    """One thing that may be true or false: a condition, or a test that the analysis can't decide.

    Atoms that name the same ``group`` compare one unknown with different values: at most one of them is true.
    """

    text: str
    group: str = ""


class _Decision:
    """A node of the diagram: if ``atom`` then ``high`` else ``low``. Interned, so identity is equality."""

    __slots__ = ("atom", "high", "low")

    def __init__(self, atom: Atom, high: _Decision | bool, low: _Decision | bool) -> None:
        self.atom = atom
        self.high = high
        self.low = low


_Formula: TypeAlias = _Decision | bool
_interned: dict[tuple[Atom, int, int], _Decision] = {}


def _make(atom: Atom, high: _Formula, low: _Formula) -> _Formula:
    if high is low:
        return high
    key = (atom, id(high), id(low))
    found = _interned.get(key)
    if found is None:
        found = _interned[key] = _Decision(atom, high, low)
    return found


def _restrict(formula: _Formula, atom: Atom, value: bool) -> _Formula:
    if isinstance(formula, _Decision) and formula.atom == atom:
        return formula.high if value else formula.low
    return formula


def _choose(
    test: _Formula, high: _Formula, low: _Formula, memo: dict[tuple[int, int, int], _Formula], depth: int = 0
) -> _Formula:
    """Return ``test ? high : low``. Recursion depth is the number of distinct atoms, bounded by ``DEPTH_LIMIT``."""
    if test is True:
        return high
    if test is False:
        return low
    if high is True and low is False:
        return test
    if high is low:
        return high
    key = (id(test), id(high), id(low))
    found = memo.get(key)
    if found is not None:
        return found
    if len(memo) > NODE_LIMIT or depth > DEPTH_LIMIT:
        raise TooManyCombinations
    atom = min(part.atom for part in (test, high, low) if isinstance(part, _Decision))
    result = _make(
        atom,
        _choose(_restrict(test, atom, True), _restrict(high, atom, True), _restrict(low, atom, True), memo, depth + 1),
        _choose(_restrict(test, atom, False), _restrict(high, atom, False), _restrict(low, atom, False), memo, depth + 1),
    )
    memo[key] = result
    return result


class Guard:
    """A condition under which something holds; compare with ``==``, combine with ``&``, ``|`` and ``~``.

    ``label`` is how a person would name it (``IsProd``, ``not IsProd and HasVpc``); it takes no part in equality.
    """

    __slots__ = ("_formula", "label")

    def __init__(self, formula: _Formula, label: str = "") -> None:
        self._formula = formula
        if isinstance(formula, bool):
            label = "" if formula else "never"
        self.label = label if len(label) <= LABEL_LIMIT else label[: LABEL_LIMIT - 1] + "…"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self._formula is other._formula

    def __hash__(self) -> int:
        return id(self._formula)

    def __and__(self, other: Guard) -> Guard:
        if other._formula is True or self._formula is False:
            return self
        if self._formula is True or other._formula is False:
            return other
        formula = _choose(self._formula, other._formula, False, {})
        if formula is self._formula:
            return self
        if formula is other._formula:
            return other
        return Guard(formula, f"{self.label} and {other.label}")

    def __or__(self, other: Guard) -> Guard:
        formula = _choose(self._formula, True, other._formula, {})
        if formula is self._formula:
            return self
        if formula is other._formula:
            return other
        return Guard(formula, f"({self.label} or {other.label})")

    def __invert__(self) -> Guard:
        label = self.label[4:] if self.label.startswith("not ") and " and " not in self.label else f"not {self.label}"
        if " and " in self.label:
            label = f"not ({self.label})"
        return Guard(_choose(self._formula, False, True, {}), label)

    def __repr__(self) -> str:
        return f"Guard({self.label!r})"

    def named(self, label: str) -> Guard:
        """Return the same guard under another name."""
        return Guard(self._formula, label)

    @property
    def always(self) -> bool:
        """Whether this holds in every situation."""
        return self._formula is True

    def atoms(self) -> frozenset[Atom]:
        """Return what the guard depends on."""
        seen: set[int] = set()
        found: set[Atom] = set()
        pending: list[_Formula] = [self._formula]
        while pending:
            part = pending.pop()
            if isinstance(part, _Decision) and id(part) not in seen:
                seen.add(id(part))
                found.add(part.atom)
                pending += (part.high, part.low)
        return frozenset(found)

    def holds(self, truth: Iterable[Atom]) -> bool:
        """Return whether the guard is true when exactly the atoms in ``truth`` are."""
        true_atoms = frozenset(truth)
        part = self._formula
        while isinstance(part, _Decision):
            part = part.high if part.atom in true_atoms else part.low
        return part

    def satisfiable(self) -> bool:
        """Return whether some situation makes this true, given that atoms of one group exclude each other.

        Raises TooManyCombinations where that would take too long to find out.
        """
        if not isinstance(self._formula, _Decision):
            return self._formula
        exclusive = self._exclusive_groups()
        if not exclusive:
            return True
        pending: list[tuple[_Formula, frozenset[str]]] = [(self._formula, frozenset())]
        seen: set[tuple[int, frozenset[str]]] = set()
        while pending:
            part, used = pending.pop()
            if part is True:
                return True
            if not isinstance(part, _Decision) or (id(part), used) in seen:
                continue
            seen.add((id(part), used))
            if len(seen) > NODE_LIMIT:
                raise TooManyCombinations
            group = part.atom.group
            if group not in used:
                pending.append((part.high, used | {group} if group in exclusive else used))
            pending.append((part.low, used))
        return False

    def _exclusive_groups(self) -> frozenset[str]:
        """Return the groups of which at least two atoms take part: only those can contradict each other."""
        groups = [atom.group for atom in self.atoms() if atom.group]
        return frozenset(group for group in groups if groups.count(group) > 1) if len(groups) > 1 else frozenset()


ALWAYS: Final = Guard(True)
NEVER: Final = Guard(False)


def atom(text: str, group: str = "") -> Guard:
    """Return the guard that holds when ``text`` does; atoms of one ``group`` exclude each other."""
    return Guard(_make(Atom(text, group), True, False), text)
