"""AWS::Include of local files, wherever a template may have it."""

from __future__ import annotations

from ..loading import load, problems, resource, shown, value

INCLUDE = "{Name: AWS::Include, Parameters: {Location: %s}}"


def test_the_transform_of_a_template_adds_whole_sections() -> None:
    loaded = load(
        "Transform: " + INCLUDE % "more.yaml" + "\nResources:\n  A: {Type: AWS::X::Y, Properties: {P: !Ref Name}}\n",
        files={"more.yaml": "Parameters:\n  Name: {Type: String, Default: x}\nResources:\n  B: {Type: AWS::X::Z}\n"},
    )
    assert problems(loaded) == []
    assert [one.address for one in loaded.resources] == ["A", "B"]
    assert shown(value(loaded, "A", "P")) == "x"
    assert not loaded.open_types
    assert resource(loaded, "B").span.path == "more.yaml"


def test_other_transforms_beside_it_still_count() -> None:
    text = (
        "Transform: [AWS::Serverless-2016-10-31, " + INCLUDE % "more.yaml" + "]\nResources:\n"
        "  A: {Type: AWS::Serverless::SimpleTable}\n"
    )
    loaded = load(text, files={"more.yaml": "Outputs: {}\n"})
    assert (loaded.kind, [one.type for one in loaded.resources]) == ("sam", ["AWS::DynamoDB::Table"])


def test_a_resource_is_completed() -> None:
    text = (
        "Resources:\n  A:\n    Type: AWS::X::Y\n    Fn::Transform: "
        + INCLUDE % "a.json"
        + "\n    Properties: {P: 1, Q: 2}\n"
    )
    loaded = load(text, files={"a.json": '{"Properties": {"Q": 3, "R": 4}, "DependsOn": "B"}'})
    assert shown(value(loaded, "A", "P")) == 1
    assert shown(value(loaded, "A", "Q")) == 2
    assert shown(value(loaded, "A", "R")) == 4
    assert value(loaded, "A", "R").trail[0].path == "a.json"
    assert resource(loaded, "A").depends_on == ("B",)
    assert resource(loaded, "A").properties.openness is None


def test_a_list_is_put_in_place() -> None:
    text = "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties:\n      P: {Fn::Transform: " + INCLUDE % "a.yaml" + "}\n"
    loaded = load(text, files={"a.yaml": "- 1\n- 2\n"})
    assert shown(value(loaded, "A", "P")) == [1, 2]


def test_a_file_that_includes_is_not_followed_further() -> None:
    text = "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties: {Fn::Transform: " + INCLUDE % "a.yaml" + "}\n"
    loaded = load(text, files={"a.yaml": "P: 1\nFn::Transform: " + INCLUDE % "a.yaml" + "\n"})
    assert resource(loaded, "A").properties.openness is not None


def test_what_is_not_at_hand_leaves_the_template_open() -> None:
    loaded = load("Transform: " + INCLUDE % "s3://b/k" + "\nResources:\n  A: {Type: AWS::X::Y}\n")
    assert loaded.open_types
