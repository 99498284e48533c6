"""Hostile configurations: bounded in time and size, one note each, and nothing else of the run is lost."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.load.resource import Loaded
from faaslint.load.terraform import load_terraform
from faaslint.model.value import Unknown
from faaslint.source.workspace import Workspace

from ..loading import problems, resource, shown, value
from .making import addresses, load

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "hostile"

SECONDS = 20
"""Far more than any of these takes (2 s), so that a busy machine fails no test; a missing bound takes hours."""


def hostile(name: str) -> Loaded:
    started = time.process_time()
    loaded = load_terraform(Workspace.on_disk(FOLDER), name, {})
    assert time.process_time() - started < SECONDS
    good = next(one for one in loaded.resources if one.address.endswith(".good"))
    assert "good" in (shown(good.properties.get("name")), shown(good.properties.get("value")))
    return loaded


def test_instances_without_number() -> None:
    loaded = hostile("terraform_many_instances")
    assert addresses(loaded) == ["aws_sqs_queue.counted", "aws_sqs_queue.keyed", "aws_sqs_queue.huge", "aws_sqs_queue.good"]
    assert [one.unknown_count for one in loaded.resources] == [True, True, True, False]
    assert [line for line, _ in problems(loaded)] == [2, 7, 12]
    assert not any(problem.fatal for problem in loaded.problems)


def test_a_module_that_calls_its_caller() -> None:
    loaded = hostile("terraform_calls_itself")
    assert problems(loaded) == [(2, "module 'outer' calls itself: its source is the folder that it is called from")]
    assert addresses(loaded) == ["aws_sqs_queue.good", "module.inner.aws_sqs_queue.inner"]


def test_values_that_double() -> None:
    loaded = hostile("terraform_text_that_doubles")
    for name in ("name", "tags", "list"):
        assert len(repr(shown(value(loaded, "aws_sqs_queue.large", name)))) < 10_000_000
    assert {message for _, message in problems(loaded)} == {
        "the text grows too long; it is taken as unknown",
        "the list grows too long; it is taken as unknown",
        "the value grows too large; it is taken as unknown",
    }


def test_locals_in_a_circle() -> None:
    loaded = hostile("terraform_locals_in_a_circle")
    assert problems(loaded) == [(2, "local 'first' depends on itself")]
    assert isinstance(value(loaded, "aws_sqs_queue.circle", "name"), Unknown)


def test_files_outside_the_project_are_not_read() -> None:
    loaded = hostile("terraform_reads_outside")
    for name in ("passwords", "above", "template", "listing"):
        assert isinstance(value(loaded, f"aws_ssm_parameter.{name}", "value"), Unknown), name
    assert loaded.problems == []


def test_a_link_that_leaves_the_project_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden")
    project = tmp_path / "project"
    project.mkdir()
    (project / "main.tf").write_text(
        'resource "aws_thing" "it" {\n  it = file("link.txt")\n}\nmodule "m" {\n  source = "./out"\n}\n'
    )
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text('resource "aws_thing" "hidden" {}\n')
    try:
        os.symlink(secret, project / "link.txt")
        os.symlink(outside, project / "out")
    except OSError:
        pytest.skip("this system makes no links")
    loaded = load_terraform(Workspace.on_disk(project), ".", {})
    assert isinstance(value(loaded, "aws_thing.it", "it"), Unknown)
    assert addresses(loaded) == ["aws_thing.it"]
    assert len(loaded.incomplete) == 1


def test_broken_blocks() -> None:
    loaded = hostile("terraform_broken_block")
    assert [(problem.span.path.rsplit("/", 1)[1], problem.span.line) for problem in loaded.problems] == [
        ("main.tf", 2),
        ("unclosed.tf", 1),
    ]
    assert "aws_sqs_queue.also_good" in addresses(loaded)
    assert resource(loaded, "aws_sqs_queue.broken").properties.openness is not None


def test_loops_that_multiply() -> None:
    loaded = hostile("terraform_loops_that_multiply")
    assert {message for _, message in problems(loaded)} == {
        "evaluating this takes more steps than are worth it; what is left of it is unknown"
    }


def test_a_file_of_a_hundred_thousand_lines() -> None:
    text = "".join(f'resource "aws_sqs_queue" "q{i}" {{\n  name = "x${{var.y}}"\n}}\n\n' for i in range(25_000))
    started = time.process_time()
    loaded = load(text)
    assert time.process_time() - started < SECONDS
    assert len(loaded.resources) > 1000


def test_a_chain_of_locals_longer_than_any_stack() -> None:
    chain = "".join(f"  a{i + 1} = (local.a{i} + 1)\n" for i in range(3000))
    loaded = load(f'locals {{\n  a0 = 1\n{chain}}}\nresource "aws_thing" "it" {{\n  it = local.a3000\n  ok = local.a5\n}}\n')
    assert isinstance(value(loaded, "aws_thing.it", "it"), Unknown)
    assert shown(value(loaded, "aws_thing.it", "ok")) == 6


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00\x00", b"a\0b", b"\xff\xff", b"}" * 5000, b"a = <<EOT\n" * 2000, b'a = "${' * 2000],
    ids=["nothing", "utf-16", "zero bytes", "not text", "brackets", "heredocs", "holes"],
)
def test_files_that_are_no_configuration(content: bytes) -> None:
    workspace = Workspace.in_memory({"bad.tf": content, "good.tf": 'resource "aws_thing" "it" {}\n'})
    assert addresses(load_terraform(workspace, ".", {})) == ["aws_thing.it"]


expressions = st.recursive(
    st.sampled_from(
        [
            "1",
            '"a"',
            "true",
            "null",
            "var.x",
            "var.u",
            "local.l",
            "aws_a.a.arn",
            "aws_a.n[*].id",
            "data.aws_region.r.name",
            "[]",
            "{}",
        ]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "==", "&&", "<", "/"]), inner).map(
            lambda part: f"({part[0]} {part[1]} {part[2]})"
        ),
        st.tuples(inner, inner, inner).map(lambda part: f"({part[0]} ? {part[1]} : {part[2]})"),
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        inner.map(lambda part: f"{{ k = {part} }}"),
        inner.map(lambda part: f'"x${{{part}}}y"'),
        inner.map(lambda part: f"[for i, v in {part} : v if i != 0]"),
        inner.map(lambda part: f"({part}).k"),
        inner.map(lambda part: f"({part})[0]"),
        inner.map(lambda part: f"({part})[*].k"),
        st.tuples(
            st.sampled_from(
                ["try", "merge", "concat", "flatten", "join", "format", "lookup", "jsonencode", "length", "coalesce", "one"]
            ),
            st.lists(inner, max_size=3),
        ).map(lambda part: f"{part[0]}({', '.join(part[1])})"),
    ),
    max_leaves=10,
)


@given(expression=expressions)
@settings(deadline=None, max_examples=200)
def test_no_expression_raises(expression: str) -> None:
    loaded = load(
        'variable "x" {\n  default = "d"\n}\nvariable "u" {}\nlocals {\n  l = ["a", var.u]\n}\ndata "aws_region" "r" {}\n'
        'resource "aws_a" "a" {}\nresource "aws_a" "n" {\n  count = var.u\n}\n'
        f'resource "aws_thing" "it" {{\n  it = {expression}\n  count = {expression}\n}}\n'
        f'resource "aws_thing" "each" {{\n  for_each = {expression}\n}}\n'
    )
    assert not any(problem.message.startswith("syntax") for problem in loaded.problems)
