"""Functions and operators. The results are those of ``terraform console``."""

from __future__ import annotations

import pytest

from faaslint.model.value import Unknown

from .making import property_of, worth

LOCALS = """
locals {
  l    = ["a", "b", "c"]
  m    = { x = 1, y = "two", z = [1, 2] }
  objs = [{ id = "i1", t = { k = 1 } }, { id = "i2", t = { k = 2 } }]
}
"""


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("10 / 4", 2.5),
        ("-7 % 3", -1),
        ('"a${1}b${true}"', "a1btrue"),
        ('"${local.l}"', ["a", "b", "c"]),
        ("local.m.z[1]", 2),
        ("local.objs[*].id", ["i1", "i2"]),
        ("local.objs.*.t.k", [1, 2]),
        ('[for i, v in local.l : "${i}-${v}" if v != "b"]', ["0-a", "2-c"]),
        ('{for k, v in local.m : upper(k) => v if k != "z"}', {"X": 1, "Y": "two"}),
        ('{for v in ["aa", "ab", "b"] : substr(v, 0, 1) => v...}', {"a": ["aa", "ab"], "b": ["b"]}),
        ("false ? 1 : true ? 2 : 3", 2),
        ('1 == "1"', False),
        ("null == null", True),
        ("[1, 2] == [1, 2]", True),
        ('split(",", "a,b,,c")', ["a", "b", "", "c"]),
        ('format("%s-%03d-%v-%q-%%", "a", 7, true, "x")', 'a-007-true-"x"-%'),
        ('format("%5.2f|%-5s|%5s", 3.14159, "a", "b")', " 3.14|a    |    b"),
        ('formatlist("%s-x", local.l)', ["a-x", "b-x", "c-x"]),
        ('title("hello world-foo")', "Hello World-Foo"),
        ('trimsuffix("arn:*", ":*")', "arn"),
        ('replace("hello", "/l+/", "L")', "heLo"),
        ('regex("(\\\\d+)-(\\\\d+)", "12-34")', ["12", "34"]),
        ('regexall("[a-z]", "a1b2")', ["a", "b"]),
        ('substr("hello", -3, -1)', "llo"),
        ('length("héllo")', 5),
        ('flatten([["a"], [["b"]], "c"])', ["a", "b", "c"]),
        ("merge({ a = 1 }, { b = 2 }, { a = 3 })", {"a": 3, "b": 2}),
        ("values({ b = 1, a = 2 })", [2, 1]),
        ('lookup(local.m, "nope", "def")', "def"),
        ("element(local.l, 4)", "b"),
        ('compact(["a", "", null, "b"])', ["a", "b"]),
        ('coalesce("", null, "x")', "x"),
        ("range(1, 10, 4)", [1, 5, 9]),
        ("range(3, 0)", [3, 2, 1]),
        ("slice(local.l, 1, 3)", ["b", "c"]),
        ('zipmap(["a", "b"], [1, 2])', {"a": 1, "b": 2}),
        ('setproduct(["a", "b"], [1, 2])', [["a", 1], ["a", 2], ["b", 1], ["b", 2]]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ("one([])", None),
        ("max([1, 5, 3]...)", 5),
        ("ceil(1.2)", 2),
        ("pow(2, 10)", 1024),
        ('parseint("ff", 16)', 255),
        ('jsondecode("{\\"a\\":[1,true,null]}")', {"a": [1, True, None]}),
        ('yamldecode("a: [1, x]")', {"a": [1, "x"]}),
        ('base64encode("hello")', "aGVsbG8="),
        ('base64decode("aGVsbG8=")', "hello"),
        ('cidrsubnet("10.0.0.0/16", 8, 2)', "10.0.2.0/24"),
        ('cidrsubnets("10.0.0.0/16", 8, 8, 4)', ["10.0.0.0/24", "10.0.1.0/24", "10.0.16.0/20"]),
        ('try(local.m["nope"].x, local.m.x)', 1),
        ("can(local.m.nope)", False),
        ("alltrue([true, true])", True),
        ("anytrue([])", False),
        ('tonumber("5")', 5),
        ("1e3", 1000),
        ('length([for x in local.l : x if x == "zz"])', 0),
        ('dirname("a/b/c.zip")', "a/b"),
        ('indent(2, "a\\nb")', "a\n  b"),
    ],
)
def test_known_arguments_give_what_terraform_gives(expression: str, result: object) -> None:
    assert worth(expression, LOCALS) == result


