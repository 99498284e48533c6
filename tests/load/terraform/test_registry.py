"""Calls of registry modules that are not on disk: what our models make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

import faaslint
from faaslint.load.terraform.registry import MODEL_PATH, configuration_of, model_of
from faaslint.model.nodes import CodeKind, Origin
from faaslint.model.value import Fields, Items, Known, Value, branches
from faaslint.source.hcl_nodes import GetAttribute, Traversal

from ..loading import problems, resource, shown, value
from .making import addresses, load

MODELS = sorted(
    path.stem for path in (Path(faaslint.__file__).parent / "load" / "terraform" / "registry" / "models").glob("*.tf")
)


def call(source: str, text: str = "", name: str = "m") -> str:
    return f'module "{name}" {{\n  source = "terraform-aws-modules/{source}"\n{text}}}\n'


# Sources


@pytest.mark.parametrize(
    ("source", "model"),
    [
        ("terraform-aws-modules/lambda/aws", "lambda"),
        ("registry.terraform.io/terraform-aws-modules/sqs/aws", "sqs"),
        ("registry.opentofu.org/terraform-aws-modules/vpc/aws", "vpc"),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v7.2.0", "lambda"),
        ("github.com/terraform-aws-modules/terraform-aws-s3-bucket//modules/notification", "s3_notification"),
        ("git@github.com:cloudposse/terraform-aws-lambda-function.git", "cloudposse_lambda"),
        ("terraform-aws-modules/lambda/aws//modules/alias", "lambda_alias"),
        ("terraform-aws-modules/lambda/aws//modules/deploy", None),
        ("terraform-aws-modules/rds/aws", None),
        ("./terraform-aws-modules/lambda/aws", None),
        ("", None),
    ],
)
def test_a_source_names_a_model(source: str, model: str | None) -> None:
    assert model_of(source) == model


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_read_without_problems_and_reads_only_what_it_declares(model: str) -> None:
    configuration = configuration_of(model)
    assert configuration.problems == []
    assert configuration.resources
    assert configuration.outputs
    found: set[str] = set()
    pending: list[object] = [
        *configuration.resources.values(),
        *configuration.outputs.values(),
        *configuration.locals.values(),
    ]
    while pending:
        part = pending.pop()
        if isinstance(part, Traversal) and part.root == "var" and isinstance(part.steps[0], GetAttribute):
            found.add(part.steps[0].name)
        if isinstance(part, (list, tuple)):
            pending += part
        elif isinstance(part, dict):
            pending += part.values()
        elif type(part).__module__.startswith("faaslint.source.hcl_nodes"):
            pending += (getattr(part, name) for name in type(part).__slots__)
    assert found <= set(configuration.variables)


# Places


def paths(found: Value) -> set[str]:
    seen = {span.path for span in found.trail}
    for _, leaf in branches(found):
        seen |= {span.path for span in leaf.trail}
        content = leaf.value if isinstance(leaf, Known) else None
        if isinstance(content, Fields):
            seen |= {span.path for span in content.keys.values()}
            seen = seen.union(*(paths(inner) for inner in content.values.values()))
        elif isinstance(content, Items):
            seen = seen.union(*(paths(item.value) for item in content.items))
    return seen


@pytest.mark.parametrize(
    "source",
    [
        "lambda/aws", "sqs/aws", "sns/aws", "eventbridge/aws", "apigateway-v2/aws", "s3-bucket/aws", "dynamodb-table/aws",
        "step-functions/aws", "vpc/aws",
    ],
)  # fmt: skip
def test_nothing_stands_in_a_model(source: str) -> None:
    loaded = load(call(source, '  name = "x"\n  create_dlq = true\n  public_subnets = ["10.0.1.0/24"]\n'))
    assert loaded.resources
    assert loaded.incomplete == []
    assert problems(loaded) == []
    for one in loaded.resources:
        assert one.origin is Origin.MODULE
        assert one.span.path == "main.tf"
        assert one.properties.openness is not None, "the module may set more"
        assert paths(Known(one.properties, (one.span,))) == {"main.tf"}
    assert not any(path.startswith(MODEL_PATH) for path in loaded.files)


def test_a_value_stands_at_the_argument_and_is_called_what_the_module_calls_it() -> None:
    loaded = load(call("lambda/aws", '  function_name = "f"\n  timeout = 1000\n  environment_variables = { A = "1" }\n'))
    found = resource(loaded, "module.m.aws_lambda_function.this[0]")
    assert [span.line for span in value(loaded, found.address, "timeout").trail] == [4]
    assert found.spellings["environment.variables"] == "environment_variables"
    assert found.spellings["role"] == "lambda_role"


# What is made


def test_a_function_its_role_and_its_triggers() -> None:
    loaded = load(
        call(
            "lambda/aws",
            '  function_name = "f"\n  handler = "app.main"\n  runtime = "python3.13"\n  source_path = "src"\n'
            "  attach_policy_statements = true\n"
            '  policy_statements = {\n    read = {\n      effect = "Allow"\n      actions = ["s3:GetObject"]\n'
            '      resources = ["arn:aws:s3:::b/*"]\n    }\n  }\n'
            '  allowed_triggers = {\n    rule = {\n      service = "events"\n      source_arn = aws_cloudwatch_event_rule.r.arn\n'
            "    }\n  }\n  create_current_version_allowed_triggers = false\n"
            "  event_source_mapping = {\n    q = {\n      event_source_arn = aws_sqs_queue.q.arn\n    }\n  }\n",
        )
        + 'resource "aws_cloudwatch_event_rule" "r" {}\nresource "aws_sqs_queue" "q" {}\n'
        'resource "aws_thing" "it" {\n  role = module.m.lambda_role_arn\n  more = module.m.unheard_of\n}\n',
        files={"src/app.py": ""},
    )
    function = "module.m.aws_lambda_function.this[0]"
    assert shown(value(loaded, function, "role")) == "<module.m.aws_iam_role.lambda[0].arn>"
    assert shown(value(loaded, function, "memory_size")) == 128
    assert [(code.kind, code.path) for _, code in resource(loaded, function).code] == [(CodeKind.FOLDER, "src")]
    statements = value(loaded, "module.m.aws_iam_role_policy.additional_inline[0]", "policy.Statement")
    assert shown(statements)[0]["Action"] == ["s3:GetObject"]
    permission = 'module.m.aws_lambda_permission.unqualified_alias_triggers["rule"]'
    assert shown(value(loaded, permission, "principal")) == "events.amazonaws.com"
    assert shown(value(loaded, permission, "source_arn")) == "<aws_cloudwatch_event_rule.r.arn>"
    mapping = 'module.m.aws_lambda_event_source_mapping.this["q"]'
    assert shown(value(loaded, mapping, "event_source_arn")) == "<aws_sqs_queue.q.arn>"
    assert shown(value(loaded, mapping, "function_name")) == f"<{function}.arn>"
    assert shown(value(loaded, "aws_thing.it", "role")) == "<module.m.aws_iam_role.lambda[0].arn>"
    assert shown(value(loaded, "aws_thing.it", "more")) == "?module.m.unheard_of"


def test_a_queue_with_its_dead_letter_queue() -> None:
    loaded = load(call("sqs/aws", '  name = "jobs"\n  create_dlq = true\n  redrive_policy = { maxReceiveCount = 3 }\n'))
    assert shown(value(loaded, "module.m.aws_sqs_queue.dlq[0]", "name")) == "jobs-dlq"
    assert shown(value(loaded, "module.m.aws_sqs_queue_redrive_policy.dlq[0]", "redrive_policy")) == {
        "deadLetterTargetArn": "<module.m.aws_sqs_queue.dlq[0].arn>",
        "maxReceiveCount": 3,
    }


def test_a_topic_with_subscriptions() -> None:
    loaded = load(
        call(
            "sns/aws",
            '  name = "t"\n  subscriptions = {\n    f = {\n      protocol = "lambda"\n      endpoint = "e"\n    }\n  }\n',
        )
    )
    assert shown(value(loaded, 'module.m.aws_sns_topic_subscription.this["f"]', "topic_arn")) == (
        "<module.m.aws_sns_topic.this[0].arn>"
    )


def test_rules_with_their_targets() -> None:
    loaded = load(
        call(
            "eventbridge/aws",
            '  bus_name = "b"\n  rules = {\n    orders = {\n      event_pattern = jsonencode({ source = ["shop"] })\n    }\n  }\n'
            '  targets = {\n    orders = [{\n      name = "work"\n      arn  = aws_lambda_function.f.arn\n    }]\n  }\n',
        )
        + 'resource "aws_lambda_function" "f" {}\n'
    )
    target = 'module.m.aws_cloudwatch_event_target.this["work"]'
    assert shown(value(loaded, target, "arn")) == "<aws_lambda_function.f.arn>"
    assert shown(value(loaded, target, "rule")) == "orders-rule"
    assert shown(value(loaded, 'module.m.aws_cloudwatch_event_rule.this["orders"]', "event_pattern")) == {"source": ["shop"]}


@pytest.mark.parametrize(
    "routes",
    [
        'routes = {\n    "GET /" = {\n      integration = {\n        uri = aws_lambda_function.f.arn\n      }\n    }\n  }\n',
        'integrations = {\n    "GET /" = {\n      lambda_arn = aws_lambda_function.f.arn\n    }\n  }\n',
    ],
    ids=["since 5", "before 5"],
)
def test_routes_with_their_integrations(routes: str) -> None:
    loaded = load(call("apigateway-v2/aws", f'  name = "api"\n  {routes}') + 'resource "aws_lambda_function" "f" {}\n')
    integration = 'module.m.aws_apigatewayv2_integration.this["GET /"]'
    assert shown(value(loaded, integration, "integration_uri")) == "<aws_lambda_function.f.arn>"
    assert shown(value(loaded, integration, "integration_type")) == "AWS_PROXY"
    assert 'module.m.aws_apigatewayv2_route.this["GET /"]' in addresses(loaded)


def test_a_table_with_a_stream() -> None:
    loaded = load(
        call("dynamodb-table/aws", '  name = "t"\n  stream_enabled = true\n  stream_view_type = "NEW_IMAGE"\n')
        + 'resource "aws_thing" "it" {\n  stream = module.m.dynamodb_table_stream_arn\n}\n'
    )
    assert shown(value(loaded, "aws_thing.it", "stream")) == "<module.m.aws_dynamodb_table.this[0].stream_arn>"


def test_subnets_and_the_way_out() -> None:
    loaded = load(
        call(
            "vpc/aws",
            '  cidr = "10.0.0.0/16"\n  azs = ["a", "b"]\n  private_subnets = ["10.0.1.0/24", "10.0.2.0/24"]\n'
            '  public_subnets = ["10.0.9.0/24"]\n  enable_nat_gateway = true\n  single_nat_gateway = true\n',
        )
        + 'resource "aws_thing" "it" {\n  subnets = module.m.private_subnets\n}\n'
    )
    assert shown(value(loaded, "aws_thing.it", "subnets")) == [
        "<module.m.aws_subnet.private[0].id>",
        "<module.m.aws_subnet.private[1].id>",
    ]
    assert shown(value(loaded, "module.m.aws_subnet.private[1]", "cidr_block")) == "10.0.2.0/24"
    assert shown(value(loaded, "module.m.aws_route.private_nat_gateway[0]", "nat_gateway_id")) == (
        "<module.m.aws_nat_gateway.this[0].id>"
    )


def test_a_state_machine_whose_grants_are_the_modules_own() -> None:
    loaded = load(
        call(
            "step-functions/aws",
            '  name = "s"\n  service_integrations = {\n    lambda = {\n      lambda = ["*"]\n    }\n  }\n',
        )
    )
    policy = value(loaded, 'module.m.aws_iam_role_policy.integrations["lambda"]', "policy")
    assert shown(policy).startswith("?"), "which actions the module grants is its own table"


def test_cloudposses_function() -> None:
    loaded = load(
        'module "m" {\n  source = "cloudposse/lambda-function/aws"\n  function_name = "f"\n'
        '  lambda_environment = {\n    variables = { A = "1" }\n  }\n}\n'
    )
    function = "module.m.aws_lambda_function.this[0]"
    assert shown(value(loaded, function, "environment")) == [{"variables": {"A": "1"}}]
    assert shown(value(loaded, function, "role")) == "<module.m.aws_iam_role.this[0].arn>"


def test_a_module_that_is_installed_is_read_instead_of_its_model() -> None:
    listed = '{"Modules": [{"Key": "m", "Source": "terraform-aws-modules/sqs/aws", "Dir": ".terraform/modules/m"}]}'
    loaded = load(
        call("sqs/aws", '  name = "x"\n'),
        files={
            ".terraform/modules/modules.json": listed,
            ".terraform/modules/m/main.tf": 'variable "name" {}\nresource "aws_sqs_queue" "real" {\n  name = var.name\n}\n',
        },
    )
    assert addresses(loaded) == ["module.m.aws_sqs_queue.real"]


def test_a_copy_of_the_lambda_module_still_tells_the_source() -> None:
    module = "".join(
        f'variable "{name}" {{\n  default = null\n}}\n' for name in ("source_path", "build_in_docker", "hash_extra")
    )
    module += (
        'data "external" "archive" {}\nresource "aws_lambda_layer_version" "this" {\n'
        "  filename = data.external.archive.result.filename\n}\n"
    )
    loaded = load(
        'module "l" {\n  source = "./vendor"\n  source_path = "src"\n}\n', files={"vendor/main.tf": module, "src/app.py": ""}
    )
    assert [(code.kind, code.path) for _, code in loaded.resources[0].code] == [(CodeKind.FOLDER, "src")]
