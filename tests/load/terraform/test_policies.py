"""IAM policies: however they are written, they come out as one structure, and their parts stand where they are written."""

from __future__ import annotations

import pytest

from faaslint.model.value import Fields, Items, Known, Open

from ..loading import shown, value
from .making import QUEUE, load

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "<aws_sqs_queue.q.arn>"}],
}

ENCODED = """jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sqs:SendMessage"]
      Resource = aws_sqs_queue.q.arn
    }]
  })"""

HEREDOC = """<<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": ["sqs:SendMessage"],
        "Resource": "${aws_sqs_queue.q.arn}"
      }]
    }
  EOT"""

FILE = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": "${arn}"}]}'


def role_policy(policy: str, more: str = "", **files: str) -> Known:
    """Return the policy of a role policy that is set to an expression, which begins in line 2."""
    loaded = load(f'resource "aws_iam_role_policy" "p" {{\n  policy = {policy}\n}}\n{QUEUE}{more}', files=files)
    found = value(loaded, "aws_iam_role_policy.p", "policy")
    assert isinstance(found, Known), found
    return found


@pytest.mark.parametrize(
    ("policy", "more", "files"),
    [
        pytest.param(ENCODED, "", {}, id="jsonencode"),
        pytest.param(HEREDOC, "", {}, id="a heredoc"),
        pytest.param("local.p", f"locals {{\n  p = {HEREDOC}\n}}\n", {}, id="a heredoc in a local"),
        pytest.param(
            'templatefile("p.json.tftpl", { arn = aws_sqs_queue.q.arn })', "", {"p.json.tftpl": FILE}, id="a template file"
        ),
        pytest.param(
            "data.template_file.t.rendered",
            'data "template_file" "t" {\n  template = file("p.json")\n  vars = {\n    arn = aws_sqs_queue.q.arn\n  }\n}\n',
            {"p.json": FILE},
            id="a template_file data source",
        ),
        pytest.param(f"jsonencode(jsondecode({HEREDOC}\n))", "", {}, id="there and back"),
        pytest.param(
            '"{\\"Version\\": \\"2012-10-17\\", \\"Statement\\": [{\\"Effect\\": \\"Allow\\", '
            '\\"Action\\": [\\"sqs:SendMessage\\"], \\"Resource\\": \\"${aws_sqs_queue.q.arn}\\"}]}"',
            "",
            {},
            id="one quoted line",
        ),
        pytest.param(
            '<<EOT\n{"Version": "2012-10-17", "Statement": ${jsonencode(local.s)}}\nEOT',
            'locals {\n  s = [{ Effect = "Allow", Action = ["sqs:SendMessage"], Resource = aws_sqs_queue.q.arn }]\n}\n',
            {},
            id="a structure inside a heredoc",
        ),
    ],
)
def test_a_policy_is_a_structure_however_it_is_written(policy: str, more: str, files: dict[str, str]) -> None:
    assert shown(role_policy(policy, more, **files)) == POLICY


def test_a_policy_from_a_file() -> None:
    assert shown(role_policy('file("p.json")', **{"p.json": FILE.replace("${arn}", "*")}))["Statement"][0]["Resource"] == "*"


def test_parts_of_a_heredoc_stand_in_their_own_lines() -> None:
    found = role_policy(HEREDOC)
    assert isinstance(found.value, Fields)
    statements = found.value.values["Statement"]
    assert isinstance(statements, Known)
    assert isinstance(statements.value, Items)
    statement = statements.value.items[0].value
    assert isinstance(statement, Known)
    assert isinstance(statement.value, Fields)
    action, resource = statement.value.values["Action"], statement.value.values["Resource"]
    assert isinstance(action, Known)
    assert isinstance(action.value, Items)
    # Line 2 has <<-EOT, line 7 the actions; four blanks of indentation were removed and are counted again.
    first = action.value.items[0].value.trail[-1]
    assert (first.line, first.column, first.end_column) == (7, 20, 37)
    assert (resource.trail[0].line, resource.trail[0].column) == (8, 21)
    assert statement.value.keys["Action"].line == 7


