"""Where a claim about a value stands: at the innermost place that a person would edit."""

from __future__ import annotations

from faaslint.model.span import Span
from faaslint.model.value import Known, innermost

USED = Span("main.tf", 3, 1, 3, 9)
DEFAULT = Span("variables.tf", 7, 1, 7, 4)
MODEL = Span("<registry>/vpc.tf", 90, 1, 90, 9)


def test_the_innermost_place_is_the_last_of_the_trail() -> None:
    assert innermost(Known(1, (USED, DEFAULT))) == DEFAULT


def test_a_place_outside_of_the_project_is_passed_over() -> None:
    assert innermost(Known(1, (USED, MODEL))) == USED


def test_a_value_without_a_place_in_the_project_has_none() -> None:
    assert innermost(Known(1, (MODEL,))) is None
    assert innermost(Known(1)) is None
