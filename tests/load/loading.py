"""Loading a template that a test writes down, and looking into what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from faaslint.load.cloudformation import load_template
from faaslint.load.resource import POLICY_KIND, Loaded, Resource
from faaslint.model.value import Fields, Items, Known, Pattern, Reference, Unknown, Value, branches
from faaslint.source.workspace import Workspace


def load(
    text: str,
    parameters: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    path: str = "template.yaml",
) -> Loaded:
    """Load one template, with other files beside it."""
    return load_template(Workspace.in_memory({path: text, **(files or {})}), path, parameters or {})


def resource(loaded: Loaded, address: str) -> Resource:
    """Return the resource with an address."""
    return next(one for one in loaded.resources if one.address == address)


def value(loaded: Loaded, address: str, path: str) -> Value:
    """Return the value at a dotted path of a resource's properties."""
    found: Value = Known(resource(loaded, address).properties)
    for name in path.split("."):
        assert isinstance(found, Known), path
        if isinstance(found.value, Items):
            found = found.value.items[int(name)].value
        else:
            assert isinstance(found.value, Fields), path
            found = found.value.get(name)
    return found


def shown(found: Value) -> Any:
    """Return a value as plain data: ``{guard: value}`` for a choice, ``?why`` for what is unknown."""
    leaves = list(branches(found))
    if len(leaves) > 1:
        return {guard.label: shown(leaf) for guard, leaf in leaves}
    leaf = leaves[0][1]
    if isinstance(leaf, Unknown):
        return f"?{leaf.symbol or leaf.why}"
    content = leaf.value
    if isinstance(content, Fields):
        return {name: shown(inner) for name, inner in content.values.items() if name != POLICY_KIND}
    if isinstance(content, Items):
        return [shown(item.value) if item.guard.always else {item.guard.label: shown(item.value)} for item in content.items]
    if isinstance(content, Reference):
        return f"<{content.address}.{content.attribute}>"
    return str(content) if isinstance(content, Pattern) else content


def lines(found: Value) -> list[int]:
    """Return the lines of a value's trail: where it is used first, where a person would edit it last."""
    return [span.line for span in found.trail]


def problems(loaded: Loaded) -> list[tuple[int, str]]:
    """Return the line and message of each problem."""
    return [(problem.span.line, problem.message) for problem in loaded.problems]
