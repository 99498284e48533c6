"""What EventBridge takes as the expression of a schedule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint_rules.events.schedules import DAYS, FIELDS, MONTHS, Field, cron_problem, problem_of


def elements_of(field: Field) -> st.SearchStrategy[str]:
    """Everything that one element of a field's list may be, made from the documented grammar and not from the checker."""
    number = st.integers(field.lowest, field.highest).map(str)
    name = st.sampled_from(field.words) if field.words else number
    step = st.integers(1, field.highest).map(str)
    choices = [
        number,
        name,
        name.map(str.lower),
        st.just("*"),
        st.tuples(number, number).map("-".join),
        st.tuples(st.one_of(st.just("*"), number), step).map("/".join),
    ]
    if field.name == "day of month":
        choices += [st.just("L"), st.just("LW"), number.map(lambda day: f"{day}W")]
    if field.name == "day of week":
        choices += [st.just("L"), name.map(lambda day: f"{day}L"), name.map(lambda day: f"{day}#3")]
    return st.one_of(choices)


def lists_of(field: Field) -> st.SearchStrategy[str]:
    return st.lists(elements_of(field), min_size=1, max_size=3).map(",".join)


@st.composite
def good_crons(draw: st.DrawFn) -> list[str]:
    parts = [draw(lists_of(field)) for field in FIELDS]
    parts[draw(st.sampled_from((2, 4)))] = "?"
    return parts


@given(good_crons())
def test_what_the_grammar_makes_is_good(parts: list[str]) -> None:
    assert problem_of(f"cron({' '.join(parts)})") is None
    assert problem_of(f"cron({' '.join(parts)})", scheduler=True) is None


@given(good_crons(), st.integers(0, 5), st.data())
def test_a_number_outside_of_its_field_is_named(parts: list[str], index: int, data: st.DataObject) -> None:
    field = FIELDS[index]
    below = [str(field.lowest - 1)] if field.lowest else []
    wrong = data.draw(st.sampled_from([*below, str(field.highest + 1), "99999", "X", "-", "1-"]))
    parts[index] = wrong
    problem = cron_problem(" ".join(parts))
    assert problem is not None
    assert field.name in problem.words


@given(good_crons(), st.integers(0, 5))
def test_an_empty_element_is_passed_over(parts: list[str], index: int) -> None:
    parts[index] += ","
    assert cron_problem(" ".join(parts)) is None


@given(good_crons(), st.integers(0, 5))
def test_a_field_too_few_or_too_many_is_counted(parts: list[str], index: int) -> None:
    for wrong in (parts[:index] + parts[index + 1 :], [*parts, "*"]):
        problem = cron_problem(" ".join(wrong))
        assert problem is not None
        assert f"gets {len(wrong)}" in problem.words


@given(good_crons())
def test_exactly_one_of_the_days_is_a_question_mark(parts: list[str]) -> None:
    for days in ("1", "2"), ("*", "*"), ("?", "?"):
        parts[2], parts[4] = days
        assert cron_problem(" ".join(parts)) is not None


@given(st.integers(1, 10_000), st.sampled_from(("minute", "hour", "day")), st.booleans())
def test_a_rate_of_a_rule_agrees_with_its_unit_and_the_one_that_was_meant_is_good(
    number: int, unit: str, plural: bool
) -> None:
    written = f"rate({number} {unit}{'s' if plural else ''})"
    problem = problem_of(written)
    assert (problem is None) == ((number == 1) != plural)
    if problem is not None:
        assert problem_of(problem.meant) is None
    assert problem_of(written, scheduler=True) is None


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    for expression in (text, f"rate({text})", f"cron({text})", f"at({text})"):
        problem_of(expression)
        problem_of(expression, scheduler=True)


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 12 * * ? *)",
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0 9 ? * 2#1 *)",
        "cron(0 18 ? * MON-FRI *)",
    ],
)
def test_the_examples_of_the_guide_are_good(expression: str) -> None:
    assert problem_of(expression) is None


@pytest.mark.parametrize("expression", ["at(2022-11-20T13:00:00)", "at(2024-02-29T00:00:00)"])
def test_a_moment_is_for_the_scheduler_only(expression: str) -> None:
    assert problem_of(expression, scheduler=True) is None
    assert problem_of(expression) is not None


@pytest.mark.parametrize("moment", ["2023-02-29T00:00:00", "2022-11-20T13:00", "2022-11-20T13:00:00Z", "tomorrow", ""])
def test_a_moment_that_there_is_not_is_refused(moment: str) -> None:
    assert problem_of(f"at({moment})", scheduler=True) is not None


def test_the_names_are_those_of_the_guide() -> None:
    assert (len(MONTHS), len(DAYS), DAYS[0], MONTHS[0]) == (12, 7, "SUN", "JAN")