def test_parts_of_a_template_file_stand_in_that_file() -> None:
    found = role_policy('templatefile("p.tpl", { arn = "*" })', **{"p.tpl": FILE.replace(", ", ",\n")})
    assert isinstance(found.value, Fields)
    span = found.value.values["Version"].trail[-1]
    assert (span.path, span.line, span.column) == ("p.tpl", 1, 13)
    assert found.value.values["Statement"].trail[-1].line == 2


def test_each_instance_of_a_heredoc_has_its_own_document() -> None:
    loaded = load(
        'module "m" {\n  source   = "./m"\n  for_each = toset(["a", "b"])\n  name     = each.key\n}\n',
        files={
            "m/main.tf": 'variable "name" {}\nlocals {\n  p = <<EOT\n{"Id": "${var.name}"}\nEOT\n}\n'
            'resource "aws_iam_role_policy" "p" {\n  policy = local.p\n}\n'
        },
    )
    for name in ("a", "b"):
        assert shown(value(loaded, f'module.m["{name}"].aws_iam_role_policy.p', "policy")) == {"Id": name}


def test_a_text_that_is_no_document_stays_text() -> None:
    loaded = load('resource "aws_thing" "it" {\n  policy = "{not json}"\n  name = "[x"\n}\n')
    assert shown(value(loaded, "aws_thing.it", "policy")) == "{not json}"
    assert shown(value(loaded, "aws_thing.it", "name")) == "[x"


def test_a_document_that_is_content_stays_text() -> None:
    loaded = load('resource "aws_s3_object" "o" {\n  content = "{\\"a\\": 1}"\n}\n')
    assert shown(value(loaded, "aws_s3_object.o", "content")) == '{"a": 1}'


# data.aws_iam_policy_document


def document(body: str, more: str = "") -> Known:
    """Return the policy that a policy document data source renders."""
    return role_policy("data.aws_iam_policy_document.d.json", f'data "aws_iam_policy_document" "d" {{\n{body}\n}}\n{more}')


def statements(found: Known) -> Items:
    """Return the statements of a policy."""
    assert isinstance(found.value, Fields)
    listed = found.value.values["Statement"]
    assert isinstance(listed, Known)
    assert isinstance(listed.value, Items)
    return listed.value


def test_a_document_has_the_spelling_of_iam() -> None:
    found = document(
        """
  statement {
    sid       = "One"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.q.arn]
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = ["1"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = ["o-1"]
    }
  }
  statement {
    effect        = "Deny"
    not_actions   = ["s3:*"]
    not_resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
    principals {
      type        = "AWS"
      identifiers = ["1"]
    }
  }"""
    )
    assert shown(found) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Sid": "One",
                "Action": ["sqs:SendMessage"],
                "Resource": ["<aws_sqs_queue.q.arn>"],
                "Condition": {"StringEquals": {"aws:SourceAccount": ["1"], "aws:PrincipalOrgID": ["o-1"]}},
            },
            {
                "Effect": "Deny",
                "NotAction": ["s3:*"],
                "NotResource": ["*"],
                "Principal": {"Service": ["lambda.amazonaws.com"], "AWS": ["1"]},
            },
        ],
    }
    assert statements(found).openness is None


def test_everyone_is_a_star() -> None:
    found = document('  statement {\n    principals {\n      type = "*"\n      identifiers = ["*"]\n    }\n  }')
    assert shown(found)["Statement"] == [{"Effect": "Allow", "Principal": "*"}]


def test_dynamic_statements() -> None:
    body = (
        '  dynamic "statement" {\n    for_each = ["a", "b"]\n    content {\n'
        '      actions = ["${statement.value}:*"]\n    }\n  }'
    )
    assert [each["Action"] for each in shown(document(body))["Statement"]] == [["a:*"], ["b:*"]]


def test_statements_that_are_not_known_leave_the_list_open() -> None:
    body = (
        '  statement {\n    actions = ["a:*"]\n  }\n  dynamic "statement" {\n    for_each = var.s\n    content {\n    }\n  }'
    )
    found = statements(document(body, 'variable "s" {}\n'))
    assert len(found.items) == 1
    assert isinstance(found.openness, Open)


SOURCE = 'data "aws_iam_policy_document" "s" {\n  statement {\n    sid = "One"\n    actions = ["a:*"]\n  }\n}\n'


