"""Where parameter values come from, and which of them counts: command line, parameter files, settings, samconfig."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from faaslint.cli import main

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Memory: {Type: Number, Default: 256}
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs24.x
      Handler: index.handler
      Role: arn:aws:iam::111122223333:role/worker
      MemorySize: !Ref Memory
      Code: {S3Bucket: artifacts, S3Key: worker.zip}
"""

WRONG = '[{"ParameterKey": "Memory",\n  "ParameterValue": "64"}]'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


def places(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, int]]:
    """Return where the memory is said to be out of bounds."""
    assert main(["check", "--select", "FL101", "--format", "json", "--fail-on", "never", *arguments]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return [(one["path"], one["line"]) for one in report["findings"]]


def test_a_parameter_file_sets_parameters_and_the_finding_stands_in_it(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "env").mkdir()
    (project / "env/prod.json").write_text(WRONG)
    assert places(capsys) == []
    assert places(capsys, "--parameter-file", "env/prod.json") == [("env/prod.json", 2)]


def test_a_single_parameter_goes_before_a_file_and_the_last_file_before_the_others(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "a.json").write_text(WRONG)
    (project / "b.json").write_text('{"Parameters": {"Memory": 512}}')
    assert places(capsys, "--parameter-file", "a.json", "--param", "Memory=128") == []
    assert places(capsys, "--parameter-file", "a.json", "--parameter-file", "b.json") == []
    assert places(capsys, "--parameter-file", "b.json", "--parameter-file", "a.json") == [("a.json", 2)]


def test_settings_name_parameter_files_and_an_environment(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.json").write_text(WRONG)
    (project / "faaslint.toml").write_text('parameter-files = ["a.json"]\n')
    assert places(capsys) == [("a.json", 2)]
    (project / "faaslint.toml").write_text('config-env = "prod"\n')
    (project / "samconfig.toml").write_text('[prod.deploy.parameters]\nparameter_overrides = "Memory=64"\n')
    assert places(capsys) == [("samconfig.toml", 2)]


def test_an_environment_of_samconfig_is_chosen_by_its_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "samconfig.toml").write_text('[prod.deploy.parameters]\nparameter_overrides = "Memory=64"\n')
    assert places(capsys) == []
    assert places(capsys, "--config-env", "prod") == [("samconfig.toml", 2)]


def test_a_parameter_file_may_lie_outside_the_project(
    project: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = tmp_path_factory.mktemp("settings") / "prod.json"
    outside.write_text(WRONG)
    ((path, line),) = places(capsys, "--parameter-file", str(outside))
    assert (Path(project, path).resolve(), line) == (outside.resolve(), 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the parameter file 'p.json' can't be read: there is no such file"),
        ("[", "the parameter file 'p.json', line 1: a value was expected here"),
        ("[[1]]", "the parameter file 'p.json', line 1: parameters were expected here"),
    ],
)
def test_a_parameter_file_that_can_not_be_used_is_a_wrong_command(
    project: Path, capsys: pytest.CaptureFixture[str], content: str | None, message: str
) -> None:
    if content is not None:
        (project / "p.json").write_text(content)
    assert main(["check", "--parameter-file", "p.json"]) == 2
    assert message in capsys.readouterr().err


TERRAFORM = """\
variable "memory" {
  type    = number
  default = 256
}
resource "aws_lambda_function" "worker" {
  function_name = "worker"
  runtime       = "nodejs24.x"
  handler       = "index.handler"
  role          = "arn:aws:iam::111122223333:role/worker"
  filename      = "worker.zip"
  memory_size   = terraform.workspace == "tiny" ? 65 : var.memory
}
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(TERRAFORM.replace('terraform.workspace == "tiny" ? 65 : ', ""))
    return tmp_path


def test_a_variable_file_goes_before_those_that_terraform_loads_and_a_single_parameter_before_it(
    module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (module / "terraform.tfvars").write_text("memory = 512\n")
    (module / "low.tfvars").write_text("# low\nmemory = 64\n")
    (module / "low.tfvars.json").write_text('{\n"memory": 65\n}')
    assert places(capsys) == []
    assert places(capsys, "--var-file", "low.tfvars") == [("low.tfvars", 2)]
    assert places(capsys, "--var-file", "low.tfvars.json") == [("low.tfvars.json", 2)]
    assert places(capsys, "--var-file", "low.tfvars", "--var-file", "terraform.tfvars") == []
    assert places(capsys, "--var-file", "low.tfvars", "--param", "memory=128") == []
    assert places(capsys, "--param", "TF_VAR_memory=64") == [("main.tf", 1)]
    (module / "faaslint.toml").write_text('var-files = ["low.tfvars"]\n')
    assert places(capsys) == [("low.tfvars", 2)]


def test_a_workspace_decides_what_asks_for_it(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (module / "main.tf").write_text(TERRAFORM)
    assert places(capsys, "--workspace", "big") == []
    assert places(capsys, "--workspace", "tiny") == [("main.tf", 11)]
    (module / "faaslint.toml").write_text('workspace = "big"\n')
    assert places(capsys) == []


def test_a_variable_file_that_can_not_be_read_is_a_wrong_command(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--var-file", "none.tfvars"]) == 2
    assert "the variable file 'none.tfvars' can't be read: there is no such file" in capsys.readouterr().err
