"""``faaslint policy``: what it prints, for whom, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from faaslint.cli import main

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Store:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      Timeout: 10
      Environment:
        Variables:
          ORDERS: !Ref Orders
          JOBS: !Ref Jobs
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: POLICY
              Resource: !GetAtt Orders.Arn
        - SQSSendMessagePolicy:
            QueueName: !GetAtt Jobs.QueueName
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Jobs:
    Type: AWS::SQS::Queue
"""

SOURCE = """\
import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["ORDERS"])
queue = boto3.client("sqs")


def handler(event, context):
    orders.put_item(Item={"id": event["id"]})
    queue.send_message(QueueUrl=os.environ["JOBS"], MessageBody=event["id"])
"""

MODULE = """\
data "archive_file" "store" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/store.zip"
}

resource "aws_lambda_function" "store" {
  function_name    = "store"
  runtime          = "python3.13"
  handler          = "app.handler"
  filename         = data.archive_file.store.output_path
  source_code_hash = data.archive_file.store.output_base64sha256
  role             = aws_iam_role.store.arn
  timeout          = 10

  environment {
    variables = {
      ORDERS = aws_dynamodb_table.orders.name
      JOBS   = aws_sqs_queue.jobs.url
    }
  }
}

resource "aws_iam_role" "store" {
  name = "store"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_dynamodb_table" "orders" {
  name         = "orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def sam(action: str) -> None:
    Path("template.yaml").write_text(TEMPLATE.replace("POLICY", action), encoding="utf-8")


def terraform() -> None:
    Path("main.tf").write_text(MODULE, encoding="utf-8")


def test_json_says_what_is_needed_granted_missing_and_unused(capsys: pytest.CaptureFixture[str]) -> None:
    sam("[dynamodb:GetItem]")
    assert main(["policy", "--format", "json"]) == 0
    (store,) = json.loads(capsys.readouterr().out)["functions"]
    assert (store["function"], store["path"], store["handler"]) == ("Store", "template.yaml", "app.handler")
    assert store["complete"] == {"needed": True, "granted": True}
    assert {
        "action": "dynamodb:PutItem",
        "resources": ["${Orders.Arn}"],
        "origin": "source",
        "evidence": [{"path": "src/app.py", "line": 10}],
    } in store["needed"]
    assert {"action": "sqs:SendMessage*", "origin": "sam-template"}.items() <= next(
        one for one in store["granted"] if one["action"].startswith("sqs")
    ).items()
    assert store["missing"] == [
        {"action": "dynamodb:PutItem", "resources": ["${Orders.Arn}"], "evidence": [{"path": "src/app.py", "line": 10}]}
    ]
    assert store["unused"] == [
        {"action": "dynamodb:GetItem", "resources": ["${Orders.Arn}"], "path": "template.yaml", "line": 19}
    ]
    first = store["policy"]["Statement"][0]
    assert first == {
        "Effect": "Allow",
        "Action": ["dynamodb:PutItem"],
        "Resource": [{"Fn::GetAtt": ["Orders", "Arn"]}],
    }


def test_sam_takes_a_template_where_one_fits_and_leaves_out_what_the_transform_adds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    sam("[dynamodb:*]")
    assert main(["policy", "--format", "sam"]) == 0
    text = capsys.readouterr().out
    assert "- SQSSendMessagePolicy:\n        QueueName: !GetAtt Jobs.QueueName" in text
    assert "- !GetAtt Orders.Arn" in text
    assert "# dynamodb:PutItem: dynamodb put_item (src/app.py:10)" in text
    assert "logs:" not in text


def test_yaml_is_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    sam("[dynamodb:PutItem]")
    assert main(["policy", "--format", "yaml"]) == 0

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("!", lambda loader, tag, node: f"{tag} {node.value}")
    policies = yaml.load(capsys.readouterr().out, Loader)
    assert policies["Store"]["Statement"][0]["Resource"] == ["GetAtt Orders.Arn"]


def test_terraform_refers_to_resources_and_to_the_role(capsys: pytest.CaptureFixture[str]) -> None:
    terraform()
    assert main(["policy", "--format", "terraform"]) == 0
    text = capsys.readouterr().out
    assert "resources = [aws_dynamodb_table.orders.arn]" in text
    assert "resources = [aws_sqs_queue.jobs.arn]" in text
    assert "role   = aws_iam_role.store.id" in text
    assert 'data "aws_region" "minimal" {}' in text


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    sam("[dynamodb:PutItem]")
    assert main(["policy"]) == 0
    text = capsys.readouterr().out
    assert "minimal   the role grants what is needed and nothing else" in text
    assert text.endswith("1 function, 1 with a minimal role\n")


@pytest.mark.parametrize(
    ("action", "status"),
    [("[dynamodb:PutItem]", 0), ("[dynamodb:PutItem, sns:Publish]", 1), ("[dynamodb:GetItem]", 1), ("[dynamodb:*]", 1)],
)
def test_check_is_a_gate(action: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    sam(action)
    assert main(["policy", "--check"]) == status
    assert main(["policy"]) == 0
    capsys.readouterr()


def test_one_function_may_be_asked_for_by_either_name(capsys: pytest.CaptureFixture[str]) -> None:
    terraform()
    for name in ("store", "aws_lambda_function.store"):
        assert main(["policy", "--function", name, "--format", "json"]) == 0
        assert len(json.loads(capsys.readouterr().out)["functions"]) == 1
    assert main(["policy", "--function", "stores"]) == 2
    assert "did you mean 'store'?" in capsys.readouterr().err


def test_a_format_that_no_project_has_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    terraform()
    assert main(["policy", "--format", "sam"]) == 2
    assert "use json or yaml" in capsys.readouterr().err
    sam("[dynamodb:PutItem]")
    assert main(["policy", "--format", "sam"]) == 0
    assert "1 functions of another kind" in capsys.readouterr().err


def test_a_path_that_does_not_exist_and_a_file_that_can_t_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "nowhere"]) == 2
    sam("[dynamodb:PutItem]")
    with open("template.yaml", "a", encoding="utf-8") as stream:
        stream.write("  Broken: {\n")
    assert main(["policy", "template.yaml"]) == 3
    assert "template.yaml" in capsys.readouterr().err


def test_where_the_source_is_not_all_there_nothing_is_called_unused(capsys: pytest.CaptureFixture[str]) -> None:
    sam("[dynamodb:PutItem, sns:Publish]")
    Path("src/app.py").write_text(SOURCE + "    getattr(queue, event['call'])()\n", encoding="utf-8")
    assert main(["policy", "--check", "--format", "json"]) == 0
    (store,) = json.loads(capsys.readouterr().out)["functions"]
    assert store["complete"]["needed"] is False
    assert store["unused"] == []
