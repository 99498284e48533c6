"""The GitHub action: its scripts, run by bash with the environment that a runner gives them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "fixtures/projects/orders/sam"


def script(name: str) -> str:
    steps = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    return str(next(step["run"] for step in steps if step.get("name") == name))


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A runner's folder for temporary files, with a faaslint that is this one."""
    program = tmp_path / "faaslint" / "bin" / "faaslint"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m faaslint "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


def run(runner: Path, paths: str, options: str = "", fail_on: str = "error") -> tuple[dict[str, str], str]:
    """Run the main step, and return what it sets as outputs, and what it prints."""
    outputs = runner / "outputs"
    environment = {
        **os.environ,
        "RUNNER_TEMP": str(runner),
        "GITHUB_OUTPUT": str(outputs),
        "PATHS": paths,
        "OPTIONS": options,
        "FAIL_ON": fail_on,
        "PROFILE": "default",
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script("Run faaslint")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120)
    lines = outputs.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines), done.stdout


def test_findings_give_a_report_and_a_status_without_failing_the_step(runner: Path) -> None:
    """The step goes on, so that the report is uploaded; the last step ends with the status."""
    outputs, printed = run(runner, f"{EXAMPLE}\n")
    assert outputs == {"status": "1", "report": str(runner / "faaslint.sarif")}
    report = json.loads((runner / "faaslint.sarif").read_text(encoding="utf-8"))
    assert report["runs"][0]["results"]
    assert "errors" in printed


def test_options_and_paths_are_words_a_line_and_never_code(runner: Path) -> None:
    outputs, _ = run(runner, f"{EXAMPLE}\n$(touch {runner}/broken)\n", options="--select\nFL701")
    assert outputs == {"status": "2"}, "an empty report would close the alerts that there are"
    assert not (runner / "broken").exists()
    (runner / "outputs").unlink()
    outputs, _ = run(runner, EXAMPLE, options="--select\nFL701\n\n")
    assert outputs == {"status": "0", "report": str(runner / "faaslint.sarif")}


@pytest.mark.parametrize("status", ["0", "1", "3"])
def test_the_last_step_passes_the_status_on(status: str) -> None:
    command = ["bash", "-c", script("Pass on the exit status")]
    assert subprocess.run(command, env={**os.environ, "STATUS": status}, check=False).returncode == int(status)
