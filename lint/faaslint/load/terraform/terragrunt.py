"""Terragrunt's units: a ``terragrunt.hcl`` that names a module and gives it inputs.

What stands in the files is read: a local source, or one of the registry; inputs of the unit and of the files that it
includes; its locals. What only a run can tell (outputs of other units, environment, commands) is unknown.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from ...model.span import Span
from ...model.value import Fields, Known, Open, Provenance, Unknown, Value, branches, choose
from ...source import hcl_nodes as hcl
from ...source.hcl import parse_hcl
from ...source.workspace import Unreadable, Workspace
from ..resource import Loaded, Problem
from .configuration import Configuration

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .scope import Module

FILE: Final = "terragrunt.hcl"
INCLUDES: Final = 5
"""How many files one unit may include."""

_LATER: Final = "Terragrunt gives it when it runs"


class Unit(NamedTuple):
    """A unit. ``module`` is the folder of its module, None for a remote one (``source`` says which)."""

    path: str
    body: hcl.Body
    has_source: bool
    source: str
    span: Span
    module: str | None


def read_unit(workspace: Workspace, path: str) -> Unit | None:
    """Return what a unit's file says, None where it can't be read."""
    text = workspace.text_or_none(path)
    if text is None:
        return None
    body = parse_hcl(text, path)
    for block in body.of_type("terraform"):
        attribute = block.body.attributes.get("source")
        if attribute is not None:
            source = _written(attribute.expression, path)
            return Unit(path, body, True, source, attribute.expression.span, _local(workspace, path, source))
    return Unit(path, body, False, "", Span(path, 1, 1, 1, 1), None)


def _written(expression: hcl.Expression, path: str) -> str:
    """Return a path as text, with the folders that Terragrunt's functions stand for; empty where it is not plain."""
    if isinstance(expression, hcl.Literal):
        return expression.value if isinstance(expression.value, str) else ""
    if not isinstance(expression, hcl.Template):
        return ""
    pieces: list[str] = []
    for part in expression.parts:
        if isinstance(part, hcl.Text):
            pieces.append(part.text)
        elif isinstance(part, hcl.Call) and part.name in ("get_terragrunt_dir", "get_original_terragrunt_dir"):
            pieces.append(".")
        elif isinstance(part, hcl.Call) and part.name in ("get_repo_root", "get_path_to_repo_root"):
            pieces.append(posixpath.relpath(".", posixpath.dirname(path) or "."))
        else:
            return ""
    return "".join(pieces)


def _local(workspace: Workspace, path: str, source: str) -> str | None:
    if not source.startswith("."):
        return None
    # What follows // is the module inside the folder that Terragrunt copies.
    plain = posixpath.normpath(source.split("?", 1)[0].replace("//", "/"))
    folder = workspace.join(posixpath.dirname(path) or ".", plain)
    return folder if folder is not None and workspace.is_folder(folder) else None


