"""Expressions: references survive everywhere, unknowns say why, trails lead to the place to edit."""

from __future__ import annotations

import pytest

from faaslint.model.value import Choice, Fields, Known, Pattern, Reference, Unknown

from ..loading import lines, resource, shown, value
from .making import QUEUE, TABLE, load, property_of, worth


@pytest.mark.parametrize("attribute", ["arn", "id", "url", "name", "invoke_arn", "qualified_arn", "version"])
def test_an_attribute_of_a_resource_is_a_reference(attribute: str) -> None:
    found = property_of(f"aws_sqs_queue.q.{attribute}", QUEUE)
    assert isinstance(found, Known)
    assert found.value == Reference("aws_sqs_queue.q", attribute)


def test_a_number_that_another_block_sets_is_that_number() -> None:
    assert worth("aws_dynamodb_table.t.read_capacity", TABLE) == 5
    assert worth("aws_dynamodb_table.t.read_capacity * 6", TABLE) == 30


def test_a_reference_deep_inside_an_attribute() -> None:
    assert worth("aws_sqs_queue.q.endpoint[0].address", QUEUE) == "<aws_sqs_queue.q.endpoint.0.address>"


def test_something_that_is_not_declared_is_unknown_by_name() -> None:
    assert worth("aws_sqs_queue.other.arn") == "?aws_sqs_queue.other.arn"


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        pytest.param("{ URL = aws_sqs_queue.q.url }", {"URL": "<aws_sqs_queue.q.url>"}, id="in a mapping"),
        pytest.param("[aws_sqs_queue.q.arn]", ["<aws_sqs_queue.q.arn>"], id="in a list"),
        pytest.param('"${aws_sqs_queue.q.arn}/*"', "${aws_sqs_queue.q.arn}/*", id="in a text"),
        pytest.param('"${aws_sqs_queue.q.arn}"', "<aws_sqs_queue.q.arn>", id="alone in a text"),
        pytest.param("local.queue.arn", "<aws_sqs_queue.q.arn>", id="through a local that is the whole resource"),
        pytest.param("[aws_sqs_queue.q][*].arn", ["<aws_sqs_queue.q.arn>"], id="through a splat"),
        pytest.param("aws_sqs_queue.q[*].arn", ["<aws_sqs_queue.q.arn>"], id="through a splat of one resource"),
        pytest.param("[for x in [aws_sqs_queue.q] : x.arn]", ["<aws_sqs_queue.q.arn>"], id="through for"),
        pytest.param(
            "{for k, x in { a = aws_sqs_queue.q } : k => x.arn}", {"a": "<aws_sqs_queue.q.arn>"}, id="through for, keyed"
        ),
        pytest.param('concat(["*"], [aws_sqs_queue.q.arn])', ["*", "<aws_sqs_queue.q.arn>"], id="through concat"),
        pytest.param(
            "merge({ a = 1 }, { b = aws_sqs_queue.q.arn })", {"a": 1, "b": "<aws_sqs_queue.q.arn>"}, id="through merge"
        ),
        pytest.param("try(aws_sqs_queue.q.arn, null)", "<aws_sqs_queue.q.arn>", id="through try"),
        pytest.param('coalesce("", aws_sqs_queue.q.arn)', "<aws_sqs_queue.q.arn>", id="through coalesce"),
        pytest.param("flatten([[aws_sqs_queue.q.arn]])", ["<aws_sqs_queue.q.arn>"], id="through flatten"),
        pytest.param("element([aws_sqs_queue.q.arn], 0)", "<aws_sqs_queue.q.arn>", id="through element"),
        pytest.param("one([aws_sqs_queue.q.arn])", "<aws_sqs_queue.q.arn>", id="through one"),
        pytest.param("values({ a = aws_sqs_queue.q.arn })[0]", "<aws_sqs_queue.q.arn>", id="through values"),
        pytest.param('lookup({ a = aws_sqs_queue.q.arn }, "a")', "<aws_sqs_queue.q.arn>", id="through lookup"),
        pytest.param('join(":", ["x", aws_sqs_queue.q.arn])', "x:${aws_sqs_queue.q.arn}", id="through join"),
        pytest.param('format("%s/%s", aws_sqs_queue.q.arn, "x")', "${aws_sqs_queue.q.arn}/x", id="through format"),
        pytest.param("tolist(toset([aws_sqs_queue.q.arn]))", ["<aws_sqs_queue.q.arn>"], id="through conversions"),
    ],
)
def test_references_survive(expression: str, result: object) -> None:
    assert worth(expression, QUEUE + "locals {\n  queue = aws_sqs_queue.q\n}\n") == result


def test_a_text_with_holes_is_a_pattern() -> None:
    found = property_of('"arn:aws:s3:::${var.bucket}/*"', 'variable "bucket" {}\n')
    assert isinstance(found, Known)
    assert isinstance(found.value, Pattern)
    first, hole, last = found.value.parts
    assert (first, last) == ("arn:aws:s3:::", "/*")
    assert isinstance(hole, Unknown)
    assert hole.symbol == "var.bucket"


