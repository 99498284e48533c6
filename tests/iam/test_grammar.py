"""What IAM refuses of a document that is written as text."""

from __future__ import annotations

import pytest

from faaslint.iam.grammar import DocumentKind, defects
from faaslint.model.value import Known, Pattern, Unknown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"Version": "2012-10-17",\n "Statement": [{"Action": ["a:B",]}]}', "in line 2 of its text, a value was expected"),
        ('{"Version": "2012-10-17"\n "Statement": []}', "in line 2 of its text, a comma or a closing bracket was expected"),
    ],
)
def test_text_that_is_no_json_is_a_defect(text: str, words: str) -> None:
    """Python's versions tell a comma too many in different words, and all name its line."""
    (defect,) = defects(Known(text), DocumentKind.IDENTITY)
    assert words in defect.words


@pytest.mark.parametrize(
    "parts", [('{"Statement": ', Unknown("x"), ",}"), ('{"Statement": [', Unknown("x"), '{"A": "b"}]}')]
)
def test_text_with_a_hole_outside_of_quotes_is_not_judged(parts: tuple[str | Unknown, ...]) -> None:
    assert list(defects(Known(Pattern(parts)), DocumentKind.IDENTITY)) == []


def test_a_hole_inside_of_quotes_does_not_excuse_what_is_around_it() -> None:
    (defect,) = defects(Known(Pattern(('{"Resource": "', Unknown("x"), '",}'))), DocumentKind.IDENTITY)
    assert "line 1" in defect.words
