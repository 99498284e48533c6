"""The SARIF report: valid, deterministic, within GitHub's limits."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from report_samples import FINDINGS, MEMORY, MISSING_PERMISSION, NOTIFICATIONS, RULES, UNUSED, WILDCARD, run, span

from faaslint.model.finding import Finding, Level, RuleInfo, RunInfo
from faaslint.model.record import replace
from faaslint.model.span import Location
from faaslint.report.sarif import render

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def log_of(*arguments: Any) -> dict[str, Any]:
    text = render(*arguments)
    assert text.endswith("}\n")
    log: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(log)
    return log


def run_of(*arguments: Any) -> dict[str, Any]:
    (only,) = log_of(*arguments)["runs"]
    assert isinstance(only, dict)
    return only


def result_of(finding: Finding, info: RunInfo | None = None) -> dict[str, Any]:
    (only,) = run_of((finding,), info or run())["results"]
    assert isinstance(only, dict)
    return only


def every(thing: object, key: str) -> Iterator[Any]:
    if isinstance(thing, dict):
        for name, value in thing.items():
            if name == key:
                yield value
            yield from every(value, key)
    elif isinstance(thing, list):
        for value in thing:
            yield from every(value, key)


def test_one_run_with_every_enabled_rule() -> None:
    log = log_of(FINDINGS, run())
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    driver = only["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("faaslint", "0.1.0", "0.1.0")
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in RULES]
    assert only["automationDetails"]["id"] == "faaslint/"
    assert only["columnKind"] == "unicodeCodePoints"


def test_a_clean_run_is_still_a_whole_log() -> None:
    assert run_of((), run())["results"] == []
    assert len(run_of((), run())["tool"]["driver"]["rules"]) == len(RULES)


def test_a_rule_says_all_that_code_scanning_shows() -> None:
    rules = {rule["id"]: rule for rule in run_of((), run())["tool"]["driver"]["rules"]}
    assert rules["FL304"] == {
        "id": "FL304",
        "name": "WildcardAction",
        "shortDescription": {"text": "A role allows every action of a service."},
        "fullDescription": {"text": "Reports statements that allow `service:*` or `*`."},
        "help": {"text": RULES[3].help, "markdown": RULES[3].help},
        "defaultConfiguration": {"enabled": True, "level": "warning"},
        "properties": {
            "tags": ["security", "serverless", "external/cwe/cwe-250", "external/cwe/cwe-732"],
            "precision": "high",
            "security-severity": "7.5",
        },
    }
    assert rules["FL101"]["helpUri"] == "https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"
    assert rules["FL101"]["properties"] == {"tags": ["serverless"], "precision": "high", "problem.severity": "error"}
    assert rules["FL002"]["properties"]["problem.severity"] == "recommendation"
    assert rules["FL103"]["properties"]["precision"] == "medium"


def test_no_required_text_is_ever_empty() -> None:
    bare = RuleInfo(id="FL999", name="", level=Level.NOTE, profile="default", summary="", description="", help="")
    log = log_of((replace(UNUSED, message="", name="", rule="FL998"),), run(rules=(bare,)))
    assert all(every(log, "text"))
    assert all(every(log, "name"))


def test_a_rule_that_only_a_finding_names_is_listed_too() -> None:
    only = run_of((replace(UNUSED, rule="FL001", name="parse-error"),), run())
    rules = only["tool"]["driver"]["rules"]
    assert rules[only["results"][0]["ruleIndex"]]["id"] == "FL001"
    assert rules[-1]["shortDescription"]["text"] == "Parse error."


def test_texts_of_rules_keep_githubs_limits() -> None:
    long = replace(RULES[0], name="long-" * 100, summary="x" * 2_000, description="y" * 2_000, cwe=tuple(range(50)))
    (rule,) = run_of((), run(rules=(long,)))["tool"]["driver"]["rules"]
    assert len(rule["name"]) == 255
    assert len(rule["shortDescription"]["text"]) == len(rule["fullDescription"]["text"]) == 1_024
    assert len(rule["properties"]["tags"]) == 10


def test_each_result_points_at_its_rule_and_states_its_level() -> None:
    only = run_of((*FINDINGS, replace(MEMORY, level=Level.WARNING)), run())
    rules = only["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in only["results"])
    assert [result["level"] for result in only["results"]] == ["error", "error", "warning", "note", "warning"]


def test_a_result_with_route_and_related_places() -> None:
    result = result_of(MISSING_PERMISSION)
    artifact = {"uri": "src/place_order.py", "uriBaseId": "%SRCROOT%"}
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": {
                    "startLine": 14,
                    "startColumn": 5,
                    "endLine": 14,
                    "endColumn": 31,
                    "snippet": {"text": "table.put_item(Item=order)"},
                },
                "contextRegion": {"startLine": 14, "endLine": 14, "snippet": {"text": "    table.put_item(Item=order)"}},
            },
            "logicalLocations": [{"fullyQualifiedName": "PlaceOrder", "kind": "resource"}],
        }
    ]
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": "271789c17abda88f:1",
        "faaslint/v1": "5f2c9e41d07a3b86e0c1f4a29d6b7385:1",
    }
    assert result["message"]["text"].endswith(
        " (When IsProd.) See [the role stands here](1), [the nearest statement allows only dynamodb:GetItem](2)."
    )
    assert [location["id"] for location in result["relatedLocations"]] == [1, 2]
    ((flow,),) = ([flow["threadFlows"] for flow in result["codeFlows"]],)
    assert [step["location"]["message"]["text"] for step in flow[0]["locations"]] == [
        step.message for step in MISSING_PERMISSION.route
    ]
    assert result["properties"] == {"condition": "IsProd", "project": "template.yaml"}


def test_an_edit_is_a_fix() -> None:
    (fix,) = result_of(MEMORY)["fixes"]
    assert fix["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "template.yaml", "uriBaseId": "%SRCROOT%"},
            "replacements": [
                {
                    "deletedRegion": {"startLine": 6, "startColumn": 17, "endLine": 6, "endColumn": 19},
                    "insertedContent": {"text": "128"},
                }
            ],
        }
    ]


def test_the_snippet_is_the_span_alone_over_several_lines() -> None:
    region = result_of(WILDCARD)["locations"][0]["physicalLocation"]["region"]
    assert region["snippet"]["text"] == (
        'Effect: Allow\n        Action:\n          - "dynamodb:*"\n        Resource:\n          - !GetAtt Orders.Ar'
    )


def test_a_long_source_line_is_left_out() -> None:
    result = result_of(replace(MEMORY, snippet=("x" * 1_000_000,)))
    assert "snippet" not in json.dumps(result)


@pytest.mark.parametrize(
    ("path", "uri", "relative"),
    [
        pytest.param("a b/ä#1?.yaml", "a%20b/%C3%A4%231%3F.yaml", True, id="encoded"),
        pytest.param("c:x/y.tf", "c%3Ax/y.tf", True, id="no scheme by accident"),
        pytest.param("bad\udcff.yaml", "bad%FF.yaml", True, id="undecodable bytes keep their value"),
        pytest.param("bad\ud800.yaml", "bad%EF%BF%BD.yaml", True, id="half a character"),
        pytest.param("/tmp/t.yaml", "file:///tmp/t.yaml", False, id="absolute"),
    ],
)
def test_paths_are_percent_encoded_and_relative(path: str, uri: str, relative: bool) -> None:
    artifact = result_of(replace(UNUSED, span=UNUSED.span._replace(path=path)))["locations"][0]["physicalLocation"]
    assert artifact["artifactLocation"]["uri"] == uri
    assert ("uriBaseId" in artifact["artifactLocation"]) is relative


def test_nothing_in_the_log_tells_where_or_when_it_was_made() -> None:
    only = run_of(FINDINGS, run())
    assert list(only["originalUriBaseIds"]) == ["%SRCROOT%"]
    assert "uri" not in only["originalUriBaseIds"]["%SRCROOT%"]
    assert str(Path.cwd()) not in json.dumps(only)


def test_a_step_outside_the_project_has_only_its_sentence() -> None:
    outside = Location(span("", 0, 0, 0), "the managed policy AmazonSQSFullAccess")
    result = result_of(replace(UNUSED, route=(outside,), related=(outside,)))
    step = result["codeFlows"][0]["threadFlows"][0]["locations"][0]["location"]
    assert step == {"message": {"text": "the managed policy AmazonSQSFullAccess"}}
    assert "](1)" not in result["message"]["text"]


def test_a_link_in_analysed_text_is_no_link() -> None:
    related = (Location(span("a.yaml", 1, 1, 2), "see [x](http://example.com)"),)
    result = result_of(replace(UNUSED, message="'[x](http://example.com)' is bad.", related=related))
    assert result["message"]["text"] == ("'[x] (http://example.com)' is bad. See [see \\[x\\](http://example.com)](1).")


def test_suppressed_findings_are_left_out() -> None:
    assert run_of((replace(MEMORY, suppressed="measured"),), run())["results"] == []


def test_notifications_are_part_of_the_invocation() -> None:
    (invocation,) = run_of((), run(notifications=NOTIFICATIONS))["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "error", "note"]
    assert notes[1]["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "other.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    assert run_of((), run(notifications=NOTIFICATIONS[:1]))["invocations"][0]["executionSuccessful"] is True


def test_the_order_of_the_findings_makes_no_difference() -> None:
    info = run(notifications=NOTIFICATIONS)
    assert len({render(order, info) for order in permutations(FINDINGS)}) == 1


def test_locations_stay_within_githubs_limits() -> None:
    many = tuple(Location(span("a.yaml", number, 1, 2), "here") for number in range(1, 12_001))
    result = result_of(replace(UNUSED, related=many, route=many, resources=tuple(f"r[{n}]" for n in range(5_000))))
    assert len(result["relatedLocations"]) == 100
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 1_000
    assert len(result["locations"][0]["logicalLocations"]) == 20


def test_a_huge_report_is_quick_small_and_keeps_the_worst() -> None:
    notes = [
        replace(
            MISSING_PERMISSION if number % 2 else WILDCARD,
            level=Level.NOTE,
            span=span(f"src/f{number % 500}.py", number + 1, 5, 31),
            fingerprint=f"{number:032x}:1",
        )
        for number in range(25_000)
    ]
    worst = replace(MEMORY, span=span("z.yaml", 1, 1, 5))
    began = time.process_time()
    text = render((*notes, worst), run())
    assert time.process_time() - began < 6  # about 2 s on a slow machine
    assert len(gzip.compress(text.encode(), 6)) < 10_000_000
    (only,) = json.loads(text)["runs"]
    assert len(only["results"]) == 25_000
    assert only["results"][-1]["ruleId"] == "FL101"
    assert only["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"] == (
        "1 finding is left out, of the lowest levels: GitHub takes 25000 in one file."
    )


@given(st.text(max_size=40), st.text(min_size=1, max_size=40), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_any_text_and_any_span_make_a_valid_log(text: str, path: str, line: int, column: int, end: int) -> None:
    finding = replace(
        MISSING_PERMISSION,
        message=text,
        name=text,
        condition=text,
        resources=(text,),
        span=span(path, line, column, end),
        related=(Location(span(path, line, column, end), text),),
        snippet=(text,),
    )
    log = log_of((finding,), run())
    json.dumps(log).encode()
    assert all(region["startLine"] >= 1 for region in every(log, "region"))
