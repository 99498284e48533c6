"""The region that ``samconfig.toml`` gives a template, and settings that say nothing."""

from __future__ import annotations

import pytest

from faaslint.load.cloudformation import load_template
from faaslint.model.value import ABSENT, Known, Provenance
from faaslint.source.workspace import Workspace

TEMPLATE = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref AWS::Region\n"


def region_of(settings: str | None) -> object:
    files = {"app/template.yaml": TEMPLATE} | ({} if settings is None else {"app/samconfig.toml": settings})
    (queue,) = load_template(Workspace.in_memory(files), "app/template.yaml", {}).resources
    return queue.region


def test_the_region_of_the_deployment_is_known_and_stands_at_its_line() -> None:
    region = region_of('version = 0.1\n[default.deploy.parameters]\nregion = "us-east-1"\n')
    assert isinstance(region, Known)
    assert (region.value, region.provenance) == ("us-east-1", Provenance.GIVEN)
    assert [(span.path, span.line, span.column) for span in region.trail] == [("app/samconfig.toml", 3, 11)]


def test_what_deploy_says_goes_before_what_all_commands_share() -> None:
    text = '[default.global.parameters]\nregion = "eu-west-1"\n[default.deploy.parameters]\nregion = "us-east-1"\n'
    assert region_of(text) == Known("us-east-1")


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(None, id="no file"),
        pytest.param('[prod.deploy.parameters]\nregion = "us-east-1"\n', id="another environment"),
        pytest.param("default = 3\n", id="no table"),
        pytest.param("[default.deploy.parameters]\nregion = 7\n", id="no text"),
        pytest.param("region = = 1\n", id="not TOML"),
        pytest.param("a = " + "[" * 50_000, id="nested without end"),
    ],
)
def test_settings_that_say_nothing_leave_the_region_unknown(settings: str | None) -> None:
    assert region_of(settings) == ABSENT
