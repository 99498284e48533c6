"""FL711 in what no fixture should hold: a package of more than 50 MB."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from faaslint import api

MAIN = """\
provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "rewrite" {
  function_name = "rewrite"
  role          = "arn:aws:iam::123456789012:role/worker"
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  filename      = "package.zip"
  publish       = true
}

resource "aws_cloudfront_distribution" "site" {
  default_cache_behavior {
    lambda_function_association {
      event_type = "origin-request"
      lambda_arn = aws_lambda_function.rewrite.qualified_arn
    }
  }
}
"""


@pytest.mark.parametrize(("size", "spoken"), [(50 * 1024 * 1024, []), (50 * 1024 * 1024 + 1, [10])])
def test_an_archive_may_have_50_mb(size: int, spoken: list[int], tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    with (tmp_path / "package.zip").open("wb") as stream:
        stream.truncate(size)
    request = api.Request(folder=tmp_path, as_of=date(2026, 11, 21), select=("FL711",))
    assert [finding.span.line for finding in api.check(request).findings] == spoken
