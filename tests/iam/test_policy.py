"""Reading policy documents in every form that files have them in."""

from __future__ import annotations

import json

import pytest

from faaslint.iam.policy import document_value, parse_document, read_statements
from faaslint.model.guard import atom
from faaslint.model.nodes import Origin, PolicyKind
from faaslint.model.read import elements, text_of
from faaslint.model.span import Span
from faaslint.model.value import (
    ABSENT,
    Branch,
    Choice,
    Fields,
    Item,
    Items,
    Known,
    Open,
    Pattern,
    Reference,
    Unknown,
    Value,
    join_text,
)

from .policies import SPAN, allow, read

PROD = atom("IsProd")
HERE = Span("main.tf", 7, 1, 7, 2)


def texts(value: Value) -> list[str | None]:
    return [text_of(leaf) for _, leaf in elements(value)]


def test_one_statement_or_a_list_of_them() -> None:
    one, _ = read(document_value({"Statement": allow("s3:GetObject")}))
    many, _ = read(document_value({"Statement": [allow("s3:GetObject"), allow(["sqs:*", "sns:*"])]}))
    assert [texts(statement.actions) for statement in one] == [["s3:GetObject"]]
    assert [texts(statement.actions) for statement in many] == [["s3:GetObject"], ["sqs:*", "sns:*"]]
    assert [statement.id for statement in many] == ["Role/policy#0", "Role/policy#1"]


def test_a_statement_is_called_by_its_sid() -> None:
    statements, _ = read(document_value({"Statement": [allow("s3:*", Sid="Read"), allow("s3:*")]}))
    assert [statement.name for statement in statements] == ["Read", "policy (statement 2)"]


def test_parts_that_are_not_there_are_absent() -> None:
    (statement,), _ = read(document_value({"Statement": allow("s3:*")}))
    assert statement.condition == statement.not_actions == statement.principals == ABSENT


def test_keys_are_case_exact() -> None:
    (statement,), _ = read(document_value({"Statement": {"effect": "Allow", "Action": "s3:*", "resource": "*"}}))
    assert statement.effect == statement.resources == ABSENT


def test_a_star_and_a_text_are_principals_too() -> None:
    (anyone,), _ = read(document_value({"Statement": allow("lambda:*", Principal="*")}))
    (service,), _ = read(document_value({"Statement": allow("lambda:*", Principal={"Service": "s3.amazonaws.com"})}))
    assert isinstance(anyone.principals, Known)
    assert isinstance(anyone.principals.value, Fields)
    assert texts(anyone.principals.value.get("*")) == ["*"]
    assert isinstance(service.principals, Known)
    assert isinstance(service.principals.value, Fields)
    listed = service.principals.value.get("Service")
    assert isinstance(listed, Known)
    assert isinstance(listed.value, Items)
    assert texts(listed) == ["s3.amazonaws.com"]


def test_another_principal_is_unknown() -> None:
    (statement,), _ = read(document_value({"Statement": allow("lambda:*", Principal="s3.amazonaws.com")}))
    assert isinstance(statement.principals, Unknown)


def test_no_document_has_no_statements_and_that_is_all() -> None:
    assert read(ABSENT) == ((), None)
    assert read(document_value({"Version": "2012-10-17"})) == ((), None)


def test_an_unknown_document_leaves_the_list_open() -> None:
    statements, openness = read(Unknown("a parameter", trail=(HERE,)))
    assert statements == ()
    assert openness == Open("a parameter", HERE)


def test_an_unknown_statement_leaves_the_list_open_and_the_others_stay() -> None:
    listed = Items((Item(document_value(allow("s3:*"))), Item(Unknown("a module's output"))))
    statements, openness = read(Known(Fields({"Statement": Known(listed)})))
    assert len(statements) == 1
    assert openness == Open("a module's output", None)


def test_what_is_no_mapping_leaves_the_list_open() -> None:
    assert read(document_value(["s3:*"]))[1] is not None
    assert read(document_value({"Statement": ["s3:*"]}))[1] is not None


