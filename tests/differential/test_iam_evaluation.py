"""Policy evaluation against two independent ones, over ten thousand generated questions.

moto's engine evaluates whole policies. It takes patterns as regular expressions, so it knows neither ``?`` nor the case of
actions, and it reads no ``NotResource``: those are compared with patterns evaluated by ``fnmatch`` instead. A wildcard reaches
over the colons of an ARN there, and here it does not: the questions below where that shows are counted and explained.
"""

from __future__ import annotations

import json
import random
from fnmatch import fnmatchcase
from typing import Any

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from faaslint.iam.grants import Grants
from faaslint.iam.match import Answer
from faaslint.iam.policy import document_value, read_statements
from faaslint.model.span import Span
from faaslint.model.value import Known

COUNT = 10_000
SEED = 20_261_121

ACTIONS = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:GetObjectVersion",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "sqs:SendMessage",
    "sns:Publish",
    "iam:PassRole",
)
ACTION_PATTERNS = (
    *ACTIONS,
    "*",
    "s3:*",
    "s3:Get*",
    "s3:*Object",
    "dynamodb:*Item",
    "*:Get*",
    "sqs:Send*",
    "iam:P*",
    "s3:G*t*",
)
RESOURCES = (
    "arn:aws:s3:::reports",
    "arn:aws:s3:::reports/2026/today.csv",
    "arn:aws:s3:::archive/old.csv",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-day",
    "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
    "arn:aws:sqs:eu-west-1:123456789012:jobs",
    "arn:aws:sns:eu-west-1:123456789012:news",
    "arn:aws:iam::123456789012:role/team/reader",
)
RESOURCE_PATTERNS = (
    *RESOURCES,
    "*",
    "arn:aws:s3:::reports/*",
    "arn:aws:s3:::reports*",
    "arn:aws:s3:::*/today.csv",
    "arn:aws:dynamodb:*:123456789012:table/orders",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/*",
    "arn:aws:dynamodb:*:*:table/orders/index/*",
    "arn:aws:sqs:*:*:*",
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::*:role/team/*",
    "arn:aws:*:eu-west-1:123456789012:*",
)


def some(chooser: random.Random, pool: tuple[str, ...]) -> str | list[str]:
    chosen = chooser.sample(pool, chooser.randint(1, 3))
    return chosen if len(chosen) > 1 or chooser.random() < 0.5 else chosen[0]


def statement(chooser: random.Random) -> dict[str, Any]:
    name = "NotAction" if chooser.random() < 0.15 else "Action"
    return {
        "Effect": "Deny" if chooser.random() < 0.25 else "Allow",
        name: some(chooser, ACTION_PATTERNS),
        "Resource": some(chooser, RESOURCE_PATTERNS),
    }


def ours(document: dict[str, Any], action: str, resource: str) -> Answer:
    statements, openness = read_statements(
        document_value(document), identifier="p", name="p", span=Span("policy.json", 1, 1, 1, 2)
    )
    return Grants(statements, openness).allows(action, Known(resource)).answer


def test_ten_thousand_questions_get_the_answers_of_moto() -> None:
    chooser = random.Random(SEED)
    differences = []
    permitted = 0
    for _ in range(COUNT):
        document = {"Version": "2012-10-17", "Statement": [statement(chooser) for _ in range(chooser.randint(1, 4))]}
        action, resource = chooser.choice(ACTIONS), chooser.choice(RESOURCES)
        theirs = IAMPolicy(json.dumps(document)).is_action_permitted(action, resource) is PermissionResult.PERMITTED
        permitted += theirs
        mine = ours(document, action, resource)
        if mine is not (Answer.YES if theirs else Answer.NO):
            differences.append((document, action, resource, theirs, mine))
    assert differences == []
    # The questions are no formality: both answers are common.
    assert COUNT * 0.1 < permitted < COUNT * 0.9


@pytest.mark.parametrize(
    ("pattern", "resource", "why"),
    [
        ("arn:aws:sqs:*", "arn:aws:sqs:eu-west-1:123456789012:jobs", "a wildcard that stands for several fields"),
        ("arn:aws:s3*", "arn:aws:s3:::reports", "a wildcard that stands for several fields"),
    ],
)
def test_where_moto_says_yes_and_we_admit_ignorance(pattern: str, resource: str, why: str) -> None:
    document = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": pattern}]}
    assert IAMPolicy(json.dumps(document)).is_action_permitted("s3:GetObject", resource) is PermissionResult.PERMITTED
    assert ours(document, "s3:GetObject", resource) is Answer.MAYBE, why


def by_hand(document: dict[str, Any], action: str, resource: str) -> bool:
    """Evaluate a policy as the user guide words it, with the patterns of the standard library."""

    def listed(value: str | list[str]) -> list[str]:
        return [value] if isinstance(value, str) else value

    def speaks(one: dict[str, Any]) -> bool:
        def acts(patterns: str | list[str]) -> bool:
            return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in listed(patterns))

        def is_on(patterns: str | list[str]) -> bool:
            return any(fnmatchcase(resource, pattern) for pattern in listed(patterns))

        concerned = acts(one["Action"]) if "Action" in one else not acts(one["NotAction"])
        return concerned and (is_on(one["Resource"]) if "Resource" in one else not is_on(one["NotResource"]))

    speaking = [one["Effect"] for one in document["Statement"] if speaks(one)]
    return "Allow" in speaking and "Deny" not in speaking


def test_case_single_wildcards_and_everything_but() -> None:
    chooser = random.Random(SEED + 1)
    patterns = (*ACTION_PATTERNS, "S3:GETOBJECT", "s3:Get?bject", "DynamoDB:*", "?qs:SendMessage", "s3:?utObject*")
    places = (*RESOURCE_PATTERNS, "arn:aws:s3:::report?", "arn:aws:s3:::Reports", "arn:aws:sqs:eu-west-?:*:job?")
    differences = []
    for _ in range(COUNT // 2):
        statements = []
        for _ in range(chooser.randint(1, 3)):
            one = statement(chooser)
            name = "NotAction" if "NotAction" in one else "Action"
            one[name] = some(chooser, patterns)
            del one["Resource"]
            one["NotResource" if chooser.random() < 0.2 else "Resource"] = some(chooser, places)
            statements.append(one)
        document = {"Version": "2012-10-17", "Statement": statements}
        action, resource = chooser.choice(ACTIONS), chooser.choice(RESOURCES)
        mine = ours(document, action, resource)
        if mine is not (Answer.YES if by_hand(document, action, resource) else Answer.NO):
            differences.append((document, action, resource, mine))
    assert differences == []
