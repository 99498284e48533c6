"""Under a condition, a parameter is what the condition asks for, and not the default that it rules out."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.model.value import Known, Provenance

from ..loading import load, shown, value

HEAD = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Boundary: {Type: String, Default: ""}
  Policies: {Type: CommaDelimitedList, Default: ""}
  Colour: {Type: String, Default: red, AllowedValues: [red, green, blue]}
  Free: {Type: String}
Mappings:
  Sizes: {dev: {Memory: 128}, prod: {Memory: 1024}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Equals [!Ref Stage, dev]
  HasBoundary: !Not [!Equals [!Ref Boundary, ""]]
  HasPolicies: !Not [!Equals [!Join ["", !Ref Policies], ""]]
  HasFirst: !Not [!Equals [!Select [0, !Ref Policies], ""]]
  IsGreen: !Equals [!Ref Colour, green]
  NotRed: !Not [!Equals [!Ref Colour, red]]
  IsX: !Equals [!Ref Free, x]
  InEurope: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  R:
    Type: AWS::X::Y
"""


def evaluate(expression: str, condition: str = "") -> Any:
    head = HEAD + (f"    Condition: {condition}\n" if condition else "")
    loaded = load(f"{head}    Properties:\n      P: {expression}\n")
    assert loaded.problems == []
    return shown(value(loaded, "R", "P"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("!If [HasBoundary, !Ref Boundary, none]", {"HasBoundary": "?parameter Boundary", "not HasBoundary": "none"}, id="not the default"),
        pytest.param("!If [IsProd, !Sub 'x-${Stage}', !Ref Stage]", {"IsProd": "x-prod", "not IsProd": "dev"}, id="what is asked for"),
        pytest.param("!If [IsDev, !Ref Stage, other]", {"IsDev": "dev", "not IsDev": "other"}, id="the default is asked for"),
        pytest.param("!If [IsDev, one, !Ref Stage]", {"IsDev": "one", "not IsDev": "?parameter Stage"}, id="the default is ruled out"),
        pytest.param("!If [IsProd, !FindInMap [Sizes, !Ref Stage, Memory], 1]", {"IsProd": 1024, "not IsProd": 1}, id="a key of a mapping"),
        pytest.param("!If [HasPolicies, !Ref Policies, none]", {"HasPolicies": "?parameter Policies", "not HasPolicies": "none"}, id="a list that is joined"),
        pytest.param("!If [HasFirst, !Ref Policies, none]", {"HasFirst": "?parameter Policies", "not HasFirst": "none"}, id="the first of a list"),
        pytest.param("!If [HasPolicies, x, !Ref Policies]", {"HasPolicies": "x", "not HasPolicies": [""]}, id="the default of a list"),
        pytest.param("!If [IsGreen, !Ref Colour, none]", {"IsGreen": "green", "not IsGreen": "none"}, id="one of the allowed values"),
        pytest.param("!If [IsX, !Ref Free, none]", {"IsX": "x", "not IsX": "none"}, id="without a default"),
        pytest.param("!If [InEurope, !Ref AWS::Region, none]", {"InEurope": "eu-west-1", "not InEurope": "none"}, id="a region"),
        pytest.param("!If [IsProd, !If [IsDev, 1, !Ref Stage], 2]", {"IsProd and not IsDev": "prod", "not IsProd": 2}, id="nested"),
        pytest.param("!If [HasBoundary, !Ref Stage, 1]", {"HasBoundary": "dev", "not HasBoundary": 1}, id="another parameter"),
    ],
)  # fmt: skip
def test_inside_a_condition(expression: str, expected: object) -> None:
    assert evaluate(expression) == expected


def test_the_condition_of_a_resource_holds_for_its_properties() -> None:
    assert evaluate("!Ref Boundary", "HasBoundary") == "?parameter Boundary"
    assert evaluate("!Ref Stage", "IsProd") == "prod"
    assert evaluate("!Ref Stage", "IsDev") == "dev"


def test_what_is_left_of_the_allowed_values() -> None:
    found = evaluate("!If [NotRed, !Ref Colour, none]")
    assert sorted(found.values()) == ["blue", "green", "none"]


def test_outside_of_conditions_the_default_counts() -> None:
    loaded = load(HEAD + "    Properties: {P: !Ref Stage}\n")
    found = value(loaded, "R", "P")
    assert found == Known("dev")
    assert isinstance(found, Known)
    assert found.provenance is Provenance.DEFAULT


def test_the_condition_of_a_nested_stack_holds_for_what_is_passed() -> None:
    child = "Parameters: {B: {Type: String}}\nResources:\n  Q: {Type: AWS::X::Y, Properties: {P: !Ref B}}\n"
    parent = (
        HEAD + "    Condition: HasBoundary\n".replace("AWS::X::Y", "") + "  S:\n    Type: AWS::CloudFormation::Stack\n"
        "    Condition: HasBoundary\n    Properties: {TemplateURL: c.yaml, Parameters: {B: !Ref Boundary}}\n"
    )
    loaded = load(parent, files={"c.yaml": child})
    assert shown(value(loaded, "S.Q", "P")) == "?parameter Boundary"
