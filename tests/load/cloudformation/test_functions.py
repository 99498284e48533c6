"""Intrinsic functions: what each makes of known, conditional and unknown arguments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from faaslint.model.value import Choice, Items, Known, Provenance, Unknown

from ..loading import lines, load, problems, shown, value

HEAD = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Bucket: {Type: String}
  Size: {Type: Number, Default: 128}
  Zones: {Type: CommaDelimitedList, Default: "a, b,c"}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
  Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ami}
  Colour: {Type: String, AllowedValues: [red, green]}
  Flag: {Type: String, Default: true}
Mappings:
  ByStage:
    dev: {Memory: 128, Name: small}
    prod: {Memory: 1024, Name: large}
  ByRegion:
    eu-west-1: {Zone: one}
    us-east-1: {Zone: two}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  HasBucket: !Not [!Equals [!Ref Bucket, ""]]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  R:
    Type: AWS::X::Y
    Properties:
      P: """


def evaluate(expression: str, parameters: dict[str, str] | None = None) -> Any:
    loaded = load(HEAD + expression + "\n", parameters)
    assert loaded.problems == []
    return shown(value(loaded, "R", "P"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param("!Ref Stage", "dev", id="Ref of a parameter"),
        pytest.param("{Ref: Size}", 128, id="Ref of a number"),
        pytest.param("!Ref Flag", "true", id="a boolean default is text"),
        pytest.param("!Ref Bucket", "?parameter Bucket", id="Ref of a parameter without default"),
        pytest.param("!Ref Zones", ["a", "b", "c"], id="Ref of a list"),
        pytest.param("!Ref Subnets", "?parameter Subnets", id="Ref of an unknown list"),
        pytest.param("!Ref Image", "?parameter Image", id="Ref of an SSM parameter"),
        pytest.param("!Ref Colour", {"Colour == 'red'": "red", "Colour == 'green'": "green"}, id="allowed values"),
        pytest.param("!Ref Queue", "<Queue.Ref>", id="Ref of a resource"),
        pytest.param("!Ref Nothing", "?Nothing", id="Ref of nothing"),
        pytest.param("!Ref AWS::Region", "?AWS::Region", id="Ref of a pseudo parameter"),
        pytest.param("!GetAtt Queue.Arn", "<Queue.Arn>", id="GetAtt"),
        pytest.param("{Fn::GetAtt: [Queue, !Ref Stage]}", "<Queue.dev>", id="GetAtt with a list"),
        pytest.param("!GetAtt Queue.Outputs.X", "<Queue.Outputs.X>", id="GetAtt of an inner attribute"),
        pytest.param("!Sub '${Stage}-x'", "dev-x", id="Sub of a parameter"),
        pytest.param("!Sub '${!Stage}-${ Stage }'", "${Stage}-dev", id="Sub with an escape"),
        pytest.param("!Sub 'a:${Queue.Arn}/${AWS::Region}'", "a:${Queue.Arn}/${AWS::Region}", id="Sub with holes"),
        pytest.param("!Sub ['${a}${b}', {a: !Ref Stage, b: !If [IsProd, 1, 2]}]", {"IsProd": "dev1", "not IsProd": "dev2"},
                     id="Sub with names of its own"),
        pytest.param("!Sub '${Queue}'", "<Queue.Ref>", id="Sub that is one reference"),
        pytest.param("!Sub ''", "", id="empty Sub"),
        pytest.param("!Join ['-', [a, !Ref Stage, 3, true]]", "a-dev-3-true", id="Join"),
        pytest.param("!Join [',', !Ref Zones]", "a,b,c", id="Join of a list parameter"),
        pytest.param("!Join [',', !Ref Subnets]", "?parameter Subnets joined by ','", id="Join of an unknown list"),
        pytest.param("!Join [',', [a, !If [IsProd, b, !Ref AWS::NoValue]]]", {"IsProd": "a,b", "not IsProd": "a"},
                     id="Join of a guarded item"),
        pytest.param("!Join [':', [arn, !Ref Queue]]", "arn:${Queue.Ref}", id="Join with a reference"),
        pytest.param("!Split ['-', a-b-c]", ["a", "b", "c"], id="Split"),
        pytest.param("!Select [1, !Split [':', !GetAtt Queue.Arn]]", "?Queue.Arn split at ':'[1]", id="Split of an ARN"),
        pytest.param("!Select ['2', !Ref Zones]", "c", id="Select"),
        pytest.param("!Select [0, !Ref Subnets]", "?parameter Subnets[0]", id="Select of an unknown list"),
        pytest.param("!Select [0, !GetAZs '']", "?availability zones of AWS::Region[0]", id="Select of zones"),
        pytest.param("!Select [1, !GetAtt Queue.List]", "?Queue.List[1]", id="Select of an attribute"),
        pytest.param("!FindInMap [ByStage, !Ref Stage, Memory]", 128, id="FindInMap"),
        pytest.param("!FindInMap [ByStage, qa, Memory, {DefaultValue: 7}]", 7, id="FindInMap with a default"),
        pytest.param("!FindInMap [ByStage, qa, Memory]", "?the mapping 'ByStage' has no such entry", id="no such entry"),
        pytest.param("!FindInMap [ByRegion, !Ref AWS::Region, Zone]",
                     {"AWS::Region == 'eu-west-1'": "one", "AWS::Region == 'us-east-1'": "two"}, id="FindInMap by region"),
        pytest.param("!ImportValue shared-bus", "?import shared-bus", id="ImportValue"),
        pytest.param("!ImportValue {'Fn::Sub': '${AWS::StackName}-x'}", "?import ${AWS::StackName}-x", id="built import"),
        pytest.param("!Base64 abc", "YWJj", id="Base64"),
        pytest.param("!Cidr [10.0.0.0/16, 3, 8]", ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"], id="Cidr"),
        pytest.param("!Select [1, !Cidr [!Ref Bucket, 3, 8]]", "?blocks of parameter Bucket 3 8[1]", id="unknown Cidr"),
        pytest.param("{Fn::Length: !Ref Zones}", 3, id="Length"),
        pytest.param("{Fn::ToJsonString: {a: [1, true, !Ref Queue]}}", '{"a":[1,true,"${Queue.Ref}"]}', id="ToJsonString"),
        pytest.param("'{{resolve:ssm:/a}}'", "?dynamic reference 1 (ssm)", id="dynamic reference"),
        pytest.param("'x{{resolve:ssm:/a}}'", "x${dynamic reference 1 (ssm)}", id="text with a dynamic reference"),
        pytest.param("!Sub 'x{{resolve:ssm:/${Stage}/a:1}}y'", "x${…}y",
                     id="Sub with a dynamic reference"),
        pytest.param("!Sub '{{resolve:ssm:/${Queue.Arn}/${AWS::Region}}}'", "?it is a dynamic reference, read at deployment",
                     id="Sub of a dynamic reference with holes"),
        pytest.param("!Join ['', ['{{resolve:ssm:', !Ref Stage, '}}', '-x', '{{resolve:ssm:/b}}']]",
                     "${…}-x${dynamic reference 1 (ssm)}",
                     id="Join of dynamic references"),
        pytest.param("!If [IsProd, a, !If [HasBucket, b, !Ref AWS::NoValue]]",
                     {"IsProd": "a", "not IsProd and HasBucket": "b", "not IsProd and not HasBucket": None}, id="nested If"),
        pytest.param("[a, !If [IsProd, b, !Ref AWS::NoValue], !Ref AWS::NoValue]", ["a", {"IsProd": "b"}],
                     id="If in a list is a guarded item"),
        pytest.param("{a: 1, b: !Ref AWS::NoValue}", {"a": 1}, id="NoValue takes an entry away"),
        pytest.param("{Condition: IsProd, Ref: x}", {"Condition": "IsProd", "Ref": "x"}, id="two keys are no function"),
    ],
)  # fmt: skip
def test_function(expression: str, expected: object) -> None:
    assert evaluate(expression) == expected


def test_yaml_and_json_templates_mean_the_same() -> None:
    template = {
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
        "Resources": {
            "Q": {"Type": "AWS::SQS::Queue"},
            "R": {
                "Type": "AWS::X::Y",
                "Properties": {"P": {"Fn::If": ["C", {"Fn::GetAtt": ["Q", "Arn"]}, {"Fn::Sub": "${Q}-${AWS::Region}"}]}},
            },
        },
    }
    found = shown(value(load(json.dumps(template), path="t.json"), "R", "P"))
    assert found == {"C": "<Q.Arn>", "not C": "${Q.Ref}-${AWS::Region}"}


def test_a_given_parameter_is_known_and_its_default_forgotten() -> None:
    loaded = load(HEAD + "!Ref Stage\n", {"Stage": "prod"})
    found = value(loaded, "R", "P")
    assert found == Known("prod")
    assert isinstance(found, Known)
    assert found.provenance is Provenance.GIVEN


def test_a_default_says_that_it_is_one_through_every_function() -> None:
    for expression in (
        "!Ref Stage",
        "!Sub 'x-${Stage}'",
        "!Join ['', [a, !Ref Stage]]",
        "!Select [0, !Ref Zones]",
        "!FindInMap [ByStage, !Ref Stage, Name]",
        "!Select [0, !Split ['-', !Sub '${Stage}-x']]",
    ):
        found = value(load(HEAD + expression + "\n"), "R", "P")
        assert isinstance(found, Known)
        assert found.provenance is Provenance.DEFAULT, expression


def test_a_region_may_be_given_for_the_run() -> None:
    assert evaluate("!FindInMap [ByRegion, !Ref AWS::Region, Zone]", {"AWS::Region": "us-east-1"}) == "two"


def test_trails_lead_from_the_property_to_the_place_to_edit() -> None:
    text = """\
Parameters:
  Stage:
    Type: String
    Default: dev
Mappings:
  M:
    dev:
      V: 1
Conditions:
  C: !Equals [!Ref AWS::Region, x]
Resources:
  R:
    Type: AWS::X::Y
    Properties:
      A: !Ref Stage
      B: !FindInMap [M, !Ref Stage, V]
      C: !If
        - C
        - 1
        - !Ref Stage
      D: !Select [0, [x]]
"""
    loaded = load(text)
    assert lines(value(loaded, "R", "A")) == [15, 4]
    assert lines(value(loaded, "R", "B")) == [16, 8]
    choice = value(loaded, "R", "C")
    assert isinstance(choice, Choice)
    assert [[span.line for span in branch.value.trail] for branch in choice.branches] == [[17, 19], [17, 20, 4]]
    assert lines(value(loaded, "R", "D")) == [21, 21]


def test_equal_dynamic_references_have_one_symbol_and_are_never_shown() -> None:
    loaded = load(
        HEAD + "['{{resolve:secretsmanager:s:SecretString:password}}', '{{resolve:ssm:/x}}', '{{resolve:ssm:/x}}']\n"
    )
    found = value(loaded, "R", "P")
    assert isinstance(found, Known)
    assert isinstance(found.value, Items)
    first, second, third = (item.value for item in found.value.items)
    assert isinstance(first, Unknown)
    assert isinstance(second, Unknown)
    assert "password" not in repr(found)
    assert second == third
    assert first.symbol != second.symbol


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("!Sub [1]", "Fn::Sub takes a text, or a list of a text and a mapping of names"),
        ("!Join [x]", "Fn::Join takes a delimiter and a list"),
        ("!Join [',', abc]", "the second argument of Fn::Join is a list"),
        ("!If [IsProd, 1]", "Fn::If takes three things: a condition, a value if it holds, and one if not"),
        ("!If [Nope, 1, 2]", "there is no condition 'Nope' in this template"),
        ("!GetAtt Queue", "Fn::GetAtt takes a resource and an attribute, as in MyFunction.Arn"),
        ("{Ref: [a]}", "Ref takes the name of a parameter or resource"),
        ("!Select [x, [1]]", "the first argument of Fn::Select is an index, counted from 0"),
        ("!Select [3, [1]]", "the list has 1 items, so there is no item 3"),
        ("!FindInMap [Nope, a, b]", "there is no mapping 'Nope' in this template"),
        ("!Cidr [10.0.0.0/16, 300, 8]", "Fn::Cidr can't cut this block of addresses into so many of this size"),
        ("!Equals [a, b]", "a condition function stands here, where a value was expected"),
        ("!Nope x", "the function !Nope is not one that CloudFormation has"),
    ],
)
def test_a_malformed_function_is_a_problem_and_its_value_unknown(expression: str, message: str) -> None:
    loaded = load(HEAD + expression + "\n")
    assert problems(loaded) == [(25, message)]
    assert value(loaded, "R", "P") is not None


