"""The resources of a minimal policy, in the terms of the template that it is pasted into."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from faaslint import api
from faaslint.report.policy_template import render_sam, render_terraform

TERRAFORM = """\
resource "aws_secretsmanager_secret" "key" { name = "key" }
resource "aws_iam_role" "reader" {
  assume_role_policy = jsonencode({Statement = [{Effect = "Allow", Action = "sts:AssumeRole", Principal = {Service = "lambda.amazonaws.com"}}]})
}
resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = aws_iam_role.reader.arn
  handler       = "app.handler"
  runtime       = "python3.13"
  filename      = "app.py"
  environment { variables = { KEY = aws_secretsmanager_secret.key.name } }
}
"""
SECRET = """\
import boto3, os
client = boto3.client("secretsmanager")
def handler(event, context):
    return client.get_secret_value(SecretId=os.environ["KEY"])
"""
SAM = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Copy:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${AWS::StackName}-copy
      Runtime: python3.13
      Handler: app.handler
      CodeUri: .
      Policies:
        - S3ReadPolicy: {BucketName: !Sub "in-${AWS::StackName}"}
"""
COPY = """\
import boto3
def handler(event, context):
    return boto3.client("s3").get_object(Bucket=event["bucket"], Key=event["key"])
"""


def made(folder: Path) -> list[tuple[api.FunctionPrivilege, type[str]]]:
    request = api.Request(paths=(".",), folder=folder, as_of=date(2026, 11, 21))
    return [(one, str) for one, _ in api.privileges(request).functions]


def test_what_the_source_names_by_its_name_is_allowed_by_its_arn(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM, encoding="utf-8")
    (tmp_path / "app.py").write_text(SECRET, encoding="utf-8")
    assert "resources = [aws_secretsmanager_secret.key.arn]" in render_terraform(made(tmp_path))


def test_names_of_the_stack_stay_and_objects_are_not_asked_of_the_bucket(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(SAM, encoding="utf-8")
    (tmp_path / "app.py").write_text(COPY, encoding="utf-8")
    text = render_sam(made(tmp_path))
    assert '- !Sub "arn:${AWS::Partition}:s3:::in-${AWS::StackName}/*"' in text
    assert 'in-${AWS::StackName}"' not in text
