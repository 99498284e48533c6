"""What ``samconfig.toml`` gives a template: a region and parameters; and settings that say nothing."""

from __future__ import annotations

import pytest

from faaslint.load.cloudformation import load_template
from faaslint.load.resource import Loaded
from faaslint.model.value import ABSENT, Known, Provenance, Value
from faaslint.source.workspace import Workspace

from ..loading import problems, value

TEMPLATE = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Size: {Type: Number, Default: 1}
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Ref Stage
      Size: !Ref Size
"""


def loaded_with(settings: str | None, environment: str = "", name: str = "samconfig.toml", **others: str) -> Loaded:
    files = {"app/template.yaml": TEMPLATE, **others} | ({} if settings is None else {f"app/{name}": settings})
    return load_template(Workspace.in_memory(files), "app/template.yaml", {}, environment)


def region_of(settings: str | None) -> Value:
    return loaded_with(settings).resources[0].region


def test_the_region_of_the_deployment_is_known_and_stands_at_its_line() -> None:
    region = region_of('version = 0.1\n[default.deploy.parameters]\nregion = "us-east-1"\n')
    assert isinstance(region, Known)
    assert (region.value, region.provenance) == ("us-east-1", Provenance.GIVEN)
    assert [(span.path, span.line, span.column) for span in region.trail] == [("app/samconfig.toml", 3, 11)]


def test_what_deploy_says_goes_before_what_all_commands_share() -> None:
    text = '[default.global.parameters]\nregion = "eu-west-1"\n[default.deploy.parameters]\nregion = "us-east-1"\n'
    assert region_of(text) == Known("us-east-1")


@pytest.mark.parametrize(
    "overrides",
    [
        pytest.param('parameter_overrides = "Stage=\\"prod\\" Size=3"', id="a text with quotes"),
        pytest.param("parameter_overrides = 'Stage=prod Size=3'", id="a text without"),
        pytest.param(
            'parameter_overrides = "ParameterKey=Stage,ParameterValue=prod ParameterKey=Size,ParameterValue=3"', id="keys"
        ),
        pytest.param('parameter_overrides = ["Stage=prod", "Size=3"]', id="a list"),
        pytest.param('parameter_overrides = {Stage = "prod", Size = 3}', id="a table"),
        pytest.param('[default.deploy.parameters.parameter_overrides]\nStage = "prod"\nSize = 3', id="a table of its own"),
    ],
)
def test_parameters_are_overridden_in_every_form(overrides: str) -> None:
    loaded = loaded_with(f'[default.deploy.parameters]\nregion = "us-east-1"\n{overrides}\n')
    stage = value(loaded, "Q", "QueueName")
    assert stage == Known("prod")
    assert isinstance(stage, Known)
    assert stage.provenance is Provenance.GIVEN
    assert value(loaded, "Q", "Size") == Known("3")
    place = stage.trail[-1]
    text = f'[default.deploy.parameters]\nregion = "us-east-1"\n{overrides}\n'.splitlines()[place.line - 1]
    assert text[place.column - 1 : place.end_column - 1] == "prod"


ENVIRONMENTS = """\
[default.deploy.parameters]
parameter_overrides = "Stage=test"
[prod.deploy.parameters]
parameter_overrides = "Stage=prod"
"""


def test_an_environment_is_chosen_by_its_name() -> None:
    assert value(loaded_with(ENVIRONMENTS), "Q", "QueueName") == Known("test")
    prod = value(loaded_with(ENVIRONMENTS, "prod"), "Q", "QueueName")
    assert prod == Known("prod")
    assert prod.trail[-1].line == 4


def test_an_environment_that_is_not_there_is_said_and_changes_nothing() -> None:
    loaded = loaded_with(ENVIRONMENTS, "qa")
    assert value(loaded, "Q", "QueueName") == Known("dev")
    assert problems(loaded) == [(1, "these settings have no environment 'qa'")]
    assert not any(problem.fatal for problem in loaded.problems)


def test_what_the_run_gives_goes_before_the_settings() -> None:
    files = {"template.yaml": TEMPLATE, "samconfig.toml": ENVIRONMENTS}
    loaded = load_template(Workspace.in_memory(files), "template.yaml", {"Stage": "given"})
    assert value(loaded, "Q", "QueueName") == Known("given")


def test_settings_may_be_yaml() -> None:
    text = "default:\n  deploy:\n    parameters:\n      parameter_overrides:\n        - Stage=prod\n"
    stage = value(loaded_with(text, name="samconfig.yaml"), "Q", "QueueName")
    assert stage == Known("prod")
    assert stage.trail[-1].line == 5


def test_overrides_may_stand_in_a_file_of_their_own() -> None:
    files = {"app/env/prod.json": '{"Stage": "prod"}'}
    loaded = loaded_with('[default.deploy.parameters]\nparameter_overrides = "file://env/prod.json"\n', **files)
    stage = value(loaded, "Q", "QueueName")
    assert stage == Known("prod")
    assert stage.trail[-1].path == "app/env/prod.json"


def test_settings_are_about_the_template_that_they_name() -> None:
    text = '[default.deploy.parameters]\n%s\nparameter_overrides = "Stage=prod"\n'
    assert value(loaded_with(text % 'template_file = "other.yaml"'), "Q", "QueueName") == Known("dev")
    assert value(loaded_with(text % 'template_file = ".aws-sam/build/template.yaml"'), "Q", "QueueName") == Known("prod")
    above = {"samconfig.toml": text % 'template_file = "app/template.yaml"'}
    assert value(loaded_with(None, **above), "Q", "QueueName") == Known("prod")
    assert value(loaded_with(None, **{"samconfig.toml": text % ""}), "Q", "QueueName") == Known("dev")


def test_settings_that_name_no_template_are_not_about_one_of_another_name() -> None:
    files = {"template.yaml": TEMPLATE, "other.yaml": TEMPLATE, "samconfig.toml": ENVIRONMENTS}
    workspace = Workspace.in_memory(files)
    assert value(load_template(workspace, "other.yaml", {}), "Q", "QueueName") == Known("dev")
    del files["template.yaml"]
    assert value(load_template(Workspace.in_memory(files), "other.yaml", {}), "Q", "QueueName") == Known("test")


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(None, id="no file"),
        pytest.param('[prod.deploy.parameters]\nregion = "us-east-1"\n', id="another environment"),
        pytest.param("default = 3\n", id="no table"),
        pytest.param("[default.deploy.parameters]\nregion = 7\nparameter_overrides = 7\n", id="no text"),
        pytest.param("[default.deploy.parameters]\nparameter_overrides = [[1]]\n", id="no overrides"),
        pytest.param("region = = 1\n", id="not TOML"),
        pytest.param("a = " + "[" * 50_000, id="nested without end"),
    ],
)
def test_settings_that_say_nothing_leave_everything_as_it_is(settings: str | None) -> None:
    loaded = loaded_with(settings)
    assert loaded.resources[0].region == ABSENT
    assert value(loaded, "Q", "QueueName") == Known("dev")
