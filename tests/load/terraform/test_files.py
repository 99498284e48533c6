"""Which files make a module, and how they go together."""

from __future__ import annotations

import json

from ..loading import problems, resource, shown, value
from .making import addresses, load

BASE = (
    'variable "size" {\n  default = 128\n}\nlocals {\n  name = "f"\n}\nresource "aws_lambda_function" "f" {\n'
    '  function_name = local.name\n  memory_size = var.size\n  environment {\n    variables = { A = "1" }\n  }\n'
    '  dynamic "vpc_config" {\n    for_each = [1]\n    content {\n      subnet_ids = ["s"]\n    }\n  }\n'
    "  lifecycle {\n    prevent_destroy = true\n  }\n}\n"
)
FUNCTION = "aws_lambda_function.f"


def test_override_files_change_arguments_blocks_and_locals() -> None:
    loaded = load(
        BASE,
        files={
            "override.tf": 'locals {\n  name = "g"\n}\nvariable "size" {\n  default = 256\n}\n',
            "z_override.tf": (
                'resource "aws_lambda_function" "f" {\n  timeout = 5\n  environment {\n    variables = { B = "2" }\n  }\n'
                '  vpc_config {\n    subnet_ids = ["t"]\n  }\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n'
            ),
        },
    )
    assert loaded.problems == []
    found = {name: shown(each) for name, each in resource(loaded, FUNCTION).properties.values.items()}
    assert found == {
        "function_name": "g",
        "memory_size": 256,
        "timeout": 5,
        "environment": [{"variables": {"B": "2"}}],
        "vpc_config": [{"subnet_ids": ["t"]}],
    }
    assert value(loaded, FUNCTION, "timeout").trail[0].path == "z_override.tf"
    assert loaded.files == ["main.tf", "override.tf", "z_override.tf"]


def test_the_last_override_wins() -> None:
    files = {f"{name}_override.tf": f'locals {{\n  name = "{name}"\n}}\n' for name in ("b", "a", "c")}
    assert shown(value(load(BASE, files=files), FUNCTION, "function_name")) == "c"


def test_an_override_in_json() -> None:
    override = {"resource": {"aws_lambda_function": {"f": {"memory_size": 512, "environment": {"variables": {"C": "3"}}}}}}
    loaded = load(BASE, files={"override.tf.json": json.dumps(override)})
    assert shown(value(loaded, FUNCTION, "memory_size")) == 512
    assert shown(value(loaded, FUNCTION, "environment")) == {"variables": {"C": "3"}}


def test_an_override_of_nothing_and_a_second_declaration_are_told() -> None:
    loaded = load(
        'resource "aws_a" "a" {}\nresource "aws_a" "a" {}\nlocals {\n  x = 1\n}\nlocals {\n  x = 2\n}\nresource "b" {}\n',
        files={"override.tf": 'module "m" {\n  source = "./m"\n}\n'},
    )
    assert problems(loaded) == [
        (2, "resource 'aws_a.a' is declared twice; the first one counts"),
        (7, "local 'x' is declared twice; the first one counts"),
        (9, "the resource block is passed over: it needs a type and a name"),
        (1, "there is no module 'm' that this block could override"),
    ]
    assert not any(problem.fatal for problem in loaded.problems)


def test_opentofus_files_stand_for_terraforms() -> None:
    loaded = load(
        'resource "aws_a" "terraform" {}\n',
        files={"main.tofu": 'resource "aws_a" "tofu" {}\n', "more.tf": 'resource "aws_a" "both" {}\n'},
    )
    assert addresses(loaded) == ["aws_a.tofu", "aws_a.both"]


def test_a_list_of_objects_in_json() -> None:
    text = json.dumps([{"resource": {"aws_a": {"a": {}}}}, {"resource": {"aws_a": {"b": {}}}}])
    assert addresses(load("", files={"main.tf.json": text})) == ["aws_a.a", "aws_a.b"]


def test_what_the_cdk_for_terraform_writes() -> None:
    stack = {
        "//": {"metadata": {"stackName": "shop", "version": "0.20.0"}},
        "resource": {
            "aws_lambda_function": {
                "worker_8A1B": {
                    "//": {"metadata": {"path": "shop/worker/function", "uniqueId": "worker_8A1B"}},
                    "function_name": "worker",
                    "role": "${aws_iam_role.worker_role_77C0.arn}",
                    "environment": {"variables": {"QUEUE": "${aws_sqs_queue.jobs_11AA.url}"}},
                }
            },
            "aws_iam_role": {"worker_role_77C0": {"//": {"metadata": {"path": "shop/worker/role"}}, "name": "worker"}},
            "aws_sqs_queue": {"jobs_11AA": {"name": "jobs"}},
        },
    }
    loaded = load("", files={"cdk.tf.json": json.dumps(stack, indent=2)})
    function = resource(loaded, "aws_lambda_function.worker_8A1B")
    assert function.name == "shop/worker/function"
    assert "//" not in function.properties.values
    assert shown(value(loaded, function.address, "role")) == "<aws_iam_role.worker_role_77C0.arn>"
    assert shown(value(loaded, function.address, "environment")) == {"variables": {"QUEUE": "<aws_sqs_queue.jobs_11AA.url>"}}
    assert resource(loaded, "aws_sqs_queue.jobs_11AA").name == "aws_sqs_queue.jobs_11AA"
