"""HCL text → typed records: values, spans, templates, and what is said of text that is wrong."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.model.span import Span
from faaslint.source import hcl_nodes as hcl
from faaslint.source.hcl import parse_expression, parse_hcl, parse_template
from faaslint.source.limits import NESTING


def expression(text: str) -> hcl.Expression:
    """Return the expression of ``x = text``."""
    body = parse_hcl(f"x = {text}\n", "m.tf")
    assert body.problems == ()
    return body.attributes["x"].expression


def plain(read: hcl.Expression) -> Any:
    """Return an expression of literals as plain data."""
    if isinstance(read, hcl.Literal):
        return read.value
    if isinstance(read, hcl.Tuple):
        return [plain(item) for item in read.items]
    if isinstance(read, hcl.Object):
        return {plain(key): plain(value) for key, value in read.entries}
    if isinstance(read, hcl.Unary):
        return -plain(read.operand)
    raise AssertionError(read)


def spelled(read: hcl.Expression) -> str:
    """Return an expression with every grouping in brackets."""
    if isinstance(read, hcl.Binary):
        return f"({spelled(read.left)} {read.operator} {spelled(read.right)})"
    if isinstance(read, hcl.Unary):
        return f"({read.operator}{spelled(read.operand)})"
    if isinstance(read, hcl.Conditional):
        return f"({spelled(read.test)} ? {spelled(read.when_true)} : {spelled(read.when_false)})"
    if isinstance(read, hcl.Paren):
        return spelled(read.inner)
    if isinstance(read, hcl.Literal):
        return str(read.value)
    assert isinstance(read, hcl.Traversal)
    return read.root


def literal_text(text: str) -> str:
    """Return a text as HCL writes it in quotes."""
    # Character by character: what follows a backslash that is itself escaped is no escape.
    rarely = {"\b": "\\u0008", "\f": "\\u000c"}
    return '"' + "".join(rarely.get(one) or json.dumps(one, ensure_ascii=False)[1:-1] for one in text) + '"'


texts = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="$%"), max_size=20)
numbers = st.integers(-(10**12), 10**12) | st.decimals(-10000, 10000, places=3).map(float)
scalars = st.none() | st.booleans() | numbers | texts


def written(data: Any) -> str:
    """Return data as HCL writes it."""
    if data is None:
        return "null"
    if isinstance(data, bool):
        return str(data).lower()
    if isinstance(data, str):
        return literal_text(data)
    if isinstance(data, list):
        return "[" + ", ".join(written(item) for item in data) + "]"
    if isinstance(data, dict):
        return "{\n" + "\n".join(f"{literal_text(key)} = {written(value)}" for key, value in data.items()) + "\n}"
    return repr(data)


documents = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=12
)


@given(document=documents)
@settings(deadline=None, max_examples=60)
def test_every_literal_is_read_as_it_was_written(document: Any) -> None:
    assert plain(expression(written(document))) == document


@given(text=st.text(alphabet=string.printable + "äß€😀", max_size=60))
@settings(deadline=None, max_examples=150)
def test_no_text_raises_and_what_follows_is_kept(text: str) -> None:
    body = parse_hcl(f'{text}\nresource "a" "b" {{\n  c = 1\n}}\n', "m.tf")
    assert body.problems or body.attributes or body.blocks or not text.strip() or text.lstrip().startswith(("#", "/"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e3", 1000),
        ("1E+2", 100),
        ("25e-1", 2.5),
        ("1.5e3", 1500),
        ("0.25", 0.25),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_numbers_with_fractions_and_exponents(text: str, number: float) -> None:
    assert plain(expression(text)) == number


def test_an_exponent_inside_a_text_is_text() -> None:
    assert plain(expression('"1e3 apples"')) == "1e3 apples"


def test_escapes_in_quoted_text() -> None:
    assert plain(expression(r'"tab\t quote\" backslash\\ é\u00e9 $${hole} %%{hole} $5 100%"')) == (
        'tab\t quote" backslash\\ éé ${hole} %{hole} $5 100%'
    )


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? b ? 1 : 2 : c ? d : e ? f : g", "(a ? (b ? 1 : 2) : (c ? d : (e ? f : g)))"),
        ("(a ? b : c) ? d : e", "((a ? b : c) ? d : e)"),
        ("a || b && c == d", "(a || (b && (c == d)))"),
        ("!a && -b < c", "((!a) && ((-b) < c))"),
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
    ],
)
def test_operators_group_as_in_terraform(text: str, grouped: str) -> None:
    assert spelled(expression(text)) == grouped


def test_a_traversal_has_its_steps_in_order() -> None:
    read = expression('aws_lambda_function.f["a"].versions[*].arn')
    assert isinstance(read, hcl.Traversal)
    assert read.root == "aws_lambda_function"
    first, index, third, splat = read.steps
    assert isinstance(first, hcl.GetAttribute)
    assert first.name == "f"
    assert isinstance(index, hcl.GetIndex)
    assert plain(index.key) == "a"
    assert isinstance(third, hcl.GetAttribute)
    assert isinstance(splat, hcl.Splat)
    assert [step.name for step in splat.steps if isinstance(step, hcl.GetAttribute)] == ["arn"]


def test_an_index_behind_a_dot_splat_is_taken_of_the_whole_list() -> None:
    read = expression("a.*.b[0]")
    assert isinstance(read, hcl.Traversal)
    assert [type(step).__name__ for step in read.steps] == ["Splat", "GetIndex"]


def test_an_index_behind_something_that_is_no_name() -> None:
    for text in ("f(x)[0]", "[1, 2][0]", '{ a = 1 }["a"]', "[for x in y : x][0]", "(a)[0]"):
        assert isinstance(expression(text), hcl.Access), text


def test_for_expressions() -> None:
    listed = expression("[for k, v in things : v if k != 1]")
    assert isinstance(listed, hcl.ForTuple)
    assert (listed.key, listed.value, listed.test is not None) == ("k", "v", True)
    mapped = expression("{for v in things : v.name => v...}")
    assert isinstance(mapped, hcl.ForObject)
    assert (mapped.key, mapped.value, mapped.grouped, mapped.test) == ("", "v", True, None)


def test_white_space_between_holes_is_kept() -> None:
    read = expression('" ${a} ${b} "')
    assert isinstance(read, hcl.Template)
    assert [part.text if isinstance(part, hcl.Text) else "hole" for part in read.parts] == [" ", "hole", " ", "hole", " "]


def test_columns_count_characters_and_not_bytes() -> None:
    body = parse_hcl('x = "äöü😀${a}"\n', "m.tf")
    read = body.attributes["x"].expression
    assert isinstance(read, hcl.Template)
    assert read.span == Span("m.tf", 1, 5, 1, 15)
    assert read.parts[1].span == Span("m.tf", 1, 12, 1, 13)


def test_a_heredoc_knows_where_each_of_its_lines_stands() -> None:
    body = parse_hcl("x = <<-EOT\n    one\n      ${a} two\n    three\n  EOT\n", "m.tf")
    read = body.attributes["x"].expression
    assert isinstance(read, hcl.Template)
    first, hole, last = read.parts
    assert isinstance(first, hcl.Text)
    assert isinstance(last, hcl.Text)
    assert (first.text, last.text) == ("one\n  ", " two\nthree\n")
    assert [(span.line, span.column) for span in first.lines] == [(2, 5), (3, 5)]
    assert (hole.span.line, hole.span.column) == (3, 9)
    assert [(span.line, span.column) for span in last.lines[:2]] == [(3, 11), (4, 5)]


def test_trim_marks_in_a_heredoc_work_line_by_line() -> None:
    read = expression("<<EOT\n%{ for x in y ~}\n  - ${x}\n%{ endfor ~}\nend\nEOT")
    assert isinstance(read, hcl.Template)
    loop, rest = read.parts
    assert isinstance(loop, hcl.TextLoop)
    assert [part.text for part in loop.parts if isinstance(part, hcl.Text)] == ["  - ", "\n"]
    assert isinstance(rest, hcl.Text)
    assert rest.text == "end\n"


def test_carriage_returns_are_no_part_of_a_heredoc() -> None:
    read = expression("<<EOT\r\none\r\ntwo\r\nEOT\r")
    assert isinstance(read, hcl.Template)
    assert [part.text for part in read.parts if isinstance(part, hcl.Text)] == ["one\ntwo\n"]


def test_a_template_file_is_read_with_its_own_lines() -> None:
    parts = parse_template('{\n  "a": "${b}"\n}', "policy.tpl")
    assert parts is not None
    assert parts[1].span == Span("policy.tpl", 2, 11, 2, 12)
    assert isinstance(parts[2], hcl.Text)
    assert parts[2].text == '"\n}'


def test_blocks_have_labels_bodies_and_spans() -> None:
    body = parse_hcl('resource "aws_sqs_queue" "q" {\n  name = "x"\n  a { b = 1 }\n}\n', "m.tf")
    (block,) = body.of_type("resource")
    assert [label.text for label in block.labels] == ["aws_sqs_queue", "q"]
    assert block.labels[1].span == Span("m.tf", 1, 26, 1, 29)
    assert block.body.attributes["name"].key == Span("m.tf", 2, 3, 2, 7)
    assert [inner.type for inner in block.body.blocks] == ["a"]


# Text that is wrong

GOOD = '\nresource "aws_sqs_queue" "good" {\n  name = "x"\n}\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param('resource "a" "b" {\n  name =\n  size = 1\n}\n', 2, "a value was expected after =", id="no value"),
        pytest.param(
            'resource "a" "b" {\n  c = 1\n', 1, "a closing } was expected: this block has none", id="no end of the block"
        ),
        pytest.param('resource "a" "b" {\n  c = "x\n}\n', 2, "a closing quote was expected", id="no closing quote"),
        pytest.param('resource "a" b" {\n  c = 1\n}\n', 1, "a closing quote was expected", id="half a label"),
        pytest.param(
            'resource "a" "b" {\n  c = ["x" "y"]\n}\n',
            2,
            "a comma or a closing bracket was expected, not '\"x\"'",
            id="no comma",
        ),
        pytest.param(
            'resource "a" "b" {\n  c = f({\n    d = 1\n    "e": "f": [\n      1\n    ]\n  })\n}\n',
            4,
            "a comma, a new line or a closing bracket was expected, not ': ['",
            id="two keys for one value",
        ),
        pytest.param('resource "a" "b" {\n  c = [1, 2\n  d = 3\n}\n', 3, "] was expected here", id="no closing bracket"),
        pytest.param(
            'resource "a" "b" {\n  c "x"\n  d = 3\n}\n',
            2,
            "= was expected after the name, not '\"x\" d'",
            id="no equals sign",
        ),
        pytest.param(
            'resource "a" "b" {\n  c = <<EOT\n  text\n}\n',
            2,
            "a line with only EOT was expected: the heredoc that begins here has no end",
            id="a heredoc without an end",
        ),
        pytest.param(
            'resource "a" "b" {\n  c = "${d"\n}\n',
            2,
            "a closing } was expected: ${ begins a part of the text that has no end",
            id="a hole without an end",
        ),
        pytest.param(
            'resource "a" "b" {\n  c = \'x\'\n}\n',
            2,
            "double quotes were expected: texts don't stand in single ones",
            id="single quotes",
        ),
        pytest.param(
            '<<<<<<< HEAD\nresource "a" "b" {\n  c = 1\n}\n',
            1,
            "configuration was expected, not the conflict marks of a merge",
            id="a merge that was not finished",
        ),
    ],
)
def test_a_syntax_error_says_what_was_expected_and_spares_the_rest(text: str, line: int, message: str) -> None:
    body = parse_hcl(text + GOOD, "m.tf")
    assert [(problem.span.line, problem.message) for problem in body.problems] == [(line, message)]
    good = body.blocks[-1]
    assert good.labels[1].text == "good"
    assert plain(good.body.attributes["name"].expression) == "x"
    assert good.body.broken is None


def test_attributes_beside_an_error_are_not_believed() -> None:
    (block,) = parse_hcl('resource "a" "b" {\n  c = 1\n  d = 2 +\n  e = 3\n  f = 4\n}\n', "m.tf").blocks
    assert set(block.body.attributes) == {"c", "f"}
    assert block.body.broken is not None


@pytest.mark.parametrize("opening", ["[", "(", "!", "-", "{a=", "f("])
def test_deep_nesting_costs_only_its_own_expression(opening: str) -> None:
    closing = {"[": "]", "(": ")", "{a=": "}", "f(": ")"}.get(opening, "")
    depth = 3 * NESTING
    body = parse_hcl(f"locals {{\n  deep = {opening * depth}1{closing * depth}\n  flat = 1\n}}\n", "m.tf")
    assert body.problems == ()
    attributes = body.blocks[0].body.attributes
    assert plain(attributes["flat"].expression) == 1

    def malformed(read: object) -> bool:
        for name in getattr(read, "__slots__", ()):
            below = getattr(read, name)
            for inner in below if isinstance(below, tuple) and not isinstance(below, Span) else [below]:
                for part in inner if isinstance(inner, tuple) and not isinstance(inner, Span) else [inner]:
                    if isinstance(part, hcl.Malformed):
                        return True
                    if hasattr(part, "__slots__") and not isinstance(part, Span) and malformed(part):
                        return True
        return False

    assert malformed(attributes["deep"])


def test_blocks_nested_too_deep_are_a_problem() -> None:
    body = parse_hcl("a {" * (NESTING + 50) + "}" * (NESTING + 50), "m.tf")
    assert [problem.message for problem in body.problems] == [f"blocks are nested more than {NESTING} deep"]


def test_a_single_expression() -> None:
    assert plain(parse_expression('["a", 1]', "m.tf")) == ["a", 1]
    for text in ("", "1\ny = 2", "}", "a {"):
        assert isinstance(parse_expression(text, "m.tf"), hcl.Malformed), text
