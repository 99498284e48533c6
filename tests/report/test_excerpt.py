"""The underlined source lines of a finding."""

from __future__ import annotations

import pytest

from faaslint.model.span import Span
from faaslint.report.excerpt import columns, excerpt


def shown(line: str, column: int, end_column: int, width: int = 60) -> str:
    ((number, source, marks),) = excerpt(Span("a.yaml", 1, column, 1, end_column), (line,), width)
    assert number == 1
    return f"{source}\n{marks}"


@pytest.mark.parametrize(
    ("line", "column", "end_column", "picture"),
    [
        pytest.param("Timeout: 1200", 10, 14, "Timeout: 1200\n         ^^^^", id="plain"),
        pytest.param("\tTimeout: 1200", 11, 15, "    Timeout: 1200\n             ^^^^", id="a tab takes four columns"),
        pytest.param("名前: 1200", 5, 9, "名前: 1200\n      ^^^^", id="wide characters take two"),
        pytest.param("e\u0301: 12", 5, 7, "e\u0301: 12\n   ^^", id="combining characters take none"),
        pytest.param("a\x1b: 12", 5, 7, "a\\x1b: 12\n       ^^", id="an escape takes its letters"),
        pytest.param("Timeout:", 9, 9, "Timeout:\n        ^", id="an empty span has one mark"),
        pytest.param("ab", 40, 90, "ab\n  ^", id="a span past the end of the line stands at its end"),
        pytest.param("", 1, 1, "\n^", id="an empty line"),
    ],
)
def test_marks_stand_under_the_span(line: str, column: int, end_column: int, picture: str) -> None:
    assert shown(line, column, end_column) == picture


def test_a_long_line_is_cut_after_the_span() -> None:
    assert shown("ab: " + "x" * 90, 1, 3, 20) == "ab: xxxxxxxxxxxxxxx…\n^^"


def test_a_long_line_is_entered_shortly_before_a_far_span() -> None:
    source, marks = shown('{"a": 1, ' * 1_000 + '"b": 7' + "}" * 9_000, 9_006, 9_007, 50).split("\n")
    assert source[: len(marks)].endswith('"b": 7')
    assert marks.strip() == "^"
    assert (source[0], source[-1]) == ("…", "…")
    assert columns(source) == 50


def test_a_span_wider_than_the_terminal_is_cut_with_its_marks() -> None:
    source, marks = shown("x" * 300, 1, 301, 30).split("\n")
    assert (columns(source), columns(marks)) == (30, 30)


def test_a_span_of_many_lines_shows_the_first_three() -> None:
    lines = ("  - a: 1", "    b: 2", "", "    d: 4", "    e: 5")
    assert list(excerpt(Span("a.yaml", 7, 5, 11, 9), lines, 40)) == [
        (7, "  - a: 1", "    ^^^^"),
        (8, "    b: 2", "    ^^^^"),
        (9, "", "^"),
        (0, "…", ""),
    ]


def test_without_source_there_is_nothing_to_show() -> None:
    assert list(excerpt(Span("a.zip", 1, 1, 1, 1), (), 40)) == []
