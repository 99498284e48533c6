"""The CDK apps among the fixtures, synthesised anew by the real CDK, give what is committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNAVAILABLE = 3

pytestmark = pytest.mark.integration


def test_what_the_apps_synthesise_is_what_is_committed() -> None:
    # All in one test: the CDK is installed once, and that takes most of the time.
    command = [sys.executable, "tools/synth_cdk.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode == UNAVAILABLE:
        pytest.skip(f"the CDK can't be had or run here: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": current") == 5
