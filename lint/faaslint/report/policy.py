"""Reports about privileges: JSON, and text for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from ..model.privilege import FunctionPrivilege, GrantedPermission, NeededPermission, PolicyStatement
from ..model.span import Span
from ..model.value import Leaf
from .references import as_json, as_text
from .shown import safe_json

VERSION: Final = "2012-10-17"
"""The version of the policy language."""

Shown = Callable[[str], str]
"""Gives a path as people see it."""


def render_json(functions: Sequence[tuple[FunctionPrivilege, Shown]]) -> str:
    """Return ``{"functions": […]}``: what each function needs, is granted, lacks and has too much, and its policy."""
    data = {"functions": [_function(found, shown) for found, shown in functions]}
    return safe_json(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def _function(found: FunctionPrivilege, shown: Shown) -> dict[str, Any]:
    language = found.language
    return {
        "function": found.function,
        "path": shown(found.span.path),
        "handler": found.handler,
        "complete": {"needed": found.needed_openness is None, "granted": found.granted_openness is None},
        "needed": [
            {**_needed(need, language, shown), "origin": need.origin, "evidence": _evidence(need.evidence, shown)}
            for need in found.needed
        ],
        "granted": [
            {
                "action": grant.action,
                "resources": _texts(grant.resources, language),
                "origin": grant.origin,
                **_position(grant.span, shown),
            }
            for grant in found.granted
        ],
        "missing": [
            {**_needed(need, language, shown), "evidence": _evidence(need.evidence, shown)} for need in found.missing
        ],
        "unused": [_excess(grant, language, shown) for grant in found.unused],
        "broader": [_excess(grant, language, shown) for grant in found.broader],
        "policy": document(found.statements, language),
    }


def document(statements: Sequence[PolicyStatement], language: str) -> dict[str, Any]:
    """Return statements as a policy document, with references in the template's own language."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Effect": "Allow",
                "Action": list(statement.actions),
                "Resource": [as_json(leaf, language) for leaf in statement.resources],
            }
            for statement in statements
        ],
    }


def _needed(need: NeededPermission, language: str, shown: Shown) -> dict[str, Any]:
    return {"action": need.action, "resources": _texts(need.resources, language)}


def _excess(grant: GrantedPermission, language: str, shown: Shown) -> dict[str, Any]:
    return {
        "action": grant.action,
        "resources": _texts(grant.resources, language),
        **_position(grant.span, shown),
    }


def _texts(leaves: Sequence[Leaf], language: str) -> list[str]:
    return [as_text(leaf, language) for leaf in leaves]


def _evidence(spans: Sequence[Span], shown: Shown) -> list[dict[str, Any]]:
    return [_position(span, shown) for span in spans]


def _position(span: Span, shown: Shown) -> dict[str, Any]:
    return {"path": shown(span.path), "line": span.line}


def render_text(functions: Sequence[tuple[FunctionPrivilege, Shown]]) -> str:
    """Return what people ask first: what is missing, what nothing needs, and what can't be known."""
    blocks = [_block(found, shown) for found, shown in functions]
    minimal = sum(1 for found, _ in functions if found.is_minimal and _decided(found))
    total = f"{len(functions)} function{'' if len(functions) == 1 else 's'}, {minimal} with a minimal role"
    return "\n".join([*blocks, total]) + "\n"


def _decided(found: FunctionPrivilege) -> bool:
    return found.needed_openness is None and found.granted_openness is None


def _block(found: FunctionPrivilege, shown: Shown) -> str:
    language = found.language
    place = f"{shown(found.span.path)}:{found.span.line}"
    lines = [f"{found.function} ({place})"]
    lines += [f"  needs     {_said(need.action, need.resources, language)} {need.why}" for need in found.needed]
    lines += [
        f"  missing   {_said(need.action, need.resources, language)} {_at(need.evidence, shown)}" for need in found.missing
    ]
    for word, grants in (("unused", found.unused), ("too wide", found.broader)):
        lines += [
            f"  {word:<9} {_said(grant.action, grant.resources, language)} {shown(grant.span.path)}:{grant.span.line}"
            for grant in grants
        ]
    for word, openness in (("needs", found.needed_openness), ("grants", found.granted_openness)):
        if openness is not None:
            lines.append(f"  unknown   its {word} are not known in full: {openness.why}")
    if found.is_minimal and _decided(found):
        lines.append("  minimal   the role grants what is needed and nothing else")
    return "\n".join(lines) + "\n"


def _said(action: str, resources: Sequence[Leaf], language: str) -> str:
    texts = _texts(resources, language)
    on = ", ".join(texts)
    return f"{action:<32} on {on}" if texts != ["*"] else f"{action:<32} on *"


def _at(evidence: Sequence[Span], shown: Shown) -> str:
    return ", ".join(f"{shown(span.path)}:{span.line}" for span in evidence)
