"""Aliases across time: the version that is out there is the one of ``--base REV``, and a change may not split the two."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from faaslint import api
from faaslint.model.finding import Finding

TODAY = date(2026, 11, 21)

SAM = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Queue:
    Type: AWS::SQS::Queue
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/{role}
      CodeUri: s3://artifacts/{code}.zip
      AutoPublishAlias: live{dead_letter}
      DeploymentPreference:
        Type: {shift}
"""
DEAD_LETTER = """
      DeadLetterQueue:
        Type: SQS
        TargetArn: !GetAtt Queue.Arn"""

CLOUDFORMATION = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/{role}
      Code: {{S3Bucket: artifacts, S3Key: worker.zip}}
  {version}:
    Type: AWS::Lambda::Version
    Properties:
      FunctionName: !Ref Worker
  Live:
    Type: AWS::Lambda::Alias
    UpdatePolicy:
      CodeDeployLambdaAliasUpdate:
        ApplicationName: !Ref Application
        DeploymentGroupName: !Ref Group
    Properties:
      Name: live
      FunctionName: !Ref Worker
      FunctionVersion: !GetAtt {version}.Version
  Application:
    Type: AWS::CodeDeploy::Application
    Properties:
      ComputePlatform: Lambda
  Steps:
    Type: AWS::CodeDeploy::DeploymentConfig
    Properties:
      ComputePlatform: Lambda
      TrafficRoutingConfig:
        Type: {routing}
  Group:
    Type: AWS::CodeDeploy::DeploymentGroup
    Properties:
      ApplicationName: !Ref Application
      ServiceRoleArn: arn:aws:iam::123456789012:role/deploy
      DeploymentConfigName: !Ref Steps
"""

WEIGHTED = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/{role}
      Code: {{S3Bucket: artifacts, S3Key: worker.zip}}
  First:
    Type: AWS::Lambda::Version
    Properties:
      FunctionName: !Ref Worker
"""
SECOND = """
  Second:
    Type: AWS::Lambda::Version
    Properties:
      FunctionName: !Ref Worker
      Description: the next
  Live:
    Type: AWS::Lambda::Alias
    Properties:
      Name: live
      FunctionName: !Ref Worker
      FunctionVersion: !GetAtt First.Version
      RoutingConfig:
        AdditionalVersionWeights:
          - FunctionVersion: !GetAtt Second.Version
            FunctionWeight: 0.1
"""

ROLE = """
resource "aws_iam_role" "{address}" {{
  {name}
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "lambda.amazonaws.com" }} }}]
  }})
}}
"""
TERRAFORM = """
resource "aws_lambda_function" "worker" {{
  function_name = "worker"
  runtime       = "nodejs22.x"
  handler       = "index.handler"
  role          = aws_iam_role.{role}.arn
  s3_bucket     = "artifacts"
  s3_key        = "worker.zip"
  publish       = true
}}

resource "aws_lambda_alias" "live" {{
  name             = "live"
  function_name    = aws_lambda_function.worker.function_name
  function_version = aws_lambda_function.worker.version

  lifecycle {{
    ignore_changes = [{ignored}]
  }}
}}

resource "aws_codedeploy_app" "worker" {{
  name             = "worker"
  compute_platform = "Lambda"
}}

resource "aws_codedeploy_deployment_group" "worker" {{
  app_name               = aws_codedeploy_app.worker.name
  deployment_group_name  = "worker"
  deployment_config_name = "CodeDeployDefault.{shift}"
  service_role_arn       = "arn:aws:iam::123456789012:role/deploy"
}}
"""


def git(folder: Path, *arguments: str) -> None:
    identity = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    names = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True, env={**os.environ, **identity})


def checked(folder: Path, base: str = "main") -> api.Result:
    return api.check(api.Request(paths=(".",), folder=folder, as_of=TODAY, select=("FL203", "FL204"), base=base))


def changed(folder: Path, before: str | None, after: str, name: str = "template.yaml") -> tuple[Finding, ...]:
    """Return what is found in a project that was ``before`` on the branch main and is ``after`` now."""
    git(folder, "init")
    (folder / "README.md").write_text("A project.\n", encoding="utf-8")
    if before is not None:
        (folder / name).write_text(before, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "before")
    (folder / name).write_text(after, encoding="utf-8")
    return checked(folder).findings


def sam(role: str = "a", dead_letter: str = "", shift: str = "Canary10Percent5Minutes", code: str = "1") -> str:
    return SAM.format(role=role, dead_letter=dead_letter, shift=shift, code=code)


def test_a_gradual_deployment_of_sam_may_not_change_the_role(tmp_path: Path) -> None:
    (found,) = changed(tmp_path, sam(role="old"), sam(role="new", code="2"))
    assert (found.rule, found.span.line, found.property) == ("FL203", 12, "Role")
    assert found.message == (
        "Alias 'WorkerAliaslive' shifts its traffic with CodeDeployDefault.LambdaCanary10Percent5Minutes from the version of main, "
        "which has the execution role 'arn:aws:iam::123456789012:role/old', to a new one, which has "
        "'arn:aws:iam::123456789012:role/new', and Lambda refuses the difference; "
        "shift all at once in the deployment that changes it."
    )