def load_terragrunt(
    workspace: Workspace,
    path: str,
    parameters: Mapping[str, str],
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Loaded:
    """Load the module of a unit with the unit's inputs. Never raises for what is wrong with the input.

    Terragrunt hands inputs over as environment variables, which count least: variable files of the module, those that are
    named, and ``parameters`` go before them, as in Terraform.
    """
    from .load import evaluated_root, finished, without_collection

    with without_collection():
        unit = read_unit(workspace, path)
        root = posixpath.dirname(path) or "."
        if unit is None:
            problem = Problem(span=Span(path, 1, 1, 1, 1), message="the file can't be read")
            return Loaded(root=root, kind="terraform", problems=[problem], open_types=True)

        def given(evaluator: Evaluator, module: Module) -> None:
            inputs = _inputs(evaluator, workspace, unit)
            found: dict[str, Value] = {}
            for name, block in module.configuration.variables.items():
                label = block.labels[0].span
                value = inputs.values.get(name)
                if value is not None:
                    found[name] = value
                elif inputs.openness is not None:
                    found[name] = Unknown(_LATER, f"var.{name}", (label,))
            evaluator.session.given = {**found, **evaluator.session.given}

        if unit.module is not None:
            evaluated = evaluated_root(
                workspace, unit.module, parameters, given, variable_files=variable_files, workspace_name=workspace_name
            )
        else:
            calling = _calling(unit, root)
            evaluated = evaluated_root(workspace, root, {}, configuration=calling, workspace_name=workspace_name)
        loaded = finished(evaluated, root)
        if unit.module is None and variable_files:
            message = "the module is not on disk, so the variable files are not used for it"
            loaded.problems.append(Problem(span=unit.span, message=message, fatal=False))
        loaded.files.append(path)
        for problem_found in unit.body.problems:
            loaded.problems.append(Problem(span=problem_found.span, message=f"syntax error: {problem_found.message}"))
        return loaded


def _calling(unit: Unit, root: str) -> Configuration:
    """Return a configuration that calls a remote module with the unit's inputs, as far as they are written out."""
    attributes = {"source": hcl.Attribute("source", unit.span, hcl.Literal(_registry(unit.source), unit.span))}
    inputs = unit.body.attributes.get("inputs")
    for key, value in inputs.expression.entries if inputs is not None and isinstance(inputs.expression, hcl.Object) else ():
        name = getattr(key, "value", None)
        if isinstance(name, str):
            attributes.setdefault(name, hcl.Attribute(name, key.span, value))
    label = hcl.Label(posixpath.basename(root), unit.span)
    configuration = Configuration(root, [unit.path])
    configuration.calls[label.text] = hcl.Block(
        "module", unit.span, (label,), hcl.Body(attributes, (), unit.body.span), unit.body.span
    )
    configuration.locals.update(_locals(unit.body))
    return configuration


def _registry(source: str) -> str:
    """Return a source as Terraform writes it: ``tfr:///acme/queue/aws?version=1`` is ``acme/queue/aws``."""
    plain = source.removeprefix("tfr://").split("?", 1)[0] if source.startswith("tfr://") else source
    return plain.removeprefix("/") or "a remote module"


def _locals(body: hcl.Body) -> dict[str, hcl.Attribute]:
    return {name: each for block in body.of_type("locals") for name, each in block.body.attributes.items()}


def _inputs(evaluator: Evaluator, workspace: Workspace, unit: Unit) -> Fields:
    """Return the inputs of a unit and of what it includes; the unit's own count most."""
    merged = Fields({})
    bodies = [(unit.path, unit.body)]
    for block in unit.body.of_type("include")[:INCLUDES]:
        included = _included(workspace, unit.path, block)
        if included is None:
            merged = Fields(merged.values, {}, _opening(block.key))
        else:
            bodies.insert(0, included)
    for path, body in bodies:
        own = _own_inputs(evaluator, path, body)
        merged = Fields({**merged.values, **own.values}, {}, merged.openness or own.openness)
    return merged


def _own_inputs(evaluator: Evaluator, path: str, body: hcl.Body) -> Fields:
    from .scope import Module, Scope

    attribute = body.attributes.get("inputs")
    if attribute is None:
        return Fields({})
    configuration = Configuration(posixpath.dirname(path) or ".", [path])
    configuration.locals.update(_locals(body))
    scope = Scope(Module(configuration), provenance=Provenance.GIVEN)
    value = evaluator.evaluate(attribute.expression, scope)
    if isinstance(value, Known) and isinstance(value.value, Fields):
        return Fields({name: _sure(each) for name, each in value.value.values.items()}, {}, value.value.openness)
    return Fields({}, {}, _opening(attribute.key))


def _sure(value: Value) -> Value:
    """Return an input as what is given: the locals behind it can't be set from outside."""
    return choose(
        (guard, Known(leaf.value, leaf.trail, Provenance.GIVEN) if isinstance(leaf, Known) else leaf)
        for guard, leaf in branches(value)
    )


def _included(workspace: Workspace, path: str, block: hcl.Block) -> tuple[str, hcl.Body] | None:
    """Return the file that an include block names: in a folder above by name, or by a plain path."""
    attribute = block.body.attributes.get("path")
    if attribute is None:
        return None
    folder = posixpath.dirname(path) or "."
    expression = attribute.expression
    found: str | None = None
    if isinstance(expression, hcl.Call) and expression.name == "find_in_parent_folders":
        name = _written(expression.arguments[0], path) if expression.arguments else FILE
        while found is None and name and folder != ".":
            folder = posixpath.dirname(folder) or "."
            above = workspace.join(folder, name)
            found = above if above is not None and workspace.is_file(above) else None
    else:
        written = _written(expression, path)
        found = workspace.join(folder, written) if written else None
    if found is None:
        return None
    try:
        return found, parse_hcl(workspace.text(found), found)
    except Unreadable:
        return None


def _opening(where: Span) -> Open:
    return Open(_LATER, where)