def test_null_is_not_set() -> None:
    found = property_of("null")
    assert found == Known(None)


def test_a_key_that_is_not_known_leaves_the_mapping_open() -> None:
    found = property_of("{ (var.k) = 1, b = 2 }", 'variable "k" {}\n')
    assert isinstance(found, Known)
    assert isinstance(found.value, Fields)
    assert set(found.value.values) == {"b"}
    assert found.value.openness is not None


@pytest.mark.parametrize(
    ("expression", "symbol"),
    [
        ("data.aws_region.here.name", "?data.aws_region.current.name"),
        ("data.aws_region.here.id", "?data.aws_region.current.name"),
        ("data.aws_caller_identity.me.account_id", "?data.aws_caller_identity.current.account_id"),
        ("data.aws_partition.current.partition", "?data.aws_partition.current.partition"),
        ("data.aws_vpc.main.id", "?data.aws_vpc.main.id"),
        ("terraform.workspace", "?terraform.workspace"),
    ],
)
def test_what_only_the_account_knows_has_a_name(expression: str, symbol: str) -> None:
    declared = (
        'data "aws_region" "here" {}\ndata "aws_caller_identity" "me" {}\ndata "aws_partition" "current" {}\n'
        'data "aws_vpc" "main" {\n  default = true\n}\n'
    )
    assert worth(expression, declared) == symbol


def test_what_a_data_source_is_asked_with_it_also_answers() -> None:
    assert (
        worth("data.aws_lambda_function.f.function_name", 'data "aws_lambda_function" "f" {\n  function_name = "x"\n}\n')
        == "x"
    )


def test_moments_and_files_that_are_not_there_are_unknown() -> None:
    for call in ('filebase64sha256("f.zip")', "timestamp()", "uuid()", 'bcrypt("x")', "plantimestamp()", 'filemd5("x")'):
        assert isinstance(property_of(call), Unknown), call


def test_unknown_is_never_turned_into_something_known() -> None:
    declared = 'variable "u" {}\n'
    for expression in (
        "var.u + 1",
        "!var.u",
        "var.u[0]",
        "var.u.a",
        "length(var.u)",
        "lower(var.u)",
        'contains(["a"], var.u)',
    ):
        assert isinstance(property_of(expression, declared), Unknown), expression


def test_equal_computations_of_one_unknown_have_one_name() -> None:
    found = property_of("lower(var.u)", 'variable "u" {}\n')
    assert isinstance(found, Unknown)
    assert found.symbol == "lower(var.u)"


# Trails


def test_a_trail_leads_from_the_use_to_the_default() -> None:
    loaded = load('variable "size" {\n  default = 128\n}\nresource "aws_thing" "it" {\n  it = var.size\n}\n')
    assert lines(value(loaded, "aws_thing.it", "it")) == [5, 2]


def test_a_trail_leads_through_a_local() -> None:
    loaded = load('locals {\n  size = 128\n}\nresource "aws_thing" "it" {\n  it = local.size\n}\n')
    assert lines(value(loaded, "aws_thing.it", "it")) == [5, 2]


def test_a_trail_leads_through_a_module_argument() -> None:
    loaded = load(
        'module "m" {\n  source = "./m"\n  size   = 128\n}\n',
        files={"m/main.tf": 'variable "size" {}\n\nresource "aws_thing" "it" {\n\n  it = var.size\n}\n'},
    )
    found = value(loaded, "module.m.aws_thing.it", "it")
    assert [(span.path, span.line) for span in found.trail] == [("m/main.tf", 5), ("main.tf", 3)]


def test_each_branch_has_its_own_innermost_place() -> None:
    loaded = load('variable "big" {}\nresource "aws_thing" "it" {\n  it = (\n    var.big ? 512 :\n    128\n  )\n}\n')
    found = value(loaded, "aws_thing.it", "it")
    assert isinstance(found, Choice)
    assert [(branch.value.trail[0].line, branch.value.trail[-1].line) for branch in found.branches] == [(3, 4), (3, 5)]


def test_keys_of_mappings_have_places() -> None:
    loaded = load('resource "aws_thing" "it" {\n  tags = {\n    A = 1\n  }\n}\n')
    properties = resource(loaded, "aws_thing.it").properties
    tags = properties.values["tags"]
    assert properties.keys["tags"].line == 2
    assert isinstance(tags, Known)
    assert isinstance(tags.value, Fields)
    assert tags.value.keys["A"].line == 3


def test_a_resource_stands_at_its_name() -> None:
    span = resource(load('resource "aws_thing" "it" {}\n'), "aws_thing.it").span
    assert (span.line, span.column, span.end_column) == (1, 22, 26)


def test_the_module_path_is_where_terraform_has_it() -> None:
    text = 'module "m" {\n  source = "../shared"\n}\n'
    shared = 'resource "aws_thing" "it" {\n  here = path.module\n  root = path.root\n}\n'
    loaded = load("", files={"app/main.tf": text, "shared/main.tf": shared}, folder="app")
    assert shown(value(loaded, "module.m.aws_thing.it", "here")) == "../shared"
    assert shown(value(loaded, "module.m.aws_thing.it", "root")) == "."
