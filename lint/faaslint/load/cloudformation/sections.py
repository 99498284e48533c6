"""Small parts of a template that are read apart from its resources: transforms, dependencies, nested stacks."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from ...source.tree import Mapping, Scalar, Sequence, Tree
from ...source.workspace import Workspace

NESTED: Final = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
"""Types that instantiate another template, and the property that names it."""

SETTINGS: Final = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
_FOLDERS_ABOVE: Final = 6
"""How many folders are searched for settings that are about a template: its own, and those above."""

_ASSET: Final = "aws:asset:path"
"""The metadata in which the CDK says which file of its output a nested stack's URL stands for."""


def transforms(tree: Tree | None) -> tuple[str, ...]:
    """Return the names of the transforms that a template asks for."""
    members: Iterable[Tree] = tree.items if isinstance(tree, Sequence) else (tree,) if tree is not None else ()
    names: list[str] = []
    for member in members:
        name = member.get("Name") if isinstance(member, Mapping) else member
        if isinstance(name, Scalar) and isinstance(name.value, str):
            names.append(name.value)
    return tuple(names)


def depends_on(tree: Tree | None) -> tuple[str, ...]:
    """Return the logical ids that a resource waits for."""
    members: Iterable[Tree] = tree.items if isinstance(tree, Sequence) else (tree,) if tree is not None else ()
    return tuple(
        member.value for member in members if isinstance(member, Scalar) and isinstance(member.value, str) and not member.tag
    )


def nested_location(body: Mapping) -> str | None:
    """Return the local path that a resource's nested template is written at, None where it is no literal or elsewhere."""
    kind = body.get("Type")
    properties = body.get("Properties")
    metadata = body.get("Metadata")
    asset = metadata.get(_ASSET) if isinstance(metadata, Mapping) else None
    place = asset
    if not isinstance(place, Scalar) and isinstance(properties, Mapping) and isinstance(kind, Scalar):
        place = properties.get(NESTED.get(str(kind.value), ""))
    if not isinstance(place, Scalar) or not isinstance(place.value, str) or place.tag:
        return None
    return place.value if place.value and "://" not in place.value else None


def settings_near(workspace: Workspace, template: str) -> Iterator[str]:
    """Yield the settings files of ``sam`` beside a template and above it, the nearest first."""
    folder = posixpath.dirname(template)
    for _ in range(_FOLDERS_ABOVE):
        for name in SETTINGS:
            path = posixpath.join(folder, name)
            if workspace.is_file(path):
                yield path
                break
        if not folder:
            return
        folder = posixpath.dirname(folder)
