"""The corpus of Terraform expressions, and what the evaluator says to it, as plain data."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faaslint.load.terraform import load_terraform
from faaslint.load.terraform.leaves import Failed
from faaslint.model.value import Choice, Fields, Items, Known, Unknown, Value
from faaslint.source.workspace import Workspace

FOLDER = Path(__file__).parent / "terraform"


@dataclass(frozen=True)
class NotKnown:
    """What stands where the evaluator does not say one plain thing."""

    why: str
    fails: bool = False


def recorded() -> dict[str, Any]:
    """Return what ``terraform`` said when it was asked last: its version, its functions, its answers."""
    found = json.loads((FOLDER / "answers.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def corpus() -> list[str]:
    """Return the expressions, in order."""
    lines = (FOLDER / "expressions.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("# ")]


def evaluated(expressions: list[str]) -> dict[str, Any]:
    """Return what the evaluator makes of each expression, beside the corpus's files."""
    files = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.name not in ("answers.json",)}
    asked = "\n".join(f'resource "aws_thing" "n{place}" {{\n  it = {each}\n}}' for place, each in enumerate(expressions))
    loaded = load_terraform(Workspace.in_memory({**files, "asked.tf": asked}), ".", {})
    found = {resource.address: resource.properties.get("it") for resource in loaded.resources}
    return {each: plain(found[f"aws_thing.n{place}"]) for place, each in enumerate(expressions)}


def plain(value: Value) -> Any:
    """Return a value as JSON has it, ``NotKnown`` where (a part of) it is not known."""
    if isinstance(value, Choice):
        return NotKnown("it depends on a condition")
    if isinstance(value, Unknown):
        return NotKnown(value.why, isinstance(value, Failed))
    content = value.value
    if isinstance(content, Items):
        if content.openness is not None or not all(item.guard.always for item in content.items):
            return NotKnown("the list is not known in full")
        return _whole([plain(item.value) for item in content.items])
    if isinstance(content, Fields):
        if content.openness is not None:
            return NotKnown("the mapping is not known in full")
        members = {name: plain(member) for name, member in content.values.items()}
        unknown = _whole(list(members.values()))
        return unknown if isinstance(unknown, NotKnown) else members
    if content is None or isinstance(content, (str, int, float)):
        return content
    return NotKnown(f"it is a {type(content).__name__.lower()}")


def _whole(members: list[Any]) -> Any:
    return next((member for member in members if isinstance(member, NotKnown)), members)


def same(ours: Any, theirs: Any) -> bool:
    """Return whether two answers are one. A text that spells JSON may be kept as what it spells."""
    if isinstance(ours, bool) or isinstance(theirs, bool) or ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=1e-12)
    if isinstance(ours, (list, dict)) and isinstance(theirs, str):
        try:
            return same(ours, json.loads(theirs))
        except ValueError:
            return False
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(member, theirs[name]) for name, member in ours.items())
    return type(ours) is type(theirs) and bool(ours == theirs)


def assert_known(value: Value) -> Known:
    """Return the value, which is known."""
    assert isinstance(value, Known), value
    return value
