"""What Lambda needs the role of a function for, whatever its code does."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.graph import Graph
from faaslint.model.nodes import Function
from faaslint.model.value import Unknown
from faaslint.privilege.configuration import layers_openness, needs_of_configuration
from faaslint.privilege.written import Author
from tests.graph.making import Ref, Text, cloudformation, resource


def system(*others: Any, **properties: Any) -> Graph:
    return cloudformation(resource("AWS::Lambda::Function", "Worker", **properties), *others)


def needed(graph: Graph) -> dict[str, str]:
    """The certain needs: action to resource, as the template would write it."""
    from faaslint.report.references import as_text

    function = graph.node("Worker")
    assert isinstance(function, Function)
    author = Author(graph, function)
    return {
        one.action: as_text(author.write(one.resource), "cloudformation")
        for one in needs_of_configuration(function, graph)
        if one.certain
    }


def perhaps(graph: Graph) -> set[str]:
    function = graph.node("Worker")
    assert isinstance(function, Function)
    return {one.action for one in needs_of_configuration(function, graph) if not one.certain}


def test_logs_go_to_the_group_of_the_function_s_name() -> None:
    found = needed(system(FunctionName="worker"))
    group = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/worker:*"
    assert found == dict.fromkeys(("logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup"), group)


@pytest.mark.parametrize("name", ["/shop/worker", Ref("Group")])
def test_a_group_that_is_declared_needs_no_creation(name: object) -> None:
    group = resource("AWS::Logs::LogGroup", "Group", LogGroupName="/shop/worker")
    found = needed(system(group, LoggingConfig={"LogGroup": name}))
    assert set(found) == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert set(found.values()) == {"${Group.Arn}"}


def test_tracing_and_network_interfaces() -> None:
    graph = system(TracingConfig={"Mode": "Active"}, VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]})
    found = needed(graph)
    assert {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "ec2:CreateNetworkInterface"} <= set(found)
    assert {"xray:GetSamplingRules", "ec2:DescribeVpcs"} <= perhaps(graph)
    assert "xray:PutTraceSegments" not in needed(system(TracingConfig={"Mode": "PassThrough"}))


def mapping(source: object, **more: Any) -> Any:
    return resource("AWS::Lambda::EventSourceMapping", "Mapping", FunctionName=Ref("Worker"), EventSourceArn=source, **more)


@pytest.mark.parametrize(
    ("kind", "reference", "actions"),
    [
        ("AWS::SQS::Queue", "Arn", {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}),
        ("AWS::Kinesis::Stream", "Arn", {"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream"}),
        (
            "AWS::DynamoDB::Table",
            "StreamArn",
            {"dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"},
        ),
    ],
)
def test_pollers(kind: str, reference: str, actions: set[str]) -> None:
    graph = system(resource(kind, "Source"), mapping(Ref("Source", reference)))
    found = needed(graph)
    assert actions <= set(found)
    assert "*" not in {found[action] for action in actions}


def test_a_disabled_mapping_needs_nothing_for_certain() -> None:
    graph = system(resource("AWS::SQS::Queue", "Source"), mapping(Ref("Source", "Arn"), Enabled=False))
    assert not any(action.startswith("sqs:") for action in needed(graph))
    assert "sqs:ReceiveMessage" in perhaps(graph)


def test_targets_of_failures_and_successes() -> None:
    others = (
        resource("AWS::SQS::Queue", "Failed"),
        resource("AWS::SNS::Topic", "Done"),
        resource("AWS::S3::Bucket", "Lost"),
        resource(
            "AWS::Lambda::EventInvokeConfig",
            "Async",
            FunctionName=Ref("Worker"),
            Qualifier="$LATEST",
            DestinationConfig={"OnSuccess": {"Destination": Ref("Done")}, "OnFailure": {"Destination": Ref("Lost", "Arn")}},
        ),
    )
    found = needed(system(*others, DeadLetterConfig={"TargetArn": Ref("Failed", "Arn")}))
    assert found["sqs:SendMessage"] == "${Failed.Arn}"
    assert found["sns:Publish"] == "${Done}"
    assert found["s3:PutObject"] == "${Lost.Arn}/*"


def test_a_target_that_can_t_be_told_may_be_any() -> None:
    graph = system(DeadLetterConfig={"TargetArn": Unknown("a parameter without a default", "Target")})
    assert {"sqs:SendMessage", "sns:Publish"} <= perhaps(graph)
    assert "sqs:SendMessage" not in needed(graph)


def test_customer_keys_of_the_environment_and_of_what_is_polled() -> None:
    key = resource("AWS::KMS::Key", "Key")
    assert needed(system(key, KmsKeyArn=Ref("Key", "Arn")))["kms:Decrypt"] == "${Key.Arn}"
    queue = resource("AWS::SQS::Queue", "Source", KmsMasterKeyId=Ref("Key"))
    assert needed(system(key, queue, mapping(Ref("Source", "Arn"))))["kms:Decrypt"] == "${Key.Arn}"
    managed = resource("AWS::SQS::Queue", "Source", KmsMasterKeyId="alias/aws/sqs")
    assert "kms:Decrypt" not in needed(system(managed, mapping(Ref("Source", "Arn"))))


def layer(name: str) -> Text:
    return Text("arn:aws:lambda:", Unknown("the region", "AWS::Region"), f":580247275435:layer:{name}:21")


def test_layers_that_are_known() -> None:
    graph = system(Layers=[layer("LambdaInsightsExtension")])
    assert needed(graph)["logs:CreateLogGroup"]
    function = graph.node("Worker")
    assert isinstance(function, Function)
    assert layers_openness(function, graph) is None
    secrets = system(Layers=[layer("AWS-Parameters-and-Secrets-Lambda-Extension")])
    assert {"secretsmanager:GetSecretValue", "ssm:GetParameter"} <= perhaps(secrets)


def test_a_layer_of_elsewhere_may_call_aws_by_itself() -> None:
    graph = system(Layers=[layer("Watchdog")])
    function = graph.node("Worker")
    assert isinstance(function, Function)
    found = layers_openness(function, graph)
    assert found is not None
    assert "elsewhere" in found.why


def test_a_mount_is_of_efs_only_where_its_arn_says_so() -> None:
    point = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-1"
    mount = {"Arn": point, "LocalMountPath": "/mnt/files"}
    assert "elasticfilesystem:ClientMount" in needed(system(FileSystemConfigs=[mount]))
    other = {"Arn": "arn:aws:s3files:eu-west-1:123456789012:file-system/fs-1", "LocalMountPath": "/mnt/files"}
    graph = system(FileSystemConfigs=[other])
    assert "elasticfilesystem:ClientMount" not in needed(graph)
    assert {"s3files:ClientMount", "elasticfilesystem:ClientMount"} <= perhaps(graph)


def test_a_durable_function_records_its_steps_on_itself() -> None:
    found = needed(system(FunctionName="worker", DurableConfig={"ExecutionTimeout": 60}))
    assert found["lambda:CheckpointDurableExecution"].endswith(":function:worker*")
