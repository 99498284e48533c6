"""Python handlers: the first implementation of HandlerLanguage."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from ...model.facts import Found, Handler
from ...model.guard import Guard
from ...model.nodes import Code, CodeKind
from ...model.span import Span
from ...model.value import CLOSED, Open, Openness
from ...source.workspace import Workspace
from .analysis import Analysis
from .outcome import Outcome, not_found
from .package import Sources
from .resolve import Resolution, resolve

_WORTH_KEEPING: Final = 20_000
"""The steps, about a tenth of a second, from which on an analysis is kept for other functions with the same code."""

_KEPT_CELLS: Final = 40_000
"""How many cells, of about 4 KB, the analyses that are kept may have together."""

_INSTALLS: Final = (
    "requirements.txt",
    "pyproject.toml",
    "Pipfile",
    "poetry.lock",
    "uv.lock",
    "Makefile",
    "setup.py",
    "build.sh",
    "install.sh",
)
"""Files from which a build may install modules."""

_LOCKS: Final = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
"""Files of a tool that manages what a project installs, and writes the requirements of its parts before they are built."""

_STAGES: Final = ("build.sh", "install.sh")
"""Scripts beside a template that may copy modules into the folders of its functions."""


class Python:
    """Handlers for the runtimes ``python3.*``. Parsed files are kept, so one serves a whole run."""

    prefix = "python"
    name = "Python"

    def __init__(self, workspace: Workspace) -> None:
        self._sources = Sources(workspace)
        self.problems: list[tuple[Span, str]] = []
        self._kept: dict[tuple[object, ...], Analysis] = {}

    def _packaged(self, code: Code, place: Span) -> Openness:
        """Return why a build may put modules into the package that are not beside its source."""
        if code.files is not None:
            return Open("the package is put together from a list of files")
        if code.kind not in (CodeKind.FOLDER, CodeKind.FILE):
            return CLOSED
        folder = code.path if code.kind is CodeKind.FOLDER else posixpath.dirname(code.path)
        beside = posixpath.dirname(place.path)
        above = [(where, _LOCKS) for where in _folders_above(folder)]
        for where, names in ((folder, _INSTALLS), (beside, _STAGES), *above):
            for name in names:
                if self._sources.workspace.is_file(posixpath.normpath(posixpath.join(where, name))):
                    # Also where nothing here installs it: people run pip before they deploy.
                    return Open(f"modules may be installed from '{name}'")
        return CLOSED

    def _analysis(self, found: Resolution, code: Code) -> Analysis:
        """Return the analysis of a handler; functions that have the same code and layers share a costly one.

        What differs between such functions, as their environment does, is joined to the analysis afterwards.
        """
        package, module = found.package, found.module
        assert package is not None
        assert module is not None
        key = (package.root, package.files, code.extra_paths, module.path, module.name, found.callable)
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        made = Analysis(package, module, found.callable)
        # Inline code has no folder to know it by.
        if package.root is not None and made.engine.steps >= _WORTH_KEEPING:
            self._kept[key] = made
            while sum(one.engine.cells for one in self._kept.values()) > _KEPT_CELLS:
                del self._kept[next(iter(self._kept))]
        return made

    def analyse(self, code: Code, handler: str, *, guard: Guard, identifier: str, place: Span) -> Handler:
        """See HandlerLanguage."""
        found = resolve(self._sources, code, handler)
        node = Handler(
            id=f"{identifier}/handler",
            name=handler,
            type="",
            span=found.span or place,
            guard=guard,
            language="python",
            callable=found.callable or handler.rpartition(".")[2],
            path=found.path,
        )
        if found.problem is not None and found.problem not in self.problems:
            self.problems.append(found.problem)
        if found.found is not Found.YES or found.package is None or found.module is None:
            not_found(node, found.found, found.why, found.available)
            return node
        node.found = Found.YES
        node.packaged = self._packaged(code, place)
        try:
            Outcome(self._analysis(found, code), identifier, guard).fill(node)
        except RecursionError:
            not_found(node, Found.YES, "the source is nested too deeply to be followed", ())
        return node


def _folders_above(folder: str) -> Iterator[str]:
    """Yield the folders that a folder is in, up to the root of the run."""
    inner = posixpath.normpath(folder)
    while inner not in ("", ".", "/") and not inner.startswith(".."):
        inner = posixpath.dirname(inner)
        yield inner or "."
