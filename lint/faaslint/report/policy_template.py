"""Minimal policies in the form in which they go into a template: YAML, SAM, Terraform."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ..model.privilege import FunctionPrivilege, PolicyStatement
from ..model.span import Span
from .policy import VERSION, Shown
from .references import TERRAFORM_PSEUDO, as_hcl, as_yaml, pseudo_of, scalar

MOST_EVIDENCE = 6
"""How many places a comment names; the rest is counted."""


def render_yaml(functions: Sequence[tuple[FunctionPrivilege, Shown]]) -> str:
    """Return one mapping of function to policy document, with the evidence in comments."""
    lines: list[str] = []
    for found, shown in functions:
        lines += _caveats(found)
        lines.append(f"{scalar(found.function)}:")
        lines += _document(found.statements, found.language, shown, "  ")
    return "\n".join(lines) + "\n"


def render_sam(functions: Sequence[tuple[FunctionPrivilege, Shown]]) -> str:
    """Return the ``Policies`` of each function: SAM policy templates where one fits, else a document.

    What the SAM transform grants by itself is left out. A function with a role of its own gets the inline policies of that.
    """
    lines: list[str] = []
    for found, shown in functions:
        lines += _caveats(found)
        if not found.serverless:
            lines += [f"{scalar(found.role or found.function)}:", "  Policies:"]
            lines += ["    - PolicyName: minimal", "      PolicyDocument:"]
            lines += _document(found.statements, found.language, shown, "        ")
            continue
        lines.append(f"{scalar(found.function)}:")
        if not found.templates and not found.rest:
            lines.append("  Policies: []")
            continue
        lines.append("  Policies:")
        for template in found.templates:
            lines += _comments(template.evidence, shown, "    ")
            empty = "" if template.arguments else " {}"
            lines.append(f"    - {template.name}:{empty}")
            lines += [f"        {name}: {as_yaml(value, found.language)}" for name, value in template.arguments]
        if found.rest:
            document = _document(found.rest, found.language, shown, "      ")
            document[0] = "    - " + document[0].lstrip()
            lines += document
    return "\n".join(lines) + "\n"


def _document(statements: Sequence[PolicyStatement], language: str, shown: Shown, indent: str) -> list[str]:
    lines = [f'{indent}Version: "{VERSION}"']
    if not statements:
        return [*lines, f"{indent}Statement: []"]
    lines.append(f"{indent}Statement:")
    for statement in statements:
        lines += _comments(statement.evidence, shown, f"{indent}  ")
        lines += [f"{indent}  - Effect: Allow", f"{indent}    Action:"]
        lines += [f"{indent}      - {scalar(action)}" for action in statement.actions]
        lines.append(f"{indent}    Resource:")
        lines += [f"{indent}      - {as_yaml(leaf, language)}" for leaf in statement.resources]
    return lines


def render_terraform(functions: Sequence[tuple[FunctionPrivilege, Shown]]) -> str:
    """Return a policy document and a role policy for each function, and the data sources that these refer to."""
    blocks: list[str] = []
    pseudo: set[str] = set()
    taken: set[str] = set()
    for found, shown in functions:
        for statement in found.statements:
            for leaf in statement.resources:
                pseudo |= pseudo_of(leaf)
        blocks.append("\n".join(_policy(found, shown, _label(found.function, taken))))
    data = [
        f'data "{address.split(".")[1]}" "minimal" {{}}' for symbol, address in TERRAFORM_PSEUDO.items() if symbol in pseudo
    ]
    return "\n\n".join([*(["\n".join(data)] if data else []), *blocks]) + "\n"


def _policy(found: FunctionPrivilege, shown: Shown, label: str) -> list[str]:
    lines = [*_caveats(found), f'data "aws_iam_policy_document" "{label}" {{']
    for number, statement in enumerate(found.statements):
        lines += [] if number == 0 else [""]
        lines += _comments(statement.evidence, shown, "  ")
        lines += ["  statement {", f"    actions   = [{', '.join(f'{chr(34)}{one}{chr(34)}' for one in statement.actions)}]"]
        lines += [f"    resources = [{', '.join(as_hcl(leaf) for leaf in statement.resources)}]", "  }"]
    lines.append("}")
    if found.role:
        lines += [
            "",
            f'resource "aws_iam_role_policy" "{label}" {{',
            f'  name   = "{label}"',
            f"  role   = {found.role}.id",
            f"  policy = data.aws_iam_policy_document.{label}.json",
            "}",
        ]
    return lines


def _label(name: str, taken: set[str]) -> str:
    """Return a name that Terraform takes for a block, each one once."""
    label = re.sub(r"[^A-Za-z0-9_-]", "_", name.rpartition("aws_lambda_function.")[2]) + "_minimal"
    label = label if label[0].isalpha() or label[0] == "_" else f"_{label}"
    count, first = 2, label
    while label in taken:
        label = f"{first}_{count}"
        count += 1
    taken.add(label)
    return label


def _caveats(found: FunctionPrivilege) -> list[str]:
    if found.needed_openness is None:
        return [f"# {found.function}"]
    return [f"# {found.function}: there may be further needs ({_one_line(found.needed_openness.why)})"]


def _comments(evidence: Iterable[tuple[str, Span]], shown: Shown, indent: str) -> list[str]:
    listed = list(evidence)
    lines = [
        f"{indent}# {_one_line(why)} ({_one_line(shown(span.path))}:{span.line})" for why, span in listed[:MOST_EVIDENCE]
    ]
    if len(listed) > MOST_EVIDENCE:
        lines.append(f"{indent}# and {len(listed) - MOST_EVIDENCE} more")
    return lines


def _one_line(text: str) -> str:
    """A name from a file must not end a comment."""
    return " ".join(text.split())
