"""Nested stacks: what a parent passes in, what it reads out, and where everything stands."""

from __future__ import annotations

import pytest

from faaslint.load.resource import Loaded
from faaslint.model.guard import ALWAYS
from faaslint.model.value import Known, Provenance

from ..loading import load, problems, resource, shown, value

PARENT = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Subnets: {Type: "List<AWS::EC2::Subnet::Id>"}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Store:
    Type: AWS::CloudFormation::Stack
    Condition: IsProd
    Properties:
      TemplateURL: stacks/child.yaml
      Parameters:
        Stage: !Ref Stage
        QueueArn: !GetAtt Queue.Arn
        Subnets: !Join [",", !Ref Subnets]
        Two: !Join [",", [!Ref Queue, x]]
        Timeout: 1000
  Reader:
    Type: AWS::X::Y
    Properties:
      Table: !GetAtt Store.Outputs.TableArn
      Name: !Sub "${Store.Outputs.Name}-x"
      Queue: !GetAtt Store.Outputs.QueueArn
      None: !GetAtt Store.Outputs.Nope
"""

CHILD = """\
Parameters:
  Stage: {Type: String}
  QueueArn: {Type: String}
  Subnets: {Type: CommaDelimitedList}
  Two: {Type: CommaDelimitedList}
  Timeout: {Type: Number}
  Colour: {Type: String, Default: red}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsRed: !Equals [!Ref Colour, red]
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    DependsOn: Other
  Other:
    Type: AWS::X::Y
    Properties:
      Queue: !Ref QueueArn
      Text: !Sub "${QueueArn}/${Table.Arn}"
      Subnets: !Ref Subnets
      Two: !Ref Two
      Timeout: !Ref Timeout
      Size: !If [IsProd, 2, 1]
      Red: !If [IsRed, yes, no]
      Stack: !Ref AWS::StackName
      Region: !Ref AWS::Region
Outputs:
  TableArn: {Value: !GetAtt Table.Arn}
  Name: {Value: orders}
  QueueArn: {Value: !Ref QueueArn}
