"""A plan that Terraform itself made: what is read of it is what the evaluator makes of the configuration.

The configuration uses what is built into Terraform, with modules, ``for_each``, ``count``, unknown and sensitive values. The
recorded plan is always compared. Where ``terraform`` is installed, it plans again, so that the record is what it says.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from faaslint.load.resource import Loaded
from faaslint.load.terraform import load_plan, load_terraform
from faaslint.model.value import Fields, Items, Known, Provenance, Reference, Sensitive, Unknown, Value, branches
from faaslint.source.workspace import Workspace

FOLDER = Path(__file__).parent / "terraform_plan"
TOOL = Path(__file__).parents[2] / "tools" / "record_terraform_plan.py"
SECRET = "not-a-real-token"
"""What the variable file of the configuration sets the sensitive variable to."""
NOT_PLANNED = {"terraform_data.alarm[0]"}
"""What another value of a variable than its default would make."""

FILES = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.*")}


def written() -> Loaded:
    return load_terraform(Workspace.in_memory({name: text for name, text in FILES.items() if name != "plan.json"}), ".", {})


def planned(beside_sources: bool) -> Loaded:
    files = FILES if beside_sources else {"plan.json": FILES["plan.json"]}
    return load_plan(Workspace.in_memory(files), "plan.json", {}, (".",) if beside_sources else ())


def plain(value: Value) -> Any:
    """Return a value as plain data: references by name, what is unknown or secret as such."""
    (_, leaf), *more = branches(value)
    assert not more
    if isinstance(leaf, Unknown):
        return "(unknown)"
    content = leaf.value
    if isinstance(content, Items):
        return [plain(item.value) for item in content.items]
    if isinstance(content, Fields):
        return {name: plain(entry) for name, entry in content.values.items()}
    if isinstance(content, Reference):
        return f"<{content.address}.{content.attribute}>"
    return "(unknown)" if isinstance(content, Sensitive) else content


def said(loaded: Loaded) -> dict[str, dict[str, Any]]:
    assert not loaded.problems
    return {one.address: {name: plain(value) for name, value in one.properties.values.items()} for one in loaded.resources}


def agrees(of_plan: Any, of_files: Any) -> bool:
    """Return whether a plan says what the files say, or leaves it unknown where they name what will be known."""
    if isinstance(of_plan, dict) and isinstance(of_files, dict):
        return of_plan.keys() == of_files.keys() and all(agrees(of_plan[name], of_files[name]) for name in of_plan)
    if isinstance(of_plan, list) and isinstance(of_files, list):
        return len(of_plan) == len(of_files) and all(map(agrees, of_plan, of_files))
    return bool(of_plan == of_files) or (of_plan == "(unknown)" and str(of_files).startswith("<"))


def test_beside_its_sources_it_says_exactly_what_they_say() -> None:
    files = said(written())
    assert said(planned(True)) == {address: found for address, found in files.items() if address not in NOT_PLANNED}


def test_alone_it_says_the_same_but_for_some_names() -> None:
    files, alone = said(written()), said(planned(False))
    assert alone.keys() == files.keys() - NOT_PLANNED
    assert [address for address in alone if not agrees(alone[address], files[address])] == []
    assert alone["terraform_data.key"]["input"] == "key-dev"


def test_what_is_sensitive_is_in_neither() -> None:
    for loaded in (written(), planned(True), planned(False)):
        (secret,) = [one for one in loaded.resources if one.address == "terraform_data.secret"]
        assert plain(Known(secret.properties, (), Provenance.GIVEN)) == {"input": {"token": "(unknown)", "plain": "visible"}}
        assert SECRET not in str(plain(Known(secret.properties)))


def test_the_record_is_what_terraform_says_now() -> None:
    done = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True, timeout=120)
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
