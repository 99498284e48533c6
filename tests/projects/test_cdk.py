"""The apps of the CDK among the fixtures: what they synthesise is read as the source that people wrote.

Each expected finding is marked in the app's own source, at the line where it must stand; ``<app>.expect.json`` says which
construct and property it is about.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from faaslint import api
from faaslint.model.finding import Level
from faaslint.model.nodes import Function, Origin

ROOT = Path(__file__).parents[2]
APPS = Path("fixtures/projects/cdk")
NAMES = ("delivery", "storefront", "ledger", "legacy")
AS_OF = date(2026, 11, 21)
MARK = re.compile(r"(?:#|//)\s*expect:\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)")


def request(*paths: str, profile: str = "default") -> api.Request:
    return api.Request(paths=paths, folder=ROOT, as_of=AS_OF, profile=profile)  # type: ignore[arg-type]


@cache
def result(name: str, profile: str = "default") -> api.Result:
    return api.check(request((APPS / name).as_posix(), profile=profile))


def marked(name: str) -> set[tuple[str, str, int]]:
    found: set[tuple[str, str, int]] = set()
    for path in (ROOT / APPS / name).rglob("*"):
        if path.is_file() and "cdk.out" not in path.parts:
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for mark in MARK.finditer(line):
                    found |= {(rule.strip(), path.relative_to(ROOT).as_posix(), number) for rule in mark[1].split(",")}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_findings_stand_at_the_marked_lines_of_the_app(name: str) -> None:
    found = {(finding.rule, finding.span.path, finding.span.line) for finding in result(name).findings}
    assert found == marked(name), "\n".join(f"{one.rule} {one.span.line}: {one.message}" for one in result(name).findings)


@pytest.mark.parametrize("name", NAMES)
def test_findings_name_constructs_and_properties(name: str) -> None:
    wanted = json.loads((ROOT / APPS / f"{name}.expect.json").read_text(encoding="utf-8"))
    found = sorted((finding.rule, finding.resource, finding.property) for finding in result(name).findings)
    assert found == sorted((one["rule"], one["resource"], one["property"]) for one in wanted)


@pytest.mark.parametrize("name", NAMES)
def test_everything_was_read_and_nothing_failed(name: str) -> None:
    info = result(name).info
    assert [note.message for note in info.notifications if note.level is not Level.NOTE] == []
    assert {project.kind for project in info.projects} == {"cdk"}


@pytest.mark.parametrize("name", NAMES)
def test_the_synthesised_template_stays_a_related_place(name: str) -> None:
    for finding in result(name).findings:
        if not finding.span.path.endswith("app.py") and "functions/" not in finding.span.path:
            assert any("/cdk.out/" in one.span.path for one in finding.related), finding


def test_no_path_of_the_machine_is_in_what_was_synthesised() -> None:
    for path in (ROOT / "fixtures/projects").glob("**/cdk.out/**/*"):
        if path.is_file():
            assert not re.search(rb"(?<![\w.:-])/(?:tmp|home|root|Users|work)/", path.read_bytes()), path


def test_two_stages_make_one_finding_of_one_line() -> None:
    projects = [Path(project.root).parent.name for project in result("storefront").info.projects]
    assert projects == ["assembly-Live", "assembly-Test"]
    finding = next(one for one in result("storefront").findings if one.rule == "FL304")
    assert finding.resources == ("Test/Shop/Buy/ServiceRole", "Live/Shop/Buy/ServiceRole")
    assert "the same holds for 'Live/Shop/Buy/ServiceRole'" in finding.message


def test_the_edge_function_is_joined_over_two_regions() -> None:
    finding = next(one for one in result("storefront").findings if one.rule == "FL707")
    assert any("'Test/Shop/Site' runs it at the edge" in one.message for one in finding.related)
    graph = next(graph for graph in api.graphs(request(f"{APPS}/storefront")) if "assembly-Test" in graph.root)
    regions = {function.name.split("/")[1]: str(getattr(function.region, "value", "")) for function in graph.all(Function)}
    assert {name[:16]: region for name, region in regions.items()} == {
        "Catalogue": "eu-west-1",
        "Shop": "eu-west-1",
        "edge-lambda-stac": "us-east-1",
    }


def test_functions_that_the_cdk_makes_are_told_apart_and_not_counted() -> None:
    graph = next(graph for graph in api.graphs(request(f"{APPS}/storefront")) if "assembly-Test" in graph.root)
    made = {function.name.split("/", 2)[2] for function in graph.all(Function) if function.origin is Origin.CDK}
    assert made == {
        "BucketNotificationsHandler050a0587b7544547bf325f094a3db834",
        "Custom::CrossRegionStringParameterReaderCustomResourceProvider/Handler",
        "Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler",
        "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a",
    }
    assert {project.functions for project in result("storefront").info.projects} == {3}


def test_functions_that_the_cdk_makes_are_reported_in_the_strict_profile_only() -> None:
    def about_made(profile: str) -> list[str]:
        return [finding.message for finding in result("legacy", profile).findings if "CDK" in finding.message]

    assert about_made("default") == []
    assert any(message.endswith("(made by the CDK).") for message in about_made("strict"))


def test_a_named_source_file_of_the_app_shows_its_own_findings() -> None:
    shown = api.check(request(f"{APPS}/delivery/lib/reports.ts")).findings
    assert {finding.rule for finding in shown} <= {"FL302", "FL804"}
    named = api.check(request(f"{APPS}/delivery/handlers/report/app.py")).findings
    assert {(finding.rule, finding.resource) for finding in named} == {
        ("FL302", "Delivery/Reports/Daily"),
        ("FL804", "Delivery/Reports/Daily"),
    }


def test_a_template_of_an_assembly_stands_for_its_stack() -> None:
    named = api.check(request(f"{APPS}/delivery/cdk.out/Delivery.template.json"))
    assert "FL503" in {finding.rule for finding in named.findings}
    assert all(finding.span.path.endswith((".ts", ".py")) for finding in named.findings)
