"""Which folders are root modules: not those that another one calls, also if only their own files are named."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from ...source.workspace import Unreadable, Workspace
from .sources import EXTENSIONS, configuration_files, local_module_sources
from .terragrunt import read_unit

SEARCHED_ENTRIES: Final = 20_000
"""How many files and folders of a project are looked at for the callers of a module that is named. Past it the module is
analysed by itself."""

Skipped = Callable[[str, str], bool]
"""Whether a folder (its parent and its name) holds nothing of the project."""


class Roots(NamedTuple):
    """Root modules by their folders, and Terragrunt's units by their files."""

    folders: set[str]
    units: set[str]


def terraform_roots(
    workspace: Workspace, found: Collection[str], named: Iterable[str], units: Iterable[str], skipped: Skipped
) -> Roots:
    """Return the roots among the folders that were ``found``.

    A folder of which only files were ``named`` stands for the roots that call it, wherever in the project they are; where
    nothing calls it, for itself.
    """
    kept: set[str] = set()
    folders = set(found)
    for folder in sorted(set(named)):
        callers = _callers(workspace, folder, skipped)
        folders |= callers
        if not callers:
            kept.add(folder)
    called_by_units: set[str] = set()
    used: set[str] = set()
    for path in units:
        unit = read_unit(workspace, path)
        if unit is not None and unit.has_source:
            used.add(path)
            if unit.module is not None:
                called_by_units.add(unit.module)
    calls: dict[str, set[str]] = {}
    if len(folders) > 1:
        calls = {folder: local_module_sources(workspace, folder) - {folder} for folder in folders}
    called = called_by_units.union(*calls.values())
    return Roots(_with_circles(folders - (called - kept), folders, calls, called_by_units), used)


def _with_circles(roots: set[str], folders: set[str], calls: Mapping[str, set[str]], reached: set[str]) -> set[str]:
    """Return the roots, and of modules that only call each other the first: nothing that was found is left out."""
    seen: set[str] = set()
    pending = [*roots, *reached]
    for candidate in (None, *sorted(folders)):
        if candidate is not None and candidate not in seen:
            roots = {*roots, candidate}
            pending.append(candidate)
        while pending:
            folder = pending.pop()
            if folder not in seen:
                seen.add(folder)
                pending += calls.get(folder, ())
    return roots


def _callers(workspace: Workspace, folder: str, skipped: Skipped) -> set[str]:
    """Return the roots that lead to a module by local calls, none where the project is too large to tell."""
    everywhere = _module_folders(workspace, skipped)
    roots: set[str] = set()
    seen = {folder}
    pending = [folder]
    while pending:
        target = pending.pop()
        callers = [each for each in everywhere if each not in seen and _calls(workspace, each, target)]
        if not callers and target != folder:
            roots.add(target)
        seen.update(callers)
        pending += callers
    return roots


def _calls(workspace: Workspace, folder: str, target: str) -> bool:
    """Return whether a module calls another; only files that may name it are parsed."""
    name = posixpath.basename(target)
    for path in configuration_files(workspace, folder):
        text = workspace.text_or_none(path)
        if text is not None and "module" in text and (name in text or _upwards().search(text)):
            return target in local_module_sources(workspace, folder)
    return False


@cache
def _upwards() -> re.Pattern[str]:
    return re.compile(r'"(?:\.{1,2}/)*\.{1,2}/?"')


def _module_folders(workspace: Workspace, skipped: Skipped) -> list[str]:
    found: set[str] = set()
    entries = 0
    walked: set[str] = set()
    pending = ["."]
    while pending:
        folder = pending.pop()
        if folder in walked:
            continue
        walked.add(folder)
        try:
            names = workspace.entries(folder)
        except Unreadable:
            continue
        entries += len(names)
        if entries > SEARCHED_ENTRIES:
            return []
        if any(name.endswith(EXTENSIONS) for name in names):
            found.add(folder)
        inner = [name[:-1] for name in names if name.endswith("/") and not skipped(folder, name[:-1])]
        pending += [workspace.real(posixpath.normpath(posixpath.join(folder, name))) for name in inner]
    return sorted(found)
