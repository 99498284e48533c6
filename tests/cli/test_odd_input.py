"""Input that is empty, missing, binary or unreadable: a clear message, the right status, nothing else lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faaslint.cli import main

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


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "template.yaml").write_text(MISTAKE)
    (tmp_path / "odd").mkdir()
    return tmp_path


def checked(capsys: pytest.CaptureFixture[str], *paths: str) -> tuple[int, dict[str, list[dict[str, str]]]]:
    status = main(["check", *paths, "--format", "json", "--as-of", "2026-11-21"])
    return status, json.loads(capsys.readouterr().out)


def rules(report: dict[str, list[dict[str, str]]]) -> set[tuple[str, str]]:
    return {(finding["rule"], finding["path"]) for finding in report["findings"]}


GOOD = ("FL101", "good/template.yaml")


def test_an_empty_file_is_not_a_template_and_is_passed_over(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd" / "notes.yaml").write_text("")
    status, report = checked(capsys, ".")
    assert (status, rules(report)) == (1, {GOOD})


def test_an_empty_template_that_is_named_is_said_to_be_empty(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd" / "template.yaml").write_text("")
    status, report = checked(capsys, "odd/template.yaml", "good")
    assert rules(report) == {GOOD, ("FL001", "odd/template.yaml")}
    assert status == 3


def test_empty_resources_are_said_to_be_empty(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd" / "template.yaml").write_text('AWSTemplateFormatVersion: "2010-09-09"\nResources:\n')
    status, report = checked(capsys, "odd/template.yaml", "good")
    assert GOOD in rules(report)
    told = [note["message"] for note in report["notifications"]] + [one["message"] for one in report["findings"]]
    assert any("esources" in message for message in told)
    assert status in (1, 3)


def test_a_binary_file_that_is_named_is_said_to_be_binary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd" / "template.yaml").write_bytes(b"\x7fELF\x00\x01\xfe\xff" * 50)
    status, report = checked(capsys, "odd/template.yaml", "good")
    assert rules(report) == {GOOD, ("FL001", "odd/template.yaml")}
    assert status == 3


def test_a_folder_without_templates_says_what_was_looked_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd" / "README.md").write_text("nothing here")
    assert main(["check", "odd", "--as-of", "2026-11-21"]) == 0
    assert "0 functions" in capsys.readouterr().out


def test_a_missing_path_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, report = checked(capsys, "nowhere.yaml", "good")
    assert (status, rules(report)) == (2, {GOOD})
    assert any("nowhere.yaml" in note["message"] for note in report["notifications"])


def test_an_unreadable_file_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an administrator every mode is readable, so the refusal is the file system's: a directory loop of links."""
    (folder / "odd" / "main.tf").symlink_to("main.tf")
    (folder / "odd" / "other.tf").write_bytes(b"\xff\xfe\xfd\x00\x80broken")
    status, report = checked(capsys, "odd", "good")
    assert GOOD in rules(report)
    assert status == 3


PLAN = json.dumps(
    {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_lambda_function.slow",
                        "mode": "managed",
                        "type": "aws_lambda_function",
                        "name": "slow",
                        "values": {
                            "runtime": "nodejs22.x",
                            "handler": "index.handler",
                            "function_name": "slow",
                            "timeout": 1200,
                        },
                    }
                ]
            }
        },
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_lambda_function.slow",
                        "mode": "managed",
                        "type": "aws_lambda_function",
                        "name": "slow",
                        "expressions": {"function_name": {}, "handler": {}, "runtime": {}, "timeout": {}},
                    }
                ]
            }
        },
    }
)


@pytest.mark.parametrize("named", ["odd/plan.json", "odd"])
def test_a_plan_is_checked_whether_named_or_found(folder: Path, capsys: pytest.CaptureFixture[str], named: str) -> None:
    (folder / "odd" / "plan.json").write_text(PLAN)
    status, report = checked(capsys, named)
    assert (status, rules(report), report["notifications"]) == (1, {("FL102", "odd/plan.json")}, [])


def test_a_broken_plan_is_not_taken_for_clean(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "odd" / "plan.json").write_text(PLAN[:-1])
    status, report = checked(capsys, "odd/plan.json")
    assert (status, rules(report)) == (3, {("FL001", "odd/plan.json")})
