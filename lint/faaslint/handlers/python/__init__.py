"""Python handlers: the first implementation of HandlerLanguage."""

from __future__ import annotations

from ...model.facts import Found, Handler
from ...model.guard import Guard
from ...model.nodes import Code
from ...model.span import Span
from ...source.workspace import Workspace
from .analysis import Analysis
from .outcome import Outcome, not_found
from .package import Sources
from .resolve import resolve


class Python:
    """Handlers for the runtimes ``python3.*``. Parsed files are kept, so one serves a whole run."""

    prefix = "python"
    name = "Python"

    def __init__(self, workspace: Workspace) -> None:
        self._sources = Sources(workspace)
        self.problems: list[tuple[Span, str]] = []

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
        try:
            Outcome(Analysis(found.package, found.module, found.callable), identifier, guard).fill(node)
        except RecursionError:
            not_found(node, Found.YES, "the source is nested too deeply to be followed", ())
        return node
