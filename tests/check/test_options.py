"""The settings of rules: what is given is checked, the rest is the default."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from faaslint import api
from faaslint.check.options import OptionProblem, Setting, settings_of
from faaslint.check.registry import load_packs
from faaslint.check.rule import Answer, Context, Option, rule
from faaslint.graph import Graph
from faaslint.model.finding import Level
from faaslint.model.nodes import Function


@rule(
    id="TST001",
    name="spoonful",
    level=Level.NOTE,
    visits=Function,
    aliases=("teaspoon",),
    options=(
        Option("size", "small", "How big.", ("small", "large")),
        Option("count", 3, "How many."),
        Option("sugar", False, "Whether there is sugar."),
    ),
)
def spoonful(function: Function, graph: Graph, context: Context) -> Iterator[Answer]:
    """A rule that says nothing."""
    yield from ()


def test_what_is_not_given_is_the_default() -> None:
    assert settings_of([spoonful], {}) == {"TST001": {"size": "small", "count": 3, "sugar": False}}


@pytest.mark.parametrize("word", ["TST001", "spoonful", "teaspoon"])
def test_a_rule_is_named_by_its_id_its_name_or_a_former_name(word: str) -> None:
    assert settings_of([spoonful], {word: {"count": 4}})["TST001"]["count"] == 4


@pytest.mark.parametrize(
    ("word", "values", "told"),
    [
        ("TST002", {"count": 1}, "'rules.TST002' are for no rule"),
        ("TST001", {"colour": "red"}, "TST001 has no option 'colour'; it has: count, size, sugar"),
        ("TST001", {"count": "four"}, "'count' of TST001 is a number, not 'four'"),
        ("TST001", {"count": True}, "'count' of TST001 is a number, not True"),
        ("TST001", {"size": 3}, "'size' of TST001 is a text, not 3"),
        ("TST001", {"size": "huge"}, "'size' of TST001 is one of small, large, not 'huge'"),
        ("TST001", {"sugar": "yes"}, "'sugar' of TST001 is true or false, not 'yes'"),
    ],
)
def test_a_setting_that_no_rule_takes_is_refused(word: str, values: dict[str, Setting], told: str) -> None:
    with pytest.raises(OptionProblem, match="^.*" + told.replace("'", ".")):
        settings_of([spoonful], {word: values})


def test_a_request_with_such_a_setting_is_a_usage_problem(tmp_path: Path) -> None:
    request = api.Request(folder=tmp_path, as_of=date(2026, 11, 21), rule_options={"FL101": {"memory": "big"}})
    with pytest.raises(api.UsageProblem, match="FL101 has no option 'memory'; it has: memory-profile"):
        api.check(request)


def test_every_option_of_the_built_in_rules_says_what_it_means() -> None:
    for one in load_packs():
        for option in one.options:
            assert option.meaning.endswith("."), f"{one.id} {option.name}"
            assert not option.allowed or option.default in option.allowed, f"{one.id} {option.name}"
