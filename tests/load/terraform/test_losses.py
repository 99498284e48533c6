"""What evaluators of Terraform are known to lose, each by its name: nothing of it may be lost here."""

from __future__ import annotations

import pytest

from faaslint.model.value import Fields, Items, Known, Unknown

from ..loading import lines, resource, shown, value
from .making import addresses, load, property_of, worth

QUEUE = 'resource "aws_sqs_queue" "q" {\n  name = "jobs"\n}\n'


def test_a_policy_of_which_a_part_is_unknown_keeps_the_rest() -> None:
    found = worth(
        'jsonencode({ Statement = [{ Effect = "Allow", Action = ["sqs:SendMessage", var.more], '
        'Resource = "arn:aws:sqs:${var.region}:${var.account}:${var.stage}-jobs" }] })',
        'variable "more" {}\nvariable "region" {}\nvariable "account" {}\nvariable "stage" {}\n',
    )
    assert found == {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["sqs:SendMessage", "?var.more"],
                "Resource": "arn:aws:sqs:${var.region}:${var.account}:${var.stage}-jobs",
            }
        ]
    }


def test_a_reference_inside_a_mapping_is_kept() -> None:
    text = QUEUE + (
        'resource "aws_lambda_function" "f" {\n  environment {\n    variables = {\n      QUEUE_URL = aws_sqs_queue.q.url\n'
        "    }\n  }\n}\n"
    )
    assert shown(value(load(text), "aws_lambda_function.f", "environment.0.variables")) == {
        "QUEUE_URL": "<aws_sqs_queue.q.url>"
    }


def test_instances_over_something_unknown_do_not_vanish() -> None:
    text = 'variable "names" {\n  type = set(string)\n}\nresource "aws_sqs_queue" "each" {\n  for_each = var.names\n  name = each.key\n  delay_seconds = 5\n}\n'
    loaded = load(text)
    assert addresses(loaded) == ["aws_sqs_queue.each"]
    assert resource(loaded, "aws_sqs_queue.each").unknown_count
    assert shown(value(loaded, "aws_sqs_queue.each", "delay_seconds")) == 5


def test_a_dynamic_block_over_something_unknown_does_not_vanish() -> None:
    text = (
        'variable "rules" {\n  type = list(any)\n}\nresource "aws_thing" "it" {\n  dynamic "rule" {\n    for_each = var.rules\n'
        "    content {\n      port = rule.value\n    }\n  }\n  rule {\n    port = 22\n  }\n}\n"
    )
    rules = resource(load(text), "aws_thing.it").properties.get("rule")
    assert isinstance(rules, Known)
    assert isinstance(rules.value, Items)
    assert rules.value.openness is not None
    assert shown(rules) == [{"port": 22}]


def test_two_attributes_of_one_resource_stay_apart() -> None:
    assert worth("[aws_sqs_queue.q.id, aws_sqs_queue.q.arn, aws_sqs_queue.q.url]", QUEUE) == [
        "<aws_sqs_queue.q.id>",
        "<aws_sqs_queue.q.arn>",
        "<aws_sqs_queue.q.url>",
    ]
    assert isinstance(property_of("aws_sqs_queue.q.id == aws_sqs_queue.q.arn", QUEUE), Unknown)


def test_a_provider_alias_keeps_its_region() -> None:
    text = (
        'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias = "edge"\n  region = "us-east-1"\n}\n'
        'resource "aws_lambda_function" "f" {\n  provider = aws.edge\n}\nresource "aws_lambda_function" "g" {}\n'
    )
    loaded = load(text)
    assert shown(resource(loaded, "aws_lambda_function.f").region) == "us-east-1"
    assert shown(resource(loaded, "aws_lambda_function.g").region) == "eu-west-1"


def test_a_module_that_calls_itself_is_told_and_the_rest_is_there() -> None:
    loaded = load('module "again" {\n  source = "./."\n}\n' + QUEUE)
    assert addresses(loaded) == ["aws_sqs_queue.q"]
    assert any("calls itself" in problem.message for problem in loaded.problems)


def test_two_million_instances_are_one_of_unknown_number() -> None:
    loaded = load('resource "aws_sqs_queue" "q" {\n  count = 2000000\n}\n')
    assert addresses(loaded) == ["aws_sqs_queue.q"]
    assert resource(loaded, "aws_sqs_queue.q").unknown_count


def test_either_branch_of_an_unknown_test_is_kept() -> None:
    assert worth("var.long ? 900 : 30", 'variable "long" {}\n') == {"var.long": 900, "not var.long": 30}


@pytest.mark.parametrize(
    ("expression", "declared"),
    [("null", ""), ("var.none", 'variable "none" {\n  default = null\n}\n'), ("local.none", "locals {\n  none = null\n}\n")],
)
def test_null_is_not_set(expression: str, declared: str) -> None:
    found = property_of(expression, declared)
    assert isinstance(found, Known)
    assert found.value is None


