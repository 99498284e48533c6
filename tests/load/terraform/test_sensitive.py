"""Sensitive values: they are compared and followed, and never shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from faaslint.api import Request, check, graphs
from faaslint.graph.export import to_dot, to_json, to_mermaid
from faaslint.model.value import Known, Sensitive, Unknown

from .making import load, property_of, worth

SECRET = """
variable "secret" {
  type      = string
  default   = "hush-hush"
  sensitive = true
}
"""


def test_a_sensitive_text_is_itself_and_is_never_written() -> None:
    value = property_of("var.secret", SECRET)
    assert isinstance(value, Known)
    assert value.value == "hush-hush"
    assert (str(value.value), f"{value.value}", repr(value.value)) == ("(sensitive)",) * 3
    assert "hush" not in repr(value)


def test_it_stands_at_its_variable_and_not_at_its_content() -> None:
    value = property_of("var.secret", SECRET)
    assert [span.line for span in value.trail] == [2, 5]


@pytest.mark.parametrize(
    "expression",
    [
        '"postgres://admin:${var.secret}@db"',
        "upper(var.secret)",
        'join("-", ["a", var.secret])',
        'split("-", var.secret)[0]',
        "{ k = var.secret }.k",
        "[var.secret][0]",
        'format("%s!", var.secret)',
        "base64encode(var.secret)",
        "jsonencode({ k = var.secret })",
        'jsondecode("{\\"k\\": \\"${var.secret}\\"}").k',
        "merge({ a = 1 }, { k = var.secret }).k",
        'sensitive("hush-hush")',
        "sha256(var.secret)",
    ],
)
def test_what_is_made_of_it_is_sensitive_too(expression: str) -> None:
    value = property_of(expression, SECRET)
    assert "hush" not in repr(value).lower(), value
    assert "(sensitive)" in repr(value) or isinstance(value, Unknown)


def test_a_text_of_it_and_a_reference_has_a_hole_in_its_place() -> None:
    found = worth('"${var.secret}/${aws_sqs_queue.q.arn}"', SECRET + 'resource "aws_sqs_queue" "q" {}\n')
    assert found == "${…}/${aws_sqs_queue.q.arn}"


def test_numbers_are_not_known() -> None:
    declared = 'variable "n" {\n  default = 12345\n  sensitive = true\n}\n'
    assert isinstance(property_of("var.n", declared), Unknown)


def test_what_the_configuration_reveals_may_be_seen() -> None:
    assert worth("nonsensitive(var.secret)", SECRET) == "hush-hush"
    assert not isinstance(worth("nonsensitive(var.secret)", SECRET), Sensitive)
    assert worth("issensitive(var.secret)", SECRET) is True
    assert worth('issensitive("x")', SECRET) is False


def test_outputs_and_ephemeral_variables_are_hidden() -> None:
    module = 'output "o" {\n  value = "hush"\n  sensitive = true\n}\n'
    assert isinstance(worth("module.m.o", 'module "m" {\n  source = "./m"\n}\n', **{"m/main.tf": module}), Sensitive)
    assert isinstance(worth("var.e", 'variable "e" {\n  default = "hush"\n  ephemeral = true\n}\n'), Sensitive)


def test_variable_files_and_the_command_line_are_hidden() -> None:
    assert isinstance(worth("var.secret", SECRET, **{"terraform.tfvars": 'secret = "other"\n'}), Sensitive)
    loaded = load(f'{SECRET}resource "aws_thing" "it" {{\n  it = var.secret\n}}\n', {"secret": "given"})
    value = loaded.resources[0].properties.get("it")
    assert isinstance(value, Known)
    assert value.value == "given"
    assert "given" not in repr(value).replace("Provenance.GIVEN: 'given'", "")


def test_no_output_shows_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f"""{SECRET}
resource "aws_lambda_function" "f" {{
  function_name = "f-${{var.secret}}"
  runtime       = var.secret
  role          = "arn:aws:iam::123456789012:role/r"
  handler       = "a.b"
  filename      = "a.zip"
  environment {{
    variables = {{ PASSWORD = var.secret, URL = "db://${{var.secret}}@${{aws_sqs_queue.q.url}}", LIST = join(",", [var.secret]) }}
  }}
}}
resource "aws_sqs_queue" "q" {{
  name = var.secret
}}
""",
        encoding="utf-8",
    )
    request = Request(folder=tmp_path, as_of=date(2026, 1, 1))
    found = graphs(request)
    for text in (to_json(found), to_mermaid(found), to_dot(found)):
        assert "hush" not in text
    assert "(sensitive)" in to_json(found)
    result = check(request)
    assert "hush" not in repr(result.findings)
