"""A cloud assembly (``cdk.out``): which stacks it holds, where each goes, which belong together.

The manifest and its companions are read for what they say, not for where they say it: a finding stands in the app or in
a template, never in these files.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from ...model.record import field, record
from ...source.limits import MODULE_DEPTH
from ...source.workspace import Unreadable, Workspace

MANIFEST: Final = "manifest.json"
MARKER: Final = "cdk.out"
"""The file that the CDK leaves in each assembly beside its manifest."""

STACK_LIMIT: Final = 500
"""Most stacks of one assembly that are read, stages and all."""

_STACK: Final = "aws:cloudformation:stack"
_ASSEMBLY: Final = "cdk:cloud-assembly"
_UNKNOWN: Final = ("unknown-account", "unknown-region", "current_account", "current_region", "")

Entries = Sequence[Mapping[str, Any]]


@record(frozen=False)
class Stack:
    """One stack of an assembly. ``template`` and ``folder`` are paths of the workspace.

    ``account`` and ``region`` are empty where the app does not say. ``metadata`` is what the CDK recorded of each construct,
    by construct path without its leading slash. ``assets`` leads from an object's name in the bucket to a path.
    """

    identifier: str
    name: str
    folder: str
    template: str
    account: str
    region: str
    dependencies: frozenset[str]
    metadata: Mapping[str, Entries] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)


def is_assembly(workspace: Workspace, folder: str) -> bool:
    """Return whether a folder is what the CDK wrote."""
    return workspace.is_file(posixpath.normpath(posixpath.join(folder, MANIFEST))) and workspace.is_file(
        posixpath.normpath(posixpath.join(folder, MARKER))
    )


def read_systems(workspace: Workspace, folder: str) -> list[tuple[Stack, ...]]:
    """Return the stacks of an assembly and of those nested in it, those together that depend on each other.

    Each stage is deployed on its own, so stacks of two stages are never together. Raises Unreadable where the manifest is no
    manifest.
    """
    systems: list[tuple[Stack, ...]] = []
    count = 0
    pending = [(posixpath.normpath(folder), 0)]
    seen: set[str] = set()
    while pending:
        current, depth = pending.pop(0)
        if current in seen or depth > MODULE_DEPTH:
            continue
        seen.add(current)
        try:
            artifacts = _mapping(_mapping(read_json(workspace, posixpath.join(current, MANIFEST))).get("artifacts"))
        except Unreadable:
            if depth == 0:
                raise
            continue
        stacks: list[Stack] = []
        for identifier, artifact in artifacts.items():
            kind = _mapping(artifact).get("type")
            if kind == _STACK and count < STACK_LIMIT:
                stack = _stack(workspace, current, identifier, artifact)
                if stack is not None:
                    stacks.append(stack)
                    count += 1
            elif kind == _ASSEMBLY:
                name = _mapping(artifact.get("properties")).get("directoryName")
                inner = workspace.join(current, name) if isinstance(name, str) else None
                if inner is not None:
                    pending.append((inner, depth + 1))
        systems += _together(stacks)
    return systems


def read_json(workspace: Workspace, path: str) -> Any:
    """Return the content of a JSON file. Raises Unreadable, also where it is no JSON."""
    text = workspace.text(posixpath.normpath(path))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable("it is not valid JSON") from None


def _stack(workspace: Workspace, folder: str, identifier: str, artifact: Mapping[str, Any]) -> Stack | None:
    properties = _mapping(artifact.get("properties"))
    file = properties.get("templateFile")
    template = workspace.join(folder, file) if isinstance(file, str) else None
    if template is None or not workspace.is_file(template):
        return None
    account, _, region = _text(artifact.get("environment")).removeprefix("aws://").partition("/")
    listed = artifact.get("dependencies")
    dependencies = frozenset(one for one in listed if isinstance(one, str)) if isinstance(listed, list) else frozenset()
    return Stack(
        identifier=identifier,
        name=_text(properties.get("stackName")) or identifier,
        folder=folder,
        template=template,
        account="" if account in _UNKNOWN else account,
        region="" if region in _UNKNOWN else region,
        dependencies=dependencies,
        metadata=_metadata(workspace, folder, artifact),
        assets=dict(_assets(workspace, folder, identifier)),
    )


def _metadata(workspace: Workspace, folder: str, artifact: Mapping[str, Any]) -> dict[str, Entries]:
    """Return what is recorded of the constructs: in the manifest, or in a file that it names (since 2025)."""
    found: dict[str, Entries] = {}
    sources = [artifact.get("metadata")]
    name = artifact.get("additionalMetadataFile")
    path = workspace.join(folder, name) if isinstance(name, str) else None
    if path is not None and workspace.is_file(path):
        with suppress(Unreadable):  # Without it the findings stand in the template.
            sources.append(read_json(workspace, path))
    for source in sources:
        for construct, entries in _mapping(source).items():
            if isinstance(entries, list):
                listed = [entry for entry in entries if isinstance(entry, dict)]
                found[construct.lstrip("/")] = [*found.get(construct.lstrip("/"), ()), *listed]
    return found


def _assets(workspace: Workspace, folder: str, identifier: str) -> Iterator[tuple[str, str]]:
    """Yield the name that a file or folder of the assembly gets in the bucket, and its path."""
    path = workspace.join(folder, f"{identifier}.assets.json")
    if path is None or not workspace.is_file(path):
        return
    try:
        files = _mapping(_mapping(read_json(workspace, path)).get("files"))
    except Unreadable:
        return
    for name, asset in files.items():
        place = _mapping(_mapping(asset).get("source")).get("path")
        inside = workspace.join(folder, place) if isinstance(place, str) else None
        if inside is None:
            continue
        yield name, inside
        for destination in _mapping(asset.get("destinations")).values():
            key = _mapping(destination).get("objectKey")
            if isinstance(key, str):
                yield posixpath.basename(key), inside


def _together(stacks: Sequence[Stack]) -> list[tuple[Stack, ...]]:
    """Group stacks that depend on each other, directly or not, in the order of the manifest."""
    leader = {stack.identifier: stack.identifier for stack in stacks}

    def lead(name: str) -> str:
        while leader[name] != name:
            leader[name] = name = leader[leader[name]]
        return name

    for stack in stacks:
        for other in sorted(stack.dependencies & leader.keys()):
            leader[lead(other)] = lead(stack.identifier)
    groups: dict[str, list[Stack]] = {}
    for stack in stacks:
        groups.setdefault(lead(stack.identifier), []).append(stack)
    return [tuple(group) for group in groups.values()]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
