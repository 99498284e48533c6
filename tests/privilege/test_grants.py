"""What a role may do: its boundary, the region of its functions, and names that can't be one name."""

from __future__ import annotations

from typing import Any

import pytest

from faaslint.graph import Graph
from faaslint.iam.match import Answer
from faaslint.model.nodes import Role
from faaslint.model.value import Known, Reference, Unknown
from faaslint.privilege.calls import filled
from faaslint.privilege.distinct import distinct
from faaslint.privilege.grants import grants_of
from tests.graph.making import Ref, Text, cloudformation, resource


def role_with(*statements: dict[str, Any], others: tuple[Any, ...] = (), **properties: Any) -> Graph:
    policies = [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(statements)}}]
    return cloudformation(
        resource("AWS::IAM::Role", "Role", Policies=policies, **properties),
        resource("AWS::Lambda::Function", "Worker", Role=Ref("Role", "Arn")),
        *others,
    )


def answer(graph: Graph, action: str, wanted: Any = None) -> Answer:
    role = graph.node("Role")
    assert isinstance(role, Role)
    return grants_of(role, graph).allows(action, wanted).answer


def allow(action: object, on: object = "*") -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": on}


def test_a_boundary_that_aws_manages_is_read() -> None:
    graph = role_with(
        allow(["s3:GetObject", "iam:CreateUser"]), PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    )
    assert answer(graph, "s3:GetObject") is Answer.YES
    assert answer(graph, "iam:CreateUser") is Answer.NO


def test_a_boundary_of_the_project_is_read_and_another_may_forbid_anything() -> None:
    boundary = resource(
        "AWS::IAM::ManagedPolicy", "Limit", PolicyDocument={"Statement": [allow("s3:*")]}, ManagedPolicyName="limit"
    )
    graph = role_with(allow(["s3:GetObject", "sqs:SendMessage"]), others=(boundary,), PermissionsBoundary=Ref("Limit"))
    assert answer(graph, "s3:GetObject") is Answer.YES
    assert answer(graph, "sqs:SendMessage") is Answer.NO
    elsewhere = role_with(allow("s3:GetObject"), PermissionsBoundary="arn:aws:iam::123456789012:policy/limit")
    assert answer(elsewhere, "s3:GetObject") is Answer.MAYBE


def tables(first: object = None, second: object = None) -> Graph:
    return cloudformation(
        resource("AWS::DynamoDB::Table", "First", TableName=first),
        resource("AWS::DynamoDB::Table", "Second", TableName=second),
    )


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (None, None, True),
        ("orders", "stock", True),
        # The same parameter: the same name, in two regions perhaps.
        (Unknown("a parameter", "Name"), Unknown("a parameter", "Name"), False),
        (Unknown("a parameter", "Name"), Unknown("a parameter", "Other"), True),
    ],
)
def test_two_tables_of_one_stack_have_two_names(first: object, second: object, expected: bool) -> None:
    graph = tables(first, second)
    assert distinct(graph, Reference("First", "name"), Reference("Second", "name")) is expected
    assert not distinct(graph, Reference("First", "name"), Reference("First", "name"))


def test_a_grant_on_one_table_is_none_on_another() -> None:
    others = (resource("AWS::DynamoDB::Table", "First"), resource("AWS::DynamoDB::Table", "Second"))
    graph = role_with(allow("dynamodb:PutItem", Ref("First", "Arn")), others=others)
    for name, expected in (("First", Answer.YES), ("Second", Answer.NO)):
        assert answer(graph, "dynamodb:PutItem", Known(Reference(name, "Arn"))) is expected
    index = Text(Ref("First", "Arn"), "/index/*")
    graph = role_with(allow("dynamodb:Query", index), others=others)
    assert answer(graph, "dynamodb:Query", Known(Reference("First", "Arn"))) is Answer.NO


def test_an_environment_variable_stands_for_what_the_configuration_puts_in() -> None:
    graph = cloudformation(
        resource("AWS::SQS::Queue", "Jobs", QueueName="jobs"),
        resource("AWS::Lambda::Function", "Worker", Environment={"Variables": {"NAME": "orders", "URL": Ref("Jobs")}}),
    )
    from faaslint.model.nodes import Function
    from faaslint.model.value import Environment

    function = graph.node("Worker")
    assert isinstance(function, Function)
    assert filled(Known(Environment("NAME")), function, graph) == Known("orders")
    assert str(getattr(filled(Known(Environment("URL")), function, graph), "value", "")).endswith(":jobs")
    assert isinstance(filled(Known(Environment("NOWHERE")), function, graph), Unknown)
