"""What the settings of ``sam deploy`` beside a template say about it."""

from __future__ import annotations

import pytest

from faaslint.load.sam.samconfig import deployment_parameters
from faaslint.source.workspace import Workspace

GLOBAL_REGION = '[default.global.parameters]\nregion = "eu-central-1"\n'


def parameters(settings: str | bytes, template: str = "app/template.yaml") -> dict[str, str]:
    return deployment_parameters(Workspace.in_memory({"app/samconfig.toml": settings, template: "{}"}), template)


def deploy(line: str) -> str:
    return f"version = 0.1\n[default.deploy.parameters]\n{line}\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param(GLOBAL_REGION, {"AWS::Region": "eu-central-1"}, id="the region"),
        pytest.param(
            GLOBAL_REGION + deploy('region = "us-east-1"').replace("version = 0.1\n", ""),
            {"AWS::Region": "us-east-1"},
            id="deploy wins over global",
        ),
        pytest.param(
            deploy("parameter_overrides = \"Stage=prod Owner='the shop' Url=a=b\""),
            {"Stage": "prod", "Owner": "the shop", "Url": "a=b"},
            id="overrides in one text",
        ),
        pytest.param(
            deploy('parameter_overrides = "ParameterKey=Stage,ParameterValue=prod"'), {"Stage": "prod"}, id="the long form"
        ),
        pytest.param(deploy('parameter_overrides = ["Stage=prod", "Size=2"]'), {"Stage": "prod", "Size": "2"}, id="a list"),
        pytest.param(deploy('stack_name = "orders"'), {}, id="nothing about parameters"),
        pytest.param('[prod.deploy.parameters]\nregion = "us-east-1"\n', {}, id="another environment"),
    ],
)
def test_what_is_set_is_known(settings: str, expected: dict[str, str]) -> None:
    assert parameters(settings) == expected


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("[default", id="broken"),
        pytest.param(b"\xff\x00\x01", id="binary"),
        pytest.param("x = " + "[" * 50_000, id="nested without end"),
        pytest.param("default = 3\n", id="no tables"),
        pytest.param(deploy('parameter_overrides = "Stage=\'prod"'), id="a quote without its end"),
        pytest.param(deploy("parameter_overrides = [1, 2]\nregion = 7"), id="other types"),
    ],
)
def test_what_can_not_be_read_sets_nothing(settings: str | bytes) -> None:
    assert parameters(settings) == {}


def test_settings_of_another_template_are_left_alone() -> None:
    assert parameters(GLOBAL_REGION, "app/vpc.yaml") == {}
    assert parameters(GLOBAL_REGION + 'template_file = "vpc.yaml"\n', "app/vpc.yaml") == {"AWS::Region": "eu-central-1"}
    assert parameters(GLOBAL_REGION + 'template_file = "vpc.yaml"\n', "app/template.yaml") == {}


def test_without_settings_nothing_is_set() -> None:
    assert deployment_parameters(Workspace.in_memory({"template.yaml": "{}"}), "template.yaml") == {}
