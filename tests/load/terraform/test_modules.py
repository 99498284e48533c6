"""Modules: inputs, outputs, several instances, providers, and modules that are not there."""

from __future__ import annotations

from faaslint.load.terraform.sources import local_module_sources
from faaslint.model.nodes import Origin
from faaslint.model.value import ABSENT, Known
from faaslint.source.workspace import Workspace

from ..loading import problems, resource, shown, value
from .making import addresses, load

QUEUE_MODULE = {
    "q/main.tf": (
        'variable "name" {}\nresource "aws_sqs_queue" "q" {\n  name = var.name\n}\n'
        'output "arn" {\n  value = aws_sqs_queue.q.arn\n}\n'
    )
}


def test_a_module_takes_arguments_and_gives_outputs() -> None:
    loaded = load(
        'module "m" {\n  source = "./q"\n  name   = "jobs"\n}\nresource "aws_thing" "it" {\n'
        "  arn = module.m.arn\n  all = module.m\n}\n",
        files=QUEUE_MODULE,
    )
    assert shown(value(loaded, "module.m.aws_sqs_queue.q", "name")) == "jobs"
    assert shown(value(loaded, "aws_thing.it", "arn")) == "<module.m.aws_sqs_queue.q.arn>"
    assert shown(value(loaded, "aws_thing.it", "all")) == {"arn": "<module.m.aws_sqs_queue.q.arn>"}
    assert loaded.files == ["main.tf", "q/main.tf"]


def test_several_instances_of_a_module() -> None:
    loaded = load(
        'module "m" {\n  source   = "./q"\n  for_each = toset(["a", "b"])\n  name     = each.key\n}\n'
        'module "n" {\n  source = "./q"\n  count  = 2\n  name   = "n${count.index}"\n}\n'
        'resource "aws_thing" "it" {\n  one = module.m["b"].arn\n  two = module.n[1].arn\n  all = module.n[*].arn\n'
        "  each = [for k, v in module.m : v.arn]\n}\n",
        files=QUEUE_MODULE,
    )
    assert addresses(loaded)[1:] == [
        'module.m["a"].aws_sqs_queue.q',
        'module.m["b"].aws_sqs_queue.q',
        "module.n[0].aws_sqs_queue.q",
        "module.n[1].aws_sqs_queue.q",
    ]
    assert shown(value(loaded, 'module.m["b"].aws_sqs_queue.q', "name")) == "b"
    assert shown(value(loaded, "aws_thing.it", "one")) == '<module.m["b"].aws_sqs_queue.q.arn>'
    assert shown(value(loaded, "aws_thing.it", "two")) == "<module.n[1].aws_sqs_queue.q.arn>"
    assert len(shown(value(loaded, "aws_thing.it", "all"))) == 2
    assert len(shown(value(loaded, "aws_thing.it", "each"))) == 2


def test_a_module_behind_a_condition() -> None:
    loaded = load(
        'variable "on" {}\nmodule "m" {\n  source = "./q"\n  count  = var.on ? 1 : 0\n  name   = "x"\n}\n',
        files=QUEUE_MODULE,
    )
    found = resource(loaded, "module.m[0].aws_sqs_queue.q")
    assert found.guard.label == "var.on"
    assert not found.unknown_count


def test_a_module_of_unknown_number() -> None:
    loaded = load(
        'variable "n" {}\nmodule "m" {\n  source = "./q"\n  count  = var.n\n  name   = "x"\n}\n', files=QUEUE_MODULE
    )
    assert resource(loaded, "module.m.aws_sqs_queue.q").unknown_count


def test_references_pass_through_modules_in_both_directions() -> None:
    loaded = load(
        'module "q" {\n  source = "./q"\n  name   = "x"\n}\nmodule "f" {\n  source = "./f"\n  target = module.q.arn\n}\n',
        files={
            **QUEUE_MODULE,
            "f/main.tf": 'variable "target" {}\nresource "aws_thing" "it" {\n  env = { T = var.target }\n}\n',
        },
    )
    assert shown(value(loaded, "module.f.aws_thing.it", "env")) == {"T": "<module.q.aws_sqs_queue.q.arn>"}


