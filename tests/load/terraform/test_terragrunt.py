"""Terragrunt's units: what stands in the files."""

from __future__ import annotations

from collections.abc import Mapping

from faaslint.load.resource import Loaded
from faaslint.load.terraform import load_terragrunt
from faaslint.source.workspace import Workspace

from ..loading import resource, shown, value
from .making import addresses

MODULE = (
    'variable "size" {\n  default = 128\n}\nvariable "name" {}\nvariable "zone" {\n  default = "a"\n}\n'
    'resource "aws_lambda_function" "f" {\n  function_name = var.name\n  memory_size = var.size\n  description = var.zone\n'
    '  filename = "${path.module}/f.zip"\n}\n'
)
FUNCTION = "aws_lambda_function.f"
UNIT = "live/dev/terragrunt.hcl"


def load(unit: str, files: Mapping[str, str] | None = None, parameters: Mapping[str, str] | None = None) -> Loaded:
    workspace = Workspace.in_memory({UNIT: unit, "modules/app/main.tf": MODULE, **(files or {})})
    return load_terragrunt(workspace, UNIT, parameters or {})


def test_a_local_module_gets_the_inputs() -> None:
    loaded = load(
        'terraform {\n  source = "${get_terragrunt_dir()}/../../modules//app"\n}\nlocals {\n  stage = "dev"\n}\n'
        'inputs = {\n  name = "worker-${local.stage}"\n  size = 64\n}\n'
    )
    assert (loaded.root, loaded.kind, loaded.incomplete, loaded.problems) == ("live/dev", "terraform", [], [])
    assert loaded.files == ["modules/app/main.tf", UNIT]
    found = value(loaded, FUNCTION, "memory_size")
    assert shown(found) == 64
    assert found.trail[-1].path == UNIT
    assert shown(value(loaded, FUNCTION, "function_name")) == "worker-dev"
    assert shown(value(loaded, FUNCTION, "description")) == "a"


def test_inputs_of_included_files_count_less_than_the_units_own() -> None:
    loaded = load(
        'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\nterraform {\n  source = "../../modules/app"\n}\n'
        'inputs = {\n  name = "own"\n}\n',
        {"live/root.hcl": 'inputs = {\n  name = "parents"\n  zone = "b"\n}\n'},
    )
    assert shown(value(loaded, FUNCTION, "function_name")) == "own"
    assert shown(value(loaded, FUNCTION, "description")) == "b"


def test_what_only_a_run_can_tell_is_unknown() -> None:
    loaded = load(
        'include {\n  path = "${get_env("ROOT")}/x.hcl"\n}\ndependency "vpc" {\n  config_path = "../vpc"\n}\n'
        'terraform {\n  source = "../../modules/app"\n}\ninputs = {\n  name = dependency.vpc.outputs.name\n}\n'
    )
    assert shown(value(loaded, FUNCTION, "function_name")).startswith("?")
    assert shown(value(loaded, FUNCTION, "memory_size")) == "?var.size", "the included file may set it"


def test_a_module_of_the_registry_is_called_with_the_inputs() -> None:
    loaded = load(
        'terraform {\n  source = "tfr:///terraform-aws-modules/sqs/aws?version=4.2.0"\n}\n'
        'inputs = {\n  name = "jobs"\n  create_dlq = true\n}\n'
    )
    assert addresses(loaded)[:2] == ["module.dev.aws_sqs_queue.this[0]", "module.dev.aws_sqs_queue.dlq[0]"]
    assert shown(value(loaded, "module.dev.aws_sqs_queue.this[0]", "name")) == "jobs"
    assert resource(loaded, "module.dev.aws_sqs_queue.this[0]").span.path == UNIT


def test_a_remote_module_leaves_the_unit_incomplete() -> None:
    loaded = load('terraform {\n  source = "git::https://example.com/modules.git//app?ref=v1"\n}\n')
    assert [(what, span.path, span.line) for what, span in loaded.incomplete] == [
        ("module 'dev' (git::https://example.com/modules.git//app?ref=v1)", UNIT, 2)
    ]
    assert loaded.open_types


def test_a_broken_unit_is_told() -> None:
    loaded = load('terraform {\n  source = "../../modules/app"\n}\ninputs = {\n  name = \n}\n')
    assert [(problem.span.path, problem.fatal) for problem in loaded.problems] == [(UNIT, True)]


def test_files_and_values_that_are_named_go_before_the_inputs_as_in_terraform() -> None:
    unit = 'terraform {\n  source = "../../modules/app"\n}\ninputs = {\n  name = "own"\n  size = 64\n  zone = "c"\n}\n'
    workspace = Workspace.in_memory(
        {UNIT: unit, "modules/app/main.tf": MODULE, "modules/app/terraform.tfvars": 'zone = "of the module"\n'}
    )
    loaded = load_terragrunt(workspace, UNIT, {"name": "given"}, [("prod.tfvars", "size = 256\n")])
    found = value(loaded, FUNCTION, "memory_size")
    assert shown(found) == 256
    assert found.trail[-1].path == "prod.tfvars"
    assert shown(value(loaded, FUNCTION, "function_name")) == "given"
    assert shown(value(loaded, FUNCTION, "description")) == "of the module"


def test_the_workspace_is_known_where_it_is_named() -> None:
    workspace = Workspace.in_memory(
        {
            UNIT: 'terraform {\n  source = "../../modules/app"\n}\n',
            "modules/app/main.tf": 'resource "aws_thing" "it" {\n  it = terraform.workspace\n}\n',
        }
    )
    assert shown(value(load_terragrunt(workspace, UNIT, {}, (), "prod"), "aws_thing.it", "it")) == "prod"


def test_variable_files_for_a_module_that_is_not_here_are_said_to_be_without_effect() -> None:
    workspace = Workspace.in_memory({UNIT: 'terraform {\n  source = "git::https://example.com/app.git"\n}\n'})
    loaded = load_terragrunt(workspace, UNIT, {}, [("prod.tfvars", "size = 256\n")])
    notes = [problem for problem in loaded.problems if "variable files" in problem.message]
    assert [(note.fatal, note.span.line) for note in notes] == [(False, 2)]
