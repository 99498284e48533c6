"""Policies for the tests, written as in a template."""

from __future__ import annotations

from faaslint.iam.policy import document_value, read_statements
from faaslint.model.nodes import Statement
from faaslint.model.span import Span
from faaslint.model.value import Openness, Value

SPAN = Span("template.yaml", 3, 5, 3, 9)


def statements_of(*statements: dict[str, object]) -> tuple[Statement, ...]:
    found, openness = read(document_value({"Version": "2012-10-17", "Statement": list(statements)}))
    assert openness is None
    return found


def read(document: Value) -> tuple[tuple[Statement, ...], Openness]:
    return read_statements(document, identifier="Role/policy", name="policy", span=SPAN)


def allow(action: object, resource: object = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: object, resource: object = "*", **more: object) -> dict[str, object]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}
