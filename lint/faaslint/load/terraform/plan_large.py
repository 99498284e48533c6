"""A plan that is larger than other files may be: what is used of it, in the shape that all plans have.

``terraform show -json`` writes every resource as it is planned, as it is before and after the change, and as it is in the
state. Read in full, a plan of 40 MB takes a gigabyte; what this keeps of it is a tenth of that. The places of its parts are
those of the resources that they belong to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source.json_skim import Skim
from ...source.limits import FILE_BYTES, PLAN_BYTES, PLAN_MARKS, PLAN_VALUES
from ...source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree
from ...source.workspace import Unreadable, Workspace
from .plan_document import MODULES

_WHOLE: Final = frozenset({"configuration", "errored", "format_version", "terraform_version", "variables"})
"""Sections that are kept in full; configuration and variables are a small part of a large plan."""

_OF_A_CHANGE: Final = frozenset({"after_sensitive", "after_unknown"})
"""What a change says beside the values themselves, which stand under ``planned_values``."""

_VERSIONED: Final = "aws_lambda_function"
"""The one type of which is asked what was before."""


def is_large_plan(workspace: Workspace, path: str, is_plan: Callable[[bytes], bool]) -> bool:
    """Return whether a file that is too large for anything else is a plan, judged by its beginning."""
    if not FILE_BYTES < (workspace.size(path) or 0) <= PLAN_BYTES:
        return False
    try:
        return is_plan(workspace.part(path, 0, FILE_BYTES))
    except Unreadable:
        return False


def large_text(workspace: Workspace, path: str) -> str:
    """Return the text of a large plan. Raises Unreadable."""
    size = workspace.size(path)
    if size is None:
        raise Unreadable("there is no such file")
    if size > PLAN_BYTES:
        raise Unreadable(f"it is larger than {PLAN_BYTES // (1024 * 1024)} MB")
    content = bytearray()
    while len(content) < size:
        part = workspace.part(path, len(content), min(FILE_BYTES, size - len(content)))
        if not part:
            break
        content += part
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8 text; save it as UTF-8") from None


def parse_large_plan(text: str, path: str) -> Tree:
    """Return what is used of a plan, in its own shape. Raises ParseFailure."""
    skim = Skim(text, path, PLAN_VALUES)
    start = skim.span()
    if sum(text.count(mark) for mark in ",[{") > PLAN_MARKS:
        raise ParseFailure(f"the plan has more than {PLAN_MARKS} values, which is past what is read", start)
    plan = Mapping([], start)
    for key in skim.members():
        if key in _WHOLE:
            _put(plan, key, skim.value())
        elif key == "planned_values":
            _put(plan, key, _state(skim, False))
        elif key == "prior_state" and skim.begins("{"):
            prior = Mapping([], skim.span())
            for inner in skim.members():
                if inner == "values":
                    _put(prior, inner, _state(skim, True))
                else:
                    skim.skip()
            _put(plan, key, prior)
        elif key == "resource_changes" and skim.begins("["):
            _put(plan, key, _changes(skim))
        else:
            skim.skip()
    skim.end()
    return plan


def _put(mapping: Mapping, key: str, value: Tree) -> None:
    mapping.entries.append((Scalar(key, value.span, key), value))


def _state(skim: Skim, prior: bool) -> Tree:
    """Return the resources of all modules, as one level below the root: each module carries its own address."""
    if not skim.begins("{"):
        return skim.value()
    where = skim.span()
    state, root = Mapping([], where), Mapping([], where)
    children = Sequence([], where)
    for key in skim.members():
        if key == "root_module" and skim.begins("{"):
            _module(skim, root, children, prior)
        else:
            skim.skip()
    _put(root, "child_modules", children)
    _put(state, "root_module", root)
    return state


def _module(skim: Skim, module: Mapping, children: Sequence, prior: bool, depth: int = 0) -> None:
    """Read one module into ``module`` and those below it into ``children``."""
    for key in skim.members():
        if key == "resources" and skim.begins("["):
            listed = Sequence([], skim.span())
            for _ in skim.items():
                listed.items.append(skim.value(_remembered if prior else None))
            _put(module, key, listed)
        elif key == "child_modules" and skim.begins("[") and depth < _DEPTH:
            for _ in skim.items():
                if not skim.begins("{") or len(children.items) > MODULES:
                    skim.skip()
                    continue
                child = Mapping([], skim.span())
                children.items.append(child)
                _module(skim, child, children, prior, depth + 1)
        else:
            _put(module, key, skim.value())


_DEPTH: Final = 60
"""How deep modules are followed into each other; the reader calls itself for each. What is below is kept in full."""


def _remembered(resource: object) -> object:
    """Return what is asked of a resource of the state: what a data source said, which ARN a resource had, its versions."""
    if not isinstance(resource, dict) or resource.get("mode") == "data" or resource.get("type") == _VERSIONED:
        return resource
    reduced = {name: resource[name] for name in ("address", "mode", "type", "name") if name in resource}
    values = resource.get("values")
    return {**reduced, "values": {"arn": values["arn"]} if isinstance(values, dict) and "arn" in values else {}}


def _says(tree: Tree | None, text: str) -> bool:
    return isinstance(tree, Scalar) and tree.value == text


def _changes(skim: Skim) -> Tree:
    """Return the changes without the values before and after, which stand elsewhere too."""
    changes = Sequence([], skim.span())
    for _ in skim.items():
        if not skim.begins("{"):
            skim.skip()
            continue
        change = Mapping([], skim.span())
        changes.items.append(change)
        versioned = True
        for key in skim.members():
            if key == "change" and skim.begins("{"):
                what = Mapping([], skim.span())
                for inner in skim.members():
                    if inner in _OF_A_CHANGE or (inner == "before" and versioned):
                        _put(what, inner, skim.value())
                    else:
                        skim.skip()
                _put(change, key, what)
            else:
                value = skim.value()
                _put(change, key, value)
                versioned = _says(value, _VERSIONED) if key == "type" else versioned
    return changes
