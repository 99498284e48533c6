"""Events: each type becomes the service's own resource, with what lets the two work together."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.load.resource import Loaded
from faaslint.model.nodes import Origin
from faaslint.model.value import Known

from ..loading import load, problems, resource, shown, value

POLICY = "arn:aws:iam::aws:policy/service-role/"


def event(kind: str, properties: str = "{}", rest: str = "", more: str = "") -> Loaded:
    return load(
        f"Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        f"      InlineCode: x\n{more}      Events:\n        E: {{Type: {kind}, Properties: {properties}}}\n{rest}"
    )


def properties(loaded: Loaded, address: str) -> Any:
    return shown(Known(resource(loaded, address).properties))


def types(loaded: Loaded) -> dict[str, str]:
    return {one.address: one.type.removeprefix("AWS::") for one in loaded.resources if one.address not in ("F", "FRole")}


def permission(loaded: Loaded, address: str = "FEPermission") -> Any:
    found = properties(loaded, address)
    assert found.pop("Action") == "lambda:InvokeFunction"
    assert found.pop("FunctionName") == "<F.Ref>"
    return found


@pytest.mark.parametrize(
    ("kind", "source", "managed"),
    [
        ("SQS", "Queue", ["AWSLambdaSQSQueueExecutionRole"]),
        ("Kinesis", "Stream", ["AWSLambdaKinesisExecutionRole"]),
        ("DynamoDB", "Stream", ["AWSLambdaDynamoDBExecutionRole"]),
        ("MSK", "Stream", ["AWSLambdaMSKExecutionRole"]),
        ("MQ", "Broker", []),
        ("DocumentDB", "Cluster", []),
    ],
)
def test_a_polled_source_becomes_a_mapping_and_the_role_may_read_it(kind: str, source: str, managed: list[str]) -> None:
    loaded = event(kind, f"{{{source}: 'arn:aws:x', BatchSize: 5, Enabled: false}}")
    mapping = resource(loaded, "FE")
    assert mapping.type == "AWS::Lambda::EventSourceMapping"
    assert (mapping.origin, mapping.span.line) == (Origin.SAM, 8)
    assert mapping.spellings["EventSourceArn"] == source
    found = properties(loaded, "FE")
    assert {name: found[name] for name in ("FunctionName", "EventSourceArn", "BatchSize", "Enabled")} == {
        "FunctionName": "<F.Ref>",
        "EventSourceArn": "arn:aws:x",
        "BatchSize": 5,
        "Enabled": False,
    }
    attached = shown(value(loaded, "FRole", "ManagedPolicyArns"))
    assert attached == [POLICY + name for name in ["AWSLambdaBasicExecutionRole", *managed]]


def test_two_queues_attach_the_policy_once() -> None:
    loaded = event("SQS", "{Queue: a}")
    twice = load(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      InlineCode: x\n      Events:\n        A: {Type: SQS, Properties: {Queue: a}}\n"
        "        B: {Type: SQS, Properties: {Queue: b}}\n"
    )
    assert shown(value(twice, "FRole", "ManagedPolicyArns")) == shown(value(loaded, "FRole", "ManagedPolicyArns"))


def test_a_failure_destination_with_a_type_may_be_sent_to() -> None:
    loaded = event("Kinesis", "{Stream: s, DestinationConfig: {OnFailure: {Type: SQS, Destination: d}}}")
    assert shown(value(loaded, "FRole", "Policies.0")) == {
        "PolicyName": "FESQSPolicy",
        "PolicyDocument": {"Statement": [{"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": "d"}]},
    }


def actions(loaded: Loaded) -> set[str]:
    statements = shown(value(loaded, "FRole", "Policies.0.PolicyDocument.Statement"))
    return {action for statement in statements for action in statement["Action"]}


def test_brokers_and_clusters_bring_statements_of_their_own() -> None:
    access = "SourceAccessConfigurations: [{Type: %s, URI: secret}]"
    network = {
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeVpcs",
        "ec2:DescribeSubnets",
        "ec2:DescribeSecurityGroups",
    }
    secret = {"secretsmanager:GetSecretValue"}
    broker = event("MQ", f"{{Broker: b, Queues: [q], {access % 'BASIC_AUTH'}}}")
    assert actions(broker) == secret | {"mq:DescribeBroker"}
    cluster = event("DocumentDB", f"{{Cluster: c, DatabaseName: d, {access % 'BASIC_AUTH'}}}")
    assert actions(cluster) == secret | network | {
        "rds:DescribeDBClusterParameters",
        "rds:DescribeDBSubnetGroups",
        "rds:DescribeDBClusters",
    }
    kafka = event(
        "SelfManagedKafka",
        "{KafkaBootstrapServers: [h:9092], Topics: [t], SourceAccessConfigurations: [{Type: SASL_SCRAM_512_AUTH, URI: s}, "
        "{Type: VPC_SUBNET, URI: n}, {Type: VPC_SECURITY_GROUP, URI: g}]}",
    )
    assert actions(kafka) == secret | network
    assert shown(value(kafka, "FE", "SelfManagedEventSource.Endpoints.KafkaBootstrapServers")) == ["h:9092"]
    assert actions(event("MSK", f"{{Stream: s, {access % 'CLIENT_CERTIFICATE_TLS_AUTH'}}}")) == secret


def test_a_bucket_event_becomes_a_permission_and_a_notification() -> None:
    loaded = event(
        "S3",
        "{Bucket: !Ref B, Events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'], Filter: {S3Key: x}}",
        "  B:\n    Type: AWS::S3::Bucket\n    DependsOn: P\n    Properties:\n"
        "      NotificationConfiguration: {QueueConfigurations: [q]}\n  P: {Type: AWS::X::Y}\n",
    )
    assert permission(loaded) == {"Principal": "s3.amazonaws.com", "SourceAccount": "?AWS::AccountId"}
    configuration = properties(loaded, "B")["NotificationConfiguration"]
    assert configuration["QueueConfigurations"] == ["q"]
    assert configuration["LambdaConfigurations"] == [
        {"Event": kind, "Function": "<F.Arn>", "Filter": {"S3Key": "x"}}
        for kind in ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    ]
    assert resource(loaded, "B").depends_on == ("P", "FEPermission")
    assert value(loaded, "B", "NotificationConfiguration.LambdaConfigurations.0").trail[0].line == 8


def test_topic_events() -> None:
    direct = event("SNS", "{Topic: !Ref T, FilterPolicy: {a: [b]}}", "  T: {Type: AWS::SNS::Topic}\n")
    assert permission(direct) == {"Principal": "sns.amazonaws.com", "SourceArn": "<T.Ref>"}
    assert properties(direct, "FE") == {
        "Protocol": "lambda",
        "Endpoint": "<F.Arn>",
        "TopicArn": "<T.Ref>",
        "FilterPolicy": {"a": ["b"]},
    }
    queued = event("SNS", "{Topic: !Ref T, SqsSubscription: true}", "  T: {Type: AWS::SNS::Topic}\n")
    assert types(queued) == {
        "FEQueue": "SQS::Queue",
        "FEEventSourceMapping": "Lambda::EventSourceMapping",
        "FEQueuePolicy": "SQS::QueuePolicy",
        "FE": "SNS::Subscription",
        "T": "SNS::Topic",
    }
    assert properties(queued, "FE")["Endpoint"] == "<FEQueue.Arn>"
    assert properties(queued, "FEEventSourceMapping")["EventSourceArn"] == "<FEQueue.Arn>"


@pytest.mark.parametrize("kind", ["EventBridgeRule", "CloudWatchEvent"])
def test_rule_events(kind: str) -> None:
    loaded = event(kind, "{Pattern: {source: [a]}, EventBusName: b, State: DISABLED, InputPath: $.detail}")
    assert permission(loaded) == {"Principal": "events.amazonaws.com", "SourceArn": "<FE.Arn>"}
    assert properties(loaded, "FE") == {
        "EventPattern": {"source": ["a"]},
        "EventBusName": "b",
        "State": "DISABLED",
        "Targets": [{"Arn": "<F.Arn>", "Id": "FELambdaTarget", "InputPath": "$.detail"}],
    }


def test_schedule_events() -> None:
    loaded = event("Schedule", "{Schedule: rate(1 minute), Enabled: false, DeadLetterConfig: {Type: SQS}}")
    found = properties(loaded, "FE")
    assert (found["ScheduleExpression"], found["State"]) == ("rate(1 minute)", "DISABLED")
    assert found["Targets"][0]["DeadLetterConfig"] == {"Arn": "<FEQueue.Arn>"}
    assert types(loaded)["FEQueuePolicy"] == "SQS::QueuePolicy"


def test_scheduler_events_call_with_a_role_of_their_own() -> None:
    loaded = event("ScheduleV2", "{ScheduleExpression: rate(1 minute)}")
    assert types(loaded) == {"FERole": "IAM::Role", "FE": "Scheduler::Schedule"}
    assert properties(loaded, "FE")["Target"] == {"Arn": "<F.Arn>", "RoleArn": "<FERole.Arn>"}
    assert shown(value(loaded, "FERole", "Policies.0.PolicyDocument.Statement.0")) == {
        "Action": "lambda:InvokeFunction",
        "Effect": "Allow",
        "Resource": "<F.Arn>",
    }


def test_log_events() -> None:
    loaded = event("CloudWatchLogs", "{LogGroupName: !Ref L, FilterPattern: ERROR}", "  L: {Type: AWS::Logs::LogGroup}\n")
    assert permission(loaded) == {
        "Principal": "logs.amazonaws.com",
        "SourceArn": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${L.Ref}:*",
    }
    assert resource(loaded, "FE").depends_on == ("FEPermission",)


def test_device_and_skill_events() -> None:
    device = event("IoTRule", "{Sql: 'SELECT 1'}")
    assert permission(device) == {
        "Principal": "iot.amazonaws.com",
        "SourceAccount": "?AWS::AccountId",
        "SourceArn": "arn:aws:iot:${AWS::Region}:${AWS::AccountId}:rule/${FE.Ref}",
    }
    assert properties(device, "FE")["TopicRulePayload"]["Actions"] == [{"Lambda": {"FunctionArn": "<F.Arn>"}}]
    assert permission(event("AlexaSkill", "{SkillId: s}")) == {
        "Principal": "alexa-appkit.amazon.com",
        "EventSourceToken": "s",
    }
    assert permission(event("AlexaSkill")) == {"Principal": "alexa-appkit.amazon.com"}


def test_user_pool_events() -> None:
    loaded = event(
        "Cognito", "{UserPool: !Ref P, Trigger: [PreSignUp, PostConfirmation]}", "  P: {Type: AWS::Cognito::UserPool}\n"
    )
    assert permission(loaded, "FCognitoPermission") == {"Principal": "cognito-idp.amazonaws.com", "SourceArn": "<P.Arn>"}
    assert properties(loaded, "P")["LambdaConfig"] == {"PreSignUp": "<F.Arn>", "PostConfirmation": "<F.Arn>"}


def test_an_event_under_a_condition_is_there_in_that_case() -> None:
    text = """\
Transform: AWS::Serverless-2016-10-31
Conditions: {C: !Equals [!Ref AWS::Region, x]}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: x
      Events:
        E: !If [C, {Type: SQS, Properties: {Queue: q}}, !Ref AWS::NoValue]
"""
    assert resource(load(text), "FE").guard.label == "C"


def test_an_event_that_can_not_be_known_leaves_the_template_open() -> None:
    unknown = "      Events: {E: !Ref Something}\n"
    text = "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
    assert load(text + "      InlineCode: x\n" + unknown).open_types
    assert not event("SQS", "{Queue: q}").open_types


def test_malformed_events_are_problems() -> None:
    loaded = event("Nope", rest="        G: 3\n        H: {}\n")
    assert problems(loaded) == [
        (8, "'Nope' is no type of event that SAM has"),
        (9, "the event 'G' must be a mapping with a Type"),
        (10, "the event 'H' has no Type"),
    ]