def test_a_choice_of_documents_gives_guarded_statements() -> None:
    chosen = Choice(
        (
            Branch(PROD, document_value({"Statement": allow("s3:Get*")})),
            Branch(~PROD, document_value({"Statement": [allow("s3:*"), allow("sqs:*")]})),
        )
    )
    statements, openness = read(chosen)
    assert [statement.guard for statement in statements] == [PROD, ~PROD, ~PROD]
    assert len({statement.id for statement in statements}) == 3
    assert openness is None


def test_the_guard_of_a_list_item_is_the_statements() -> None:
    listed = Items((Item(document_value(allow("s3:*")), PROD), Item(document_value(allow("sqs:*")))))
    statements, _ = read_statements(
        Known(Fields({"Statement": Known(listed)})), identifier="p", name="p", span=SPAN, guard=atom("HasRole")
    )
    assert [statement.guard for statement in statements] == [atom("HasRole") & PROD, atom("HasRole")]


def test_a_statement_that_can_not_be_is_left_out() -> None:
    listed = Items((Item(document_value(allow("s3:*")), PROD),))
    statements, _ = read_statements(
        Known(Fields({"Statement": Known(listed)})), identifier="p", name="p", span=SPAN, guard=~PROD
    )
    assert statements == ()


def test_a_statement_stands_where_its_action_does() -> None:
    action = Known("s3:*", (SPAN, HERE))
    listed = Known(Items((Item(action),)))
    for written in (action, listed):
        (statement,), _ = read(Known(Fields({"Statement": Known(Fields({"Action": written}))}), (SPAN,)))
        assert statement.span == HERE
    (without,), _ = read(Known(Fields({"Statement": Known(Fields({"Action": Known("s3:*")}))}), (HERE,)))
    assert without.span == HERE


def test_spellings_are_those_of_the_language() -> None:
    document = document_value({"Statement": allow("s3:*")})
    (statement,), _ = read(document)
    assert statement.at("actions").property == "Action"
    (terraform,), _ = read_statements(
        document, identifier="p", name="p", span=SPAN, spellings={"actions": "actions"}, origin=Origin.AWS
    )
    assert terraform.at("actions").property == "actions"
    assert (terraform.origin, terraform.policy_kind) == (Origin.AWS, PolicyKind.INLINE)


def test_json_text_is_a_document_too() -> None:
    text = json.dumps({"Statement": [allow("s3:*", "arn:aws:s3:::b/*")]})
    statements, openness = read(Known(text, (HERE,)))
    assert texts(statements[0].resources) == ["arn:aws:s3:::b/*"]
    assert statements[0].span == HERE
    assert openness is None


def test_json_text_may_have_holes_in_its_strings() -> None:
    bucket = Reference("aws_s3_bucket.b", "arn")
    before, after = json.dumps({"Statement": allow("s3:*", ["HOLE/*", "HOLE"])}).split("HOLE/*")
    between, end = after.split("HOLE")
    (statement,), openness = read(Known(Pattern((before, bucket, "/*" + between, Unknown("a variable", "v"), end))))
    assert [leaf for _, leaf in elements(statement.resources)] == [
        Known(Pattern((bucket, "/*"))),
        Unknown("a variable", "v"),
    ]
    assert openness is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "not json", "[" * 100_000, '{"Statement": ' + "[" * 3000 + "]" * 3000 + "}", '{"a": "\U000f0000"}'],
)
def test_text_that_can_not_be_read_leaves_the_list_open(text: str) -> None:
    statements, openness = read(Known(text))
    assert statements == ()
    assert openness is not None


def test_a_hole_outside_of_a_string_leaves_the_list_open() -> None:
    text = join_text((Known('{"Statement": '), Unknown("jsonencode of a variable"), Known("}")))
    assert read(text)[1] is not None


def test_a_computed_key_is_not_lost_silently() -> None:
    text = join_text((Known('{"Statement": [], "'), Unknown("a variable"), Known('": 1}')))
    parsed = parse_document(text) if not isinstance(text, Choice) else None
    assert isinstance(parsed, Known)
    assert isinstance(parsed.value, Fields)
    assert parsed.value.openness is not None


def test_a_document_that_another_resource_holds_is_open() -> None:
    assert read(Known(Reference("data.aws_iam_policy_document.d", "json")))[1] is not None