@pytest.mark.parametrize("parameters", [None, {"Blank": ""}])
def test_a_list_is_too_short_only_for_what_a_parameter_holds(parameters: dict[str, str] | None) -> None:
    head = HEAD.replace("Parameters:\n", 'Parameters:\n  Blank: {Type: String, Default: ""}\n')
    for expression in ("!Select [1, !Split ['s3://', !Ref Blank]]", "!Select [7, !Ref Zones]"):
        loaded = load(head + expression + "\n", parameters)
        assert loaded.problems == []
        assert shown(value(loaded, "R", "P")).startswith("?")


def test_a_macro_may_give_meaning_to_what_is_not_known() -> None:
    for text in ("Transform: MyMacro\n" + HEAD + "!Nope x\n", HEAD + "!Rain::Embed file.sh\n"):
        loaded = load(text)
        assert [problem.fatal for problem in loaded.problems] == [False]
        assert loaded.open_types


def test_include_reads_a_local_file_into_its_mapping() -> None:
    files = {"api/paths.yaml": "paths:\n  /a: {get: !Ref Queue}\n"}
    expression = "{openapi: 3.0.1, 'Fn::Transform': {Name: AWS::Include, Parameters: {Location: ./api/paths.yaml}}}"
    loaded = load(HEAD + expression + "\n", files=files)
    assert shown(value(loaded, "R", "P")) == {"openapi": "3.0.1", "paths": {"/a": {"get": "<Queue.Ref>"}}}
    assert value(loaded, "R", "P.paths").trail[-1].path == "api/paths.yaml"
    assert loaded.files == ["template.yaml", "api/paths.yaml"]


def test_include_of_something_remote_leaves_the_mapping_open() -> None:
    loaded = load(HEAD + "{Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}}\n")
    found = value(loaded, "R", "P.anything")
    assert isinstance(found, Unknown)


def test_more_branches_than_anybody_reads_become_unknown() -> None:
    names = [f"C{number}" for number in range(9)]
    conditions = "".join(f"  {name}: !Equals [!Ref AWS::StackName, '{name}']\n" for name in names)
    items = ", ".join(f"!If [{name}, a, b]" for name in names)
    free = "".join(f"  P{number}: {{Type: String}}\n" for number in range(9))
    tests = "".join(f"  F{number}: !Equals [!Ref P{number}, x]\n" for number in range(9))
    exclusive = load(
        f"Conditions:\n{conditions}Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      P: !Join ['', [{items}]]\n"
    )
    independent = load(
        f"Parameters:\n{free}Conditions:\n{tests}Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n"
        f"      P: !Join ['', [{items.replace('[C', '[F')}]]\n"
    )
    one_at_a_time = value(exclusive, "R", "P")
    assert isinstance(one_at_a_time, Choice)
    assert len(one_at_a_time.branches) == 10
    assert value(independent, "R", "P") == Unknown("too many combinations")
