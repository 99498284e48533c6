"""Which local modules a Terraform folder calls: what discovery asks, to tell root modules from called ones."""

from __future__ import annotations

import re
from typing import Final

from ...source.hcl import parse_hcl
from ...source.hcl_nodes import Literal
from ...source.workspace import Unreadable, Workspace

EXTENSIONS: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")
"""How the names of configuration files end. OpenTofu reads ``x.tofu`` instead of an ``x.tf`` beside it."""

_CALL: Final = r"\bmodule\s+[\"\w]|\bmodule\s*(?:/\*|//|#)"
"""What a block that calls a module has: files that only read ``module.x`` and ``path.module`` need not be parsed."""


def configuration_files(workspace: Workspace, folder: str) -> list[str]:
    """Return the paths of a folder's configuration files, without override files; empty where there is none."""
    return _files(workspace, folder, overriding=False)


def override_files(workspace: Workspace, folder: str) -> list[str]:
    """Return the paths of a folder's override files, in the order in which they apply."""
    return _files(workspace, folder, overriding=True)


def _files(workspace: Workspace, folder: str, overriding: bool) -> list[str]:
    try:
        names = workspace.entries(folder)
    except Unreadable:
        return []
    listed = {name for name in names if name.endswith(EXTENSIONS) and not name.startswith((".", "#"))}
    return [
        path
        for name in sorted(listed)
        if _overrides(name) is overriding
        and not (".tf" in name and name.replace(".tf", ".tofu") in listed)
        and (path := workspace.join(folder, name)) is not None
    ]


def _overrides(name: str) -> bool:
    stem = name.removesuffix(".json").removesuffix(".tf").removesuffix(".tofu")
    return stem == "override" or stem.endswith("_override")


def local_folder(workspace: Workspace, folder: str, source: str) -> str | None:
    """Return the folder that a module's ``source`` names, None where it is not a local path or leaves the workspace."""
    if not source.startswith(("./", "../")) and source not in (".", ".."):
        return None
    return workspace.join(folder, source)


def local_module_sources(workspace: Workspace, folder: str) -> set[str]:
    """Return the folders (relative to the workspace) that the module calls in this folder point to.

    Files that can't be read in full give what can be read of them; a source that is not a plain text gives nothing.
    """
    found: set[str] = set()
    for path in configuration_files(workspace, folder):
        try:
            text = workspace.text(path)
        except Unreadable:
            continue
        if "module" not in text:
            continue
        if path.endswith(".json"):
            sources = _json_sources(text, path)
        else:
            if re.search(_CALL, text) is None:
                continue
            sources = [
                attribute.expression.value
                for block in parse_hcl(text, path).of_type("module")
                if (attribute := block.body.attributes.get("source")) is not None
                and isinstance(attribute.expression, Literal)
                and isinstance(attribute.expression.value, str)
            ]
        for source in sources:
            target = local_folder(workspace, folder, source)
            if target is not None and target != folder:
                found.add(target)
    return found


def _json_sources(text: str, path: str) -> list[str]:
    from ...source.json import parse_json
    from ...source.tree import Mapping, ParseFailure, Scalar, Sequence, Tree

    try:
        tree = parse_json(text, path)
    except ParseFailure:
        return []
    sources: list[str] = []
    modules = tree.get("module") if isinstance(tree, Mapping) else None
    calls: list[Tree] = [call for _, call in modules.entries] if isinstance(modules, Mapping) else []
    for call in calls:
        for body in call.items if isinstance(call, Sequence) else [call]:
            source = body.get("source") if isinstance(body, Mapping) else None
            if isinstance(source, Scalar) and isinstance(source.value, str):
                sources.append(source.value)
    return sources
