"""Terraform's JSON syntax says the same as the native one."""

from __future__ import annotations

import json

from ..loading import lines, problems, resource, shown, value
from .making import addresses, load


def test_resources_variables_and_locals() -> None:
    text = json.dumps(
        {
            "//": "a comment",
            "variable": {"size": {"type": "number", "default": 5}},
            "locals": {"name": "jobs-${var.size}"},
            "resource": {
                "aws_sqs_queue": {
                    "q": {"name": "${local.name}", "delay_seconds": "${var.size * 2}", "count": 1, "depends_on": ["aws_a.a"]}
                },
                "aws_a": {"a": [{"dynamic": {"rule": {"for_each": ["x"], "content": {"n": "${rule.value}"}}}}]},
            },
        },
        indent=1,
    )
    loaded = load("", files={"main.tf.json": text})
    assert addresses(loaded) == ["aws_sqs_queue.q[0]", "aws_a.a"]
    assert shown(value(loaded, "aws_sqs_queue.q[0]", "name")) == "jobs-5"
    assert shown(value(loaded, "aws_sqs_queue.q[0]", "delay_seconds")) == 10
    assert resource(loaded, "aws_sqs_queue.q[0]").depends_on == ("aws_a.a",)
    assert shown(value(loaded, "aws_a.a", "rule")) == [{"n": "x"}]
    assert lines(value(loaded, "aws_sqs_queue.q[0]", "name"))[0] == text[: text.index("local.name")].count("\n") + 1


def test_a_policy_document() -> None:
    text = json.dumps(
        {
            "data": {"aws_iam_policy_document": {"d": {"statement": {"actions": ["a:*"], "resources": ["*"]}}}},
            "resource": {"aws_iam_role_policy": {"p": {"policy": "${data.aws_iam_policy_document.d.json}"}}},
        }
    )
    loaded = load("", files={"main.tf.json": text})
    assert shown(value(loaded, "aws_iam_role_policy.p", "policy"))["Statement"] == [
        {"Effect": "Allow", "Action": ["a:*"], "Resource": ["*"]}
    ]


def test_text_that_is_not_json() -> None:
    loaded = load('resource "aws_a" "a" {}\n', files={"b.tf.json": '{\n "resource": }\n'})
    assert problems(loaded) == [(2, "syntax error: a value was expected here")]
    assert addresses(loaded) == ["aws_a.a"]