QUEUE_AND_STREAM = """
resource "aws_sqs_queue" "q" { name = "orders" }
resource "aws_kinesis_stream" "s" { name = "orders" }
resource "aws_kinesis_stream_consumer" "c" {
  name       = "c"
  stream_arn = aws_kinesis_stream.s.arn
}
"""


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ('length(regexall(".*:sqs:.*", aws_sqs_queue.q.arn))', 1),
        ('length(regexall(".*:dynamodb:.*", aws_sqs_queue.q.arn))', 0),
        ('regexall(":(sqs|sns):", aws_sqs_queue.q.arn)', [["sqs"]]),
        ('can(regex(":sns:", aws_sqs_queue.q.arn))', False),
        ('can(regex("^arn:aws[^:]*:kinesis:.*/consumer/", aws_sqs_queue.q.arn))', False),
        ('length(regexall(".*:kinesis:.*/consumer/.*", aws_kinesis_stream_consumer.c.arn))', 1),
        ('length(regexall(".*:kinesis:.*/consumer/.*", aws_kinesis_stream.s.arn))', 0),
        ('strcontains(aws_kinesis_stream.s.arn, ":kinesis:")', True),
        ('split(":", aws_sqs_queue.q.arn)[2]', "sqs"),
        ('startswith(aws_sqs_queue.q.arn, "arn:")', True),
    ],
)
def test_what_an_arn_says_of_its_service_is_known_before_it_is_there(expression: str, result: object) -> None:
    assert worth(expression, QUEUE_AND_STREAM) == result


@pytest.mark.parametrize(
    "expression",
    [
        'split(":", aws_sqs_queue.q.arn)[3]',
        'split(":", aws_sqs_queue.q.arn)[5]',
        'startswith(aws_sqs_queue.q.arn, "arn:aws:")',
        'strcontains(aws_sqs_queue.q.arn, ":eu-west-1:")',
        'regexall(":stream/sqs", aws_kinesis_stream.s.arn)',
        'regexall(":[0-9]+:", aws_sqs_queue.q.arn)',
        'regexall(":sqs:", aws_sqs_queue.q.url)',
    ],
)
def test_the_region_the_account_and_the_name_of_an_arn_are_not_known(expression: str) -> None:
    assert isinstance(property_of(expression, QUEUE_AND_STREAM), Unknown)


@pytest.mark.parametrize("expression", ["local.m.nope", "local.l[3]", 'tonumber("x")', 'regex("z", "a")', "coalesce()"])
def test_what_fails_is_unknown_and_try_sees_it(expression: str) -> None:
    assert str(worth(expression, LOCALS)).startswith("?")
    assert worth(f'try({expression}, "else")', LOCALS) == "else"


def test_try_does_not_pass_over_what_is_only_unknown() -> None:
    assert worth('try(var.u.name, "else")', 'variable "u" {}\n') == "?var.u.name"


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "a?" * 30 + "a" * 30 + "b", "(a|a)" * 30 + "b", "a*a*a*a*b", ".*.*.*b", "(?:a|a?)" * 20 + "b"]
)
def test_a_regular_expression_that_could_run_long_is_not_tried(pattern: str) -> None:
    assert str(worth(f'regex("{pattern}", "{"a" * 250}")')).startswith("?regex(")


def test_a_long_expression_without_choices_is_tried() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:orders:live"
    parts = worth(f'regex("^arn:([^:]+):([^:]+):([^:]*):([^:]*):function:([^:]+):([^:]+)$", "{arn}")')
    assert parts == ["aws", "lambda", "eu-west-1", "123456789012", "orders", "live"]


def test_concat_and_merge_keep_conditions_side_by_side() -> None:
    declared = 'variable "x" {}\nvariable "y" {}\n'
    assert worth('concat(["a"], var.x ? ["b"] : [], var.y ? ["c"] : ["d"])', declared) == [
        "a",
        {"var.x": "b"},
        {"var.y": "c"},
        {"not var.y": "d"},
    ]
    assert worth("merge({ a = 1 }, var.x ? { b = 2 } : {})", declared) == {"a": 1, "b": {"var.x": 2, "not var.x": None}}


def test_an_unknown_mapping_may_override_what_came_before_it() -> None:
    assert worth("merge({ a = 1 }, var.u, { c = 3 })", 'variable "u" {}\n')["c"] == 3
    assert str(worth("merge({ a = 1 }, var.u, { c = 3 })", 'variable "u" {}\n')["a"]).startswith("?")


def test_files_are_read_inside_the_project_only() -> None:
    assert worth('file("note.txt")', **{"note.txt": "hi"}) == "hi"
    for path in ("/etc/passwd", "../note.txt", "missing.txt", "~/x"):
        assert str(worth(f'file("{path}")')).startswith("?the file"), path


def test_a_template_file_gets_its_variables() -> None:
    template = "%{ for n in names ~}\n- ${n} ${arn}\n%{ endfor ~}\n"
    text = 'resource "aws_sqs_queue" "q" {}\n'
    found = worth('templatefile("t.tpl", { names = ["a", "b"], arn = aws_sqs_queue.q.arn })', text, **{"t.tpl": template})
    assert found == "- a ${aws_sqs_queue.q.arn}\n- b ${aws_sqs_queue.q.arn}\n"


def test_fileset_lists_what_matches() -> None:
    files = {"src/a.py": "", "src/b.txt": "", "src/c/d.py": ""}
    assert worth('fileset("src", "*.py")', **files) == ["a.py"]
    assert worth('fileset("src", "**/*.py")', **files) == ["a.py", "c/d.py"]
    assert worth('fileset("src", "{a,b}.*")', **files) == ["a.py", "b.txt"]
