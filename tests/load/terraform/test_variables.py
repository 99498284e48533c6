"""Variables, locals: where a value comes from, and how sure it is."""

from __future__ import annotations

import pytest

from faaslint.model.value import Known, Provenance, Unknown

from ..loading import lines, problems, shown, value
from .making import load, property_of, worth

IT = 'resource "aws_thing" "it" {\n  it = var.x\n}\n'


def test_a_default_is_known_as_a_default() -> None:
    found = property_of("var.x", 'variable "x" {\n  default = 5\n}\n')
    assert isinstance(found, Known)
    assert (found.value, found.provenance) == (5, Provenance.DEFAULT)


def test_inner_parts_of_a_default_are_defaults_too() -> None:
    found = property_of("var.x.a[0] + 1", 'variable "x" {\n  default = { a = [1] }\n}\n')
    assert isinstance(found, Known)
    assert (found.value, found.provenance) == (2, Provenance.DEFAULT)


def test_a_value_from_the_command_line_is_given() -> None:
    loaded = load('variable "x" {\n  type    = number\n  default = 5\n}\n' + IT, {"x": "7"})
    found = value(loaded, "aws_thing.it", "it")
    assert isinstance(found, Known)
    assert (found.value, found.provenance) == (7, Provenance.GIVEN)


@pytest.mark.parametrize(
    ("declared", "text", "result"),
    [
        ("string", "007", "007"),
        ("number", "7", 7),
        ("bool", "true", True),
        ("list(string)", '["a", "b"]', ["a", "b"]),
        ("map(number)", "{ a = 1 }", {"a": 1}),
        ("string", "[not a list]", "[not a list]"),
        ("any", "plain text", "plain text"),
    ],
)
def test_command_line_values_are_read_by_the_declared_type(declared: str, text: str, result: object) -> None:
    loaded = load(f'variable "x" {{\n  type = {declared}\n}}\n' + IT, {"x": text})
    assert shown(value(loaded, "aws_thing.it", "it")) == result


def test_variable_files_win_over_defaults_and_later_ones_over_earlier_ones() -> None:
    files = {
        "terraform.tfvars": "x = 1\ny = 1\nz = 1\n",
        "a.auto.tfvars": "y = 2\nz = 2\n",
        "b.auto.tfvars.json": '{"z": 3}',
        "other.tfvars": "x = 9\n",
    }
    declared = "".join(f'variable "{name}" {{\n  default = 0\n}}\n' for name in "xyz")
    loaded = load(declared + 'resource "aws_thing" "it" {\n  it = [var.x, var.y, var.z]\n}\n', files=files)
    found = value(loaded, "aws_thing.it", "it")
    assert shown(found) == [1, 2, 3]
    first = value(loaded, "aws_thing.it", "it.0")
    assert isinstance(first, Known)
    assert first.provenance is Provenance.GIVEN
    assert [span.path for span in first.trail] == ["main.tf", "terraform.tfvars"]


def test_a_variable_without_a_value_is_unknown_by_its_name() -> None:
    found = property_of("var.x", 'variable "x" {}\n')
    assert isinstance(found, Unknown)
    assert found.symbol == "var.x"
    assert found.why == "variable 'x' has no value and no default"


@pytest.mark.parametrize(
    ("declared", "default", "result"),
    [
        ("string", "5", "5"),
        ("number", '"5"', 5),
        ("bool", '"true"', True),
        ("list(number)", '["1", 2]', [1, 2]),
        (
            "object({ a = string, b = optional(number, 3), c = optional(string) })",
            '{ a = "x" }',
            {"a": "x", "b": 3, "c": None},
        ),
        ("list(object({ n = optional(list(string), []) }))", "[{}]", [{"n": []}]),
        ("map(object({ on = optional(bool, true) }))", "{ k = {} }", {"k": {"on": True}}),
    ],
)
def test_values_take_their_declared_type(declared: str, default: str, result: object) -> None:
    assert worth("var.x", f'variable "x" {{\n  type    = {declared}\n  default = {default}\n}}\n') == result


def test_locals_are_worked_out_when_they_are_read() -> None:
    assert worth("local.a", "locals {\n  a = local.b + 1\n  b = local.c\n}\nlocals {\n  c = 1\n}\n") == 2


def test_locals_in_a_circle_are_one_problem() -> None:
    loaded = load('locals {\n  a = local.b\n  b = local.a\n}\nresource "aws_thing" "it" {\n  it = local.a\n  ok = 1\n}\n')
    assert problems(loaded) == [(2, "local 'a' depends on itself")]
    assert not loaded.problems[0].fatal
    assert shown(value(loaded, "aws_thing.it", "ok")) == 1


def test_a_default_that_is_computed_with_points_at_the_computation() -> None:
    loaded = load('variable "x" {\n  default = 5\n}\n\nresource "aws_thing" "it" {\n  it = var.x * 2\n}\n')
    assert lines(value(loaded, "aws_thing.it", "it")) == [6]


OPTIONAL = """
variable "settings" {
  type    = object({ queue = optional(object({ arn = string })), days = optional(number, 7) })
  default = {}
}
resource "aws_thing" "it" {
  days = var.settings.days > 5 ? "many" : "few"
  dynamic "dead_letter" {
    for_each = var.settings.queue == null ? [] : [var.settings.queue]
    content {
      arn = dead_letter.value.arn
    }
  }
}
"""


def test_what_is_filled_in_for_a_default_is_a_default_too() -> None:
    loaded = load(OPTIONAL)
    assert set(shown(value(loaded, "aws_thing.it", "days")).values()) == {"many", "few"}
    ((condition, block),) = shown(value(loaded, "aws_thing.it", "dead_letter"))[0].items()
    assert condition == "not var.settings.queue == null"
    assert block["arn"].startswith("?")


def test_what_is_filled_in_for_a_given_value_is_certain() -> None:
    loaded = load(OPTIONAL, files={"terraform.tfvars": "settings = {}\n"})
    assert shown(value(loaded, "aws_thing.it", "days")) == "many"
    assert shown(value(loaded, "aws_thing.it", "dead_letter")) == []
