"""Templates as a whole: sections, resources, problems, code, exports, loops, CDK output."""

from __future__ import annotations

import json

import pytest

from faaslint.model.nodes import CodeKind, Origin
from faaslint.model.span import Span
from faaslint.model.value import Known

from ..loading import load, problems, resource, shown, value


def test_a_resource_keeps_its_name_place_and_attributes() -> None:
    text = """\
Conditions:
  C: !Equals [!Ref AWS::Region, x]
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Condition: C
    DependsOn: [Other, Third]
    Metadata: {a: 1}
    Properties:
      VisibilityTimeout: "30"
  Other: {Type: AWS::SQS::Queue, DependsOn: Queue}
"""
    loaded = load(text)
    queue = resource(loaded, "Queue")
    assert (loaded.kind, loaded.root, loaded.files) == ("cloudformation", "template.yaml", ["template.yaml"])
    assert queue.span == Span("template.yaml", 4, 3, 4, 8)
    assert (queue.type, queue.guard.label, queue.depends_on) == ("AWS::SQS::Queue", "C", ("Other", "Third"))
    assert shown(queue.metadata) == {"a": 1}
    assert queue.properties.values["VisibilityTimeout"] == Known("30")
    assert queue.properties.keys["VisibilityTimeout"] == Span("template.yaml", 10, 7, 10, 24)
    assert resource(loaded, "Other").depends_on == ("Queue",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [(1, "the file is empty; a template with a Resources section was expected")], id="empty file"),
        pytest.param("- a\n", [(1, "a template is a mapping; a template with a Resources section was expected")], id="list"),
        pytest.param("Description: x\n", [(1, "a template needs a Resources section, and this file has none")], id="none"),
        pytest.param("Resources:\n", [(1, "this template has no resources")], id="null"),
        pytest.param("Resources: {}\n", [(1, "this template has no resources")], id="empty"),
        pytest.param("Resources: [a]\n", [(1, "Resources must be a mapping of names to resources")], id="list of resources"),
        pytest.param("a: [1\n", [(2, "a comma or ']' was expected here")], id="no YAML"),
    ],
)
def test_a_file_without_resources_says_what_was_expected(text: str, expected: list[tuple[int, str]]) -> None:
    loaded = load(text)
    assert problems(loaded) == expected
    assert loaded.resources == []


def test_an_empty_template_is_only_noted() -> None:
    assert [problem.fatal for problem in load("Resources:\n").problems] == [False]
    assert [problem.fatal for problem in load("Resources: 3\n").problems] == [True]


def test_a_malformed_resource_does_not_stop_the_others() -> None:
    text = "Resources:\n  A: {}\n  B: text\n  C: {Type: AWS::X::Y, Properties: [1]}\n  D: {Type: AWS::X::Y}\n"
    loaded = load(text)
    assert problems(loaded) == [
        (2, "the resource 'A' has no Type"),
        (3, "the resource 'B' must be a mapping with a Type"),
        (4, "the Properties of 'C' must be a mapping"),
    ]
    assert [one.address for one in loaded.resources] == ["C", "D"]
    assert resource(loaded, "C").properties.openness is not None


def test_a_repeated_key_is_a_problem_and_the_last_one_counts() -> None:
    loaded = load("Resources:\n  A: {Type: AWS::X::Y}\n  A: {Type: AWS::X::Z}\n")
    assert problems(loaded) == [(3, "the key 'A' is already in this mapping (line 2); only the last one counts")]
    assert [one.type for one in loaded.resources] == ["AWS::X::Z"]


def test_outputs_that_are_exported_can_be_found_by_their_name() -> None:
    text = """\
Resources:
  Queue: {Type: AWS::SQS::Queue}
Outputs:
  One: {Value: !GetAtt Queue.Arn, Export: {Name: queue-arn}}
  Two: {Value: !Ref Queue, Export: {Name: !Sub "${AWS::StackName}-queue"}}
  Three: {Value: x}
"""
    exports = load(text).exports
    assert {name: shown(found) for name, found in exports.items()} == {
        "queue-arn": "<Queue.Arn>",
        "${AWS::StackName}-queue": "<Queue.Ref>",
    }


FUNCTION = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.13\n      Code: "


def test_inline_code_knows_where_its_lines_stand() -> None:
    loaded = load(FUNCTION + "\n        ZipFile: !Sub |\n          import os\n          REGION = '${AWS::Region}'\n")
    ((guard, code),) = resource(loaded, "F").code
    assert guard.always
    assert code.kind is CodeKind.INLINE
    assert code.text == "import os\nREGION = '${AWS::Region}'\n"
    assert code.text_lines == (Span("template.yaml", 8, 11, 8, 20), Span("template.yaml", 9, 11, 9, 36))


