"""What one root of a run exports is what another one imports, where it means the same to both."""

from __future__ import annotations

import pytest

from faaslint.load.cloudformation import load_template
from faaslint.load.cloudformation.exports import Exports, is_asked_for
from faaslint.load.resource import Loaded
from faaslint.source.workspace import Workspace

from ..loading import shown, value

EXPORTING = """\
Parameters:
  Name: {Type: String, Default: orders}
Resources:
  Queue: {Type: AWS::SQS::Queue}
Outputs:
  Text: {Value: !Ref Name, Export: {Name: shared-name}}
  Arn: {Value: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders", Export: {Name: shared-arn}}
  Resource: {Value: !GetAtt Queue.Arn, Export: {Name: shared-queue}}
  Chained: {Value: !ImportValue base, Export: {Name: chained}}
"""
IMPORTING = "Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      P: !ImportValue %s\n"
BASE = "Resources: {R: {Type: AWS::X::Y}}\nOutputs: {B: {Value: base-value, Export: {Name: base}}}\n"


def importing(name: str, **others: str) -> Loaded:
    files = {"a.yaml": EXPORTING, "b.yaml": IMPORTING % name, "z.yaml": BASE} | {
        f"{path}.yaml": text for path, text in others.items()
    }
    workspace = Workspace.in_memory(files)
    exports: Exports

    def load(path: str) -> Loaded:
        return load_template(workspace, path, {}, imported=lambda export: exports.value(export))

    assert is_asked_for(workspace, sorted(files))
    exports = Exports(workspace, sorted(files), load)
    return load("b.yaml")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("shared-name", "orders", id="a text"),
        pytest.param("shared-arn", "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:orders", id="with region and account"),
        pytest.param("shared-queue", "?import shared-queue", id="a resource of another root"),
        pytest.param("chained", "base-value", id="what was itself imported"),
        pytest.param("nobody", "?import nobody", id="what nobody exports"),
        pytest.param(
            "{'Fn::Sub': 'shared-${AWS::StackName}'}", "?import shared-${AWS::StackName}", id="a name of the deployment"
        ),
    ],
)
def test_an_import(name: str, expected: str) -> None:
    assert shown(value(importing(name), "R", "P")) == expected


def test_an_imported_value_leads_to_where_it_is_written() -> None:
    trail = value(importing("shared-name"), "R", "P").trail
    assert [(span.path, span.line) for span in trail] == [("b.yaml", 5), ("a.yaml", 6), ("a.yaml", 2)]


def test_a_name_with_two_values_has_none() -> None:
    other = "Resources: {R: {Type: AWS::X::Y}}\nOutputs: {B: {Value: other, Export: {Name: shared-name}}}\n"
    assert shown(value(importing("shared-name", c=other), "R", "P")) == "?import shared-name"
    assert shown(value(importing("base", c=BASE), "R", "P")) == "base-value"


def test_imports_in_a_circle_end() -> None:
    circle = "Resources: {R: {Type: AWS::X::Y}}\nOutputs: {B: {Value: !ImportValue %s, Export: {Name: %s}}}\n"
    found = importing("one", c=circle % ("two", "one"), d=circle % ("one", "two"))
    assert shown(value(found, "R", "P")) == "?import one"
