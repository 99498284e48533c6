"""Source that is meant to hurt: the analysis ends soon, with an answer."""

from __future__ import annotations

import subprocess
import sys
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
        "".join(f"def f{n}(x, *a, **k): return f{(n + 1) % 100}(x + '{n}', f{(n + 7) % 100}, *a, **k)\n" for n in range(100))
        + HANDLER
        + " return f0('')",
    ],
    ids=["functions", "branches", "reads", "calls"],
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
        HANDLER + "".join(" " * (n + 1) + f"for x{n} in y:\n" for n in range(90)) + " " * 92 + "z = x1",
    ],
    ids=["entries", "doubled", "loops"],
)
def test_what_only_looks_large_is_followed(program: str) -> None:
    assert timed(program).needs_openness is None


def test_modules_that_all_import_each_other_come_to_an_end() -> None:
    files = {f"m{n}.py": f"from m{(n + 1) % 200} import *\nfrom m{(n + 2) % 200} import *\nx{n} = 1\n" for n in range(200)}
    assert timed({**files, "app.py": "from m0 import *\ndef handler(event, context): return x199\n"}).found is Found.YES


FANS = "".join(
    f"def f{n}(*a, **k):\n" + "".join(f"    f{(n * 7 + m * 13) % 120}(a, k, *a, **k)\n" for m in range(12))
    for n in range(120)
)
HUNGRY = {
    "unions of dictionaries": "A = {}\n"
    + "".join(f"A = {{**A, 'k{n}': A, 'j{n}': {n}}}\n" for n in range(2_000))
    + HANDLER
    + " return A",
    "factories that make themselves": "class A:\n def __init__(self, x): self.x = A(self)\n def __call__(self, *a): return A(A)\n"
    + HANDLER
    + " a = A(1)\n"
    + " a = a(a)(A(a))\n" * 300,
    "texts that double": HANDLER + " s = event\n" + " s = f'{s}{event}{s}'\n" * 300 + " return s",
    "calls that fan out": FANS + HANDLER + " f0(event)",
    "closures of closures": "def make(a, b):\n def inner(c): return make(inner, c)\n return inner\n"
    + HANDLER
    + " f = make(1, 2)\n"
    + "".join(f" f = f(make(f, {n}))\n" for n in range(300)),
    "partials of partials": "import functools\ndef p(*a): return a\n"
    + HANDLER
    + " f = p\n"
    + " f = functools.partial(p, f, f)\n" * 300
    + " f()",
    "lists of lists": HANDLER + " x = []\n" + " x = [x, x, [x, x]]\n" * 3_000 + " return x",
    "answers": "X = {" + ",".join(f"'k{n}': {{'a': 'b'}}" for n in range(250)) + "}" + HANDLER
    + "".join(f" if event['a{n}']: return X\n" for n in range(3_000)),
    "ways through the event": HANDLER + " x = event\n while x:\n" + "".join(f"  x = x['a{n}'] or x['b{n}']\n" for n in range(1_000)),
}  # fmt: skip

MEASURED = """
import resource, sys, time
from tests.handlers.programs import analyse
from tests.handlers.test_hostile_source import HUNGRY
analyse("def handler(event, context): ...")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    start = time.process_time()
    assert analyse(HUNGRY[name]).found == "yes"
    assert time.process_time() - start < 8, name
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 300 * 1024, (name, grown)
"""


def test_hungry_source_stays_within_300_megabytes() -> None:
    finished = subprocess.run(
        [sys.executable, "-c", MEASURED, *HUNGRY],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def test_a_function_of_200_modules_is_followed_in_full_and_soon() -> None:
    module = """
import boto3, json, os
from pkg.m{next} import load as other
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])

def load(key):
    item = table.get_item(Key={{"pk": key}}).get("Item")
    return json.dumps(item or other(key), default=str)

class Repository:
    def __init__(self, client=None):
        self.client = client or boto3.client("sqs")
        self.items = []

    def fetch(self, key):
        self.items.append(load(key))
        for index, one in enumerate(self.items):
            if one and index % 2 == 0:
                self.client.send_message(QueueUrl=os.environ["QUEUE"], MessageBody=one)
        return self.items

def run(event):
    repository = Repository()
    return [repository.fetch(key) for key in event.get("keys", [])]
"""
    files = {f"pkg/m{n}.py": module.format(next=(n * 7 + 1) % 200) for n in range(200)}
    imports = "".join(f"from pkg import m{n}\n" for n in range(200))
    calls = "".join(f"    m{n}.run(event)\n" for n in range(200))
    found = timed({**files, "app.py": f"{imports}def handler(event, context):\n{calls}"})
    assert found.needs_openness is None
    assert {call.operation for call in found.calls} == {"get_item", "send_message"}
