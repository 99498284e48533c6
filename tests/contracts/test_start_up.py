"""What starting costs: nothing heavy is imported before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("networkx", "sarif_om", "libcst", "rich", "hcl2", "cfnlint", "jsonschema", "multiprocessing", "pickle")

CLEAN_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      MemorySize: 256
      Timeout: 10
"""

CLEAN_MODULE = """\
resource "aws_sqs_queue" "orders" {
  name = "orders"
}
"""

REPORT_IMPORTS = """\
import json, sys
from faaslint.cli import main
status = main({arguments!r})
print(json.dumps([status, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""


def imported_by(arguments: list[str], folder: Path) -> tuple[int, set[str]]:
    """Run the command in a process of its own; return its exit status and the top-level modules it imported."""
    finished = subprocess.run(
        [sys.executable, "-c", REPORT_IMPORTS.format(arguments=arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    status, modules = json.loads(finished.stdout.splitlines()[-1])
    return status, set(modules)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(CLEAN_TEMPLATE, encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text("def handler(event, context):\n    return 'hello'\n", encoding="utf-8")
    (tmp_path / "terraform").mkdir()
    (tmp_path / "terraform/main.tf").write_text(CLEAN_MODULE, encoding="utf-8")
    return tmp_path


def test_a_clean_check_imports_nothing_heavy(clean: Path) -> None:
    status, modules = imported_by(["check", "."], clean)
    assert status == 0
    assert modules.isdisjoint(HEAVY)
    assert "faaslint_rules" in modules


def test_the_version_imports_no_more_than_the_command_line(clean: Path) -> None:
    status, modules = imported_by(["--version"], clean)
    assert status == 0
    assert modules.isdisjoint({*HEAVY, "yaml", "tree_sitter", "faaslint_rules"})


@pytest.mark.parametrize(
    ("path", "others"),
    [
        pytest.param("terraform", {"yaml", "tree_sitter_python"}, id="terraform"),
        pytest.param("template.yaml", {"tree_sitter_hcl"}, id="sam"),
    ],
)
def test_a_syntax_is_loaded_only_for_files_that_use_it(path: str, others: set[str], clean: Path) -> None:
    _, modules = imported_by(["check", path], clean)
    assert modules.isdisjoint(others)
