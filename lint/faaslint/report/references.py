"""Texts with references, written in the language that a template is in."""

from __future__ import annotations

import json
from typing import Any, Final

from ..model.value import Leaf, Pattern, Reference, Unknown

TERRAFORM_PSEUDO: Final = {
    "AWS::Partition": "data.aws_partition.minimal.partition",
    "AWS::Region": "data.aws_region.minimal.id",
    "AWS::AccountId": "data.aws_caller_identity.minimal.account_id",
}
"""Where Terraform finds what CloudFormation has pseudo parameters for."""

_PSEUDO: Final = (*TERRAFORM_PSEUDO, "AWS::StackName", "AWS::URLSuffix")
"""The pseudo parameters that a text may have holes for. The last two are in no text of a Terraform project."""


def is_terraform(language: str) -> bool:
    """Return whether a project's language is Terraform's."""
    return language.startswith("terraform")


def as_text(leaf: Leaf, language: str) -> str:
    """Return a text as the language's interpolation writes it: ``${Table.Arn}/index/*``."""
    return "".join(part if isinstance(part, str) else "${" + _expression(part, language) + "}" for part in _parts(leaf))


def as_json(leaf: Leaf, language: str) -> Any:
    """Return a text as JSON data: a string, ``Fn::GetAtt``, ``Ref`` or ``Fn::Sub``; interpolation for Terraform."""
    parts = _parts(leaf)
    if all(isinstance(part, str) for part in parts) or is_terraform(language):
        return as_text(leaf, language)
    if len(parts) == 1:
        (only,) = parts
        if isinstance(only, Reference) and only.attribute != "Ref":
            return {"Fn::GetAtt": [_local(only.address), only.attribute]}
        return {"Ref": _expression(only, language)}
    return {"Fn::Sub": _substituted(parts, language)}


def as_yaml(leaf: Leaf, language: str) -> str:
    """Return a text as a YAML scalar: quoted where it has to be, with the short tags of CloudFormation."""
    parts = _parts(leaf)
    if all(isinstance(part, str) for part in parts) or is_terraform(language):
        return scalar(as_text(leaf, language))
    if len(parts) == 1:
        (only,) = parts
        if isinstance(only, Reference) and only.attribute != "Ref":
            return f"!GetAtt {_local(only.address)}.{only.attribute}"
        return f"!Ref {_expression(only, language)}"
    return f"!Sub {scalar(_substituted(parts, language))}"


def as_hcl(leaf: Leaf) -> str:
    """Return a text as an HCL expression: a reference, or a quoted template."""
    parts = _parts(leaf)
    if len(parts) == 1 and not isinstance(parts[0], str):
        return _expression(parts[0], "terraform")
    pieces = [_hcl_text(part) if isinstance(part, str) else "${" + _expression(part, "terraform") + "}" for part in parts]
    return '"' + "".join(pieces) + '"'


def pseudo_of(leaf: Leaf) -> set[str]:
    """Return the pseudo parameters that a text has holes for."""
    return {part.symbol for part in _parts(leaf) if isinstance(part, Unknown) and part.symbol}


def scalar(text: str) -> str:
    """Return text as a YAML scalar, in quotes unless it is plain beyond doubt."""
    letters = text.replace(":", "").replace("_", "").replace("-", "").replace(".", "").replace("/", "")
    plain = letters.isalnum() and letters.isascii() and text[0].isalpha() and not text.endswith(":")
    if plain and text.lower() not in ("true", "false", "yes", "no", "null", "on", "off", "y", "n"):
        return text
    return json.dumps(text, ensure_ascii=False)


def _parts(leaf: Leaf) -> tuple[str | Reference | Unknown, ...]:
    if isinstance(leaf, Unknown):
        return (leaf,) if leaf.symbol in _PSEUDO else ("*",)
    content = leaf.value
    if isinstance(content, Reference):
        return (content,)
    if isinstance(content, Pattern):
        return tuple(
            part if isinstance(part, (str, Reference)) or (isinstance(part, Unknown) and part.symbol in _PSEUDO) else "*"
            for part in content.parts
        )
    return (str(content),)


def _expression(part: str | Reference | Unknown, language: str) -> str:
    if isinstance(part, Unknown):
        symbol = part.symbol or ""
        return TERRAFORM_PSEUDO.get(symbol, symbol) if is_terraform(language) else symbol
    if isinstance(part, str):
        return part
    if is_terraform(language):
        return f"{_in_module(part.address)}.{part.attribute}"
    return _local(part.address) if part.attribute == "Ref" else f"{_local(part.address)}.{part.attribute}"


def _substituted(parts: tuple[str | Reference | Unknown, ...], language: str) -> str:
    return "".join(
        part.replace("${", "${!") if isinstance(part, str) else "${" + _expression(part, language) + "}" for part in parts
    )


def _local(address: str) -> str:
    """Return a logical id as its own template writes it."""
    return address.rpartition("/")[2]


def _in_module(address: str) -> str:
    """Return a Terraform address as its own module writes it."""
    parts = address.split(".")
    start = 0
    while start + 1 < len(parts) and parts[start] == "module":
        start += 2
    return ".".join(parts[start:])


def _hcl_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{").replace("\n", "\\n")
