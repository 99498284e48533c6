"""One mistake, said once: findings of several instances of a module are put together."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from faaslint.api import Request, check

MODULE = """
resource "aws_lambda_function" "job" {
  function_name = var.name
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  s3_bucket     = "artifacts"
  s3_key        = "job.zip"
  role          = "arn:aws:iam::123456789012:role/job"
}

resource "aws_cloudwatch_event_rule" "job" {
  name                = var.name
  schedule_expression = "rate(1 hour)"
}

resource "aws_cloudwatch_event_target" "job" {
  rule = aws_cloudwatch_event_rule.job.name
  arn  = aws_lambda_function.job.arn
}

resource "aws_lambda_permission" "job" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.job.function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.job.arn
}

variable "name" {
  type = string
}
"""


def test_instances_of_a_module_that_name_their_own_neighbours_make_one_finding(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "job").mkdir()
    (root / "job" / "main.tf").write_text(MODULE, encoding="utf-8")
    (root / "main.tf").write_text(
        'module "job" {\n  for_each = toset(["x64", "arm64"])\n  source   = "./job"\n  name     = each.key\n}\n',
        encoding="utf-8",
    )
    findings = [one for one in check(Request(folder=root, as_of=date(2026, 11, 21))).findings if one.rule == "FL504"]
    assert [sorted(one.resources) for one in findings] == [
        ['module.job["arm64"].aws_lambda_function.job', 'module.job["x64"].aws_lambda_function.job']
    ]


def test_calls_of_a_module_that_name_their_own_neighbours_make_one_finding(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "job").mkdir()
    (root / "job" / "main.tf").write_text(MODULE, encoding="utf-8")
    (root / "main.tf").write_text(
        "".join(f'module "{name}" {{\n  source = "./job"\n  name   = "{name}"\n}}\n' for name in ("bills", "orders")),
        encoding="utf-8",
    )
    findings = [one for one in check(Request(folder=root, as_of=date(2026, 11, 21))).findings if one.rule == "FL504"]
    assert [(list(one.resources), one.message) for one in findings] == [
        (
            ["module.bills.aws_lambda_function.job", "module.orders.aws_lambda_function.job"],
            "Function 'module.bills.aws_lambda_function.job' is called asynchronously by "
            "'module.bills.aws_cloudwatch_event_rule.job', and an event that it fails on is dropped after its retries; set an "
            "on-failure destination or a dead-letter queue; the same holds for 'module.orders.aws_lambda_function.job'.",
        )
    ]


def test_roots_that_call_one_module_by_other_names_make_one_finding(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    (root / "job").mkdir()
    (root / "job" / "main.tf").write_text(MODULE, encoding="utf-8")
    for name in ("bills", "orders"):
        (root / name).mkdir()
        (root / name / "main.tf").write_text(
            f'module "{name}" {{\n  source = "../job"\n  name   = "{name}"\n}}\n', encoding="utf-8"
        )
    findings = [one for one in check(Request(folder=root, as_of=date(2026, 11, 21))).findings if one.rule == "FL504"]
    assert [(one.project, list(one.resources)) for one in findings] == [
        ("bills", ["module.bills.aws_lambda_function.job", "module.orders.aws_lambda_function.job"])
    ]


def test_what_a_module_shares_with_all_its_callers_keeps_its_name(tmp_path: Path) -> None:
    """Two functions that other rules call are two mistakes, each with its own trigger."""
    root = tmp_path.resolve()
    (root / "job").mkdir()
    function = MODULE.partition('resource "aws_cloudwatch_event_rule"')[0]
    outputs = 'output "arn" {\n  value = aws_lambda_function.job.arn\n}\nvariable "name" {\n  type = string\n}\n'
    (root / "job" / "main.tf").write_text(function + outputs, encoding="utf-8")
    (root / "main.tf").write_text(
        "".join(
            f'module "{name}" {{\n  source = "./job"\n  name   = "{name}"\n}}\n'
            f'resource "aws_cloudwatch_event_rule" "{name}" {{\n  schedule_expression = "rate(1 hour)"\n}}\n'
            f'resource "aws_cloudwatch_event_target" "{name}" {{\n  rule = aws_cloudwatch_event_rule.{name}.name\n'
            f"  arn  = module.{name}.arn\n}}\n"
            for name in ("bills", "orders")
        ),
        encoding="utf-8",
    )
    findings = [one for one in check(Request(folder=root, as_of=date(2026, 11, 21))).findings if one.rule == "FL504"]
    assert [list(one.resources) for one in findings] == [
        ["module.bills.aws_lambda_function.job"],
        ["module.orders.aws_lambda_function.job"],
    ]


STACK = """\
from aws_cdk import App, Stack, Stage, aws_events as events, aws_lambda

class Jobs(Stack):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        aws_lambda.Function(self, "Job")
        events.Rule(self, "Nightly")

class Shop(Stage):
    def __init__(self, scope, construct_id):
        super().__init__(scope, construct_id)
        Jobs(self, "Jobs")

app = App()
delivery = Stack(app, "Delivery")
Shop(delivery, "Beta")
Shop(delivery, "Live")
"""


def staged(stage: str) -> dict[str, str]:
    path = f"Delivery/{stage}/Jobs"
    job = {"Fn::GetAtt": ["Job", "Arn"]}
    resources = {
        "Job": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:cdk:path": f"{path}/Job/Resource"}},
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {"ScheduleExpression": "rate(1 day)", "Targets": [{"Id": "T", "Arn": job}]},
            "Metadata": {"aws:cdk:path": f"{path}/Nightly/Resource"},
        },
    }
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Jobs.template.json"}}
    return {
        "cdk.out": "{}",
        "manifest.json": json.dumps({"version": "55.0.0", "artifacts": {f"Delivery{stage}Jobs": stack}}),
        "Jobs.template.json": json.dumps({"Resources": resources}),
    }


def test_stages_within_a_stack_make_one_finding_though_it_names_their_own_neighbours(tmp_path: Path) -> None:
    root = tmp_path.resolve()
    nested = {
        f"assembly-{stage}": {"type": "cdk:cloud-assembly", "properties": {"directoryName": f"assembly-{stage}"}}
        for stage in ("Beta", "Live")
    }
    files = {"app.py": STACK, "cdk.json": "{}", "cdk.out/cdk.out": "{}"}
    files["cdk.out/manifest.json"] = json.dumps({"version": "55.0.0", "artifacts": nested})
    for stage in ("Beta", "Live"):
        files |= {f"cdk.out/assembly-{stage}/{name}": text for name, text in staged(stage).items()}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    findings = [one for one in check(Request(folder=root, as_of=date(2026, 11, 21))).findings if one.rule == "FL504"]
    assert [(one.span.path, one.span.line, one.resources) for one in findings] == [
        ("app.py", 6, ("Delivery/Beta/Jobs/Job", "Delivery/Live/Jobs/Job"))
    ]