def test_a_part_of_a_policy_stands_at_its_own_element() -> None:
    text = (
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = [\n      {\n        Effect = "Allow"\n'
        '        Action = [\n          "sqs:SendMessage",\n          "sqs:*",\n        ]\n        Resource = "*"\n      }\n    ]\n  })\n}\n'
    )
    loaded = load(text)
    assert lines(value(loaded, "aws_iam_policy.p", "policy.Statement.0.Action.1"))[-1] == 8
    assert lines(value(loaded, "aws_iam_policy.p", "policy.Statement.0.Resource"))[-1] == 10


def test_a_part_of_a_heredoc_stands_in_its_own_line_whatever_was_cut_off_before_it() -> None:
    text = (
        'variable "q" {}\nresource "aws_iam_policy" "p" {\n  policy = <<-EOT\n    {\n      "Statement": [{\n        "Effect": "Allow",\n'
        '        "Action": ["sqs:SendMessage",\n                   "sqs:*"],\n        "Resource": "${var.q}/*"\n      }]\n    }\n  EOT\n}\n'
    )
    policy = value(load(text), "aws_iam_policy.p", "policy")
    assert isinstance(policy, Known)
    assert isinstance(policy.value, Fields)
    star = value(load(text), "aws_iam_policy.p", "policy.Statement.0.Action.1")
    assert (star.trail[-1].line, star.trail[-1].column, star.trail[-1].end_column) == (8, 20, 27)
    assert lines(value(load(text), "aws_iam_policy.p", "policy.Statement.0.Resource"))[0] == 9


@pytest.mark.parametrize(
    ("route", "result"),
    [
        pytest.param("distinct([aws_sqs_queue.q.arn, aws_sqs_queue.q.arn])", ["<aws_sqs_queue.q.arn>"], id="distinct"),
        pytest.param("sort([aws_sqs_queue.q.arn])", ["<aws_sqs_queue.q.arn>"], id="sort"),
        pytest.param("setunion([aws_sqs_queue.q.arn], [])", ["<aws_sqs_queue.q.arn>"], id="setunion"),
        pytest.param('setproduct([aws_sqs_queue.q.arn], ["a"])', [["<aws_sqs_queue.q.arn>", "a"]], id="setproduct"),
        pytest.param('matchkeys([aws_sqs_queue.q.arn], ["a"], ["a"])', ["<aws_sqs_queue.q.arn>"], id="matchkeys"),
        pytest.param('zipmap(["a"], [aws_sqs_queue.q.arn])', {"a": "<aws_sqs_queue.q.arn>"}, id="zipmap"),
        pytest.param('formatlist("%s/*", [aws_sqs_queue.q.arn])', ["${aws_sqs_queue.q.arn}/*"], id="formatlist"),
        pytest.param("jsondecode(jsonencode({ a = aws_sqs_queue.q.arn })).a", "<aws_sqs_queue.q.arn>", id="JSON and back"),
        pytest.param(
            'templatestring("-> $${a}", { a = aws_sqs_queue.q.arn })', "-> ${aws_sqs_queue.q.arn}", id="templatestring"
        ),
        pytest.param('module.m["x"].out', "<aws_sqs_queue.q.arn>", id="one of several modules"),
        pytest.param("values(module.m)[*].out", ["<aws_sqs_queue.q.arn>"], id="all of several modules"),
        pytest.param("compact([aws_sqs_queue.q.arn, null])", ["<aws_sqs_queue.q.arn>"], id="compact"),
        pytest.param("concat(var.l, [aws_sqs_queue.q.arn])", ["<aws_sqs_queue.q.arn>"], id="behind an unknown list"),
        pytest.param(
            "{ (aws_sqs_queue.q.name) = aws_sqs_queue.q.arn }", {"jobs": "<aws_sqs_queue.q.arn>"}, id="a computed key"
        ),
    ],
)
def test_a_reference_survives(route: str, result: object) -> None:
    text = QUEUE + (
        'variable "l" {\n  type = list(string)\n}\n'
        'module "m" {\n  source = "./m"\n  for_each = { x = aws_sqs_queue.q.arn }\n  in = each.value\n}\n'
    )
    module = 'variable "in" {}\noutput "out" {\n  value = var.in\n}\n'
    assert worth(route, text, **{"m/main.tf": module}) == result


def test_what_terraform_only_passes_on_is_what_it_was_given() -> None:
    text = (
        'resource "terraform_data" "t" {\n  count = 1\n  input = { file = "a.zip", queue = aws_sqs_queue.q.arn }\n}\n'
        'resource "null_resource" "n" {\n  triggers = { file = "b.zip" }\n}\n'
    )
    assert worth("terraform_data.t[0].output.file", QUEUE + text) == "a.zip"
    assert worth("terraform_data.t[0].output.queue", QUEUE + text) == "<aws_sqs_queue.q.arn>"
    assert worth("null_resource.n.triggers.file", QUEUE + text) == "b.zip"
    assert worth("null_resource.n.id", QUEUE + text) == "<null_resource.n.id>"
