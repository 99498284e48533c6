"""count, for_each and dynamic: which instances there are, and what each of them says."""

from __future__ import annotations

import pytest

from faaslint.model.value import Items, Known, Open, Provenance

from ..loading import resource, shown, value
from .making import addresses, load, worth


def test_no_instance() -> None:
    assert addresses(load('resource "aws_thing" "it" {\n  count = 0\n}\n')) == []


def test_a_known_count_numbers_its_instances() -> None:
    loaded = load('resource "aws_thing" "it" {\n  count = 2\n  name  = "n-${count.index}"\n}\n')
    assert addresses(loaded) == ["aws_thing.it[0]", "aws_thing.it[1]"]
    assert shown(value(loaded, "aws_thing.it[1]", "name")) == "n-1"


@pytest.mark.parametrize("count", ["var.n", "length(var.l)", "length(data.aws_subnets.s.ids)"])
def test_an_unknown_count_is_one_instance_of_unknown_number(count: str) -> None:
    loaded = load(
        'variable "n" {}\nvariable "l" {}\ndata "aws_subnets" "s" {}\n'
        f'resource "aws_thing" "it" {{\n  count = {count}\n  name  = "n-${{count.index}}"\n}}\n'
    )
    assert addresses(loaded) == ["aws_thing.it"]
    assert resource(loaded, "aws_thing.it").unknown_count


def test_a_count_that_is_zero_by_default_may_be_more() -> None:
    loaded = load('variable "n" {\n  default = 0\n}\nresource "aws_thing" "it" {\n  count = var.n\n}\n')
    found = resource(loaded, "aws_thing.it")
    assert found.unknown_count
    assert not found.guard.always


def test_each_key_has_its_instance() -> None:
    loaded = load(
        'resource "aws_thing" "it" {\n  for_each = { a = { n = 1 }, b = { n = 2 } }\n'
        "  name = each.key\n  n = each.value.n\n}\n"
    )
    assert addresses(loaded) == ['aws_thing.it["a"]', 'aws_thing.it["b"]']
    assert shown(value(loaded, 'aws_thing.it["b"]', "name")) == "b"
    assert shown(value(loaded, 'aws_thing.it["b"]', "n")) == 2


def test_a_set_is_keyed_by_its_elements() -> None:
    loaded = load('resource "aws_thing" "it" {\n  for_each = toset(["x", "y"])\n  name = each.value\n}\n')
    assert addresses(loaded) == ['aws_thing.it["x"]', 'aws_thing.it["y"]']
    assert shown(value(loaded, 'aws_thing.it["x"]', "name")) == "x"


def test_a_key_of_one_branch_has_a_guarded_instance() -> None:
    loaded = load(
        'variable "x" {}\nresource "aws_thing" "it" {\n'
        "  for_each = merge({ a = 1 }, var.x ? { b = 2 } : {})\n  n = each.value\n}\n"
    )
    assert [(one.address, one.guard.label) for one in loaded.resources] == [
        ('aws_thing.it["a"]', ""),
        ('aws_thing.it["b"]', "var.x"),
    ]
    assert shown(value(loaded, 'aws_thing.it["b"]', "n")) == 2


def test_an_unknown_for_each_is_one_instance_of_unknown_number() -> None:
    loaded = load('variable "m" {}\nresource "aws_thing" "it" {\n  for_each = var.m\n  name = each.key\n  fixed = 1\n}\n')
    assert addresses(loaded) == ["aws_thing.it"]
    assert resource(loaded, "aws_thing.it").unknown_count
    assert shown(value(loaded, "aws_thing.it", "name")).startswith("?")
    assert shown(value(loaded, "aws_thing.it", "fixed")) == 1


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("aws_a.counted[1].arn", "<aws_a.counted[1].arn>"),
        ("aws_a.counted[*].arn", ["<aws_a.counted[0].arn>", "<aws_a.counted[1].arn>"]),
        ("aws_a.counted.*.arn", ["<aws_a.counted[0].arn>", "<aws_a.counted[1].arn>"]),
        ("aws_a.counted[7].arn", "?aws_a.counted has no instance 7"),
        ('aws_a.keyed["x"].arn', '<aws_a.keyed["x"].arn>'),
        ("[for k, v in aws_a.keyed : v.arn]", ['<aws_a.keyed["x"].arn>', '<aws_a.keyed["y"].arn>']),
        ("values(aws_a.keyed)[*].arn", ['<aws_a.keyed["x"].arn>', '<aws_a.keyed["y"].arn>']),
        ("{for k, v in aws_a.keyed : k => v.id}", {"x": '<aws_a.keyed["x"].id>', "y": '<aws_a.keyed["y"].id>'}),
        ("aws_a.unclear[0].arn", "<aws_a.unclear.arn>"),
        ('aws_a.each["q"].arn', "<aws_a.each.arn>"),
        ("aws_a.each[var.k].arn", "<aws_a.each.arn>"),
        ("one(aws_a.guarded[*].arn)", {"var.on": "<aws_a.guarded[0].arn>", "not var.on": None}),
        ("aws_a.guarded[0].arn", "<aws_a.guarded[0].arn>"),
        ('try(aws_a.guarded[0].arn, "")', {"var.on": "<aws_a.guarded[0].arn>", "not var.on": ""}),
        ('join("", aws_a.guarded[*].arn)', {"var.on": "<aws_a.guarded[0].arn>", "not var.on": ""}),
        ('join("", aws_a.unclear.*.arn)', {"aws_a.unclear exists": "<aws_a.unclear.arn>", "not aws_a.unclear exists": ""}),
        ('coalescelist(aws_a.guarded[*].arn, ["x"])[0]', {"var.on": "<aws_a.guarded[0].arn>", "not var.on": "x"}),
    ],
)
def test_references_lead_to_instances(expression: str, result: object) -> None:
    declared = (
        'variable "n" {}\nvariable "m" {}\nvariable "k" {}\nvariable "on" {}\n'
        'resource "aws_a" "counted" {\n  count = 2\n}\n'
        'resource "aws_a" "keyed" {\n  for_each = toset(["x", "y"])\n}\n'
        'resource "aws_a" "unclear" {\n  count = var.n\n}\n'
        'resource "aws_a" "each" {\n  for_each = var.m\n}\n'
        'resource "aws_a" "guarded" {\n  count = var.on ? 1 : 0\n}\n'
    )
    assert worth(expression, declared) == result


