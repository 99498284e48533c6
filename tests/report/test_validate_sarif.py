"""The validator script says loudly when it can't validate. (What it validates is a step of ``.ci/run``.)"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "validate_sarif.sh"
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(BASH is None or os.name == "nt", reason="the script needs bash")


def validate(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script where there are these few programs, and no npm."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("mktemp", "rm"):
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)
    assert BASH
    return subprocess.run(
        [BASH, str(SCRIPT), *arguments],
        env={"PATH": str(programs), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_npm_it_fails_and_says_why(tmp_path: Path) -> None:
    done = validate(tmp_path, "report.sarif")
    assert (done.returncode, done.stderr) == (3, "!!! The SARIF files were NOT validated: npm is not installed.\n")


def test_without_npm_it_may_be_allowed_to_pass_and_still_says_so(tmp_path: Path) -> None:
    done = validate(tmp_path, "--allow-missing", "report.sarif")
    assert (done.returncode, done.stderr) == (0, "!!! The SARIF files were NOT validated: npm is not installed.\n")


def test_without_files_it_tells_its_usage(tmp_path: Path) -> None:
    done = validate(tmp_path)
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "usage")
