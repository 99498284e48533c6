"""Plans that are larger than other files may be: they say the same, in a tenth of the room."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from faaslint.load.discover import discover
from faaslint.load.resource import Loaded
from faaslint.load.terraform import load_plan, plan, plan_large
from faaslint.source.json import parse_json
from faaslint.source.tree import Mapping, Sequence, Tree
from faaslint.source.workspace import Disk, Workspace

from ..loading import shown

FIXTURES = Path(__file__).parents[3] / "fixtures"
PLANS = ["projects/orders/plan", "rules/versions/weighted_alias_roles_differ/bad_plan"]


@pytest.fixture
def small_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every plan be a large one."""
    for module in (plan, plan_large):
        monkeypatch.setattr(module, "FILE_BYTES", 1_000)


def said(loaded: Loaded) -> dict[str, Any]:
    return {
        one.address: {
            "type": one.type,
            "depends on": one.depends_on,
            **{name: shown(value) for name, value in one.properties.values.items()},
        }
        for one in loaded.resources
    }


def read(text: str) -> Loaded:
    return load_plan(Workspace.in_memory({"plan.json": text}), "plan.json", {})


@pytest.mark.parametrize("folder", PLANS)
def test_a_large_plan_says_what_a_small_one_says(folder: str, request: pytest.FixtureRequest) -> None:
    text = (FIXTURES / folder / "plan.json").read_text(encoding="utf-8")
    expected = said(read(text))
    request.getfixturevalue("small_bound")
    loaded = read(text)
    assert said(loaded) == expected
    assert loaded.problems == []
    assert len({one.span for one in loaded.resources}) > 1


def test_what_is_not_used_is_not_kept() -> None:
    content = json.loads((FIXTURES / PLANS[0] / "plan.json").read_text(encoding="utf-8"))
    changes = content["resource_changes"]
    for change in changes:
        change["change"]["before"] = change["change"]["after"] = {"tags": {f"tag{number}": "x" for number in range(50)}}
    content["resource_drift"] = changes
    content["prior_state"] = {"values": content["planned_values"]}
    text = json.dumps(content)
    assert size(plan_large.parse_large_plan(text, "plan.json")) < size(parse_json(text, "plan.json", [])) / 4


def size(tree: Tree) -> int:
    count, pending = 0, [tree]
    while pending:
        one = pending.pop()
        count += 1
        if isinstance(one, Mapping):
            pending += [value for _, value in one.entries]
        elif isinstance(one, Sequence):
            pending += one.items
    return count


@pytest.mark.usefixtures("small_bound")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            '{"format_version": "1.2", "planned_values": {"root_module": {' + " " * 1_000,
            "a value was expected",
            id="cut off",
        ),
        # How deep the decoder goes depends on Python's version; then it misses what belongs into the innermost list.
        pytest.param(
            '{"planned_values": {"root_module": {"resources": [' + "[" * 5_000, "nested|a value was expected", id="deep"
        ),
        pytest.param('{"planned_values": {}, "x": [' + "{}," * 5_000 + "{}]}", "more than 9000 values", id="many"),
        pytest.param('{"planned_values": 1, "configuration": [' + " " * 1_000 + "]}", "this is no plan", id="odd"),
        pytest.param('{"format_version": "1.2"' + " " * 1_000 + "}", "this is no plan", id="none"),
        pytest.param("x" * 2_000, "expected here", id="other"),
    ],
)
def test_one_that_is_no_plan_or_too_much_is_said_to_be(text: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_large, "PLAN_MARKS", 9_000)
    loaded = read(text)
    assert len(loaded.problems) == 1
    assert re.search(message, loaded.problems[0].message)
    assert loaded.problems[0].fatal


@pytest.mark.usefixtures("small_bound")
@pytest.mark.parametrize("deepest", [10, 70])
def test_modules_in_modules_are_followed(deepest: int) -> None:
    def module(depth: int) -> str:
        own = f'"address": "{".".join(["module.m"] * depth)}", ' if depth else ""
        resource = (
            f'{{"address": "{"module.m." * depth}aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q"}}'
        )
        inner = module(depth + 1) if depth < deepest else ""
        return f'{{{own}"resources": [{resource}], "child_modules": [{inner}]}}'

    loaded = read(f'{{"format_version": "1.2", "planned_values": {{"root_module": {module(0)}}}}}')
    assert not loaded.problems
    assert len(loaded.resources) == deepest + 1


@pytest.mark.usefixtures("small_bound")
def test_one_past_the_bound_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_large, "PLAN_BYTES", 2_000_000)
    assert "it is larger than 1 MB" in read("x" * 2_000_001).problems[0].message
    assert "not UTF-8" in load_plan(Workspace.in_memory({"p": b"\xff" * 2_000}), "p", {}).problems[0].message


def test_discovery_finds_one_by_its_beginning(tmp_path: Path) -> None:
    text = (FIXTURES / PLANS[0] / "plan.json").read_text(encoding="utf-8").rstrip()
    (tmp_path / "plan.json").write_text(text[:-1] + " " * 9_000_000 + "}", encoding="utf-8")
    (tmp_path / "data.json").write_text("[" + " " * 9_000_000 + "]", encoding="utf-8")
    workspace = Workspace(Disk(tmp_path))
    found = discover(workspace, ["."])
    assert found.plans == ("plan.json",)
    assert [one.path for one in found.notifications] == ["data.json"]
    loaded = load_plan(workspace, "plan.json", {})
    assert not loaded.problems
    assert len(loaded.resources) > 50
