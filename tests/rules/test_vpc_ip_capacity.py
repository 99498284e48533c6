"""FL601 in what fixtures can't set: overlapping subnets, its options, and both models."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from faaslint import api

SUBNETS = """\
resource "aws_vpc" "network" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_security_group" "group" {
  count  = 12
  vpc_id = aws_vpc.network.id
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.network.id
  cidr_block = "10.0.1.0/28"
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.network.id
  cidr_block = "10.0.2.0/28"
}
"""

FUNCTION = """
resource "aws_lambda_function" "{name}" {{
  function_name                  = "{name}"
  role                           = "arn:aws:iam::123456789012:role/worker"
  runtime                        = "nodejs22.x"
  handler                        = "index.handler"
  s3_bucket                      = "artifacts"
  s3_key                         = "worker.zip"
  memory_size                    = 3072
  reserved_concurrent_executions = {peak}

  vpc_config {{
    subnet_ids         = [{subnets}]
    security_group_ids = [aws_security_group.group[{group}].id]
  }}
}}
"""


def function(name: str, peak: int, *subnets: str, group: int = 0) -> str:
    listed = ", ".join(f"aws_subnet.{one}.id" for one in subnets)
    return FUNCTION.format(name=name, peak=peak, subnets=listed, group=group)


def messages(folder: Path, *functions: str, **options: str | int) -> list[str]:
    (folder / "main.tf").write_text(SUBNETS + "".join(functions), encoding="utf-8")
    request = api.Request(
        folder=folder,
        as_of=date(2026, 11, 21),
        select=("FL601",),
        rule_options={"FL601": {k.replace("_", "-"): v for k, v in options.items()}},
    )
    return [finding.message for finding in api.check(request).findings]


def test_functions_with_overlapping_subnets_add_up(tmp_path: Path) -> None:
    # Each subnet has 11 addresses. Either function fits alone; both together need 25 of 22.
    (found,) = messages(tmp_path, function("orders", 10, "a"), function("importer", 15, "a", "b"))
    assert "(10 × 3 GB + 15 × 3 GB) / 3 GB = 25 addresses > 22 usable" in found


def test_functions_with_separate_subnets_do_not(tmp_path: Path) -> None:
    assert messages(tmp_path, function("orders", 10, "a"), function("importer", 10, "b")) == []


def test_a_chain_of_overlaps_is_one_group(tmp_path: Path) -> None:
    three = (function("orders", 8, "a"), function("importer", 8, "a", "b"), function("exporter", 8, "b"))
    (found,) = messages(tmp_path, *three)
    assert "= 24 addresses > 22 usable" in found


@pytest.mark.parametrize("name", ["orders", "aws_lambda_function.orders"])
def test_the_peak_of_one_function_may_be_configured(name: str, tmp_path: Path) -> None:
    one = function("orders", -1, "a")
    assert messages(tmp_path, one) == []
    assert messages(tmp_path, one, peak_concurrency_of=f"other=1, {name}=12") != []
    assert messages(tmp_path, function("orders", 12, "a"), peak_concurrency_of=f"{name}=11") == []


def test_the_peak_of_all_others_may_be_configured(tmp_path: Path) -> None:
    assert messages(tmp_path, function("orders", -1, "a"), peak_concurrency=12) != []


def test_the_hyperplane_model_counts_sets_of_security_groups(tmp_path: Path) -> None:
    same = [function(f"f{number}", 100, "a") for number in range(12)]
    other = [function(f"f{number}", 100, "a", group=number) for number in range(12)]
    assert messages(tmp_path, *same, vpc_model="hyperplane") == []
    assert len(messages(tmp_path, *other, vpc_model="hyperplane")) == 1


def test_provisioned_concurrency_of_terraform_counts(tmp_path: Path) -> None:
    provisioned = """
resource "aws_lambda_alias" "live" {
  name             = "live"
  function_name    = aws_lambda_function.orders.function_name
  function_version = "3"
}

resource "aws_lambda_provisioned_concurrency_config" "warm" {
  function_name                     = aws_lambda_alias.live.function_name
  qualifier                         = aws_lambda_alias.live.name
  provisioned_concurrent_executions = 12
}
"""
    (found,) = messages(tmp_path, function("orders", -1, "a"), provisioned)
    assert "12 × 3 GB" in found
