"""Each rule explains itself under the fixed headings."""

from __future__ import annotations

import pytest

from faaslint.check.registry import load_packs
from faaslint.check.rule import HEADINGS, AnyRule

RULES = load_packs()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_heading_is_there_and_says_something(rule: AnyRule) -> None:
    sections = rule.sections()
    assert tuple(sections) == HEADINGS
    for heading, text in sections.items():
        assert len(text) > 20, f"{heading} says nothing"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_summary_is_one_sentence(rule: AnyRule) -> None:
    assert rule.summary.endswith(".")
    assert len(rule.summary) <= 120


def test_ids_and_names_are_unique() -> None:
    words = [word for rule in RULES for word in (rule.id, rule.name, *rule.aliases)]
    assert len(words) == len(set(words))
