"""What reads handler source, whatever its language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..model.facts import Found, Handler
from ..model.guard import ALWAYS, Guard
from ..model.nodes import Code, CodeKind
from ..model.span import Span
from ..model.value import Known, Open, Unknown, Value
from ..source.workspace import Workspace


class HandlerLanguage(Protocol):
    """A language that handlers are written in: resolves a handler's name and reads what the handler reaches."""

    prefix: str
    """What the names of its runtimes begin with (``python``)."""
    name: str
    problems: list[tuple[Span, str]]
    """The handlers' own files that can't be read: where, and why."""

    def analyse(self, code: Code, handler: str, *, guard: Guard, identifier: str, place: Span) -> Handler:
        """Return the handler that ``code`` and ``handler`` lead to. ``identifier`` is the prefix of the nodes' ids."""


def _python(workspace: Workspace) -> HandlerLanguage:
    # Imported when first needed: a project without Python handlers does not pay for the parser.
    from .python import Python

    return Python(workspace)


_LANGUAGES: dict[str, Callable[[Workspace], HandlerLanguage]] = {"python": _python}


class Analyser:
    """Reads the handlers of one workspace; parsed files and results are shared between functions."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._languages: dict[str, HandlerLanguage] = {}

    def take_problems(self) -> list[tuple[Span, str]]:
        """Return the handlers' own files that can't be read, where and why, of all that was asked since this was last."""
        found: list[tuple[Span, str]] = []
        for language in self._languages.values():
            found += language.problems
            language.problems.clear()
        return found

    def analyse(
        self,
        code: Code,
        handler: Value | str | None,
        runtime: Value | str | None,
        *,
        guard: Guard = ALWAYS,
        identifier: str,
        place: Span,
    ) -> Handler:
        """Return the handler that ``code`` and ``handler`` lead to, found or not.

        ``place`` is where the handler is named. A Choice counts as unknown: callers ask for each of its branches.
        """
        wanted = _text(handler)
        language = self._language(_text(runtime))
        if language is None or wanted is None:
            if language is None:
                why = "the handler is not written in Python" if _text(runtime) else "the runtime is not known"
            else:
                why = handler.why if isinstance(handler, Unknown) else "the handler's name is not known"
            return _unknown(wanted or "", why, guard, identifier, place)
        return language.analyse(code, wanted, guard=guard, identifier=identifier, place=place)

    def holds_extension(self, code: Code) -> bool:
        """Return whether the content of a layer, as far as it is on disk, brings programs that Lambda starts by itself."""
        if code.kind is not CodeKind.FOLDER:
            return False
        path = self._workspace.join(code.path, "extensions")
        return path is not None and self._workspace.is_folder(path) and bool(self._workspace.entries(path))

    def _language(self, runtime: str | None) -> HandlerLanguage | None:
        if runtime is None:
            return None
        for prefix, make in _LANGUAGES.items():
            if runtime.startswith(prefix):
                if prefix not in self._languages:
                    self._languages[prefix] = make(self._workspace)
                return self._languages[prefix]
        return None


def analyse(
    workspace: Workspace,
    code: Code,
    handler: Value | str | None,
    runtime: Value | str | None,
    *,
    guard: Guard = ALWAYS,
    identifier: str,
    place: Span,
) -> Handler:
    """Return one handler. Whoever asks for several keeps an :class:`Analyser`, which reads each file once."""
    return Analyser(workspace).analyse(code, handler, runtime, guard=guard, identifier=identifier, place=place)


def _text(value: Value | str | None) -> str | None:
    if isinstance(value, Known) and isinstance(value.value, str):
        return value.value
    return value if isinstance(value, str) else None


def _unknown(name: str, why: str, guard: Guard, identifier: str, place: Span) -> Handler:
    return Handler(
        id=f"{identifier}/handler",
        name=name,
        type="",
        span=place,
        guard=guard,
        found=Found.UNKNOWN,
        why=why,
        needs_openness=Open(why),
        environment_openness=Open(why),
        environment_set_openness=Open(why),
    )
