"""A system of nested stacks: one project, whose findings stand in the child and lead to the parent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from faaslint.cli import main

PARENT = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 10
  East:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: stacks/worker.yaml
      Parameters: {QueueArn: !GetAtt Jobs.Arn, Memory: 64}
  West:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: stacks/worker.yaml
      Parameters: {QueueArn: !GetAtt Jobs.Arn, Memory: 256}
"""

CHILD = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  QueueArn: {Type: String}
  Memory: {Type: Number}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}
      Policies:
        - PolicyName: jobs
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]
                Resource: !Ref QueueArn
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      MemorySize: !Ref Memory
      Timeout: 1000
      Code: {S3Bucket: artifacts, S3Key: worker.zip}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !Ref QueueArn
      FunctionName: !Ref Worker
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stacks").mkdir()
    (tmp_path / "main.yaml").write_text(PARENT)
    (tmp_path / "stacks/worker.yaml").write_text(CHILD)
    return tmp_path


def findings(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """Return the findings of a run by rule, one each."""
    assert main(["check", "--format", "json", "--fail-on", "never", *arguments]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [one["root"] for one in report["projects"]] == ["main.yaml"]
    found = {one["rule"]: one for one in report["findings"]}
    assert len(found) == len(report["findings"])
    return found


def test_a_mistake_of_the_child_is_one_finding_that_names_every_stack(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    timeout = findings(capsys)["FL102"]
    assert (timeout["path"], timeout["line"]) == ("stacks/worker.yaml", 25)
    assert timeout["resources"] == ["East.Worker", "West.Worker"]
    nested = [(one["path"], one["line"]) for one in timeout["related"] if one["message"] == "nested here"]
    assert nested == [("main.yaml", 7), ("main.yaml", 12)]


def test_what_the_parent_passes_is_mended_in_the_parent(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    memory = findings(capsys)["FL101"]
    assert (memory["path"], memory["line"], memory["resources"]) == ("main.yaml", 11, ["East.Worker"])


def test_rules_see_through_the_boundary(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(capsys)
    assert found["FL501" if "FL501" in found else "FL503"]["path"] == "main.yaml", "the queue is polled from the child"
    assert "FL303" not in found, "the role's grant on the parent's queue is seen"


def test_naming_the_parent_shows_what_stands_in_the_child(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert findings(capsys, "main.yaml")["FL102"]["path"] == "stacks/worker.yaml"