def test_source_documents_come_first_and_overriding_ones_replace() -> None:
    body = (
        "  source_policy_documents = [data.aws_iam_policy_document.s.json]\n"
        '  statement {\n    sid = "Two"\n    actions = ["b:*"]\n  }\n'
        '  override_policy_documents = [jsonencode({ Statement = [{ Sid = "One", Effect = "Deny" }] })]'
    )
    assert shown(document(body, SOURCE))["Statement"] == [
        {"Sid": "One", "Effect": "Deny"},
        {"Effect": "Allow", "Sid": "Two", "Action": ["b:*"]},
    ]


def test_a_source_document_that_is_not_known_leaves_the_list_open() -> None:
    body = '  source_policy_documents = [var.more]\n  statement {\n    actions = ["b:*"]\n  }'
    found = statements(document(body, 'variable "more" {}\n'))
    assert isinstance(found.openness, Open)
    assert len(found.items) == 1


def test_a_document_for_each_key() -> None:
    loaded = load(
        'data "aws_iam_policy_document" "d" {\n  for_each = toset(["a", "b"])\n  statement {\n'
        '    actions = ["${each.key}:*"]\n  }\n}\n'
        'resource "aws_iam_role_policy" "p" {\n  policy = data.aws_iam_policy_document.d["b"].json\n}\n'
    )
    assert shown(value(loaded, "aws_iam_role_policy.p", "policy"))["Statement"][0]["Action"] == ["b:*"]


@pytest.mark.parametrize(
    "given",
    [
        'name = "AWSLambdaBasicExecutionRole"',
        'arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"',
        'arn = "arn:${data.aws_partition.p.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"',
    ],
)
def test_the_text_of_a_policy_that_aws_manages(given: str) -> None:
    more = f'data "aws_iam_policy" "m" {{\n  {given}\n}}\ndata "aws_partition" "p" {{}}\n'
    (statement,) = shown(role_policy("data.aws_iam_policy.m.policy", more))["Statement"]
    assert "logs:PutLogEvents" in statement["Action"]


def test_the_text_of_a_policy_of_somebody_else_is_unknown() -> None:
    text = 'resource "aws_thing" "it" {\n  it = data.aws_iam_policy.m.policy\n}\ndata "aws_iam_policy" "m" {\n  name = "Ours"\n}\n'
    assert shown(value(load(text), "aws_thing.it", "it")) == "?data.aws_iam_policy.m.policy"


DATA = 'data "aws_iam_policy_document" "d" {{\n{meta}  statement {{\n    actions = ["sqs:SendMessage"]\n  }}\n}}\n'


class TestDocumentsOfDataSources:
    def test_each_is_described_whether_or_not_something_uses_it(self) -> None:
        loaded = load(
            'module "m" {\n  source = "./m"\n}\n' + DATA.format(meta=""), files={"m/main.tf": DATA.format(meta="")}
        )
        assert [one.address for one in loaded.documents] == [
            "data.aws_iam_policy_document.d",
            "module.m.data.aws_iam_policy_document.d",
        ]
        first = loaded.documents[0].properties.values["json"]
        assert shown(first)["Statement"] == [{"Effect": "Allow", "Action": ["sqs:SendMessage"]}]

    def test_there_are_as_many_as_its_count_says(self) -> None:
        loaded = load('variable "on" {\n  default = false\n}\n' + DATA.format(meta="  count = var.on ? 1 : 0\n"))
        assert [(one.address, one.guard.label) for one in loaded.documents] == [
            ("data.aws_iam_policy_document.d[0]", "var.on")
        ]
        assert not load(DATA.format(meta="  count = 0\n")).documents

    def test_one_instance_that_is_joined_is_the_document(self) -> None:
        found = role_policy('join("", data.aws_iam_policy_document.d.*.json)', DATA.format(meta="  count = 1\n"))
        assert shown(found)["Statement"] == [{"Effect": "Allow", "Action": ["sqs:SendMessage"]}]


@pytest.mark.parametrize("kind", ["aws_organizations_policy", "aws_organizations_resource_policy"])
def test_the_content_of_an_organisations_policy_is_a_document(kind: str) -> None:
    loaded = load(f'resource "{kind}" "it" {{\n  content = {HEREDOC}\n}}\n{QUEUE}')
    assert shown(value(loaded, f"{kind}.it", "content")) == POLICY
