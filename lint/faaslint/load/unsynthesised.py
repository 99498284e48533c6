"""Projects of tools whose configuration is a program, or is deployed as a template that they make: what to run first."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from ..model.finding import Level, Notification
from ..source.workspace import Workspace

SYNTHESISED_BY: Final = {
    "cdk.json": "cdk synth",
    "cdktf.json": "cdktf synth",
    "serverless.yml": "serverless package",
    "serverless.yaml": "serverless package",
    "serverless.json": "serverless package",
}
"""The file that tells a project of such a tool, and the command that writes what can be read."""

_AFTERWARDS: Final = {
    "cdk synth": "check again",
    "cdktf synth": "check again",
    "serverless package": "name .serverless/cloudformation-template-update-stack.json",
}
_SHOWN: Final = 3
_PROVIDER: Final = "provider"
"""What every service of the Serverless Framework names; other files are called ``serverless.yml`` too."""


def unsynthesised(workspace: Workspace, sources: Iterable[str], outputs: Iterable[str]) -> Iterator[Notification]:
    """Yield one note for each tool with projects of which nothing synthesised lies on disk.

    ``sources`` are files that ``SYNTHESISED_BY`` names, ``outputs`` the folders that the tools have written.
    """
    written = tuple(outputs)
    missing: dict[str, list[str]] = {}
    for path in sorted(sources):
        folder = posixpath.dirname(path)
        command = SYNTHESISED_BY[posixpath.basename(path)]
        if any(output.startswith(folder + "/" if folder else "") for output in written):
            continue
        if command == "serverless package" and _PROVIDER not in (workspace.text_or_none(path) or ""):
            continue
        missing.setdefault(command, []).append(path)
    for command, paths in missing.items():
        folders = [posixpath.dirname(path) or "." for path in paths]
        if len(folders) == 1:
            text = f"this project has nothing that can be read before '{command}' has run: run it there"
        else:
            shown = ", ".join(f"'{folder}'" for folder in folders[:_SHOWN])
            more = f" and {len(folders) - _SHOWN} more" if len(folders) > _SHOWN else ""
            text = (
                f"{len(folders)} projects have nothing that can be read before '{command}' has run: run it in {shown}{more}"
            )
        yield Notification(Level.NOTE, f"{text}, then {_AFTERWARDS[command]}", paths[0])
