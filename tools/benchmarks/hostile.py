"""What hostile input costs: each case of ``tests/hostile/cases.py`` as a whole process, CPU seconds and peak memory.

``python tools/benchmarks/hostile.py``

Ends with 1 if a case takes over two seconds of CPU, or the one with forty nested conditions over half a second more than
a template without any.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.hostile.cases import BORNE, NOTED, UNREADABLE, nested_conditions  # noqa: E402  # found through the line above

FAASLINT = Path(sys.executable).parent / "faaslint"
LIMIT = 2.0
CONDITIONS_LIMIT = 0.5


def plain(folder: Path) -> None:
    (folder / "template.yaml").write_text("Resources:\n  Q:\n    Type: AWS::SQS::Queue\n")


def cost(case: Callable[[Path], None]) -> tuple[float, float, int]:
    """Return CPU seconds, peak memory in MB and the exit status of a check of the case."""
    with tempfile.TemporaryDirectory() as folder:
        case(Path(folder))
        process = subprocess.Popen(
            [FAASLINT, "check", "."], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def main() -> int:
    met = True
    base, _, _ = cost(plain)
    for name, case in {"a plain template": plain, **UNREADABLE, **NOTED, **BORNE}.items():
        seconds, memory, status = cost(case)
        limit = base + CONDITIONS_LIMIT if case is nested_conditions else LIMIT
        met = met and seconds <= limit
        print(f"{name:<34} {seconds:5.2f} s CPU {memory:5.0f} MB  exit {status}{'' if seconds <= limit else '  TOO SLOW'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
