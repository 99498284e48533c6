"""Hostile input is refused with a message, and the other projects' findings are kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faaslint.cli import main

from .cases import BORNE, NOTED, UNREADABLE

NEIGHBOUR = """\
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


def report(folder: Path, capsys: pytest.CaptureFixture[str], case: Callable[[Path], None]) -> tuple[int, Any, str]:
    (folder / "neighbour").mkdir()
    (folder / "neighbour" / "template.yaml").write_text(NEIGHBOUR)
    (folder / "hostile").mkdir()
    case(folder / "hostile")
    status = main(["check", ".", "--format", "json", "--as-of", "2026-11-21"])
    printed = capsys.readouterr().out
    return status, json.loads(printed), printed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in UNREADABLE.items()])
def test_one_parse_error_and_nothing_else_lost(
    folder: Path, capsys: pytest.CaptureFixture[str], case: Callable[[Path], None]
) -> None:
    status, found, _ = report(folder, capsys, case)
    assert status == 3
    assert sum(one["rule"] == "FL001" for one in found["findings"]) == 1
    assert any(one["path"] == "neighbour/template.yaml" for one in found["findings"])


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in NOTED.items()])
def test_one_word_about_it_and_nothing_else_lost(
    folder: Path, capsys: pytest.CaptureFixture[str], case: Callable[[Path], None]
) -> None:
    _, found, _ = report(folder, capsys, case)
    told = [one for one in found["notifications"] if one["path"].startswith("hostile")]
    assert len(told) == 1
    assert any(one["path"] == "neighbour/template.yaml" for one in found["findings"])


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in BORNE.items()])
def test_what_cannot_be_known_is_left_unknown(
    folder: Path, capsys: pytest.CaptureFixture[str], case: Callable[[Path], None]
) -> None:
    status, found, printed = report(folder, capsys, case)
    assert status == 1
    assert {one["path"] for one in found["findings"]} == {"neighbour/template.yaml"}
    assert "root:" not in printed, "nothing of a file outside the project is shown"
