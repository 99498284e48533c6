"""One system in four forms: SAM, its translation to CloudFormation, an app of the CDK, and Terraform speak alike."""

from __future__ import annotations

import importlib.util
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from faaslint import api
from faaslint.model.edges import EdgeKind
from faaslint.model.finding import Level
from faaslint.model.nodes import Function

ROOT = Path(__file__).parents[2]
ORDERS = "fixtures/projects/orders"
FORMS = ("sam", "cloudformation", "cdk", "terraform")
AS_OF = date(2026, 11, 21)


def request(form: str) -> api.Request:
    # A plain template does not say where it is deployed; the other forms do.
    given = {"AWS::Region": "us-east-1"} if form == "cloudformation" else {}
    return api.Request(paths=(f"{ORDERS}/{form}",), folder=ROOT, as_of=AS_OF, parameters=given)


@cache
def result(form: str) -> api.Result:
    return api.check(request(form))


@cache
def planted() -> dict[str, dict[tuple[str, str], str]]:
    """The function of each (rule, resource), by form; the table in the example's README says it."""
    text = (ROOT / ORDERS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (FL\d+) \| (\S+) \| (\S+) \| (\S+) \|", text, re.MULTILINE)
    found: dict[str, dict[tuple[str, str], str]] = {form: {} for form in FORMS}
    for rule, function, sam, terraform in rows:
        found["sam"][rule, sam] = found["cloudformation"][rule, sam] = function
        found["cdk"][rule, f"Orders/{sam}"] = function
        found["terraform"][rule, terraform] = function
    return found


def about(form: str) -> set[tuple[str, str]]:
    """What was found, as (rule, function)."""
    names = planted()[form]
    return {(one.rule, names.get((one.rule, one.resource), one.resource)) for one in result(form).findings}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gets_the_same_rules_on_the_same_functions(form: str) -> None:
    assert about(form) == {(rule, function) for (rule, _), function in planted()[form].items()}
    assert len(result(form).findings) == len(planted()[form])


@pytest.mark.parametrize("form", FORMS)
def test_no_rule_had_to_stay_silent(form: str) -> None:
    assert result(form).info.withheld == ()


@pytest.mark.parametrize("form", FORMS)
def test_everything_was_read(form: str) -> None:
    info = result(form).info
    assert [project.functions for project in info.projects] == [10]
    assert [note.message for note in info.notifications if note.level is not Level.NOTE] == []


def wiring(form: str) -> dict[str, list[str]]:
    """What leads to each function, and what it leads to, by the function's name without its form's spelling."""
    (graph,) = api.graphs(request(form))
    found: dict[str, list[str]] = {}
    for function in graph.all(Function):
        edges = [edge for kind in (EdgeKind.TRIGGERS, EdgeKind.ASSOCIATED_AT) for edge in graph.into(function, kind)]
        edges += graph.out(function, EdgeKind.FAILS_TO)
        edges += (edge for kind in (EdgeKind.ASSUMES, EdgeKind.RUNS) for edge in graph.out(function, kind))
        name = re.sub(r"[^a-z]", "", re.split(r"[/.]", function.name)[-1].lower())
        found[name] = sorted(edge.kind.value for edge in edges)
    return found


@pytest.mark.parametrize("form", FORMS[1:])
def test_the_forms_have_the_same_functions_joined_alike(form: str) -> None:
    assert wiring(form) == wiring("sam")


@pytest.mark.parametrize("form", FORMS)
def test_a_finding_stands_where_a_person_would_edit_that_form(form: str) -> None:
    for finding in result(form).findings:
        assert finding.span.path.startswith(f"{ORDERS}/{form}/")
        assert "/cdk.out/" not in finding.span.path
        assert finding.snippet


@pytest.mark.parametrize("form", FORMS[1:])
def test_the_forms_run_the_same_handlers(form: str) -> None:
    def sources(name: str) -> dict[str, str]:
        top = ROOT / ORDERS / name / "src"
        return {path.relative_to(top).as_posix(): path.read_text(encoding="utf-8") for path in top.rglob("*.py")}

    assert sources(form) == sources("sam")


@pytest.mark.filterwarnings("ignore")
def test_the_cloudformation_form_is_what_the_translator_makes_of_the_sam_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    path = ROOT / "tools" / "translate_orders.py"
    spec = importlib.util.spec_from_file_location("translate_orders", path)
    assert spec is not None
    assert spec.loader is not None
    tool: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.translated() == tool.TARGET.read_text(encoding="utf-8")
