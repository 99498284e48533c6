"""The hostile templates of ``fixtures/hostile``: each ends in problems that say what is wrong, never in an exception."""

from __future__ import annotations

from pathlib import Path

import pytest

from faaslint.load.cloudformation import load_template
from faaslint.load.resource import Loaded
from faaslint.source.workspace import Workspace

from ..loading import problems, resource

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "hostile"


def load(name: str) -> Loaded:
    return load_template(Workspace.on_disk(FOLDER), name, {})


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("alias_bomb.yaml", 7, "the document has more than 400000 values once its aliases are written out"),
        ("alias_of_itself.yaml", 4, "the alias *again stands inside what it names"),
        ("conditions_in_a_circle.yaml", 2, "the condition 'A' depends on itself"),
        ("cut_off.json", 1, "a line break or control character stands inside quoted text; write \\n"),
        ("deep.json", 1, "lists and mappings are nested more than 150 deep"),
        ("empty.yaml", 1, "the file is empty; a template with a Resources section was expected"),
        ("empty_resources.yaml", 2, "this template has no resources"),
        ("two_documents.yaml", 3, "one document was expected, and a second one begins here"),
    ],
)
def test_one_problem_says_it_all(name: str, line: int, message: str) -> None:
    assert problems(load(name)) == [(line, message)]


def test_a_template_that_was_never_rendered() -> None:
    ((line, message),) = problems(load("unrendered.yaml"))
    assert line == 6
    assert "'{{' is not YAML unless it is in quotes" in message


def test_names_that_are_written_twice() -> None:
    loaded = load("repeated_names.yaml")
    assert [line for line, _ in problems(loaded)] == [4, 5]
    assert [one.type for one in loaded.resources] == ["AWS::SQS::Queue"]


def test_loops_that_multiply_stop() -> None:
    loaded = load("loops_that_multiply.yaml")
    assert loaded.open_types or len(loaded.resources) == 60**3


def test_text_that_grows_a_million_times_is_not_built() -> None:
    name = resource(load("text_that_grows.yaml"), "Queue").properties.values["QueueName"]
    assert len(repr(name)) < 1_000_000


def test_half_a_character_can_be_written_out() -> None:
    name = resource(load("half_a_character.json"), "Queue").properties.values["QueueName"]
    repr(name).encode()


def test_everything_in_the_wrong_shape() -> None:
    loaded = load("wrong_shapes.yaml")
    told = {message for _, message in problems(loaded)}
    assert {
        "the resource 'Number' must be a mapping with a Type",
        "the resource 'NoType' has no Type",
        "the resource 'OddType' has no Type",
        "the Properties of 'OddParts' must be a mapping",
        "the section 'Function' must be a mapping",
        "'Nope' is no type of event that SAM has",
        "the event 'E' must be a mapping with a Type",
        "the event 'J' has no Type",
    } <= told
    assert {"Function", "Api", "HttpApi", "Machine", "Layer", "Table", "Nested", "OddParts"} <= {
        one.address for one in loaded.resources
    }


def test_no_hostile_file_is_left_out() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [
        path.name for path in sorted(FOLDER.glob("*.*")) if path.suffix in (".yaml", ".json") and path.name not in tested
    ] == []
