"""One mistake, one error: what counts as one, and whole projects. Fixtures of rules are held to it in test_fixtures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from faaslint.api import Request, check
from faaslint.model.finding import Finding, Level
from faaslint.model.span import Span
from faaslint.testing import sharing_a_cause

from .test_fixtures import RULES, TWO_CAUSES, of_one_cause

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("project", sorted(path.name for path in (ROOT / "fixtures" / "projects").iterdir()))
def test_on_whole_projects_each_error_has_a_cause_of_its_own(project: str) -> None:
    request = Request(paths=(f"fixtures/projects/{project}",), folder=ROOT, as_of=date(2026, 11, 21), profile="strict")
    assert of_one_cause(check(request)) == []


def test_each_pair_that_may_meet_is_of_rules_that_exist() -> None:
    known = {rule.id for rule in RULES.values()}
    assert all(set(pair.split()) <= known and pair.split() == sorted(pair.split()) for pair in TWO_CAUSES)


def error(rule: str, line: int, *, of: str = "Worker", about: str = "Timeout", level: Level = Level.ERROR) -> Finding:
    return Finding(
        rule=rule, name=rule.lower(), level=level, message="…", span=Span("template.yaml", line, 5, line, 9),
        project="template.yaml", resource=of, resources=(of,), property=about,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pair", "together"),
    [
        pytest.param((error("FL102", 7), error("FL707", 7)), True, id="one place"),
        pytest.param((error("FL102", 7), error("FL707", 9)), True, id="one property of one resource"),
        pytest.param((error("FL102", 7), error("FL102", 9)), False, id="one rule at two places"),
        pytest.param((error("FL102", 7), error("FL707", 9, of="Other")), False, id="two resources"),
        pytest.param((error("FL102", 7), error("FL707", 9, about="MemorySize")), False, id="two properties"),
        pytest.param(
            (error("FL806", 7, about="Handler"), error("FL807", 9, about="Handler")), False, id="two lines of source"
        ),
        pytest.param((error("FL102", 7), error("FL119", 7, level=Level.WARNING)), False, id="an error and a warning"),
    ],
)
def test_what_shares_a_cause(pair: tuple[Finding, Finding], together: bool) -> None:
    assert bool(list(sharing_a_cause(pair))) is together
