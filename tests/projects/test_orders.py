"""The bundled example: one system written for SAM and for Terraform gets one answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from faaslint import api
from faaslint.model.finding import Finding, Level

ROOT = Path(__file__).parents[2]
ORDERS = "fixtures/projects/orders"
TWINS = ("sam", "terraform")
AS_OF = date(2026, 11, 21)


class Mistake(NamedTuple):
    """A row of the example's table: a rule, the function it is about, and the resource that each twin files it under."""

    rule: str
    function: str
    sam: str
    terraform: str


def planted() -> list[Mistake]:
    text = (ROOT / ORDERS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (FL\d+) \| (\S+) \| (\S+) \| (\S+) \|", text, re.MULTILINE)
    return [Mistake(*row) for row in rows]


@cache
def result(twin: str) -> api.Result:
    return api.check(api.Request(paths=(f"{ORDERS}/{twin}",), folder=ROOT, as_of=AS_OF))


@pytest.mark.parametrize("twin", TWINS)
def test_exactly_the_planted_mistakes_are_found(twin: str) -> None:
    found = sorted((finding.rule, finding.resource) for finding in result(twin).findings)
    assert found == sorted((mistake.rule, getattr(mistake, twin)) for mistake in planted())


@pytest.mark.parametrize("twin", TWINS)
def test_no_rule_had_to_stay_silent(twin: str) -> None:
    assert result(twin).info.withheld == ()


@pytest.mark.parametrize("twin", TWINS)
def test_everything_was_read(twin: str) -> None:
    info = result(twin).info
    assert [(project.root, project.functions) for project in info.projects] == [
        (f"{ORDERS}/{twin}" + ("/template.yaml" if twin == "sam" else ""), 10)
    ]
    assert [note for note in info.notifications if note.level is not Level.NOTE] == []
    assert result(twin).status == 1


def test_each_rule_has_something_to_decide_in_both_twins_or_in_neither() -> None:
    decided = {
        twin: {
            rule.id
            for rule in result(twin).info.rules
            if {"sam", "terraform"} <= set(rule.formats)
            and result(twin).info.tallies[rule.id].good + result(twin).info.tallies[rule.id].finding
        }
        for twin in TWINS
    }
    assert decided["sam"] == decided["terraform"]
    assert {mistake.rule for mistake in planted()} < decided["sam"]


@pytest.mark.parametrize("mistake", planted(), ids=lambda mistake: f"{mistake.rule}-{mistake.function}")
def test_a_mistake_stands_in_the_files_of_its_project(mistake: Mistake) -> None:
    for twin in TWINS:
        resource = getattr(mistake, twin)
        finding = next(one for one in result(twin).findings if (one.rule, one.resource) == (mistake.rule, resource))
        assert finding.span.path.startswith(f"{ORDERS}/{twin}/")
        assert finding.snippet


def test_the_twins_run_the_same_handlers() -> None:
    sources = {
        twin: {
            path.relative_to(ROOT / ORDERS / twin): path.read_text(encoding="utf-8")
            for path in (ROOT / ORDERS / twin / "src").rglob("*.py")
        }
        for twin in TWINS
    }
    assert sources["sam"] == sources["terraform"]


# The same system as a plan


def about(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    return sorted((finding.rule, finding.resource) for finding in findings)


def test_a_plan_agrees_with_the_files_that_it_was_made_of() -> None:
    paths = (f"{ORDERS}/plan/plan.json", f"{ORDERS}/terraform")
    found = api.check(api.Request(paths=paths, folder=ROOT, as_of=AS_OF))
    assert about(found.findings) == about(result("terraform").findings)
    assert [one.span for one in found.findings] == [one.span for one in result("terraform").findings]
    assert [(project.kind, project.functions) for project in found.info.projects] == [("terraform-plan", 10)]


def test_a_plan_alone_says_the_same_of_what_it_holds() -> None:
    found = api.check(api.Request(paths=(f"{ORDERS}/plan",), folder=ROOT, as_of=AS_OF))
    missing = {*about(result("terraform").findings)} - {*about(found.findings)}
    # Handlers are not beside it, and a policy with an unknown ARN in it is unknown as a whole.
    assert {rule for rule, _ in missing} == {"FL302", "FL309", "FL801", "FL804"}
    assert {*about(found.findings)} < {*about(result("terraform").findings)}
    assert all(one.snippet == () for one in found.findings), "a plan holds secrets in plain text"
