"""The text scan for actions: what it counts, and what it leaves out and why."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def scan() -> ModuleType:
    specification = importlib.util.spec_from_file_location("policy_actions", ROOT / "tools" / "policy_actions.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules["policy_actions"] = module
    specification.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('actions = ["sqs:SendMessage", "sqs:*"]', ["sqs:SendMessage", "sqs:*"]),
        ('not_actions = ["iam:*"]', ["iam:*"]),
        ('{ Action = "S3:getObject", Resource = "arn:aws:s3:::b" }', ["S3:getObject"]),
        ('{ Action = "*", Condition = { StringEquals = { "aws:SourceArn" = "x" } } }', ["*"]),
        ('actions = concat(\n  ["a:One"],\n  var.more ? ["b:Two"] : [],\n)', ["a:One", "b:Two"]),
        ('policy = "{\\"Action\\": \\"s3:Get*\\", \\"Resource\\": \\"*\\"}"', ["s3:Get*"]),
        ('policy = <<EOT\n{"NotAction": ["s3:Get*"], "Resource": "${x["a:B"]}"}\nEOT', ["s3:Get*"]),
        ('# actions = ["sqs:SendMessage"]', []),
        ('alarm_actions = ["sqs:SendMessage"]', []),
        ('actions = ["${var.service}:Get"]', []),
        ('actions == "a:One"', []),
    ],
)
def test_actions_in_policy_positions_are_counted(scan: ModuleType, text: str, expected: list[str]) -> None:
    assert [one.action for one, why in scan.literals("main.tf", text) if not why] == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('resource "alicloud_ram_role" "r" {\n  d = <<E\n{"Action": "sts:AssumeRole"}\nE\n}', "of another provider"),
        ('resource "aws_kms_key" "k" {\n  policy = <<E\n{"Action": "kms:*",}\nE\n}', "in a heredoc that is no JSON"),
        (
            'data "aws_iam_policy_document" "d" {\n  statement {\n    action = ["s3:Get*"]\n  }\n}',
            "in an argument that the data source doesn't have",
        ),
    ],
)
def test_what_can_not_be_a_policy_of_aws_is_left_out_with_its_reason(scan: ModuleType, text: str, reason: str) -> None:
    assert [why for _, why in scan.literals("main.tf", text)] == [reason]


def test_a_block_that_is_declared_twice_is_left_out(scan: ModuleType, tmp_path: Path) -> None:
    block = 'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Action = "a:One" })\n}\n'
    (tmp_path / "one.tf").write_text(block)
    assert [why for _, why in scan.scanned(tmp_path)] == [""]
    (tmp_path / "two.tf").write_text(block)
    assert {why for _, why in scan.scanned(tmp_path)} == {"in a block that is declared twice"}


def test_files_that_are_read_are_scanned(scan: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"Action": ["a:One"]}')
    (tmp_path / "main.tf").write_text('locals {\n  p = file("${path.module}/p.json")\n}\n')
    assert [(one.path, one.action) for one, _ in scan.scanned(tmp_path)] == [("p.json", "a:One")]


def test_an_action_counts_only_at_its_own_line(
    scan: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_ecr_repository_policy" "p" {\n  repository = "r"\n  policy = jsonencode({ Statement = [\n'
        '    { Effect = "Allow", Principal = "*", Action = "ecr:GetDownloadUrlForLayer" }\n  ] })\n}\n'
        'resource "aws_thing" "it" {\n  unheard_of = { Action = "ecr:GetDownloadUrlForLayer" }\n}\n'
    )
    monkeypatch.setattr(sys, "argv", ["policy_actions.py", "--show", str(tmp_path)])
    assert scan.main() == 0
    shown = capsys.readouterr().out
    assert "in a statement of the graph, at their line: 1 (50.0%)" in shown
    assert "main.tf:8: ecr:GetDownloadUrlForLayer" in shown
