"""Conditionals: which tests are decided, which stay free, and which are the same test."""

from __future__ import annotations

from faaslint.model.guard import atom
from faaslint.model.value import Choice, jointly

from ..loading import resource, shown, value
from .making import addresses, load, property_of, worth

ENV = 'variable "env" {\n  default = "dev"\n}\n'


def test_a_test_of_something_certain_is_decided() -> None:
    assert worth("local.on ? 1 : 2", "locals {\n  on = true\n}\n") == 1


def test_a_test_of_a_default_stays_free() -> None:
    assert worth('var.env == "prod" ? 512 : 128', ENV) == {"var.env == 'prod'": 512, "not var.env == 'prod'": 128}


def test_a_test_of_a_given_value_is_decided() -> None:
    loaded = load(ENV + 'resource "aws_thing" "it" {\n  it = var.env == "prod" ? 512 : 128\n}\n', {"env": "prod"})
    assert shown(value(loaded, "aws_thing.it", "it")) == 512


def test_a_test_of_something_unknown_stays_free() -> None:
    assert worth("var.x ? 1 : 2", 'variable "x" {}\n') == {"var.x": 1, "not var.x": 2}


def test_comparisons_of_one_variable_exclude_each_other() -> None:
    found = property_of('var.env == "prod" ? 1 : var.env == "test" ? 2 : 3', ENV)
    assert isinstance(found, Choice)
    both = found.branches[0].guard & atom("var.env == 'test'", group="var.env")
    assert not both.satisfiable()


def test_one_question_has_one_atom_however_it_is_spelled() -> None:
    spellings = [
        'var.env == "prod" ? 1 : 2',
        '"prod" == var.env ? 1 : 2',
        'var.env != "prod" ? 2 : 1',
        '!(var.env == "prod") ? 2 : 1',
        "local.is_prod ? 1 : 2",
        'contains(["prod"], var.env) ? 1 : 2',
        '(var.env == "prod" ? true : false) ? 1 : 2',
    ]
    declared = ENV + 'locals {\n  is_prod = var.env == "prod"\n}\n'
    found = [property_of(each, declared) for each in spellings]
    for other in found[1:]:
        pairs = [pair for _, pair in jointly(found[0], other)]
        assert all(left == right for left, right in pairs), other


def test_a_question_asked_in_a_module_is_the_callers() -> None:
    loaded = load(
        ENV
        + 'module "m" {\n  source = "./m"\n  on     = var.env == "prod"\n}\n'
        + 'resource "aws_thing" "it" {\n  it = var.env == "prod" ? 1 : 2\n}\n',
        files={"m/main.tf": 'variable "on" {}\nresource "aws_thing" "it" {\n  it = var.on ? 1 : 2\n}\n'},
    )
    outer, inner = value(loaded, "aws_thing.it", "it"), value(loaded, "module.m.aws_thing.it", "it")
    assert [pair for _, pair in jointly(outer, inner)] == [(pair[0], pair[0]) for _, pair in jointly(outer, inner)]


def test_a_modules_own_default_is_decided_where_the_call_leaves_it() -> None:
    loaded = load(
        'module "m" {\n  source = "./m"\n}\n',
        files={
            "m/main.tf": 'variable "on" {\n  default = false\n}\nresource "aws_thing" "it" {\n  it = var.on ? 1 : 2\n}\n'
        },
    )
    assert shown(value(loaded, "module.m.aws_thing.it", "it")) == 2


def test_logic_is_followed() -> None:
    found = worth("var.a && !var.b ? 1 : 2", 'variable "a" {}\nvariable "b" {}\n')
    assert list(found.values()) == [1, 2]
    decided = worth("var.a || true ? 1 : 2", 'variable "a" {}\n')
    assert decided == 1


def test_inside_a_branch_the_test_holds() -> None:
    declared = 'variable "name" {\n  default = null\n}\n'
    assert worth('var.name != null ? var.name : "made up"', declared) == {
        "not var.name == null": "?var.name",
        "var.name == null": "made up",
    }
    assert worth('var.env == "prod" ? var.env : "x"', ENV)["var.env == 'prod'"] == "prod"


def test_a_count_that_asks_leaves_one_guarded_instance() -> None:
    loaded = load('variable "on" {\n  default = false\n}\nresource "aws_thing" "it" {\n  count = var.on ? 1 : 0\n}\n')
    assert addresses(loaded) == ["aws_thing.it[0]"]
    assert resource(loaded, "aws_thing.it[0]").guard == atom("var.on")


def test_inside_a_guarded_resource_the_test_holds() -> None:
    loaded = load(
        'variable "arn" {\n  default = null\n}\n'
        'resource "aws_thing" "it" {\n  count = var.arn == null ? 0 : 1\n  arn   = var.arn\n}\n'
    )
    assert shown(value(loaded, "aws_thing.it[0]", "arn")) == "?var.arn"


def test_too_many_branches_end_in_unknown() -> None:
    declared = "".join(f'variable "v{i}" {{}}\n' for i in range(12))
    holes = "".join(f'${{var.v{i} ? "a" : "b"}}' for i in range(12))
    assert worth(f'"{holes}"', declared) == "?too many combinations"
