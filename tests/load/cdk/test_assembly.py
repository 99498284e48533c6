"""Assemblies: stacks, stages, what belongs together, what a hostile or half-written one does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from faaslint.load.cdk.load import assembly_loaders
from faaslint.load.cloudformation.stacks import load_template
from faaslint.load.resource import Loaded, Resource
from faaslint.model.nodes import CodeKind, Origin, PolicyKind
from faaslint.model.value import Items, Known, Unknown
from faaslint.source.workspace import Workspace

from ..loading import value


def stack(
    template: str, *dependencies: str, environment: str = "aws://111122223333/eu-west-1", **more: Any
) -> dict[str, Any]:
    properties = {"templateFile": template, **more.pop("properties", {})}
    kind = "aws:cloudformation:stack"
    return {"type": kind, "environment": environment, "properties": properties, "dependencies": list(dependencies), **more}


def assembly(files: dict[str, Any], folder: str = "cdk.out", **artifacts: Any) -> dict[str, str | bytes]:
    listed = {name.replace("__", "-"): artifact for name, artifact in artifacts.items()}
    everything = {"manifest.json": {"version": "55.0.0", "artifacts": listed}, "cdk.out": {"version": "55.0.0"}, **files}
    return {f"{folder}/{name}": text if isinstance(text, str) else json.dumps(text) for name, text in everything.items()}


def load(files: dict[str, str | bytes]) -> list[Loaded]:
    return [loader() for _, loader in assembly_loaders(Workspace.in_memory(files), "cdk.out", {})]


def queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def resource(loaded: Loaded, address: str) -> Resource:
    return next(one for one in loaded.resources if one.address == address)


def test_stacks_that_depend_on_each_other_are_one_project() -> None:
    templates = {f"{name}.template.json": {"Resources": {"Q": queue()}} for name in "ABC"}
    artifacts = {"A": stack("A.template.json"), "B": stack("B.template.json", "A"), "C": stack("C.template.json")}
    loaded = load(assembly(templates, **artifacts))
    assert [[one.address for one in project.resources] for project in loaded] == [["A/Q", "B/Q"], ["C/Q"]]
    assert [project.root for project in loaded] == ["cdk.out/A.template.json", "cdk.out/C.template.json"]


def test_a_stage_has_an_assembly_and_a_project_of_its_own() -> None:
    inner = assembly(
        {"S.template.json": {"Resources": {"Q": queue()}}}, "cdk.out/assembly-Live", Live__S=stack("S.template.json")
    )
    nested = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Live"}}
    (project,) = load({**assembly({}, assembly__Live=nested), **inner})
    assert [one.address for one in project.resources] == ["Live-S/Q"]


@pytest.mark.parametrize(
    ("environment", "region"),
    [("aws://111122223333/us-east-1", "us-east-1"), ("aws://unknown-account/unknown-region", None), ("nonsense", None)],
)
def test_the_region_is_the_stacks(environment: str, region: str | None) -> None:
    (project,) = load(
        assembly({"S.template.json": {"Resources": {"Q": queue()}}}, S=stack("S.template.json", environment=environment))
    )
    found = resource(project, "S/Q").region
    assert isinstance(found, Known)
    assert found.value == region


def exporter() -> dict[str, Any]:
    arn = {"Fn::GetAtt": ["Q", "Arn"]}
    return {"Resources": {"Q": queue()}, "Outputs": {"Out": {"Value": arn, "Export": {"Name": "A:Out"}}}}


@pytest.mark.parametrize(
    "reference",
    [{"Fn::ImportValue": "A:Out"}, {"Fn::GetStackOutput": {"StackName": "A", "OutputName": "Out"}}],
    ids=["strong", "weak"],
)
def test_a_reference_to_another_stack_is_followed(reference: dict[str, Any]) -> None:
    mapping = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"EventSourceArn": reference}}
    joined = {"Fn::Join": ["", [reference, "/x"]]}
    other = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": joined}}
    templates = {"A.template.json": exporter(), "B.template.json": {"Resources": {"M": mapping, "T": other}}}
    (project,) = load(assembly(templates, A=stack("A.template.json"), B=stack("B.template.json", "A")))
    assert str(value(project, "B/M", "EventSourceArn")).startswith("Known(value=Reference(address='A/Q', attribute='Arn')")
    assert "Reference(address='A/Q', attribute='Arn'), '/x'" in str(value(project, "B/T", "DisplayName"))


def test_a_reference_into_what_another_stack_nests_is_followed() -> None:
    arn = {"Value": {"Fn::GetAtt": ["Q", "Arn"]}}
    nests = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "n.json"}}
    handed = {"Value": {"Fn::GetAtt": ["N", "Outputs.Arn"]}, "Export": {"Name": "A:Arn"}}
    mapping = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"EventSourceArn": {"Fn::ImportValue": "A:Arn"}}}
    templates = {
        "A.template.json": {"Resources": {"N": nests}, "Outputs": {"Arn": handed}},
        "n.json": {"Resources": {"Q": queue()}, "Outputs": {"Arn": arn}},
        "B.template.json": {"Resources": {"M": mapping}},
    }
    (project,) = load(assembly(templates, A=stack("A.template.json"), B=stack("B.template.json", "A")))
    assert "Reference(address='A/N.Q', attribute='Arn')" in str(value(project, "B/M", "EventSourceArn"))
    assert resource(project, "A/N.Q").type == "AWS::SQS::Queue"


def test_a_reference_into_another_region_is_followed() -> None:
    arn = {"Fn::GetAtt": ["Q", "Arn"]}
    writer = {
        "Type": "Custom::CrossRegionExportWriter",
        "Properties": {"WriterProps": {"exports": {"/cdk/exports/B/q": arn}}},
    }
    reader = {"Type": "Custom::CrossRegionExportReader", "Properties": {"ReaderProps": {}}}
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::GetAtt": ["R", "/cdk/exports/B/q"]}}}
    templates = {
        "A.template.json": {"Resources": {"Q": queue(), "W": writer}},
        "B.template.json": {"Resources": {"R": reader, "T": topic}},
    }
    (project,) = load(assembly(templates, A=stack("A.template.json"), B=stack("B.template.json", "A")))
    assert "Reference(address='A/Q', attribute='Arn')" in str(value(project, "B/T", "DisplayName"))


def test_references_in_a_circle_come_to_an_end() -> None:
    def half(mine: str, other: str) -> dict[str, Any]:
        exported = {"Out": {"Value": {"Fn::ImportValue": other}, "Export": {"Name": mine}}}
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": other}}}
        return {"Resources": {"T": topic}, "Outputs": exported}

    templates = {"A.template.json": half("a", "b"), "B.template.json": half("b", "a")}
    (project,) = load(assembly(templates, A=stack("A.template.json", "B"), B=stack("B.template.json", "A")))
    assert "Unknown" in str(value(project, "A/T", "DisplayName"))


def nested(url: Any, **metadata: Any) -> dict[str, Any]:
    parameters = {"Given": {"Ref": "Q"}}
    holder = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url, "Parameters": parameters}}
    return {"Resources": {"Q": queue(), "N": {**holder, "Metadata": metadata}}}


INNER = {
    "Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Given"}}}},
    "Parameters": {"Given": {"Type": "String"}},
}
URL = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/bucket/0123.json"]]}


def test_a_nested_stack_is_found_by_its_name_in_the_bucket_or_by_the_recorded_path() -> None:
    assets = {
        "files": {
            "0123": {"source": {"path": "N.nested.template.json"}, "destinations": {"d": {"objectKey": "p/0123.json"}}}
        }
    }
    metadata = {
        "/S/N": [{"type": "aws:cdk:templateFile", "data": "N.nested.template.json"}],
        "/S/N.NestedStack/N.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "N"}],
        "/S/N/T": [{"type": "aws:cdk:logicalId", "data": "T"}],
        "/S/T": [{"type": "aws:cdk:logicalId", "data": "T"}],
    }
    by_name = {"S.template.json": nested(URL), "N.nested.template.json": INNER, "S.assets.json": assets}
    by_path = {
        "S.template.json": nested(URL, **{"aws:asset:path": "N.nested.template.json"}),
        "N.nested.template.json": INNER,
    }
    for files in (by_name, by_path):
        (project,) = load(assembly(files, S=stack("S.template.json", metadata=metadata)))
        topic = resource(project, "S/N.T")
        assert topic.name == "S/N/T"
        assert "Reference(address='S/Q', attribute='Ref')" in str(value(project, "S/N.T", "DisplayName"))
        assert not project.incomplete


def test_a_nested_stack_that_is_not_there_leaves_the_project_open() -> None:
    (project,) = load(assembly({"S.template.json": nested(URL)}, S=stack("S.template.json")))
    assert project.incomplete
    assert any(resource.unseen for resource in project.resources)


def function(**more: Any) -> dict[str, Any]:
    code = {"S3Bucket": "b", "S3Key": "abcd.zip"}
    return {"Type": "AWS::Lambda::Function", "Properties": {"Code": code, "Handler": "app.handler"}, **more}


def code_of(files: dict[str, Any], sources: dict[str, str], **more: Any) -> tuple[CodeKind, str]:
    assets = {"files": {"abcd": {"source": {"path": "asset.abcd"}, "destinations": {"d": {"objectKey": "abcd.zip"}}}}}
    made = assembly(
        {"S.template.json": {"Resources": {"F": function(**more)}}, "S.assets.json": assets, **files},
        S=stack("S.template.json"),
    )
    (project,) = load({**made, **sources})
    ((_, code),) = resource(project, "S/F").code
    return code.kind, code.path


def test_an_asset_leads_to_the_folder_of_the_app_that_it_was_made_of() -> None:
    asset = {"asset.abcd/app.py": "x = 1\n", "asset.abcd/lib/more.py": "y = 2\n"}
    original = {"cdk.json": "{}", "src/app.py": "x = 1\n", "src/lib/more.py": "y = 2\n"}
    assert code_of(asset, original) == (CodeKind.FOLDER, "src")
    assert code_of(asset, {**original, "src/lib/more.py": "y = 3\n"}) == (CodeKind.FOLDER, "cdk.out/asset.abcd")
    assert code_of(asset, {**original, "b/app.py": "x = 1\n", "b/lib/more.py": "y = 2\n"})[1] == "cdk.out/asset.abcd"
    assert code_of({}, original) == (CodeKind.REMOTE, "")
    assert code_of({"asset.abcd": "PK"}, original) == (CodeKind.ARCHIVE, "cdk.out/asset.abcd")


def test_a_bundled_asset_leads_to_the_folder_of_its_entry() -> None:
    asset = {"asset.abcd/app.py": "x = 1\n", "asset.abcd/requests/api.py": ""}
    bundled = {"Metadata": {"aws:asset:path": "asset.abcd", "aws:asset:is-bundled": True}}
    assert code_of(asset, {"cdk.json": "{}", "src/app.py": "x = 1\n"}, **bundled) == (CodeKind.FOLDER, "src")
    assert code_of(asset, {"cdk.json": "{}", "src/app.py": "x = 1\n"})[1] == "cdk.out/asset.abcd"


def test_an_asset_outside_the_project_is_not_read() -> None:
    metadata = {"Metadata": {"aws:asset:path": "../../../etc", "aws:asset:property": "Code"}}
    assert code_of({}, {}, **metadata)[0] is CodeKind.REMOTE


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        ("S/Own/Resource", Origin.USER),
        ("S/OwnSingleton0123456789abcdef0123456789abcdef/Resource", Origin.USER),
        ("S/LogRetention/Resource", Origin.CDK),
        ("S/LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a/ServiceRole/Resource", Origin.CDK),
        ("S/Custom::S3AutoDeleteObjectsCustomResourceProvider/Handler", Origin.CDK),
        ("S/AWS679f53fac002430cb0da5b7982bd2287/Resource", Origin.CDK),
        ("S/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Resource", Origin.CDK),
        ("S/Provider/framework-onEvent/Resource", Origin.CDK),
        ("S/OnEvent/Resource", Origin.USER),
        ("S/Cluster/Group/DrainECSHook/Function/Resource", Origin.CDK),
        ("S/Cluster/KubectlProvider/Handler/Resource", Origin.CDK),
        ("S/Certificate/CertificateRequestorFunction/Resource", Origin.CDK),
        ("S/Pipeline/PipelinesSecurityCheck/CDKPipelinesAutoApprove/Resource", Origin.CDK),
        ("S/Evalda2d1181604e4a4586941a6abd7fe42d/Resource", Origin.CDK),
        ("S/Evaluate/Resource", Origin.USER),
        ("S/AWSCDK.TriggerCustomResourceProviderCustomResourceProvider/Handler", Origin.CDK),
        ("S/CDKMetadata/Default", Origin.CDK),
    ],
)
def test_what_the_cdk_makes_for_itself_is_known_by_its_path(path: str, origin: Origin) -> None:
    template = {"Resources": {"F": function(Metadata={"aws:cdk:path": path})}}
    (project,) = load(assembly({"S.template.json": template}, S=stack("S.template.json")))
    assert resource(project, "S/F").origin is origin


def test_what_the_cdk_marks_as_its_own_is_its_own() -> None:
    mark = [{"type": "aws:cdk:is-custom-resource-handler-singleton", "data": True}]
    identity = [{"type": "aws:cdk:logicalId", "data": "F"}]
    metadata = {"/S/New": mark, "/S/New/Resource": identity}
    (project,) = load(
        assembly({"S.template.json": {"Resources": {"F": function()}}}, S=stack("S.template.json", metadata=metadata))
    )
    assert resource(project, "S/F").origin is Origin.CDK


def test_the_policy_that_grants_write_into_is_told_apart() -> None:
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {},
        "Metadata": {"aws:cdk:path": "S/F/ServiceRole/DefaultPolicy/Resource"},
    }
    (project,) = load(assembly({"S.template.json": {"Resources": {"P": policy}}}, S=stack("S.template.json")))
    assert value(project, "S/P", "faaslint:kind") == Known(PolicyKind.CDK.value)
    assert resource(project, "S/P").name == "S/F/ServiceRole/DefaultPolicy"


def notified(configuration: dict[str, Any], bucket: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    custom = {
        "Type": "Custom::S3BucketNotifications",
        "Properties": {"BucketName": {"Ref": "B"}, "NotificationConfiguration": configuration, **more},
        "Metadata": {"aws:cdk:path": "S/B/Notifications/Resource"},
    }
    return {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": bucket or {}}, "F": function(), "N": custom}}


def in_assembly(template: dict[str, Any]) -> Loaded:
    (project,) = load(assembly({"S.template.json": template}, S=stack("S.template.json")))
    return project


CALLED = {
    "Events": ["s3:ObjectCreated:*"],
    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}},
    "LambdaFunctionArn": {"Fn::GetAtt": ["F", "Arn"]},
}


def test_the_notifications_of_a_bucket_are_the_buckets() -> None:
    project = in_assembly(notified({"LambdaFunctionConfigurations": [CALLED], "EventBridgeConfiguration": {}}))
    called = "NotificationConfiguration.LambdaConfigurations.0"
    assert "Reference(address='S/F', attribute='Arn')" in str(value(project, "S/B", f"{called}.Function"))
    assert value(project, "S/B", f"{called}.Event.0") == Known("s3:ObjectCreated:*")
    assert value(project, "S/B", f"{called}.Filter.S3Key.Rules.0.Value") == Known("in/")
    assert isinstance(value(project, "S/B", "NotificationConfiguration.EventBridgeConfiguration"), Known)


@pytest.mark.parametrize(("kind", "target"), [("Queue", "QueueArn"), ("Topic", "TopicArn")])
def test_queues_and_topics_are_notified_too(kind: str, target: str) -> None:
    listed = [{"Events": ["s3:ObjectRemoved:*"], target: {"Fn::GetAtt": ["F", "Arn"]}}]
    project = in_assembly(notified({f"{kind}Configurations": listed}))
    found = value(project, "S/B", f"NotificationConfiguration.{kind}Configurations.0.{kind}")
    assert "Reference(address='S/F', attribute='Arn')" in str(found)


@pytest.mark.parametrize(("managed", "count"), [(False, 2), (True, 1)])
def test_notifications_replace_those_of_the_bucket_unless_they_are_not_managed(managed: bool, count: int) -> None:
    own = {"NotificationConfiguration": {"LambdaConfigurations": [{"Event": "s3:TestEvent", "Function": "x"}]}}
    project = in_assembly(notified({"LambdaFunctionConfigurations": [CALLED]}, own, Managed=managed))
    listed = value(project, "S/B", "NotificationConfiguration.LambdaConfigurations")
    assert isinstance(listed, Known)
    assert isinstance(listed.value, Items)
    assert len(listed.value.items) == count


def test_notifications_that_are_not_known_make_those_of_the_bucket_unknown() -> None:
    project = in_assembly(notified({"Fn::ImportValue": "elsewhere"}))
    assert isinstance(value(project, "S/B", "NotificationConfiguration"), Unknown)


def test_a_template_outside_an_assembly_has_the_notifications_as_well() -> None:
    template = json.dumps(notified({"LambdaFunctionConfigurations": [CALLED]}))
    project = load_template(Workspace.in_memory({"t.json": template}), "t.json", {})
    found = value(project, "B", "NotificationConfiguration.LambdaConfigurations.0.Function")
    assert "Reference(address='F', attribute='Arn')" in str(found)


def test_an_empty_stack_is_in_order() -> None:
    (project,) = load(assembly({"S.template.json": {"Parameters": {}}}, S=stack("S.template.json")))
    assert (project.resources, project.problems) == ([], [])


def test_a_manifest_that_can_not_be_read_is_a_problem() -> None:
    for text in ("", "{", "[" * 100_000):
        (project,) = load({"cdk.out/manifest.json": text, "cdk.out/cdk.out": ""})
        assert project.problems[0].fatal
        assert project.problems[0].span.path == "cdk.out/manifest.json"


@pytest.mark.parametrize(
    "artifact",
    [
        1,
        {"type": "aws:cloudformation:stack"},
        {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../../etc/passwd"}},
        {"type": "aws:cloudformation:stack", "properties": {"templateFile": "/etc/passwd"}},
        {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}},
        {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../.."}},
        {"type": "cdk:cloud-assembly", "properties": {"directoryName": 7}},
    ],
)
def test_artifacts_of_any_shape_are_survived(artifact: Any) -> None:
    assert load(assembly({}, S=artifact)) == []


@pytest.mark.parametrize("metadata", [1, [1], {"/S": 1}, {"/S/Q": [1, {"type": []}, {"data": {}}]}])
def test_metadata_of_any_shape_is_survived(metadata: Any) -> None:
    files = {"S.template.json": {"Resources": {"Q": queue()}}, "M.json": metadata}
    (project,) = load(assembly(files, S=stack("S.template.json", metadata=metadata, additionalMetadataFile="M.json")))
    assert [one.address for one in project.resources] == ["S/Q"]