def test_inline_code_of_joined_lines_knows_them_too() -> None:
    code = {"ZipFile": {"Fn::Join": ["\n", ["import os", "x = 1"]]}}
    template = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": code}}}}
    loaded = load(json.dumps(template, indent=1), path="t.json")
    ((_, found),) = resource(loaded, "F").code
    assert found.text == "import os\nx = 1"
    assert [span.line for span in found.text_lines] == [11, 12]


@pytest.mark.parametrize(
    ("written", "kind", "path"),
    [
        pytest.param("./src", CodeKind.FOLDER, "app/src", id="folder"),
        pytest.param("src/app.py", CodeKind.FILE, "app/src/app.py", id="file"),
        pytest.param("../dist/app.zip", CodeKind.ARCHIVE, "dist/app.zip", id="archive"),
        pytest.param("nowhere", CodeKind.UNKNOWN, "", id="nothing there"),
        pytest.param("../../../etc", CodeKind.UNKNOWN, "", id="outside"),
        pytest.param("s3://bucket/key", CodeKind.REMOTE, "", id="address"),
        pytest.param("{S3Bucket: b, S3Key: k}", CodeKind.REMOTE, "", id="bucket"),
        pytest.param("{ImageUri: repository:tag}", CodeKind.IMAGE, "", id="image"),
        pytest.param("!Ref Nothing", CodeKind.UNKNOWN, "", id="unknown"),
    ],
)
def test_code_is_found_beside_the_template(written: str, kind: CodeKind, path: str) -> None:
    files = {"app/src/app.py": "", "dist/app.zip": ""}
    loaded = load(FUNCTION + written + "\n", files=files, path="app/template.yaml")
    ((_, code),) = resource(loaded, "F").code
    assert (code.kind, code.path) == (kind, path)


def test_code_that_depends_on_a_condition_has_a_guard() -> None:
    text = "Conditions:\n  C: !Equals [!Ref AWS::Region, x]\n" + FUNCTION + "!If [C, src, {ZipFile: 'x'}]\n"
    loaded = load(text, files={"src/a.py": ""})
    assert [(guard.label, code.kind) for guard, code in resource(loaded, "F").code] == [
        ("C", CodeKind.FOLDER),
        ("not C", CodeKind.INLINE),
    ]


LOOPS = """\
Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a,b"}
Resources:
  Fn::ForEach::Queues:
    - Name
    - !Ref Names
    - Queue${Name}:
        Type: AWS::SQS::Queue
        Properties:
          QueueName: !Sub "${Name}-queue"
          Label: !Ref Name
          Fn::ForEach::Tags: [Key, [x, y], {"Tag${Key}": !Ref Key}]
"""


def test_loops_are_written_out() -> None:
    loaded = load(LOOPS)
    assert [one.address for one in loaded.resources] == ["Queuea", "Queueb"]
    assert shown(Known(resource(loaded, "Queueb").properties)) == {
        "QueueName": "b-queue",
        "Label": "b",
        "Tagx": "x",
        "Tagy": "y",
    }


def test_loops_write_conditions_and_outputs_too() -> None:
    loaded = load(
        LOOPS
        + "Conditions:\n  Fn::ForEach::C: [Name, [a, b], {'Is${Name}': !Equals [!Ref AWS::Region, !Ref Name]}]\n"
        + "Outputs:\n  Fn::ForEach::O: [Name, [a, b], {'Out${Name}': {Value: !Ref Name, Export: {Name: !Sub 'x-${Name}'}}}]\n"
    )
    assert loaded.problems == []
    assert loaded.exports == {"x-a": Known("a"), "x-b": Known("b")}


def test_a_secret_that_is_given_is_not_kept() -> None:
    text = "Parameters: {P: {Type: String, NoEcho: true}}\nResources: {R: {Type: AWS::X::Y, Properties: {V: !Ref P}}}\n"
    loaded = load(text, {"P": "do-not-show"})
    assert shown(value(loaded, "R", "V")) == "?parameter P"
    assert "do-not-show" not in repr(loaded)


def test_a_loop_over_something_unknown_leaves_the_template_open() -> None:
    loaded = load(LOOPS.replace(', Default: "a,b"', ""))
    assert loaded.resources == []
    assert loaded.open_types


