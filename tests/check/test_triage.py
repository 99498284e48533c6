"""One mistake, said once: findings of several instances of a module are put together."""

from __future__ import annotations

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
