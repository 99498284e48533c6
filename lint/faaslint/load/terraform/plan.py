"""A plan (``terraform show -json``) as resources, at the places of its ``.tf`` files where they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...model.node import CodeKind
from ...model.span import Span
from ...model.value import ABSENT, Fields, Known, Provenance, Reference, Unknown, Value
from ...source.json import parse_json
from ...source.limits import FILE_BYTES
from ...source.tree import Mapping as Tree
from ...source.tree import ParseFailure
from ...source.tree import Tree as AnyTree
from ...source.workspace import Unreadable, Workspace
from ..resource import Loaded, Problem, Resource
from .evaluate import Evaluator
from .load import PACKAGED, Evaluated, evaluated_root, take_notes, without_collection
from .modules import variable
from .plan_code import PlanCode
from .plan_document import Plan, PlannedResource, mapping, read_plan, split_address, text
from .plan_merge import merged_fields, same, without_default
from .plan_values import SECRET, Reader, region_of
from .scope import Module
from .sources import configuration_files

RECORDED_VERSION = "faaslint:recorded_version"
"""The type of a record that says what the published version of a function was made with, before the plan."""


def load_plan(
    workspace: Workspace,
    path: str,
    parameters: Mapping[str, str],
    folders: Sequence[str] = (),
    variable_files: Sequence[tuple[str, str]] = (),
    workspace_name: str = "",
) -> Loaded:
    """Load a plan's file. ``folders`` are where its sources may be, the most likely first.

    A plan records the values of its variables, so ``variable_files`` are only said to be without effect;
    ``workspace_name`` is what ``terraform.workspace`` is in the sources. Never raises for what is wrong with the input:
    that is in ``problems``.
    """
    with without_collection():
        loaded = _load(workspace, path, parameters, folders, workspace_name)
    if variable_files:
        message = "a plan records the values of its variables, so the variable files are not used for it"
        loaded.problems.append(Problem(span=Span(path, 1, 1, 1, 1), message=message, fatal=False))
    return loaded


def _load(
    workspace: Workspace, path: str, parameters: Mapping[str, str], folders: Sequence[str], workspace_name: str
) -> Loaded:
    loaded = Loaded(root=path, kind="terraform-plan", files=[path])
    start = Span(path, 1, 1, 1, 1)
    try:
        tree = _parsed(workspace, path)
    except Unreadable as error:
        return _unread(loaded, start, f"the plan can't be read: {error}")
    except ParseFailure as failure:
        return _unread(loaded, failure.span, f"the plan is not valid JSON: {failure.message}")
    if not isinstance(tree, Tree) or mapping(tree, "planned_values") is None:
        return _unread(loaded, start, "this is no plan; write one with 'terraform show -json PLAN'")
    plan = read_plan(tree)
    if plan.errored:
        loaded.problems.append(
            Problem(span=start, message="Terraform stopped with an error while it made this plan; the rest is missing")
        )
    evaluated = None
    for folder in dict.fromkeys(folders):
        if configuration_files(workspace, folder):
            evaluated = _sources(workspace, folder, parameters, plan, workspace_name)
            if evaluated is not None:
                loaded.covers = folder
                break
    if evaluated is None and folders and configuration_files(workspace, folders[0]):
        message = "the plan was not made of the .tf files beside it, so its findings stand in the plan; make it anew"
        loaded.problems.append(Problem(span=start, message=message, fatal=False))
    reader = Reader(plan)
    base = loaded.covers or (folders[0] if folders else ".")
    code = PlanCode(workspace, base, plan)
    written = {resource.address: resource for resource in evaluated.resources} if evaluated is not None else {}
    for planned in plan.resources.values():
        resource = _resource(plan, planned, reader)
        mine = written.get(planned.address) or written.get(_without_keys(planned.address)) if written else None
        if resource.type in PACKAGED:
            resource.code = code.code_of(planned)
        if mine is not None:
            _move(resource, mine, evaluated)
        loaded.resources.append(resource)
    loaded.resources += _recorded(plan, loaded.resources)
    if evaluated is not None:
        take_notes(loaded, evaluated)
    # A plan holds the resources of every module, on disk or not.
    loaded.open_types = any(problem.fatal for problem in loaded.problems)
    loaded.incomplete = []
    return loaded


def _parsed(workspace: Workspace, path: str) -> AnyTree:
    if (workspace.size(path) or 0) <= FILE_BYTES:
        return parse_json(workspace.text(path), path, [])
    # Imported when first needed: few plans are so large.
    from .plan_large import large_text, parse_large_plan

    return parse_large_plan(large_text(workspace, path), path)


def _unread(loaded: Loaded, span: Span, message: str) -> Loaded:
    loaded.problems.append(Problem(span=span, message=message))
    loaded.open_types = True
    return loaded


def _resource(plan: Plan, planned: PlannedResource, reader: Reader) -> Resource:
    module = plan.modules.get(planned.names)
    block = module.resources.get(planned.key) if module is not None else None
    listed = block.get("depends_on") if block is not None else None
    prefix = f"{planned.module}." if planned.module else ""
    depends_on = tuple(
        f"{prefix}{one.value}" for one in getattr(listed, "items", ()) if isinstance(getattr(one, "value", None), str)
    )
    return Resource(
        address=planned.address,
        type=planned.type,
        span=planned.span,
        properties=reader.fields(planned),
        name=planned.address,
        depends_on=depends_on,
        region=region_of(plan, planned) if planned.type.startswith("aws_") else ABSENT,
    )


def _without_keys(address: str) -> str:
    """Return an address as the instance of unknown number has it."""
    return ".".join(step for step in split_address(address) if not step.startswith("["))


def _move(resource: Resource, written: Resource, evaluated: Evaluated | None) -> None:
    """Put a planned resource where the files declare it, with the references that stand there."""
    resource.properties = merged_fields(written.properties, resource.properties, written.span)
    resource.span = written.span
    resource.origin = written.origin
    resource.depends_on = written.depends_on
    resource.after = written.after
    resource.spellings = written.spellings
    resource.ignored_changes = written.ignored_changes
    resource.replaced = written.replaced
    if resource.type in PACKAGED and evaluated is not None:
        found = evaluated.finder.code_of(written)
        if any(one.kind is not CodeKind.UNKNOWN for _, one in found) or not resource.code:
            resource.code = found
    if isinstance(resource.region, Unknown) or resource.region == ABSENT:
        resource.region = written.region


# The sources


def _sources(
    workspace: Workspace, folder: str, parameters: Mapping[str, str], plan: Plan, workspace_name: str
) -> Evaluated | None:
    """Work out the files that the plan was made of, None where it was made of others."""

    def given(evaluator: Evaluator, root: Module) -> None:
        _give(evaluator, root, plan)

    evaluated = evaluated_root(workspace, folder, parameters, given, workspace_name=workspace_name)
    configuration, planned = evaluated.root.configuration, plan.modules.get(())
    if planned is None:
        return None
    declared = {key for key, block in configuration.resources.items() if block.type in ("resource", "data")}
    missing = {*planned.resources} - declared | {*planned.calls} - {*configuration.calls}
    unplanned = declared - {*planned.resources} | {*configuration.calls} - {*planned.calls}
    return None if unplanned or (missing and configuration.broken is None) else evaluated


def _give(evaluator: Evaluator, root: Module, plan: Plan) -> None:
    """Give the root's variables the values that the plan was made with, at the places where they stand."""
    reader = Reader(plan)
    whole = PlannedResource("", "", (), "", "", "", plan.span, Tree([], plan.span))
    sensitive = plan.modules[()].sensitive if () in plan.modules else frozenset()
    found: dict[str, Value] = {}
    for name, block in root.configuration.variables.items():
        label = block.labels[0].span
        secret = block.body.attributes.get("sensitive")
        if name in sensitive or getattr(getattr(secret, "expression", None), "value", None) is True:
            found[name] = Unknown(SECRET, f"var.{name}", (label,))
        elif name in plan.variables:
            planned = reader.value(whole, name, plan.variables[name], None, [], None, f"var.{name}")
            written = variable(evaluator, root, name, label)
            if not (isinstance(written, Known) and same(written, planned)):
                written = Known(planned.value, (label,)) if isinstance(planned, Known) else planned
            found[name] = without_default(written)
    evaluator.session.given.update(found)
    root.variables.clear()


