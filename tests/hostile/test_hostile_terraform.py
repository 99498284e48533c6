"""Hostile Terraform: bounded, told once, nothing of the outside shown, the other projects' findings kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from .terraform_cases import BORNE, SECRET, TOLD
from .test_hostile import report

SECONDS = 20
"""Most CPU time of a case: the slowest takes two on an idle machine."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    inner = tmp_path / "outer" / "project"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    return inner


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in TOLD.items()])
def test_one_word_about_what_is_too_much(
    folder: Path, capsys: pytest.CaptureFixture[str], case: Callable[[Path], None]
) -> None:
    begun = time.process_time()
    _, found, _ = report(folder, capsys, case)
    assert time.process_time() - begun < SECONDS
    assert len([one for one in found["notifications"] if one["path"].startswith("hostile")]) == 1
    assert any(one["path"] == "neighbour/template.yaml" for one in found["findings"])


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in BORNE.items()])
def test_what_cannot_be_known_is_left_unknown(
    folder: Path, capsys: pytest.CaptureFixture[str], case: Callable[[Path], None]
) -> None:
    begun = time.process_time()
    status, found, printed = report(folder, capsys, case)
    assert time.process_time() - begun < SECONDS
    assert status == 1
    assert {one["path"] for one in found["findings"]} == {"neighbour/template.yaml"}
    assert SECRET not in printed