def test_a_module_that_is_not_on_disk_leaves_the_system_incomplete() -> None:
    loaded = load(
        'module "m" {\n  source = "acme/queue/aws"\n}\nmodule "n" {\n  source = "./missing"\n}\n'
        'resource "aws_thing" "it" {\n  arn = module.m.arn\n}\n'
    )
    assert [(what, span.line) for what, span in loaded.incomplete] == [
        ("module 'm' (acme/queue/aws)", 2),
        ("module 'n' (./missing)", 5),
    ]
    assert loaded.open_types
    assert shown(value(loaded, "aws_thing.it", "arn")) == "?module.m.arn"


def test_an_installed_module_is_read_where_terraform_put_it() -> None:
    listed = (
        '{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "acme/queue/aws", "Dir": ".terraform/modules/m"}]}'
    )
    loaded = load(
        'module "m" {\n  source = "acme/queue/aws"\n  name   = "x"\n}\n',
        files={".terraform/modules/modules.json": listed, ".terraform/modules/m/main.tf": QUEUE_MODULE["q/main.tf"]},
    )
    assert addresses(loaded) == ["module.m.aws_sqs_queue.q"]
    assert loaded.incomplete == []


def test_a_module_that_calls_itself_is_one_problem() -> None:
    loaded = load('module "m" {\n  source = "./a"\n}\n', files={"a/main.tf": 'module "again" {\n  source = "../a"\n}\n'})
    assert problems(loaded) == [(2, "module 'again' calls itself: its source is the folder that it is called from")]


def test_blocks_about_the_state_make_no_noise() -> None:
    loaded = load(
        'terraform {\n  required_version = ">= 1"\n}\nmoved {\n  from = aws_a.a\n  to = aws_a.b\n}\n'
        'import {\n  to = aws_a.a\n  id = "x"\n}\ncheck "c" {\n}\nremoved {\n  from = aws_a.c\n}\n'
    )
    assert (loaded.resources, loaded.problems, loaded.incomplete) == ([], [], [])


def test_a_broken_file_spares_the_rest_of_its_module() -> None:
    loaded = load(
        'resource "aws_a" "a" {\n  x = \n}\nresource "aws_a" "b" {\n  x = 1\n}\n',
        files={"z.tf": 'resource "aws_a" "c" {}\n'},
    )
    assert problems(loaded) == [(2, "syntax error: a value was expected after =")]
    assert loaded.problems[0].fatal
    assert addresses(loaded) == ["aws_a.a", "aws_a.b", "aws_a.c"]
    assert resource(loaded, "aws_a.a").properties.openness is not None
    assert resource(loaded, "aws_a.b").properties.openness is None
    assert loaded.open_types


# Regions


def region(loaded_address: str, text: str, files: dict[str, str] | None = None) -> object:
    loaded = load(text, files=files)
    found = resource(loaded, loaded_address).region
    return None if found is ABSENT or found == ABSENT else shown(found)


def test_the_region_is_the_providers() -> None:
    assert region("aws_a.a", 'resource "aws_a" "a" {}\n') is None
    assert region("aws_a.a", 'provider "aws" {\n  region = "eu-west-1"\n}\nresource "aws_a" "a" {}\n') == "eu-west-1"
    assert region("aws_a.a", 'provider "aws" {}\nresource "aws_a" "a" {}\n') is None
    assert region("aws_a.a", 'variable "r" {}\nprovider "aws" {\n  region = var.r\n}\nresource "aws_a" "a" {}\n') == "?var.r"


def test_a_resource_may_choose_another_provider_or_region() -> None:
    providers = 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias = "us"\n  region = "us-east-1"\n}\n'
    assert region("aws_a.a", providers + 'resource "aws_a" "a" {\n  provider = aws.us\n}\n') == "us-east-1"
    assert region("aws_a.a", providers + 'resource "aws_a" "a" {\n  region = "sa-east-1"\n}\n') == "sa-east-1"


def test_providers_are_passed_to_modules() -> None:
    text = (
        'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  alias = "us"\n  region = "us-east-1"\n}\n'
        'module "m" {\n  source = "./m"\n  providers = {\n    aws.edge = aws.us\n  }\n}\nmodule "n" {\n  source = "./n"\n'
        "  providers = {\n    aws = aws.us\n  }\n}\n"
    )
    files = {
        "m/main.tf": 'resource "aws_a" "edge" {\n  provider = aws.edge\n}\nresource "aws_a" "home" {}\n',
        "n/main.tf": 'resource "aws_a" "a" {}\n',
    }
    assert region("module.m.aws_a.edge", text, files) == "us-east-1"
    assert region("module.m.aws_a.home", text, files) == "eu-west-1"
    assert region("module.n.aws_a.a", text, files) == "us-east-1"


