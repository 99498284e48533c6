"""A minimal policy put in the place of the old one leaves nothing to say about the function's permissions."""

from __future__ import annotations

import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from faaslint import api
from faaslint.model.privilege import FunctionPrivilege
from faaslint.report.policy_template import render_sam, render_terraform

ROOT = Path(__file__).parents[2]
ORDERS = ROOT / "fixtures" / "projects" / "orders"
AS_OF = date(2026, 11, 21)
RULES = ("FL302", "FL303", "FL304", "FL305", "FL308", "FL310", "FL311", "FL316", "FL322")


def request(folder: Path) -> api.Request:
    return api.Request(paths=(".",), folder=folder, as_of=AS_OF, select=RULES)


@cache
def privileges(form: str) -> dict[str, FunctionPrivilege]:
    found = {one.function: one for one, _ in api.privileges(request(ORDERS / form)).functions}
    # Where the handler does not exist, or the needs are open, nobody can say what is minimal.
    return {name: one for name, one in found.items() if one.needed_openness is None and one.role}


def said(folder: Path, names: set[str]) -> list[str]:
    return [f"{one.rule}: {one.message}" for one in api.check(request(folder)).findings if set(one.resources) & names]


def copied(form: str, folder: Path) -> Path:
    target = folder / form
    shutil.copytree(ORDERS / form, target)
    return target


SAM = sorted(privileges("sam"))
TERRAFORM = sorted(privileges("terraform"))


def test_there_is_something_to_try() -> None:
    assert len(SAM) >= 8
    assert len(TERRAFORM) >= 8


@pytest.mark.parametrize("name", SAM)
def test_sam(name: str, tmp_path: Path) -> None:
    folder = copied("sam", tmp_path)
    template = folder / "template.yaml"
    found = privileges("sam")[name]
    made = render_sam([(found, str)])
    body = made.split("Policies:", 1)[1]
    owner = name if found.serverless else found.role
    text = template.read_text(encoding="utf-8")
    start = text.index(f"\n  {owner}:\n")
    block = text[start:]
    following = re.search(r"\n  \w", block[1:])
    block = block[: following.start() + 1] if following else block
    indented = "Policies:" + body.replace("\n", "\n    ").rstrip() + "\n"
    old = re.search(r"^      Policies:.*?(?=^      \w|\Z)", block, re.M | re.S)
    fresh = block.replace(old.group(), f"      {indented}") if old else f"{block.rstrip()}\n      {indented}"
    if not found.serverless:
        # The document grants the logs too.
        fresh = re.sub(r"^      ManagedPolicyArns:.*?(?=^      \w|\Z)", "", fresh, flags=re.M | re.S)
    template.write_text(text.replace(block, fresh), encoding="utf-8")
    assert said(folder, {name, owner}) == []


@pytest.mark.parametrize("name", TERRAFORM)
def test_terraform(name: str, tmp_path: Path) -> None:
    folder = copied("terraform", tmp_path)
    found = privileges("terraform")[name]
    role = found.role.rpartition("aws_iam_role.")[2]
    for path in folder.glob("*.tf"):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r'^resource "aws_iam_role_policy(?:_attachment)?" "\w+" \{\n.*?^\}\n', text, re.M | re.S):
            if re.search(rf"^  role\s*=\s*aws_iam_role\.{role}\.", block, re.M):
                text = text.replace(block, "")
        path.write_text(text, encoding="utf-8")
    (folder / "minimal.tf").write_text(render_terraform([(found, str)]), encoding="utf-8")
    assert said(folder, {name, found.role}) == []
