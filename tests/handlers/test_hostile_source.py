"""Source that is meant to hurt: the analysis ends soon, with an answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from faaslint.model.facts import Found, Handler, Reachable

from .programs import analyse

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "hostile"
HANDLER = "\ndef handler(event, context):\n"
SECONDS = 8.0
"""Far above what any of these takes, so that a busy machine does not fail the test; without a bound they take minutes."""


def timed(program: str | Mapping[str, str]) -> Handler:
    start = time.process_time()
    found = analyse(program)
    assert time.process_time() - start < SECONDS
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("python_*.py")))
def test_each_hostile_file_gets_an_answer(name: str) -> None:
    found = timed((FOLDER / name).read_text(encoding="utf-8"))
    if name in ("python_two.py", "python_cut_off.py"):
        assert found.found is Found.UNKNOWN
        assert found.needs_openness is not None
    else:
        assert found.found is Found.YES


@pytest.mark.parametrize(
    "program",
    [
        "".join(f"def f{n}(a): return f{n + 1}(a) or f{n * 7 % 20_000}({n})\n" for n in range(20_000)) + HANDLER + " f0(1)",
        HANDLER + "".join(f" if event[{n}]: x{n} = 1\n" for n in range(20_000)),
        "import os\n" + "A = os.environ.get('A')\n" * 60_000 + HANDLER + " pass",
    ],
    ids=["functions", "branches", "reads"],
)
def test_what_is_too_large_is_given_up_and_nothing_about_it_is_certain(program: str) -> None:
    found = timed(program)
    assert found.needs_openness is not None
    assert found.needs_openness.why == "the source is too large to be followed in full"
    assert found.environment_set_openness is not None
    assert all(read.reachable is not Reachable.YES for read in found.reads)


@pytest.mark.parametrize(
    "program",
    [
        "D = {" + ",".join(f"'k{n}': {n}" for n in range(50_000)) + "}" + HANDLER + " return D",
        "s = 'a'\n" + "s = s + s\n" * 3_000 + HANDLER + " return s",
        "".join(f"def f{n}(x, *a, **k): return f{(n + 1) % 100}(x + '{n}', f{(n + 7) % 100}, *a, **k)\n" for n in range(100))
        + HANDLER
        + " return f0('')",
        HANDLER + "".join(" " * (n + 1) + f"for x{n} in y:\n" for n in range(90)) + " " * 92 + "z = x1",
    ],
    ids=["entries", "doubled", "calls", "loops"],
)
def test_what_only_looks_large_is_followed(program: str) -> None:
    assert timed(program).needs_openness is None


def test_modules_that_all_import_each_other_come_to_an_end() -> None:
    files = {f"m{n}.py": f"from m{(n + 1) % 200} import *\nfrom m{(n + 2) % 200} import *\nx{n} = 1\n" for n in range(200)}
    assert timed({**files, "app.py": "from m0 import *\ndef handler(event, context): return x199\n"}).found is Found.YES