# The registry's Lambda module


def test_the_registrys_lambda_module_gives_a_function() -> None:
    loaded = load(
        'module "f" {\n  source = "terraform-aws-modules/lambda/aws"\n  function_name = "f"\n  handler = "app.main"\n'
        '  runtime = "python3.12"\n  timeout = 30\n  source_path = "${path.module}/src"\n'
        '  environment_variables = {\n    A = "1"\n  }\n}\n'
        'resource "aws_thing" "it" {\n  arn = module.f.lambda_function_arn\n}\n',
        files={"src/app.py": ""},
    )
    address = "module.f.aws_lambda_function.this[0]"
    found = resource(loaded, address)
    assert found.origin is Origin.MODULE
    assert found.properties.openness is not None
    assert shown(value(loaded, address, "timeout")) == 30
    assert shown(value(loaded, address, "environment")) == [{"variables": {"A": "1"}}]
    assert [(str(code.kind), code.path) for _, code in found.code] == [("folder", "src")]
    assert shown(value(loaded, "aws_thing.it", "arn")) == f"<{address}.arn>"


def test_a_layer_of_that_module_is_no_function() -> None:
    loaded = load(
        'module "l" {\n  source = "terraform-aws-modules/lambda/aws"\n  create_function = false\n  create_layer = true\n}\n'
    )
    assert [resource.type for resource in loaded.resources] == ["aws_lambda_layer_version"]


# Which folders are called


def test_local_sources_of_module_calls() -> None:
    workspace = Workspace.in_memory(
        {
            "a/main.tf": 'module "x" {\n  source = "./x"\n}\nmodule "y" {\n  source = "../y"\n}\n'
            'module "r" {\n  source = "acme/z/aws"\n}\n'
            'module "out" {\n  source = "../../elsewhere"\n}\n',
            "a/broken.tf": 'module "b" {\n  source = "./b"\n}\nresource "x" {{{\n',
            "a/more.tf.json": '{"module": {"j": {"source": "./j"}, "k": [{"source": "./k"}]}}',
            "a/no.tf.json": "{not json",
        }
    )
    assert local_module_sources(workspace, "a") == {"a/x", "y", "a/b", "a/j", "a/k"}
    assert local_module_sources(workspace, "nowhere") == set()


def test_the_shortest_module() -> None:
    loaded = load('module "m" {\n  source = "./m"\n}\n', files={"m/main.tf": 'resource "aws_thing" "it" {\n  x = 1\n}\n'})
    assert value(loaded, "module.m.aws_thing.it", "x") == Known(1)


def test_that_module_installed_on_disk_still_tells_the_source() -> None:
    listed = '{"Modules": [{"Key": "f", "Source": "terraform-aws-modules/lambda/aws", "Dir": ".terraform/modules/f"}]}'
    module = (
        'variable "source_path" {\n  default = null\n}\nvariable "timeout" {\n  default = 3\n}\n'
        'data "external" "archive" {}\nresource "aws_lambda_function" "this" {\n  filename = data.external.archive.result.filename\n'
        "  timeout = var.timeout\n}\n"
    )
    loaded = load(
        'module "f" {\n  source = "terraform-aws-modules/lambda/aws"\n  source_path = "src"\n}\n',
        files={".terraform/modules/modules.json": listed, ".terraform/modules/f/main.tf": module, "src/app.py": ""},
    )
    found = resource(loaded, "module.f.aws_lambda_function.this")
    assert found.origin is Origin.MODULE
    assert [(str(code.kind), code.path, code.built) for _, code in found.code] == [("folder", "src", True)]
    assert shown(value(loaded, found.address, "timeout")) == 3


def test_a_call_of_the_registry_module_for_a_layer_makes_no_function() -> None:
    loaded = load('module "l" {\n  source = "terraform-aws-modules/lambda/aws"\n  create_layer = true\n}\n')
    assert [resource for resource in loaded.resources if resource.type == "aws_lambda_function"] == []


def test_a_module_outside_the_folder_that_is_read_is_told() -> None:
    loaded = load('module "m" {\n  source = "../../shared"\n}\n')
    assert [problem.fatal for problem in loaded.problems] == [False]
    assert "'m' (../../shared) lies outside the folder that is read" in problems(loaded)[0][1]
