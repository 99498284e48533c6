"""``check --fix`` and ``check --diff``, as a person runs them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from faaslint.cli import main

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Refused:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      InlineCode: "exports.handler = async () => ({})"
      Timeout: 60
      Events:
        Jobs:
          Type: SQS
          Properties:
            Queue: !GetAtt Jobs.Arn
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 45  # seconds
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_fix_mends_and_reports_what_is_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = project / "template.yaml"
    template.chmod(0o640)
    status = main(["check", "--select", "FL503", "--fix"])
    told = capsys.readouterr()
    assert (status, told.err) == (0, "faaslint: mended 1 finding\n")
    assert template.read_text(encoding="utf-8") == TEMPLATE.replace(": 45", ": 360")
    assert stat.S_IMODE(template.stat().st_mode) == 0o640
    assert [path.name for path in project.iterdir()] == ["template.yaml"]


def test_diff_shows_and_changes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", "--select", "FL503", "--diff"])
    told = capsys.readouterr()
    assert status == 1
    assert told.out.splitlines() == [
        "--- a/template.yaml",
        "+++ b/template.yaml",
        "@@ -16,4 +16,4 @@",
        "   Jobs:",
        "     Type: AWS::SQS::Queue",
        "     Properties:",
        "-      VisibilityTimeout: 45  # seconds",
        "+      VisibilityTimeout: 360  # seconds",
    ]
    assert (project / "template.yaml").read_text(encoding="utf-8") == TEMPLATE


def test_diff_of_nothing_is_clean(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "template.yaml").write_text(TEMPLATE.replace(": 45", ": 360"), encoding="utf-8")
    assert main(["check", "--select", "FL503", "--diff"]) == 0
    assert capsys.readouterr().out == ""


def test_what_changes_behaviour_waits_for_unsafe_fixes(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = project / "template.yaml"
    template.write_text(TEMPLATE.replace(": 45", ": 90"), encoding="utf-8")
    assert main(["check", "--select", "FL503", "--fix", "--fail-on", "warning"]) == 1
    assert ": 90" in template.read_text(encoding="utf-8")
    assert main(["check", "--select", "FL503", "--fix", "--unsafe-fixes", "--fail-on", "warning"]) == 0
    assert ": 360" in template.read_text(encoding="utf-8")


def test_fix_and_diff_exclude_each_other(project: Path) -> None:
    assert main(["check", "--fix", "--diff"]) == 2
