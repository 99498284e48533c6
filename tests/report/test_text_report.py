"""Whole text reports, as people see them, in ``data/*.txt``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_samples import FINDINGS, MEMORY, MISSING_PERMISSION, NOTIFICATIONS, UNUSED, WILDCARD, WITHHELD, run, span

from faaslint.model.finding import Finding, Level, Notification, Project, RunInfo
from faaslint.model.record import replace
from faaslint.model.span import Location
from faaslint.report.text import render

DATA = Path(__file__).parent / "data"
ANSI = re.compile("\x1b\\[[0-9;]*m")


def text(
    findings: Sequence[Finding],
    info: RunInfo,
    *,
    colour: bool = False,
    width: int = 100,
    show_withheld: bool = False,
) -> str:
    return render(findings, info, colour=colour, width=width, show_withheld=show_withheld)


@pytest.mark.parametrize(
    ("name", "report"),
    [
        pytest.param("orders", text(FINDINGS, run()), id="an orders service"),
        pytest.param("narrow", text(FINDINGS, run(), width=44), id="on a narrow terminal"),
        pytest.param(
            "troubled",
            text((UNUSED,), run(notifications=NOTIFICATIONS, withheld=WITHHELD), show_withheld=True),
            id="with notifications and withheld answers",
        ),
    ],
)
def test_the_whole_report(name: str, report: str) -> None:
    golden = DATA / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(report, encoding="utf-8")
    assert report == golden.read_text(encoding="utf-8")


def test_nothing_found_still_says_what_was_looked_at() -> None:
    assert text((), run()) == "No findings in 3 files, 2 functions, 9 resources; 1 file passed over.\n"
    empty = RunInfo(version="0.1.0", rules=(), passed_over=2, files=1, projects=(Project("a.yaml", "sam", 0, 1),))
    assert text((), empty) == "No findings in 1 file, 0 functions, 1 resource; 2 files passed over.\n"


def test_suppressed_findings_are_counted_and_not_shown() -> None:
    report = text((replace(MEMORY, suppressed="measured"), UNUSED), run())
    assert "FL101" not in report
    assert report.splitlines()[-1].startswith("1 note (1 suppressed) in 3 files")


def test_the_order_of_the_findings_makes_no_difference() -> None:
    info = run(notifications=NOTIFICATIONS)
    reports = {text(order, info, show_withheld=True) for order in permutations(FINDINGS)}
    assert len(reports) == 1


def test_an_unreadable_file_is_told_once() -> None:
    broken = replace(UNUSED, rule="FL001", name="parse-error", level=Level.ERROR, message="A colon is expected here.")
    info = run(notifications=(Notification(Level.ERROR, "A colon is expected here.", "template.yaml", 9),))
    assert text((broken,), info).count("A colon is expected") == 1
    assert text((), info).count("A colon is expected") == 1


def test_an_internal_error_is_told_even_beside_a_finding_at_its_place() -> None:
    broken = replace(UNUSED, rule="FL001", name="parse-error")
    info = run(notifications=(Notification(Level.ERROR, "A rule failed.", "template.yaml", 9, internal=True),))
    assert "internal error  template.yaml:9\n    A rule failed." in text((broken,), info)


def test_colour_adds_escape_sequences_and_changes_nothing_else() -> None:
    info = run(notifications=NOTIFICATIONS, withheld=WITHHELD)
    coloured = text(FINDINGS, info, colour=True, show_withheld=True)
    assert "\x1b[1;31merror\x1b[0m" in coloured
    bare = "\n".join(line.rstrip() for line in ANSI.sub("", coloured).split("\n"))
    assert bare == text(FINDINGS, info, show_withheld=True)


def test_colour_does_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    before = text(FINDINGS, run(), colour=True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "10")
    assert text(FINDINGS, run(), colour=True) == before


@pytest.mark.parametrize("colour", [True, False], ids=["with colour", "without"])
def test_a_report_without_findings_imports_no_rich(colour: bool) -> None:
    program = f"""
import sys
from faaslint.model.finding import RunInfo
from faaslint.report.text import render
print(render((), RunInfo(version="0", rules=()), colour={colour}, width=80, show_withheld=True))
print([name for name in ("rich", "sarif_om", "networkx", "textwrap") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_a_terminal_would_obey_is_written_as_an_escape() -> None:
    nasty = "\x1b[2J\x9b1m\x07\r\n\u202e\u200b\ufeff\udcff"
    finding = replace(
        MISSING_PERMISSION,
        message=f"Function '{nasty}' is bad.",
        condition=nasty,
        name=nasty,
        span=span(f"{nasty}.yaml", 1, 3, 12),
        related=(Location(span(f"{nasty}.py", 2, 1, 2), nasty),),
        route=(Location(span(f"{nasty}.py", 2, 1, 2), nasty), Location(span("", 0, 0, 0), nasty)),
        snippet=(f"a: {nasty}",),
    )
    info = run(notifications=(Notification(Level.ERROR, nasty, nasty, 1),))
    report = text((finding,), info)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b\ufeff\ud800-\udfff]", report)
    assert "\\x1b[2J\\x9b1m\\x07\\x0d\\n\\u202e\\u200b\\ufeff\\udcff.yaml" in report
    coloured = text((finding,), info, colour=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b\ufeff\ud800-\udfff]", ANSI.sub("", coloured))


def test_no_line_is_a_command_to_the_runner_that_prints_it() -> None:
    finding = replace(MEMORY, span=span("::stop-commands::x/template.yaml", 6, 17, 19))
    info = run(notifications=(Notification(Level.ERROR, "##[add-path]x ", "a.yaml", 1),))
    report = text((finding,), info)
    assert not any(line.lstrip().startswith(("::", "##[")) for line in report.splitlines())
    assert "\\x3a:stop-commands::x/template.yaml" in report


names = st.text(max_size=30)


@given(names, names, names, st.integers(1, 60), st.integers(1, 60), st.integers(10, 130), st.booleans())
def test_any_text_is_reported_on_lines_of_the_report(
    path: str, message: str, line: str, column: int, end: int, width: int, colour: bool
) -> None:
    finding = replace(
        WILDCARD,
        message=message,
        span=span(path or "a", 3, column, max(column, end)),
        snippet=(line,),
        related=(Location(span(path, 1, 1, 1), message),),
    )
    report = text((finding,), run(), colour=colour, width=width)
    report.encode()
    assert report.count("FL304") == 1
    assert report.endswith("passed over.\n")
    assert "\x1b" not in ANSI.sub("", report)
