"""Parameter files: every form that the deployment tools take, and what is none."""

from __future__ import annotations

import pytest

from faaslint.load.cloudformation.deployment import overrides, settings_in
from faaslint.load.cloudformation.document import parse_document
from faaslint.source.tree import ParseFailure


def read(text: str, path: str = "p.json") -> list[tuple[str, str, int]]:
    return [(one.name, one.text, one.span.line) for one in settings_in(parse_document(text, path))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            '[{"ParameterKey": "Stage", "ParameterValue": "prod"},\n {"ParameterKey": "Size", "ParameterValue": 3}]',
            id="create-stack",
        ),
        pytest.param('{"Tags": {"a": "b"}, "Parameters": {"Stage": "prod",\n "Size": 3}}', id="template configuration"),
        pytest.param(
            '{"StackName": "s", "Parameters": [{"ParameterKey": "Stage", "ParameterValue": "prod"},\n'
            '{"ParameterKey": "Size", "ParameterValue": "3"}]}',
            id="create-stack input",
        ),
        pytest.param('["Stage=prod",\n "Size=3"]', id="overrides"),
        pytest.param('{"Stage": "prod",\n "Size": "3"}', id="a plain mapping"),
    ],
)
def test_every_form_of_a_parameter_file(text: str) -> None:
    assert read(text) == [("Stage", "prod", 1), ("Size", "3", 2)]


def test_values_are_passed_as_text() -> None:
    text = "Flag: true\nList: [a, 1]\nNone:\nDate: 2026-01-01\n"
    assert read(text, "p.yaml") == [("Flag", "true", 1), ("List", "a,1", 2), ("Date", "2026-01-01", 4)]


def test_a_value_that_stays_as_it_was_deployed_is_not_set() -> None:
    assert read('[{"ParameterKey": "Stage", "UsePreviousValue": true}]') == []


@pytest.mark.parametrize("text", ['{"Stage": {"a": 1}}', "3", "[[1]]", "[3]"])
def test_another_shape_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1 B=2", [("A", "1"), ("B", "2")]),
        ('A="x y" B=', [("A", "x y"), ("B", "")]),
        ('A="say \\"hi\\"" B=a\\ b', [("A", 'say "hi"'), ("B", "a b")]),
        ("ParameterKey=A,ParameterValue=a,b", [("A", "a,b")]),
        ("A=k=v", [("A", "k=v")]),
        ("nothing", []),
    ],
)
def test_overrides_in_one_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert list(overrides(text)) == expected
