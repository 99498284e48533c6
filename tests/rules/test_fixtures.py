"""Every rule over every fixture: exactly the marked lines speak, nothing else does."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from faaslint import testing
from faaslint.api import Result
from faaslint.check.registry import load_packs
from faaslint.check.rule import AnyRule
from faaslint.testing import Fixture

ROOT = Path(__file__).parents[2]
FIXTURES = list(testing.fixtures_in(ROOT / "fixtures" / "rules"))
RULES = {rule.name: rule for rule in load_packs()}
TWO_CAUSES = json.loads((ROOT / "tools" / "two_causes.json").read_text(encoding="utf-8"))
"""Pairs of rules that may speak of one place, each with the reason why these are two mistakes."""


@lru_cache(maxsize=4)
def run(fixture: Fixture) -> Result:
    return testing.run(fixture, ROOT)


def of_one_cause(result: Result) -> list[str]:
    return [
        f"{first.span.path}:{first.span.line}: {first.rule} {first.message} / {second.rule} {second.message}"
        for first, second in testing.sharing_a_cause(result.findings)
        if " ".join(sorted((first.rule, second.rule))) not in TWO_CAUSES
    ]


@pytest.mark.parametrize("fixture", [pytest.param(one, id=f"{one.rule_name}/{one.path.name}") for one in FIXTURES])
class TestEveryFixture:
    def test_exactly_the_marked_lines_speak(self, fixture: Fixture) -> None:
        assert testing.differences(fixture, ROOT, run(fixture)) == []

    def test_it_shows_what_its_name_says(self, fixture: Fixture) -> None:
        assert testing.untrue(fixture, RULES[fixture.rule_name], run(fixture)) == []

    def test_no_two_errors_have_one_cause(self, fixture: Fixture) -> None:
        assert of_one_cause(run(fixture)) == []

    def test_mending_it_gives_its_twin(self, fixture: Fixture) -> None:
        assert testing.mended(fixture, ROOT) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_every_rule_has_fixtures_of_all_kinds_and_a_page(rule: AnyRule) -> None:
    assert testing.unready(rule, FIXTURES) == []


def test_ids_and_names_are_unique() -> None:
    words = [word for rule in RULES.values() for word in (rule.id, rule.name, *rule.aliases)]
    assert len(words) == len(set(words))