# What was before


def _recorded(plan: Plan, resources: list[Resource]) -> list[Resource]:
    """Return what the prior state records of the published versions of functions."""
    spans = {resource.address: resource.span for resource in resources}
    arns = {
        known: address
        for address, values in plan.prior.items()
        if (known := text(values, "arn")) and address in plan.resources
    }
    found: list[Resource] = []
    for planned in plan.resources.values():
        before = plan.prior.get(planned.address) or planned.before
        if planned.type != "aws_lambda_function" or before is None:
            continue
        number = text(before, "version")
        if not number.isdigit():
            continue
        span = spans[planned.address]
        queue = before.get("dead_letter_config")
        blocks = getattr(queue, "items", ())
        target = text(blocks[0], "target_arn") if blocks else ""
        values: dict[str, Value] = {
            "function": Known(Reference(planned.address, "arn"), (span,)),
            "number": Known(number, (span,), Provenance.GIVEN),
            "role": _arn(text(before, "role"), arns, span),
            "dead_letter": _arn(target, arns, span),
        }
        found.append(
            Resource(
                address=f"{planned.address}:{number}",
                type=RECORDED_VERSION,
                span=span,
                properties=Fields(values),
                name=planned.address,
            )
        )
    return found


def _arn(known: str, arns: Mapping[str, str], span: Span) -> Value:
    """Return an ARN of the prior state as the resource that had it, which the plan may keep."""
    if not known:
        return Known(None, (span,))
    return Known(Reference(arns[known], "arn") if known in arns else known, (span,), Provenance.GIVEN)