def test_nor_the_dead_letter_target(tmp_path: Path) -> None:
    (found,) = changed(tmp_path, sam(), sam(dead_letter=DEAD_LETTER))
    assert found.rule == "FL204"
    assert "which has no dead-letter target, to a new one, which has the dead-letter target 'Queue'" in found.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(sam(code="1"), sam(code="2"), id="only the code changes"),
        pytest.param(sam(role="old"), sam(role="new", shift="AllAtOnce"), id="all at once"),
        pytest.param(None, sam(), id="a new project"),
        pytest.param(sam().replace("Worker:", "Other:"), sam(), id="a new function"),
        pytest.param(
            sam(role="old").replace("Type: Canary", "Enabled: false\n        Type: Canary"), sam(role="old"), id="on"
        ),
    ],
)
def test_what_lambda_accepts_is_left_alone(tmp_path: Path, before: str | None, after: str) -> None:
    assert not changed(tmp_path, before, after)


def test_without_a_revision_nothing_is_known_of_what_is_out_there(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(sam(), encoding="utf-8")
    result = checked(tmp_path, base="")
    assert not result.findings
    assert result.info.tallies["FL203"].withheld == 1


@pytest.mark.parametrize("before", [sam(role="old") + "  Broken: [", "Resources: {", "\0"])
def test_a_file_that_was_broken_then_says_nothing(tmp_path: Path, before: str) -> None:
    assert not changed(tmp_path, before, sam(role="new"))


def test_a_revision_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    changed(tmp_path, sam(), sam(role="new"))
    with pytest.raises(api.UsageProblem, match="there is no revision 'no-such-branch' here"):
        checked(tmp_path, base="no-such-branch")


@pytest.mark.parametrize(
    ("version", "routing", "speaks"),
    [
        pytest.param("Next", "TimeBasedCanary", True, id="a new version, step by step"),
        pytest.param("Next", "AllAtOnce", False, id="a new version, at once"),
        pytest.param("First", "TimeBasedCanary", False, id="no new version"),
        pytest.param("Next", "!Ref Given", False, id="nobody knows"),
    ],
)
def test_an_update_policy_of_cloudformation_shifts_to_a_version_that_is_new(
    tmp_path: Path, version: str, routing: str, speaks: bool
) -> None:
    given = "\nParameters:\n  Given:\n    Type: String" if "Given" in routing else ""
    before = CLOUDFORMATION.format(role="old", version="First", routing=routing)
    after = CLOUDFORMATION.format(role="new", version=version, routing=routing)
    found = changed(tmp_path, before + given, after + given)
    assert [one.rule for one in found] == (["FL203"] if speaks else [])


def test_a_weighted_alias_shares_traffic_with_a_version_that_was_there_before(tmp_path: Path) -> None:
    (found,) = changed(tmp_path, WEIGHTED.format(role="old"), WEIGHTED.format(role="new") + SECOND)
    assert found.rule == "FL203"
    assert "different execution roles, of which 'First' is that of main, which Lambda refuses" in found.message


def test_versions_that_are_published_together_have_one_role(tmp_path: Path) -> None:
    before = WEIGHTED.format(role="old").replace("First", "Zeroth")
    assert not changed(tmp_path, before, WEIGHTED.format(role="new") + SECOND)


def terraform(
    role: str,
    *roles: str,
    named: bool = False,
    ignored: str = "function_version",
    shift: str = "LambdaCanary10Percent5Minutes",
) -> str:
    declared = "".join(ROLE.format(address=one, name=f'name = "{one}"' if named else "") for one in roles)
    return declared + TERRAFORM.format(role=role, ignored=ignored, shift=shift)


@pytest.mark.parametrize(
    ("before", "after", "speaks"),
    [
        pytest.param(terraform("a", "a", "b"), terraform("b", "a", "b"), True, id="another role"),
        pytest.param(terraform("a", "a", named=True), terraform("b", "b", named=True), True, id="roles of two names"),
        pytest.param(terraform("a", "a"), terraform("b", "b"), False, id="perhaps the same role, moved"),
        pytest.param(terraform("a", "a", "b"), terraform("b", "a", "b", ignored=""), False, id="Terraform moves the alias"),
        pytest.param(
            terraform("a", "a", "b", shift="LambdaAllAtOnce"),
            terraform("b", "a", "b", shift="LambdaAllAtOnce"),
            False,
            id="at once",
        ),
        pytest.param(
            terraform("a", "a", "b", shift="ECSLinear10PercentEvery1Minutes"),
            terraform("b", "a", "b", shift="ECSLinear10PercentEvery1Minutes"),
            False,
            id="containers",
        ),
    ],
)
def test_an_alias_that_codedeploy_moves_for_terraform(tmp_path: Path, before: str, after: str, speaks: bool) -> None:
    found = changed(tmp_path, before, after, "main.tf")
    assert [one.rule for one in found] == (["FL203"] if speaks else [])
