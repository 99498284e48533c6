"""Guards and guarded values, compared with brute force: every formula against every row of its truth table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.model.guard import ALWAYS, NEVER, Atom, Guard, atom
from faaslint.model.value import (
    ABSENT,
    BRANCH_LIMIT,
    Branch,
    Choice,
    Item,
    Items,
    Known,
    Leaf,
    Unknown,
    Value,
    branches,
    choose,
    jointly,
)

# Eight atoms: three free conditions, and two unknowns that are compared with three and with two values.
FREE = [Atom("IsProd"), Atom("HasVpc"), Atom("has dead letters")]
STAGE = [Atom(f"stage == {value}", "stage") for value in ("dev", "prod", "test")]
REGION = [Atom(f"region == {value}", "region") for value in ("eu", "us")]
ATOMS = [*FREE, *STAGE, *REGION]

Situation = frozenset[Atom]
Truth = Callable[[Situation], bool]


def situations() -> Iterator[Situation]:
    """Every way the atoms can be true together: at most one of each group."""
    for free in product([False, True], repeat=len(FREE)):
        for stage in (None, *STAGE):
            for region in (None, *REGION):
                true = [one for one, holds in zip(FREE, free, strict=True) if holds]
                yield frozenset(true + [one for one in (stage, region) if one is not None])


POSSIBLE = tuple(situations())
CONCEIVABLE = tuple(
    frozenset(one for one, holds in zip(ATOMS, row, strict=True) if holds)
    for row in product([False, True], repeat=len(ATOMS))
)


class Formula:
    """A guard, and the same formula as an ordinary function."""

    def __init__(self, guard: Guard, truth: Truth) -> None:
        self.guard = guard
        self.truth = truth

    def __repr__(self) -> str:
        return self.guard.label or "always"


def leaf_formula(one: Atom) -> Formula:
    return Formula(atom(*one), lambda situation: one in situation)


def negation(inner: Formula) -> Formula:
    return Formula(~inner.guard, lambda situation: not inner.truth(situation))


def conjunction(left: Formula, right: Formula) -> Formula:
    return Formula(left.guard & right.guard, lambda situation: left.truth(situation) and right.truth(situation))


def disjunction(left: Formula, right: Formula) -> Formula:
    return Formula(left.guard | right.guard, lambda situation: left.truth(situation) or right.truth(situation))


formulas = st.recursive(
    st.one_of(
        st.sampled_from(ATOMS).map(leaf_formula),
        st.just(Formula(ALWAYS, lambda situation: True)),
        st.just(Formula(NEVER, lambda situation: False)),
    ),
    lambda inner: st.one_of(inner.map(negation), st.builds(conjunction, inner, inner), st.builds(disjunction, inner, inner)),
    max_leaves=12,
)

leaves: st.SearchStrategy[Leaf] = st.one_of(
    st.sampled_from([0, 1, 30, 1.0, True, False, "a", "b", None]).map(Known),
    st.sampled_from(["a parameter", "another account"]).map(Unknown),
    st.sampled_from([1, True]).map(lambda content: Known(Items((Item(Known(content)),)))),
)


def decide(formulas_: list[Formula], outcomes: list[Value]) -> list[tuple[Guard, Value]]:
    """If the first formula then the first outcome, else if the second …, else the last outcome: covers everything."""
    rest = ALWAYS
    alternatives: list[tuple[Guard, Value]] = []
    for formula, outcome in zip(formulas_, outcomes, strict=False):
        alternatives.append((rest & formula.guard, outcome))
        rest = rest & ~formula.guard
    return [*alternatives, (rest, outcomes[-1])]


def decided(formulas_: list[Formula], outcomes: list[Value], situation: Situation) -> Value:
    """What :func:`decide` means in one situation."""
    for formula, outcome in zip(formulas_, outcomes, strict=False):
        if formula.truth(situation):
            return outcome
    return outcomes[-1]


def at(value: Value, situation: Situation) -> Leaf:
    """The one alternative of a value that holds in a situation."""
    holding = [leaf for guard, leaf in branches(value) if guard.holds(situation)]
    assert len(holding) == 1, f"{len(holding)} branches hold at once"
    return holding[0]


def exactly(leaf: Leaf) -> str:
    """A leaf so that 1, 1.0 and True differ, also inside lists."""
    return repr(leaf)


@st.composite
def decisions(draw: st.DrawFn, size: int = 3) -> tuple[list[Formula], list[Value]]:
    tests = draw(st.lists(formulas, max_size=size))
    return tests, draw(st.lists(leaves, min_size=len(tests) + 1, max_size=len(tests) + 1))


class TestGuard:
    @given(formulas)
    def test_is_true_exactly_where_the_formula_is(self, formula: Formula) -> None:
        assert [formula.guard.holds(row) for row in CONCEIVABLE] == [formula.truth(row) for row in CONCEIVABLE]

    @given(formulas)
    def test_is_satisfiable_exactly_where_a_possible_situation_makes_it_true(self, formula: Formula) -> None:
        assert formula.guard.satisfiable() == any(formula.truth(situation) for situation in POSSIBLE)

    @given(formulas, formulas)
    def test_equals_another_exactly_where_they_are_true_in_the_same_situations(self, left: Formula, right: Formula) -> None:
        same = all(left.truth(row) == right.truth(row) for row in CONCEIVABLE)
        assert (left.guard == right.guard) == same
        if same:
            assert hash(left.guard) == hash(right.guard)

    @given(formulas)
    def test_depends_on_no_more_than_it_must(self, formula: Formula) -> None:
        for one in ATOMS:
            matters = any(formula.truth(row | {one}) != formula.truth(row - {one}) for row in CONCEIVABLE)
            assert (one in formula.guard.atoms()) == matters

    @given(formulas)
    def test_says_always_only_of_what_is_always_true(self, formula: Formula) -> None:
        assert formula.guard.always == all(formula.truth(row) for row in CONCEIVABLE)

    @given(formulas)
    def test_needs_no_words_for_always(self, formula: Formula) -> None:
        assert (formula.guard.label == "") == formula.guard.always

    def test_tells_sixty_exclusive_values_apart(self) -> None:
        stages = [atom(f"stage == {number:02}", "stage") for number in range(60)]
        rest = ALWAYS
        for stage in stages:
            assert (rest & stage).satisfiable()
            rest = rest & ~stage
        assert rest.satisfiable()
        assert not any((first & second).satisfiable() for first, second in pairwise(stages))

    @given(formulas, formulas, formulas)
    def test_obeys_the_laws_of_logic(self, a: Formula, b: Formula, c: Formula) -> None:
        x, y, z = a.guard, b.guard, c.guard
        assert ~~x == x
        assert x & y == y & x
        assert x | y == y | x
        assert ~(x & y) == ~x | ~y
        assert x & (y | z) == (x & y) | (x & z)
        assert x & ~x == NEVER
        assert x | ~x == ALWAYS


class TestChoose:
    @given(decisions())
    def test_gives_in_each_situation_what_was_decided(self, decision: tuple[list[Formula], list[Value]]) -> None:
        value = choose(decide(*decision))
        for situation in POSSIBLE:
            assert exactly(at(value, situation)) == exactly(at(decided(*decision, situation), situation))

    @given(decisions(), st.lists(decisions(size=2), min_size=4, max_size=4))
    def test_flattens_choices_of_choices(
        self, outer: tuple[list[Formula], list[Value]], inner: list[tuple[list[Formula], list[Value]]]
    ) -> None:
        tests, _ = outer
        values: list[Value] = [choose(decide(*decision)) for decision in inner[: len(tests) + 1]]
        value = choose(decide(tests, values))
        assert all(not isinstance(leaf, Choice) for _, leaf in branches(value))
        for situation in POSSIBLE:
            assert exactly(at(value, situation)) == exactly(at(decided(tests, values, situation), situation))

    @given(decisions())
    def test_keeps_only_possible_branches_and_each_outcome_once(self, decision: tuple[list[Formula], list[Value]]) -> None:
        value = choose(decide(*decision))
        if isinstance(value, Choice):
            assert all(branch.guard.satisfiable() for branch in value.branches)
            outcomes = [exactly(branch.value) for branch in value.branches]
            assert len(outcomes) == len(set(outcomes)) > 1

    def test_gives_up_past_the_limit_of_branches(self) -> None:
        alternatives = [(atom(f"n == {n:03}", "n"), Known(n)) for n in range(BRANCH_LIMIT + 1)]
        assert choose(alternatives[:-1]) == Choice(tuple(Branch(guard, leaf) for guard, leaf in alternatives[:-1]))
        assert choose(alternatives) == Unknown("too many combinations")

    @pytest.mark.parametrize("nested", [False, True], ids=["scalars", "lists"])
    def test_tells_one_from_true_and_from_one_point_zero(self, nested: bool) -> None:
        contents = [Known(content) for content in (1, True, 1.0)]
        outcomes = [Known(Items((Item(content),))) if nested else content for content in contents]
        value = choose(decide([leaf_formula(FREE[0]), leaf_formula(FREE[1])], list(outcomes)))
        assert [exactly(leaf) for _, leaf in branches(value)] == [exactly(outcome) for outcome in outcomes]

    def test_of_nothing_possible_is_unknown(self) -> None:
        assert isinstance(choose([(NEVER, ABSENT)]), Unknown)


class TestJointly:
    @settings(max_examples=60)
    @given(st.lists(decisions(), min_size=1, max_size=3), formulas)
    def test_equals_brute_force(self, made: list[tuple[list[Formula], list[Value]]], world: Formula) -> None:
        values = [choose(decide(*decision)) for decision in made]
        combinations = list(jointly(*values, given=world.guard))

        for situation in POSSIBLE:
            holding = [chosen for guard, chosen in combinations if guard.holds(situation)]
            if world.truth(situation):
                expected = tuple(exactly(at(value, situation)) for value in values)
                assert [tuple(exactly(leaf) for leaf in chosen) for chosen in holding] == [expected]
            else:
                assert holding == []

    @settings(max_examples=60)
    @given(st.lists(decisions(), min_size=1, max_size=3), formulas)
    def test_yields_no_combination_that_can_not_hold(
        self, made: list[tuple[list[Formula], list[Value]]], world: Formula
    ) -> None:
        values = [choose(decide(*decision)) for decision in made]
        for guard, chosen in jointly(*values, given=world.guard):
            assert len(chosen) == len(values)
            assert any(guard.holds(situation) for situation in POSSIBLE)
