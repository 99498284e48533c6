"""Comments of JavaScript and TypeScript, told apart from texts that look like them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faaslint.check.comments_javascript import comment_starts
from faaslint.check.suppressions import read_suppressions


def comments(text: str) -> list[str]:
    lines = text.split("\n")
    return [lines[number - 1][start:] for number, start in comment_starts(lines)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("const a = 1; // yes", ["// yes"]),
        ('const u = "http://no"; // yes', ["// yes"]),
        ("const u = 'it\\'s // no'; // yes", ["// yes"]),
        ("const t = `http://${ f({a: 1}) }/ // no`; // yes", ["// yes"]),
        ("const t = `${ `${ 1 } // no` } // no`; // yes", ["// yes"]),
        ("`\n// no\n${ g(`// no`) } // no\n`; // yes", ["// yes"]),
        ("`$$ \\` // no`; // yes", ["// yes"]),
        ("/* // no\n// no */ x(); // yes", ["// yes"]),
        (r"const r = /\/\/[/]x/; // yes", ["// yes"]),
        ("return /[//]/; // yes", ["// yes"]),
        ("const d = a / b; // yes", ["// yes"]),
        ("const d = (a) / 2 / 3; // yes", ["// yes"]),
        ("const t = `${ {a: {b: 1}}.a.b // in the hole\n}`; // yes", ["// in the hole", "// yes"]),
        ("'unfinished // no\n// yes", ["// yes"]),
        ("}}}} // yes", ["// yes"]),
    ],
)
def test_comments_are_found(text: str, found: list[str]) -> None:
    assert comments(text) == found


def test_a_suppression_covers_the_construct_below_it() -> None:
    text = "f();\n    // faaslint: ignore[FL102] it is a batch\n    new Function(this, 'F', {\n      timeout,\n    });\n"
    for path in ("lib/main.ts", "lib/main.js", "lib/main.mts", "lib/main.jsx"):
        (one,) = read_suppressions(text, path)
        assert (one.line, one.ids, one.reason) == (3, ("FL102",), "it is a batch")


@given(st.text(alphabet="/*`$\\{}\"'[] ax\n", max_size=200))
def test_any_text_is_scanned(text: str) -> None:
    comments(text)


@pytest.mark.parametrize("part", ["`${", "/", "[", "\\", "'", "{", "}", "/*", "`", "/[", "$"])
def test_the_time_is_linear_in_the_text(part: str) -> None:
    started = time.process_time()
    comments(part * 100_000)
    comments((part + "\n") * 50_000)
    assert time.process_time() - started < 5
