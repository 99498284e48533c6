"""JSON documents in a template's text: what they say, and where each part of them stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from faaslint.load.resource import Loaded
from faaslint.model.value import Fields, Items, Known, Value

from ..loading import load, resource, shown

HEAD = """\
Parameters:
  Stage: {Type: String, Default: dev}
Resources:
  Queue: {Type: AWS::SQS::Queue}
  R:
    Type: AWS::X::Y
    Properties:
      PolicyDocument: """


def parts(value: Value, path: str = "") -> dict[str, Any]:
    """Return the place of each scalar of a document."""
    assert isinstance(value, Known)
    if isinstance(value.value, Fields):
        return {
            name: found for key, inner in value.value.values.items() for name, found in parts(inner, f"{path}{key}.").items()
        }
    if isinstance(value.value, Items):
        return {
            name: found
            for number, item in enumerate(value.value.items)
            for name, found in parts(item.value, f"{path}{number}.").items()
        }
    return {path[:-1]: value.trail[0]}


def check(text: str, expected: object, path: str = "template.yaml") -> Loaded:
    """Load a template and check its document, and that each text of it stands where it is said to."""
    loaded = load(text, path=path)
    assert loaded.problems == []
    document = resource(loaded, "R").properties.values["PolicyDocument"]
    assert shown(document) == expected
    lines = text.split("\n")
    for name, span in parts(document).items():
        here = lines[span.line - 1][span.column - 1 : span.end_column - 1]
        wanted: Any = expected
        for key in name.split("."):
            wanted = wanted[int(key)] if isinstance(wanted, list) else wanted[key]
        plain = str(wanted).split("$")[0].strip("<>")
        assert plain in here or here.strip("\\\"'").startswith(("${", "{", "!")), (name, here)
    return loaded


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param("'{\"Effect\": \"Allow\", \"Action\": [\"s3:Get*\", \"s3:Put*\"]}'", id="single quotes"),
        pytest.param('"{\\"Effect\\": \\"Allow\\", \\"Action\\": [\\"s3:Get*\\", \\"s3:Put*\\"]}"', id="double quotes"),
        pytest.param('|\n        {"Effect": "Allow",\n          "Action": ["s3:Get*",\n            "s3:Put*"]}', id="block"),
        pytest.param('>-\n        {"Effect": "Allow",\n        "Action": ["s3:Get*", "s3:Put*"]}', id="folded block"),
        pytest.param("'{\"Effect\": \"Allow\",\n        \"Action\": [\"s3:Get*\",\n\n        \"s3:Put*\"]}'", id="quotes over lines"),
        pytest.param("!Sub '{\"Effect\": \"Allow\",\n        \"Action\": [\"s3:Get*\", \"s3:Put*\"]}'", id="Sub"),
        pytest.param("!Join ['', ['{\"Effect\": \"Allow\", ', '\"Action\": [\"s3:Get*\", \"s3:Put*\"]}']]", id="Join"),
    ],
)  # fmt: skip
def test_a_document_is_read_where_it_stands(spelling: str) -> None:
    check(HEAD + spelling + "\n", {"Effect": "Allow", "Action": ["s3:Get*", "s3:Put*"]})


def test_values_of_the_deployment_stand_in_a_document() -> None:
    text = (
        HEAD
        + '!Sub |\n        {"Action": "sqs:*",\n         "Resource": ["${Queue.Arn}", "arn:${AWS::Partition}:s3:::${Stage}", "${!x}"],\n'
        + '         "Size": 3}\n'
    )
    check(
        text,
        {"Action": "sqs:*", "Resource": ["<Queue.Arn>", "arn:${AWS::Partition}:s3:::dev", "${x}"], "Size": 3},
    )


def test_names_of_a_sub_stand_in_a_document() -> None:
    check(HEAD + '!Sub [\'{"Resource": "${Q}"}\', {Q: !GetAtt Queue.Arn}]\n', {"Resource": "<Queue.Arn>"})


def test_what_the_cdk_joins_is_one_document() -> None:
    pieces = ['{"Action":"sqs:*","Resource":"', {"Fn::GetAtt": ["Queue", "Arn"]}, '/x","Effect":"Allow"}']
    template = {
        "Resources": {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "R": {"Type": "AWS::X::Y", "Properties": {"PolicyDocument": {"Fn::Join": ["", pieces]}}},
        }
    }
    check(
        json.dumps(template, indent=1),
        {"Action": "sqs:*", "Resource": "${Queue.Arn}/x", "Effect": "Allow"},
        "template.json",
    )


@pytest.mark.parametrize(
    "spelling", ["'{not json'", "!Sub '{\"a\": ${Stage}x}'", "text", "!Ref Stage", "!Sub [1]", "!Join [',', !Ref Stage]"]
)
def test_text_that_is_no_document_stays_text(spelling: str) -> None:
    found = resource(load(HEAD + spelling + "\n"), "R").properties.values["PolicyDocument"]
    assert not (isinstance(found, Known) and isinstance(found.value, Fields))


def test_a_secret_in_a_document_is_not_shown() -> None:
    loaded = load(HEAD + '\'{"a": "{{resolve:ssm-secure:/name}}"}\'\n')
    assert "name" not in repr(resource(loaded, "R").properties.values["PolicyDocument"])


def test_a_document_nested_without_end_is_left_alone() -> None:
    load(HEAD + "'" + "[" * 100_000 + "'\n")


def test_a_document_that_is_too_long_stays_text() -> None:
    text = json.dumps({"a": "x" * 300_000})
    found = resource(load(HEAD + "'" + text + "'\n"), "R").properties.values["PolicyDocument"]
    assert isinstance(found, Known)
    assert found.value == text


def test_a_document_that_is_used_again_and_again_is_bounded() -> None:
    body = json.dumps({str(number): "x" * 80 for number in range(2_000)})
    uses = "".join(f"  U{number}: {{Type: AWS::X::Y, Properties: {{PolicyDocument: *d}}}}\n" for number in range(500))
    loaded = load(f"Resources:\n  R: {{Type: AWS::X::Y, Properties: {{PolicyDocument: &d '{body}'}}}}\n{uses}")
    assert len(loaded.resources) == 501