def test_resources_of_an_include_belong_to_the_template() -> None:
    text = "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: %s}}\n  A: {Type: AWS::X::Y}\n"
    loaded = load(text % "more.yaml", files={"more.yaml": "B: {Type: AWS::X::Z}\n"})
    assert [one.address for one in loaded.resources] == ["A", "B"]
    assert not loaded.open_types
    assert load(text % "s3://b/k").open_types


def test_a_nested_stack_that_is_not_at_hand_is_said_to_be_missing() -> None:
    text = """\
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: %s
      Parameters: {P: %s}
"""
    local = load(text % ("child.yaml", "!Ref Queue"), files={"child.yaml": "Resources: {}\n"})
    assert (local.incomplete, [one.unseen for one in local.resources]) == ([], [False, False])
    remote = load(text % ("https://s3/child.yaml", "!GetAtt Queue.Arn"))
    assert [one.address for one in remote.resources if one.unseen] == ["Child"]
    assert [what for what, _ in remote.incomplete] == ["nested stack 'Child'"]


CDK = {
    "Resources": {
        "HandlerABCDEF12": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Code": {"S3Bucket": "cdk-assets", "S3Key": "abc.zip"}},
            "Metadata": {
                "aws:cdk:path": "App/Handler/Resource",
                "aws:asset:path": "asset.abc",
                "aws:asset:property": "Code",
            },
        },
        "LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8aFD4BFC8A": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Code": {"S3Bucket": "b", "S3Key": "k"}},
            "Metadata": {"aws:cdk:path": "App/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/Resource"},
        },
        "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Metadata": {"aws:cdk:path": "App/CDKMetadata/Default"}},
    }
}


def test_cdk_output_is_named_by_construct_and_finds_its_assets() -> None:
    loaded = load(json.dumps(CDK), path="cdk.out/App.template.json", files={"cdk.out/asset.abc/index.py": ""})
    handler = resource(loaded, "HandlerABCDEF12")
    assert loaded.kind == "cdk"
    assert (handler.name, handler.origin) == ("App/Handler", Origin.USER)
    ((_, code),) = handler.code
    assert (code.kind, code.path) == (CodeKind.FOLDER, "cdk.out/asset.abc")
    assert [one.origin for one in loaded.resources if one is not handler] == [Origin.CDK, Origin.CDK]


def test_cdk_output_outside_its_folder_is_known_by_its_metadata() -> None:
    assert load(json.dumps(CDK), path="template.json").kind == "cdk"


def test_cdk_code_stays_remote_without_its_asset() -> None:
    loaded = load(json.dumps(CDK), path="cdk.out/App.template.json")
    ((_, code),) = resource(loaded, "HandlerABCDEF12").code
    assert code.kind is CodeKind.REMOTE


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("!Join ['', [" * 70 + "x" + "]]" * 70, id="joins"),
        pytest.param("!If [C, " * 145 + "x" + ", y]" * 145, id="ifs"),
        pytest.param("!Sub ['${a}', {a: " * 48 + "x" + "}]" * 48, id="subs"),
        pytest.param("!Sub '" + "${P}" * 5000 + "'", id="text that grows"),
    ],
)
def test_hostile_expressions_are_followed_within_bounds(expression: str) -> None:
    head = (
        "Parameters:\n  P: {Type: String, Default: " + "x" * 10_000 + "}\nConditions:\n  C: !Equals [!Ref AWS::Region, a]\n"
    )
    loaded = load(f"{head}Resources:\n  R:\n    Type: AWS::X::Y\n    Properties:\n      P: {expression}\n")
    assert len(str(shown(value(loaded, "R", "P")))) < 2_000_000


def test_loops_that_multiply_are_stopped() -> None:
    names = "[" + ", ".join(f"x{number}" for number in range(1000)) + "]"
    text = (
        "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::A:\n    - a\n    - " + names + "\n"
        "    - Fn::ForEach::B:\n        - b\n        - " + names + "\n        - R${a}${b}: {Type: AWS::S3::Bucket}\n"
    )
    assert load(text).open_types


def test_json_may_be_called_yaml() -> None:
    template = '{"Resources": {"A": {"Type": "AWS::X::Y",\n\t"Properties": {"P": "\\ud83d\\ude00"}}}}'
    loaded = load(template, path="template.yaml")
    assert problems(loaded) == []
    assert value(loaded, "A", "P") == Known("\U0001f600")
    broken = load(template[:-1], path="template.yaml")
    assert len(broken.problems) == 1
