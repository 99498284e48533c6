"""From an assembly to its projects."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from functools import partial

from ...model.span import Span
from ...source.workspace import Unreadable, Workspace
from ..cloudformation.parameters import Given
from ..resource import Loaded, Problem
from .app import App
from .assembly import MANIFEST, Stack, read_systems
from .system import System


def assembly_loaders(
    workspace: Workspace, folder: str, parameters: Mapping[str, str | Given]
) -> list[tuple[str, Callable[[], Loaded]]]:
    """Return each project of an assembly, by the template of its first stack, with what loads it.

    Stacks that depend on each other are one project; each stage has projects of its own. A manifest that can't be read is a
    project with a problem.
    """
    try:
        systems = read_systems(workspace, folder)
    except Unreadable as error:
        path = posixpath.normpath(posixpath.join(folder, MANIFEST))
        return [(path, partial(_unread, path, f"the manifest of the CDK's output can't be read: {error}"))]
    app = App(workspace, folder, [stack for stacks in systems for stack in stacks])
    return [(stacks[0].template, partial(_load, workspace, app, stacks, parameters)) for stacks in systems]


def _load(workspace: Workspace, app: App, stacks: tuple[Stack, ...], parameters: Mapping[str, str | Given]) -> Loaded:
    return System(workspace, app, stacks, parameters).load()


def _unread(path: str, message: str) -> Loaded:
    problem = Problem(span=Span(path, 1, 1, 1, 1), message=message)
    return Loaded(root=path, kind="cdk", problems=[problem], files=[path], open_types=True)
