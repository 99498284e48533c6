"""The check of positions: it passes on our own projects, and sees a place that is wrong."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from faaslint.model.span import Span

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def positions() -> ModuleType:
    specification = importlib.util.spec_from_file_location("positions", ROOT / "tools" / "positions.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["positions"] = module
    specification.loader.exec_module(module)
    return module


def test_every_place_in_our_projects_is_right(
    positions: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["positions.py", str(ROOT / "fixtures" / "projects" / "orders"), "--count", "60"])
    assert positions.main() == 0, capsys.readouterr().out


def test_a_wrong_place_is_seen(positions: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("Resources:\n  F:\n    Properties:\n      Timeout: 3\n      MemorySize: 128\n")

    def wrong(line: int, first: int, last: int) -> str:
        span = Span("t.yaml", line, first, line, last)
        answer: str = positions.wrong(tmp_path, positions.Drawn("FL102", "F", "Timeout", span, ()))
        return answer

    assert wrong(4, 16, 17) == ""
    assert wrong(4, 7, 14) == ""
    assert wrong(2, 3, 4) == "", "what is not written stands at the resource's name"
    assert wrong(5, 19, 22) != ""
    assert wrong(9, 1, 2) != ""
