"""The JSON report keeps its contract."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError
from report_samples import FINDINGS, MEMORY, MISSING_PERMISSION, NOTIFICATIONS, UNUSED, run

from faaslint.model.finding import RunInfo
from faaslint.model.record import replace
from faaslint.report.json import render

SCHEMA: dict[str, Any] = json.loads(
    files("faaslint.report").joinpath("schema/faaslint-report.schema.json").read_text(encoding="utf-8")
)
GUIDE = Path(__file__).parents[2] / "docs" / "json-report.md"

FINDING_FIELDS = [
    *("rule", "name", "level", "message", "path", "line", "column", "end_line", "end_column", "project", "resource"),
    *("resources", "property", "condition", "fingerprint", "related", "route"),
]


def report(*arguments: Any) -> dict[str, Any]:
    text = render(*arguments)
    assert text.endswith("}\n")
    data: dict[str, Any] = json.loads(text)
    Draft202012Validator(SCHEMA).validate(data)
    return data


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_fields_and_their_order_are_those_of_the_contract() -> None:
    data = report(FINDINGS, run(notifications=NOTIFICATIONS))
    assert list(data) == ["version", "tool", "projects", "findings", "notifications", "summary"]
    assert list(data["projects"][0]) == ["root", "kind", "functions", "resources"]
    assert [list(finding) for finding in data["findings"]] == [FINDING_FIELDS] * 4
    assert list(data["findings"][0]["route"][0]) == ["path", "line", "column", "message"]
    assert list(data["notifications"][0]) == ["level", "path", "line", "message"]
    assert list(data["summary"]) == ["files", "functions", "error", "warning", "note", "rules"]


def test_a_finding_says_all_that_is_known_of_it() -> None:
    (finding,) = report((MISSING_PERMISSION,), run())["findings"]
    assert finding == {
        "rule": "FL302",
        "name": "missing-permission",
        "level": "error",
        "message": MISSING_PERMISSION.message,
        "path": "src/place_order.py",
        "line": 14,
        "column": 5,
        "end_line": 14,
        "end_column": 31,
        "project": "template.yaml",
        "resource": "PlaceOrder",
        "resources": ["PlaceOrder"],
        "property": "",
        "condition": "IsProd",
        "fingerprint": "5f2c9e41d07a3b86e0c1f4a29d6b7385:1",
        "related": [
            {"path": "template.yaml", "line": 40, "column": 3, "message": "the role stands here"},
            {"path": "template.yaml", "line": 52, "column": 11, "message": MISSING_PERMISSION.related[1].message},
        ],
        "route": [
            {"path": step.span.path, "line": step.span.line, "column": step.span.column, "message": step.message}
            for step in MISSING_PERMISSION.route
        ],
    }


def test_the_summary_counts() -> None:
    assert report((*FINDINGS, replace(MEMORY, suppressed="")), run())["summary"] == {
        "files": 3,
        "functions": 2,
        "error": 2,
        "warning": 1,
        "note": 1,
        "rules": {
            "FL101": {"good": 0, "finding": 2, "withheld": 0},
            "FL302": {"good": 1, "finding": 1, "withheld": 0},
            "FL304": {"good": 3, "finding": 1, "withheld": 2},
        },
    }


def test_a_run_that_found_nothing_is_a_whole_report() -> None:
    data = report((), RunInfo(version="0.1.0", rules=()))
    assert (data["version"], data["tool"]) == (1, {"name": "faaslint", "version": "0.1.0"})
    assert data["findings"] == data["notifications"] == data["projects"] == []


def test_the_order_of_the_findings_makes_no_difference() -> None:
    info = run(notifications=NOTIFICATIONS)
    assert len({render(order, info) for order in permutations(FINDINGS)}) == 1


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_any_text_is_kept_and_a_terminal_obeys_none(message: str, path: str) -> None:
    finding = replace(UNUSED, message=message or "x", span=UNUSED.span._replace(path=path))
    text = render((finding,), run())
    text.encode()
    assert not any((ord(char) < 32 and char != "\n") or 0x7F <= ord(char) < 0xA0 for char in text)
    assert json.loads(text)["findings"][0]["path"] == path.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def test_halves_of_characters_are_replaced() -> None:
    text = render((replace(UNUSED, message="bad \udcff name"),), run())
    assert json.loads(text)["findings"][0]["message"] == "bad \ufffd name"


@pytest.mark.parametrize("field", FINDING_FIELDS)
def test_the_schema_asks_for_each_field_of_a_finding(field: str) -> None:
    data = json.loads(render(FINDINGS, run()))
    del data["findings"][0][field]
    with pytest.raises(ValidationError, match=f"'{field}' is a required property"):
        Draft202012Validator(SCHEMA).validate(data)


def test_the_guide_names_each_field() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    defined = [SCHEMA, *SCHEMA["$defs"].values()]
    missing = {field for part in defined for field in part.get("properties", {}) if f"`{field}`" not in guide}
    assert missing == set()
