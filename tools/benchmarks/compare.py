"""Side by side with cfn-lint: CPU time and peak memory of whole processes, nothing cached.

``python tools/benchmarks/compare.py [--patterns FOLDER] [--runs 5]``

Each command runs as a person would run it; its CPU time (user and system, with its children) and peak memory come from
the operating system. The middle one of the runs counts. FOLDER is a checkout of aws-samples/serverless-patterns, of which
the first 40 SAM templates are taken in one process; without it that comparison is left out. There cfn-lint is asked twice:
through its documented Python function ``lint_file``, one template after the other, as its own hosts do, which is what the
target of a twentieth was set by; and with all 40 names on one command line, where it loads its rules once. Ends with 1 if a
target is missed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "fixtures" / "projects" / "orders" / "sam"
BIN = Path(sys.executable).parent
TEMPLATES = 40
RESOURCE = re.compile(rb"""Type['"]?\s*:\s*['"]?AWS::(?!Serverless-)""")
DONE = {"faaslint": {0, 1, 3}, "cfn-lint": {0, *range(2, 16)}}
"""Exit statuses that mean the tool did its work; cfn-lint's is a bit mask of levels."""


IN_TURN = """
import sys
from pathlib import Path
from cfnlint.api import lint_file
for path in sys.argv[1:]:
    lint_file(Path(path))
"""
"""cfn-lint over several templates, through the function that it documents for other programs."""


class Cost(NamedTuple):
    """What one run took: seconds of CPU, and MB of memory at its highest."""

    cpu: float
    memory: float


class Case(NamedTuple):
    """One comparison. ``target`` is the largest allowed share of cfn-lint's CPU time."""

    title: str
    folder: Path
    paths: tuple[str, ...]
    target: float
    in_turn: bool = False


def command_of(tool: str, case: Case) -> list[str]:
    """Return the command that runs a tool over the files of a case."""
    if tool == "faaslint":
        return [str(BIN / tool), "check", *case.paths]
    return [sys.executable, "-c", IN_TURN, *case.paths] if case.in_turn else [str(BIN / tool), *case.paths]


def cost_of(tool: str, case: Case) -> Cost:
    """Run a tool and return what it took. Raises RuntimeError if it did not do its work."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FAASLINT", "PYTHON"))}
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command_of(tool, case), cwd=case.folder, stdout=subprocess.DEVNULL, stderr=errors, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in DONE[tool]:
            errors.seek(0)
            raise RuntimeError(f"{tool} ended with {process.returncode}: {errors.read(2000).decode(errors='replace')}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Cost(usage.ru_utime + usage.ru_stime, kilobytes / 1024)


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of each number."""
    return Cost(statistics.median(cost.cpu for cost in costs), statistics.median(cost.memory for cost in costs))


def sam_templates(folder: Path) -> Iterator[str]:
    """Yield the SAM templates below a folder, in the order of their paths.

    A template without any resource is left out: cfn-lint 1.58 dies on it, and would lose all the others.
    """
    for path in sorted(folder.rglob("*.y*ml")):
        if path.is_file() and ".aws-sam" not in path.parts:
            content = path.read_bytes()
            if b"AWS::Serverless-2016-10-31" in content and RESOURCE.search(content):
                yield path.relative_to(folder).as_posix()


def cases(scratch: Path, patterns: Path | None) -> Iterator[Case]:
    """Yield the comparisons to make."""
    yield Case("one SAM project with Python handlers", EXAMPLE, ("template.yaml",), 0.30)
    shutil.copy(EXAMPLE / "template.yaml", scratch)
    yield Case("the same without its handlers", scratch, ("template.yaml",), 0.25)
    if patterns is not None:
        found = tuple(path for _, path in zip(range(TEMPLATES), sam_templates(patterns), strict=False))
        if len(found) < TEMPLATES:
            raise SystemExit(f"{patterns} holds only {len(found)} SAM templates")
        title = f"the first {TEMPLATES} SAM templates of serverless-patterns"
        yield Case(f"{title}, one after the other", patterns, found, 1 / 20, in_turn=True)
        yield Case(f"{title}, on one command line", patterns, found, 1 / 5)


def compare(case: Case, runs: int) -> bool:
    """Run one comparison, print it, and return whether its targets are met."""
    costs = {tool: middle([cost_of(tool, case) for _ in range(runs)]) for tool in DONE}
    time_share = costs["faaslint"].cpu / costs["cfn-lint"].cpu
    memory_share = costs["faaslint"].memory / costs["cfn-lint"].memory
    print(f"\n{case.title}")
    for tool, cost in costs.items():
        print(f"  {tool:<9} {cost.cpu:8.2f} s CPU {cost.memory:8.0f} MB")
    met = True
    for what, share, target in (("CPU", time_share, case.target), ("memory", memory_share, 0.5)):
        met = met and share <= target
        verdict = "" if share <= target else "  MISSED"
        print(f"  {what:<6} {share:6.3f} of cfn-lint's; target {target:.3f}{verdict}", flush=True)
    return met


def main() -> int:
    """Run the comparisons and return the exit status."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--patterns", type=Path, metavar="FOLDER", help="a checkout of serverless-patterns")
    arguments.add_argument("--runs", type=int, default=5, help="how often each command runs (default: 5)")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        met = [compare(case, given.runs) for case in cases(Path(scratch), given.patterns)]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
