"""Nothing is dropped in silence: the blocks that the syntax shows, against what comes out."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from faaslint.load.discover import discover
from faaslint.load.terraform.load import evaluated_root
from faaslint.source.workspace import Workspace

ROOT = Path(__file__).parents[3]
TOOL: dict[str, Any] = runpy.run_path(str(ROOT / "tools" / "terraform_inventory.py"), run_name="inventory")


def test_no_block_of_any_fixture_is_dropped() -> None:
    workspace = Workspace.on_disk(ROOT)
    roots = discover(workspace, ["fixtures"]).terraform
    reports = [TOOL["compared"](workspace, evaluated_root(workspace, root, {})) for root in roots]
    assert [line for report in reports for line in report.dropped] == []
    assert sum(report.blocks["resource"] for report in reports) > 100


def test_a_dropped_block_would_be_seen() -> None:
    text = (
        'locals {\n  a = 1\n}\nvariable "v" {}\nmodule "m" {\n  source = "./m"\n}\nresource "aws_a" "a" {}\n'
        'resource "aws_a" "none" {\n  count = 0\n}\n'
    )
    workspace = Workspace.in_memory({"main.tf": text, "m/main.tf": 'resource "aws_a" "b" {}\n'})
    evaluated = evaluated_root(workspace, ".", {})
    assert TOOL["compared"](workspace, evaluated).dropped == []
    evaluated.resources.clear()
    evaluated.root.configuration.variables.clear()
    evaluated.root.configuration.locals.clear()
    evaluated.root.children.clear()
    assert TOOL["compared"](workspace, evaluated).dropped == [
        "main.tf:1: locals a: a not declared",
        "main.tf:4: variable v: not declared",
        "main.tf:5: module m: neither followed nor told",
        "main.tf:8: resource aws_a a: aws_a.a is not there",
        "m/main.tf:1: resource aws_a b: module.m.aws_a.b is not there",
    ]
