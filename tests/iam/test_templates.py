"""SAM's policy templates and connectors, filled in."""

from __future__ import annotations

import pytest

from faaslint.iam.actions import expand
from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer
from faaslint.iam.store import shards
from faaslint.iam.templates import connector_policy, policy_template, template_names, template_parameters
from faaslint.model.guard import atom
from faaslint.model.read import elements, text_of
from faaslint.model.span import Span
from faaslint.model.value import Branch, Choice, Known, Pattern, Reference, Unknown

from .policies import read

HERE = Span("template.yaml", 9, 11, 9, 30)
PARTITION = Unknown("", "AWS::Partition")
REGION = Unknown("", "AWS::Region")
ACCOUNT = Unknown("", "AWS::AccountId")


def table(name: str | Reference, more: str = "") -> Known:
    start = ("arn:", PARTITION, ":dynamodb:", REGION, ":", ACCOUNT, ":table/")
    if isinstance(name, str):
        return Known(Pattern((*start[:-1], f"{start[-1]}{name}{more}")))
    return Known(Pattern((*start, name, more) if more else (*start, name)))


@pytest.mark.parametrize("name", ["Orders", Reference("Orders", "Ref")])
def test_a_template_grants_on_its_argument(name: str | Reference) -> None:
    document = policy_template("DynamoDBCrudPolicy", {"TableName": Known(name)})
    assert document is not None
    granted = Grants(*read(document))
    assert granted.allows("dynamodb:PutItem", table(name)).answer is Answer.YES
    assert granted.allows("dynamodb:Query", table(name, "/index/i")).answer is Answer.YES
    assert granted.allows("dynamodb:DeleteTable", table(name)).answer is Answer.NO


def test_another_table_is_not_granted() -> None:
    document = policy_template("DynamoDBReadPolicy", {"TableName": Known("Orders")})
    assert document is not None
    assert Grants(*read(document)).allows("dynamodb:GetItem", table("Others")).answer is Answer.NO


def test_an_argument_of_two_branches_is_granted_in_each() -> None:
    prod = atom("IsProd")
    chosen = Choice((Branch(prod, Known("P")), Branch(~prod, Known("T"))))
    document = policy_template("DynamoDBReadPolicy", {"TableName": chosen})
    assert document is not None
    granted = Grants(*read(document))
    assert granted.allows("dynamodb:GetItem", table("P"), prod).answer is Answer.YES
    assert granted.allows("dynamodb:GetItem", table("P"), ~prod).answer is Answer.NO


def test_a_missing_argument_is_unknown() -> None:
    document = policy_template("SQSPollerPolicy", {})
    assert document is not None
    queue = Known("arn:aws:sqs:eu-west-1:1:q")
    assert Grants(*read(document)).allows("sqs:ReceiveMessage", queue).answer is Answer.MAYBE


def test_a_document_stands_where_the_template_is_used() -> None:
    document = policy_template("SQSPollerPolicy", {"QueueName": Known("q")}, (HERE,))
    assert document is not None
    assert {statement.span for statement in read(document)[0]} == {HERE}


def test_unknown_templates_are_none() -> None:
    assert policy_template("NoSuchPolicy", {}) is None
    assert template_parameters("NoSuchPolicy") is None
    assert template_parameters("SQSPollerPolicy") == ("QueueName",)


@pytest.mark.parametrize("name", template_names())
def test_every_template_can_be_read(name: str) -> None:
    arguments = {parameter: Known("x") for parameter in template_parameters(name) or ()}
    document = policy_template(name, arguments)
    assert document is not None
    statements, openness = read(document)
    assert statements
    assert openness is None
    granted = [text_of(leaf) or "" for statement in statements for _, leaf in elements(statement.actions)]
    assert any(map(expand, granted))
    texts = [str(leaf) for statement in statements for _, leaf in elements(statement.resources)]
    assert not any("is not given" in text for text in texts), texts


def test_a_connector_makes_a_policy_of_its_source() -> None:
    made = connector_policy(
        "AWS::Lambda::Function", "AWS::SQS::Queue", ["Write"], {"Destination.Arn": Known(Reference("Q", "Arn"))}
    )
    assert made is not None
    assert (made.kind, made.on_source) == ("AWS_IAM_ROLE_MANAGED_POLICY", True)
    granted = Grants(*read(made.document))
    assert granted.allows("sqs:SendMessage", Known(Reference("Q", "Arn"))).answer is Answer.YES
    assert granted.allows("sqs:ReceiveMessage", Known(Reference("Q", "Arn"))).answer is Answer.NO


def test_pairs_without_a_profile_are_none() -> None:
    assert connector_policy("AWS::SQS::Queue", "AWS::S3::Bucket", ["Read"], {}) is None


def test_every_connector_can_be_read() -> None:
    names = {
        f"{side}.{what}": Known("x")
        for side in ("Source", "Destination")
        for what in ("Arn", "Name", "ResourceId", "Qualifier")
    }
    pairs = [(source, target) for source, targets in shards("sam").get("connectors").items() for target in targets]
    assert len(pairs) > 25
    for source, target in pairs:
        made = connector_policy(source, target, ["Read", "Write"], names)
        assert made is not None
        statements, openness = read(made.document)
        assert statements, (source, target)
        assert openness is None
        assert "is not given" not in str(made.document), (source, target)