"""


@pytest.fixture(scope="module")
def orders() -> Loaded:
    return load(PARENT, files={"stacks/child.yaml": CHILD})


def test_the_child_is_part_of_its_parent(orders: Loaded) -> None:
    assert problems(orders) == []
    assert [one.address for one in orders.resources] == ["Queue", "Store", "Store.Table", "Store.Other", "Reader"]
    assert (orders.files, orders.incomplete, orders.open_types) == (["template.yaml", "stacks/child.yaml"], [], False)
    table = resource(orders, "Store.Table")
    assert (table.span.path, table.span.line, table.name) == ("stacks/child.yaml", 12, "Store.Table")
    assert table.depends_on == ("Store.Other",)


def test_parameters_are_passed_in(orders: Loaded) -> None:
    assert shown(value(orders, "Store.Other", "Queue")) == "<Queue.Arn>"
    assert shown(value(orders, "Store.Other", "Text")) == "${Queue.Arn}/${Store.Table.Arn}"
    assert shown(value(orders, "Store.Other", "Two")) == ["<Queue.Ref>", "x"]
    assert shown(value(orders, "Store.Other", "Subnets")) == "?parameter Subnets"


def test_outputs_are_read_out(orders: Loaded) -> None:
    assert shown(value(orders, "Reader", "Table")) == "<Store.Table.Arn>"
    assert shown(value(orders, "Reader", "Name")) == "orders-x"
    assert shown(value(orders, "Reader", "Queue")) == "<Queue.Arn>"
    assert shown(value(orders, "Reader", "None")) == "?the nested stack has no output 'Nope'"


def test_a_passed_value_leads_to_where_it_is_written(orders: Loaded) -> None:
    timeout = value(orders, "Store.Other", "Timeout")
    assert [(span.path, span.line) for span in timeout.trail] == [("stacks/child.yaml", 22), ("template.yaml", 19)]


def test_the_guard_of_the_stack_holds_for_what_is_in_it(orders: Loaded) -> None:
    assert resource(orders, "Store.Table").guard == resource(orders, "Store").guard != ALWAYS


def test_a_condition_of_the_child_reads_what_the_parent_passes(orders: Loaded) -> None:
    size = value(orders, "Store.Other", "Size")
    assert shown(size) == {"Store.IsProd": 2, "not Store.IsProd": 1}
    guards = [branch.guard for branch in getattr(size, "branches", ())]
    assert guards[0] == resource(orders, "Store").guard, "both ask whether the parent's Stage is prod"


def test_a_default_that_the_parent_leaves_alone_is_decided(orders: Loaded) -> None:
    red = value(orders, "Store.Other", "Red")
    assert red == Known(True)
    assert isinstance(red, Known)
    assert red.provenance is Provenance.LITERAL


def test_a_nested_stack_has_a_name_of_its_own_and_the_region_of_its_parent(orders: Loaded) -> None:
    assert shown(value(orders, "Store.Other", "Stack")) == "?Store.AWS::StackName"
    assert shown(value(orders, "Store.Other", "Region")) == "?AWS::Region"


def test_one_template_nested_twice_is_two_stacks() -> None:
    child = "Parameters: {S: {Type: String}}\nResources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref S}}\n"
    stack = "{{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./c.yaml, Parameters: {{S: {0}}}}}}}"
    loaded = load(f"Resources:\n  A: {stack.format('a')}\n  B: {stack.format('b')}\n", files={"c.yaml": child})
    assert [value(loaded, f"{name}.Q", "QueueName") for name in "AB"] == [Known("a"), Known("b")]


def test_stacks_nest_stacks() -> None:
    stack = "Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {0}\n      Parameters: {{P: {1}}}\n"
    loaded = load(
        "Resources:\n  Top: {Type: AWS::SNS::Topic}\n  A:\n    " + stack.format("b/b.yaml", "!Ref Top")
        + "  Use: {Type: AWS::X::Y, Properties: {V: !GetAtt A.Outputs.O, W: !GetAtt A.Outputs.Passed}}\n",
        files={
            "b/b.yaml": "Parameters: {P: {Type: String}}\nResources:\n  Own: {Type: AWS::SQS::Queue}\n  B:\n    "
            + stack.format("../c.yaml", "!Sub '${P}+${Own.Arn}'")
            + "Outputs:\n  O: {Value: !GetAtt B.Outputs.O}\n  Passed: {Value: !Ref P}\n",
            "c.yaml": "Parameters: {P: {Type: String}}\nResources:\n  C: {Type: AWS::X::Y, Properties: {V: !Ref P}}\n"
            "Outputs:\n  O: {Value: !Ref C}\n",
        },
    )  # fmt: skip
    assert problems(loaded) == []
    assert [one.address for one in loaded.resources] == ["Top", "A", "A.Own", "A.B", "A.B.C", "Use"]
    assert shown(value(loaded, "A.B.C", "V")) == "${Top.Ref}+${A.Own.Arn}"
    assert shown(value(loaded, "Use", "V")) == "<A.B.C.Ref>"
    assert shown(value(loaded, "Use", "W")) == "<Top.Ref>"


def test_what_two_stacks_call_alike_is_not_the_same() -> None:
    child = (
        "Parameters: {Image: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /a}}\nResources:\n  Q: {Type: Custom::Q}\n"
        "  R: {Type: AWS::X::Y, Properties: {I: !Ref Image, L: !Select [0, !GetAtt Q.List]}}\n"
    )
    stack = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}"
    loaded = load(f"Resources:\n  A: {stack}\n  B: {stack}\n", files={"c.yaml": child})
    assert value(loaded, "A.R", "I") != value(loaded, "B.R", "I")
    assert [shown(value(loaded, f"{name}.R", "L")) for name in "AB"] == ["?A.Q.List[0]", "?B.Q.List[0]"]


def test_a_serverless_application_on_disk_is_nested_too() -> None:
    loaded = load(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  App:\n    Type: AWS::Serverless::Application\n    Properties:\n"
        "      Location: ./app/template.yaml\n      Parameters: {Name: orders}\n",
        files={
            "app/template.yaml": "Transform: AWS::Serverless-2016-10-31\nParameters: {Name: {Type: String}}\nResources:\n"
            "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: !Ref Name\n"
            "      CodeUri: src/\n      Handler: app.main\n      Runtime: python3.13\n",
            "app/src/app.py": "def main(event, context): ...\n",
        },
    )
    assert [one.address for one in loaded.resources] == ["App", "App.F", "App.FRole"]
    function = resource(loaded, "App.F")
    assert value(loaded, "App.F", "FunctionName") == Known("orders")
    assert shown(value(loaded, "App.F", "Role")) == "<App.FRole.Arn>"
    assert function.code[0][1].path == "app/src"


@pytest.mark.parametrize("location", ["https://s3.amazonaws.com/b/c.yaml", "missing.yaml", "../c.yaml", "!Ref Url"])
def test_a_template_that_is_not_at_hand_leaves_the_parent_incomplete(location: str) -> None:
    loaded = load(
        f"Resources:\n  A:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {location}\n"
        "  R: {Type: AWS::X::Y, Properties: {V: !GetAtt A.Outputs.O}}\n"
    )
    assert [what for what, _ in loaded.incomplete] == ["nested stack 'A'"]
    assert shown(value(loaded, "R", "V")) == "<A.Outputs.O>"


def test_a_template_that_nests_itself_ends() -> None:
    stack = "Resources:\n  A:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: %s}\n"
    assert [one.address for one in load(stack % "template.yaml").resources] == ["A"]
    loaded = load(stack % "b.yaml", files={"b.yaml": stack % "template.yaml"})
    assert [one.address for one in loaded.resources] == ["A", "A.A"]
    assert [what for what, _ in loaded.incomplete] == ["nested stack 'A.A'"]


def test_stacks_that_wait_for_each_other_end() -> None:
    stack = (
        "  {0}:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: c.yaml\n"
        "      Parameters: {{P: !GetAtt {1}.Outputs.O}}\n"
    )
    child = "Parameters: {P: {Type: String}}\nResources: {R: {Type: AWS::X::Y}}\nOutputs: {O: {Value: !Ref P}}\n"
    loaded = load("Resources:\n" + stack.format("A", "B") + stack.format("B", "A"), files={"c.yaml": child})
    assert {one.address for one in loaded.resources} == {"A", "A.R", "B", "B.R"}


def test_doubling_stacks_are_bounded() -> None:
    stack = "  {0}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: t{1}.yaml}}}}\n"
    files = {
        f"t{level}.yaml": "Resources:\n" + stack.format("A", level + 1) + stack.format("B", level + 1) for level in range(40)
    }
    loaded = load(files["t0.yaml"], files=files)
    assert 100 < len(loaded.resources) < 2_000
    assert loaded.incomplete


def test_a_child_that_can_not_be_read_is_a_problem_of_its_own_file() -> None:
    loaded = load(
        "Resources:\n  A: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}\n",
        files={"c.yaml": "Resources: [\n"},
    )
    assert [problem.span.path for problem in loaded.problems] == ["c.yaml"]
    assert loaded.incomplete
