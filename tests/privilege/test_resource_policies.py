"""Policies of resources that name the role: they let it in, they don't, or nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.graph import Graph
from faaslint.iam.match import Answer
from faaslint.model.nodes import Role
from faaslint.privilege.calls import named_by
from faaslint.privilege.resource_policies import lets_in
from tests.graph.making import Ref, Text, cloudformation, resource, terraform

ACCOUNT_ROOT = Text("arn:aws:iam::", Ref("AWS::AccountId"), ":root")


def statement(principal: object, action: object = "sqs:SendMessage", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def answer(graph: Graph, action: str, address: str) -> Answer:
    role = graph.node("WorkerRole") or graph.node("aws_iam_role.worker")
    assert isinstance(role, Role)
    return lets_in(action, role, graph, graph.node(address))


def queue_policy(*statements: dict[str, Any]) -> Graph:
    return cloudformation(
        resource("AWS::IAM::Role", "WorkerRole"),
        resource("AWS::IAM::Role", "OtherRole"),
        resource("AWS::SQS::Queue", "Jobs"),
        resource("AWS::SQS::Queue", "Others"),
        resource("AWS::SQS::QueuePolicy", "Policy", Queues=[Ref("Jobs")], PolicyDocument={"Statement": list(statements)}),
    )


@pytest.mark.parametrize(
    ("principal", "more", "expected"),
    [
        ({"AWS": Ref("WorkerRole", "Arn")}, {}, Answer.YES),
        ({"AWS": [Ref("OtherRole", "Arn"), Ref("WorkerRole", "Arn")]}, {}, Answer.YES),
        ("*", {}, Answer.YES),
        ({"AWS": "*"}, {}, Answer.YES),
        ({"AWS": Ref("OtherRole", "Arn")}, {}, Answer.NO),
        ({"Service": "sns.amazonaws.com"}, {}, Answer.NO),
        # The account as a whole leaves it to the policies of the role.
        ({"AWS": "arn:aws:iam::123456789012:root"}, {}, Answer.NO),
        ({"AWS": "123456789012"}, {}, Answer.NO),
        # A name that the template does not give may be this role's.
        ({"AWS": "arn:aws:iam::123456789012:role/worker"}, {}, Answer.MAYBE),
        ("*", {"Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:1:t"}}}, Answer.MAYBE),
        ({"AWS": Ref("WorkerRole", "Arn")}, {"Effect": "Deny"}, Answer.NO),
        ({"AWS": Ref("WorkerRole", "Arn")}, {"Action": "sqs:ReceiveMessage"}, Answer.NO),
    ],
)
def test_a_queue_policy(principal: object, more: dict[str, Any], expected: Answer) -> None:
    graph = queue_policy({**statement(principal), **more})
    assert answer(graph, "sqs:SendMessage", "Jobs") is expected


def test_the_policy_of_one_queue_says_nothing_of_another() -> None:
    graph = queue_policy(statement("*"))
    assert answer(graph, "sqs:SendMessage", "Others") is Answer.NO


def test_where_the_queue_is_not_known_any_policy_may_be_its_own() -> None:
    graph = queue_policy(statement("*"))
    role = graph.node("WorkerRole")
    assert isinstance(role, Role)
    assert lets_in("sqs:SendMessage", role, graph, None) is Answer.MAYBE
    assert lets_in("sns:Publish", role, graph, None) is Answer.NO


@pytest.mark.parametrize(
    ("kind", "properties", "policy", "action"),
    [
        ("AWS::S3::Bucket", {"Bucket": "it"}, "AWS::S3::BucketPolicy", "s3:GetObject"),
        ("AWS::SNS::Topic", {"Topics": ["it"]}, "AWS::SNS::TopicPolicy", "sns:Publish"),
        (
            "AWS::SecretsManager::Secret",
            {"SecretId": "it"},
            "AWS::SecretsManager::ResourcePolicy",
            "secretsmanager:GetSecretValue",
        ),
    ],
)
def test_buckets_topics_and_secrets(kind: str, properties: dict[str, Any], policy: str, action: str) -> None:
    on = {name: [Ref("It")] if isinstance(value, list) else Ref("It") for name, value in properties.items()}
    document = {"Statement": [statement({"AWS": Ref("WorkerRole", "Arn")}, action)]}
    name = "ResourcePolicy" if policy.startswith("AWS::SecretsManager") else "PolicyDocument"
    graph = cloudformation(
        resource("AWS::IAM::Role", "WorkerRole"),
        resource(kind, "It"),
        resource(policy, "Policy", **on, **{name: document}),
    )
    assert answer(graph, action, "It") is Answer.YES
    assert answer(graph, action.replace("Get", "Put").replace("Publish", "Subscribe"), "It") is Answer.NO


def test_a_key_s_own_policy_in_both_languages() -> None:
    statements = [statement({"AWS": Ref("WorkerRole", "Arn")}, "kms:Decrypt")]
    graph = cloudformation(
        resource("AWS::IAM::Role", "WorkerRole"),
        resource("AWS::KMS::Key", "Key", KeyPolicy={"Statement": statements}),
    )
    assert answer(graph, "kms:Decrypt", "Key") is Answer.YES
    assert answer(graph, "kms:GenerateDataKey", "Key") is Answer.NO
    text = Text(
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "',
        Ref("aws_iam_role.worker", "arn"),
        '"}, "Action": "kms:*", "Resource": "*"}]}',
    )
    other = terraform(resource("aws_iam_role", "aws_iam_role.worker"), resource("aws_kms_key", "aws_kms_key.k", policy=text))
    assert answer(other, "kms:Decrypt", "aws_kms_key.k") is Answer.YES


def test_a_resource_is_found_by_the_name_in_its_arn() -> None:
    graph = cloudformation(resource("AWS::DynamoDB::Table", "Orders", TableName="orders"))
    from faaslint.model.value import Known

    found = named_by(Known("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-day"), graph)
    assert found is graph.node("Orders")
    assert named_by(Known("arn:aws:dynamodb:eu-west-1:123456789012:table/others"), graph) is None