def test_all_instances_of_an_unknown_number_are_an_open_list() -> None:
    loaded = load(
        'variable "n" {}\nresource "aws_a" "a" {\n  count = var.n\n}\n'
        'resource "aws_thing" "it" {\n  it = aws_a.a[*].arn\n}\n'
    )
    found = value(loaded, "aws_thing.it", "it")
    assert isinstance(found, Known)
    assert isinstance(found.value, Items)
    assert found.value.openness is not None
    assert shown(found) == ["<aws_a.a.arn>"]


# Blocks inside resources


def test_nested_blocks_are_lists_of_mappings() -> None:
    loaded = load('resource "aws_thing" "it" {\n  rule {\n    n = 1\n  }\n  rule {\n    n = 2\n  }\n}\n')
    assert shown(value(loaded, "aws_thing.it", "rule")) == [{"n": 1}, {"n": 2}]


def test_a_dynamic_block_is_written_out() -> None:
    loaded = load(
        'resource "aws_thing" "it" {\n  rule {\n    n = 0\n  }\n  dynamic "rule" {\n    for_each = { a = 1, b = 2 }\n'
        "    content {\n      n = rule.value\n      k = rule.key\n    }\n  }\n}\n"
    )
    assert shown(value(loaded, "aws_thing.it", "rule")) == [{"n": 0}, {"n": 1, "k": "a"}, {"n": 2, "k": "b"}]


def test_a_dynamic_block_may_name_its_iterator() -> None:
    loaded = load(
        'resource "aws_thing" "it" {\n  dynamic "rule" {\n    for_each = ["x"]\n    iterator = r\n'
        "    content {\n      n = r.value\n    }\n  }\n}\n"
    )
    assert shown(value(loaded, "aws_thing.it", "rule")) == [{"n": "x"}]


def test_a_dynamic_block_of_a_condition_is_guarded() -> None:
    loaded = load(
        'variable "v" {\n  default = null\n}\nresource "aws_thing" "it" {\n  dynamic "rule" {\n'
        "    for_each = var.v == null ? [] : [var.v]\n    content {\n      n = rule.value\n    }\n  }\n}\n"
    )
    assert shown(value(loaded, "aws_thing.it", "rule")) == [{"not var.v == null": {"n": "?var.v"}}]


def test_inside_a_dynamic_block_the_test_holds() -> None:
    loaded = load(
        'variable "v" {\n  default = null\n}\nresource "aws_thing" "it" {\n  dynamic "rule" {\n'
        "    for_each = var.v == null ? [] : [true]\n    content {\n      n = var.v\n    }\n  }\n}\n"
    )
    assert shown(value(loaded, "aws_thing.it", "rule")) == [{"not var.v == null": {"n": "?var.v"}}]


def test_a_dynamic_block_over_something_unknown_leaves_the_list_open() -> None:
    loaded = load(
        'variable "l" {}\nresource "aws_thing" "it" {\n  dynamic "rule" {\n    for_each = var.l\n'
        "    content {\n      n = rule.value\n    }\n  }\n}\n"
    )
    found = value(loaded, "aws_thing.it", "rule")
    assert isinstance(found, Known)
    assert isinstance(found.value, Items)
    assert isinstance(found.value.openness, Open)


def test_meta_arguments_are_no_properties() -> None:
    loaded = load(
        'resource "aws_thing" "it" {\n  count = 1\n  provider = aws.x\n  depends_on = [aws_a.a]\n  lifecycle {\n'
        '    ignore_changes = [n]\n  }\n  provisioner "local-exec" {\n    command = "x"\n  }\n'
        '  n = 1\n}\nresource "aws_a" "a" {}\n'
    )
    found = resource(loaded, "aws_thing.it[0]")
    assert set(found.properties.values) == {"n"}
    assert found.depends_on == ("aws_a.a",)


def test_the_quoted_form_of_a_dependency_is_one() -> None:
    loaded = load(
        'resource "aws_thing" "it" {\n  depends_on = ["aws_a.a", "aws_b.b[0]", "data.aws_c.c"]\n}\n'
        'resource "aws_a" "a" {}\nresource "aws_b" "b" {\n  count = 2\n}\ndata "aws_c" "c" {}\n'
    )
    assert resource(loaded, "aws_thing.it").depends_on == ("aws_a.a", "aws_b.b[0]", "aws_b.b[1]", "data.aws_c.c")


def test_a_default_that_says_how_many_stays_a_default() -> None:
    loaded = load(
        'variable "l" {\n  default = ["a"]\n}\nresource "aws_thing" "it" {\n  for_each = toset(var.l)\n  n = each.key\n}\n'
    )
    found = value(loaded, 'aws_thing.it["a"]', "n")
    assert isinstance(found, Known)
    assert found.provenance is Provenance.DEFAULT
