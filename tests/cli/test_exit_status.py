"""The exit status: each pair of the precedence 2 > 4 > 3 > 1 > 0, the same for every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from faaslint import api
from faaslint.check.rule import Rule
from faaslint.cli import main

CLEAN = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Queue:
    Type: AWS::SQS::Queue
"""

MISTAKE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::111122223333:role/worker
      MemorySize: 64
      Code: {S3Bucket: artifacts, S3Key: worker.zip}
"""

BROKEN = "Resources:\n  Worker:\n    Type: AWS::Lambda::Function\n   Properties: {\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def failing_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make one rule raise, as a defect of ours would."""
    rules = api.load_packs()

    def broken(*_: object) -> object:
        raise RuntimeError("a defect")

    def replaced(names: object = ()) -> tuple[Rule[object], ...]:
        from faaslint.model.record import replace

        return tuple(replace(rule, check=broken) if rule.id == "FL102" else rule for rule in rules)  # type: ignore[arg-type]

    monkeypatch.setattr(api, "load_packs", replaced)


def status(*arguments: str) -> int:
    return main(["check", *arguments, "--as-of", "2026-11-21"])


FORMATS = pytest.mark.parametrize("form", ["text", "json", "sarif"])


@FORMATS
def test_0_when_nothing_is_wrong(folder: Path, form: str) -> None:
    write(folder, "template.yaml", CLEAN)
    assert status("--format", form) == 0


@FORMATS
def test_1_when_there_are_findings_at_the_level(folder: Path, form: str) -> None:
    write(folder, "template.yaml", MISTAKE)
    assert status("--format", form) == 1


def test_0_instead_of_1_when_nothing_is_to_fail(folder: Path) -> None:
    write(folder, "template.yaml", MISTAKE)
    assert status("--fail-on", "never") == 0


def test_a_lower_threshold_fails_on_less(folder: Path) -> None:
    write(folder, "template.yaml", MISTAKE.replace("64", "128").replace("nodejs22.x", "nodejs18.x"))
    assert status() == 0
    assert status("--fail-on", "warning") == 1


@FORMATS
def test_3_when_a_file_of_the_project_cannot_be_read(folder: Path, form: str) -> None:
    write(folder, "template.yaml", BROKEN)
    assert status("--format", form) == 3


def test_3_comes_before_1(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "a/template.yaml", MISTAKE)
    write(folder, "b/template.yaml", BROKEN)
    assert status() == 3
    assert "FL101" in capsys.readouterr().out, "the other file's finding is not lost"


def test_never_does_not_hide_3(folder: Path) -> None:
    write(folder, "template.yaml", BROKEN)
    assert status("--fail-on", "never") == 3


def test_4_when_a_rule_fails(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    failing_rule(monkeypatch)
    write(folder, "template.yaml", MISTAKE)
    assert status() == 4, "4 comes before 1"
    assert "FL101" in capsys.readouterr().out, "the other rules went on"


def test_4_comes_before_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_rule(monkeypatch)
    write(folder, "a/template.yaml", MISTAKE)
    write(folder, "b/template.yaml", BROKEN)
    assert status() == 4


def test_never_does_not_hide_4(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_rule(monkeypatch)
    write(folder, "template.yaml", MISTAKE)
    assert status("--fail-on", "never") == 4


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "morse"],
        ["--select", "FL999"],
        ["--as-of", "yesterday"],
        ["--param", "novalue"],
        ["--output", "sarif"],
        ["--profile", "lax"],
    ],
    ids=" ".join,
)
def test_2_when_the_command_line_is_wrong(folder: Path, arguments: list[str]) -> None:
    write(folder, "template.yaml", MISTAKE)
    assert main(["check", *arguments]) == 2


def test_2_for_a_missing_path_but_the_others_are_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "template.yaml", MISTAKE)
    assert status("template.yaml", "nowhere") == 2
    assert "FL101" in capsys.readouterr().out


def test_2_comes_before_4_and_3(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing_rule(monkeypatch)
    write(folder, "a/template.yaml", MISTAKE)
    write(folder, "b/template.yaml", BROKEN)
    assert status(".", "nowhere") == 2


def test_2_when_the_configuration_is_wrong(folder: Path) -> None:
    write(folder, "template.yaml", CLEAN)
    write(folder, "faaslint.toml", 'fail-on = "sometimes"\n')
    assert status() == 2
