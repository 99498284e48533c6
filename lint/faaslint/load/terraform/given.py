"""What stands beside the configuration: variable files, values from the command line, installed modules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from ...model.span import Span
from ...model.value import Known, Provenance, Value
from ...source import hcl_nodes as hcl
from ...source.hcl import parse_expression, parse_hcl
from ...source.workspace import Unreadable, Workspace
from ..resource import Problem
from .scope import Module, Scope

if TYPE_CHECKING:
    from .evaluate import Evaluator

_CONSTANT: Final = re.compile(r'\s*(?:[\[{"]|true\s*$|false\s*$|null\s*$|-?\d[\d.eE+-]*\s*$)')
"""How values on the command line begin that are expressions and not plain text."""


def read_given(
    evaluator: Evaluator, root: Module, parameters: Mapping[str, str], named: Sequence[tuple[str, str]] = ()
) -> list[str]:
    """Fill in the root's given values. Return the files of the folder that were read.

    The order is Terraform's, the last one counts: the files that it loads by itself, the files that are ``named`` (path and
    text), single ``parameters`` (with or without the prefix of environment variables, ``TF_VAR_``).
    """
    session = evaluator.session
    files = variable_files(session.workspace, root.configuration.folder)
    for path in files:
        try:
            text = session.workspace.text(path)
        except Unreadable as error:
            session.problems.append(Problem(span=Span(path, 1, 1, 1, 1), message=f"the file can't be read: {error}"))
            continue
        _read_variables(evaluator, root, path, text)
    for path, text in named:
        _read_variables(evaluator, root, path, text)
    scope = Scope(root, provenance=Provenance.GIVEN)
    for given, text in parameters.items():
        variables = root.configuration.variables
        name = given if given in variables else given.removeprefix("TF_VAR_")
        if name in variables:
            session.given[name] = _from_command_line(evaluator, text, variables[name], scope)
    return files


def _read_variables(evaluator: Evaluator, root: Module, path: str, text: str) -> None:
    session = evaluator.session
    if path.endswith(".json"):
        from ...source.hcl_json import parse_hcl_json

        body = parse_hcl_json(text, path, values_only=True)
    else:
        body = parse_hcl(text, path)
    for problem in body.problems:
        session.problems.append(Problem(span=problem.span, message=f"syntax error: {problem.message}"))
    scope = Scope(root, provenance=Provenance.GIVEN)
    for name, attribute in body.attributes.items():
        session.given[name] = evaluator.evaluate(attribute.expression, scope)


def _from_command_line(evaluator: Evaluator, text: str, block: hcl.Block, scope: Scope) -> Value:
    declared = block.body.attributes.get("type")
    span = block.labels[0].span
    is_text = (
        declared is not None and isinstance(declared.expression, hcl.Traversal) and declared.expression.root == "string"
    )
    if not is_text and declared is not None and _CONSTANT.match(text):
        expression = parse_expression(text, span.path)
        if not isinstance(expression, hcl.Malformed):
            value = evaluator.evaluate(expression, scope)
            if isinstance(value, Known):
                return Known(value.value, (span,), Provenance.GIVEN)
    return Known(text, (span,), Provenance.GIVEN)


def variable_files(workspace: Workspace, folder: str) -> list[str]:
    """Return the variable files that Terraform loads by itself, in its order: later ones win."""
    try:
        names = workspace.entries(folder)
    except Unreadable:
        return []
    first = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    automatic = sorted(name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return [path for name in (*first, *automatic) if (path := workspace.join(folder, name)) is not None]


def installed_modules(workspace: Workspace, root: str) -> dict[str, str]:
    """Return the folders of modules that ``terraform init`` has fetched, by the dotted names of the calls."""
    path = workspace.join(root, ".terraform/modules/modules.json")
    if path is None or not workspace.is_file(path):
        return {}
    from ...source.json import parse_json
    from ...source.tree import Mapping as Object
    from ...source.tree import ParseFailure, Scalar, Sequence

    try:
        tree = parse_json(workspace.text(path), path)
    except (Unreadable, ParseFailure):
        return {}
    listed = tree.get("Modules") if isinstance(tree, Object) else None
    found: dict[str, str] = {}
    for entry in listed.items if isinstance(listed, Sequence) else []:
        if isinstance(entry, Object):
            key, folder = entry.get("Key"), entry.get("Dir")
            if isinstance(key, Scalar) and isinstance(folder, Scalar) and key.value and isinstance(folder.value, str):
                target = workspace.join(root, folder.value)
                if target is not None:
                    found[str(key.value)] = target
    return found
