"""Where a Python app makes a construct: the one call whose literals match the construct's path.

The CDK records no frame of a Python app, because its constructs are made in another process. What the source says is
enough where it says it plainly: ``Queue(self, "Waiting")`` in the class that was made as ``Orders(app, "Orders")`` is
``Orders/Waiting``. Where two calls fit, or none, there is no answer.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from ...model.record import field_names
from ...model.span import Span
from ...source.python import Module, parse_python
from ...source.python_statements import Assignment, ClassDefinition, Deferred, FunctionDefinition
from ...source.python_syntax import Attribute, Call, Literal, Name, Syntax
from ...source.tree import ParseFailure
from ...source.workspace import Unreadable, Workspace

FILE_LIMIT: Final = 500
"""Most source files of an app that are read."""

CALL_LIMIT: Final = 50_000
"""Most calls that are compared."""

FOLDER_LIMIT: Final = 2_000
"""Most folders of an app that are entered."""

PATH_DEPTH: Final = 40
"""Most segments of a construct path that are matched."""

_SKIPPED: Final = frozenset({"node_modules", "cdk.out", "venv", "__pycache__", "tests", "test", "site-packages"})
_MENTIONS: Final = (b"aws_cdk", b"onstruct")
_SCOPES: Final = ("scope",)
_IDENTIFIERS: Final = ("id", "construct_id")
_APP: Final = "App"
_NO, _MAYBE, _YES = 0, 1, 2


class MadeCall(NamedTuple):
    """A call that may make a construct.

    ``identifier`` is its literal id, None where it is computed; ``scope`` the name that is passed as its parent; ``owner``
    the class that the call stands in and ``body`` the function; ``variable`` what the result is assigned to.
    """

    callee: str
    identifier: str | None
    scope: str
    owner: str
    body: int
    variable: str
    span: Span


class PythonApp:
    """The calls of a Python app that make constructs."""

    def __init__(self, workspace: Workspace, app: str) -> None:
        self._workspace = workspace
        self._calls: list[MadeCall] = []
        self._classes: dict[str, tuple[str, ...]] = {}
        self._bodies = 0
        for path in self._files(app):
            self._read(path)
        self._by_identifier: dict[str, list[MadeCall]] = {}
        self._by_callee: dict[str, list[MadeCall]] = {}
        self._by_variable: dict[tuple[int | str, str], list[MadeCall]] = {}
        for call in self._calls:
            if call.identifier is not None:
                self._by_identifier.setdefault(call.identifier, []).append(call)
            self._by_callee.setdefault(call.callee, []).append(call)
            if call.variable:
                self._by_variable.setdefault(_variable(call, call.variable), []).append(call)
        self._fits = cache(self._fit)

    def span(self, construct: str) -> Span | None:
        """Return the call that made a construct, or the library construct above it that it belongs to."""
        segments = tuple(construct.split("/"))
        if len(segments) > PATH_DEPTH:
            return None
        for length in range(len(segments), 0, -1):
            calls = self._by_identifier.get(segments[length - 1], ())
            fitting = [(self._fits(call, segments[: length - 1]), call) for call in calls]
            best = max((strength for strength, _ in fitting), default=_NO)
            if best == _NO:
                continue
            found = [call for strength, call in fitting if strength == best]
            # What a class of the app made is in that class; only a library's construct stands for its children.
            if len(found) > 1 or (length < len(segments) and found[0].callee in self._classes):
                return None
            return found[0].span
        return None

    def _fit(self, call: MadeCall, parents: tuple[str, ...]) -> int:
        """Return whether a call can have been made below the construct path ``parents``."""
        if call.scope == "self":
            makers = [maker for name in self._kinds(call.owner) for maker in self._by_callee.get(name, ())]
            if not makers:
                return _MAYBE if parents else _NO
        else:
            makers = self._by_variable.get(_variable(call, call.scope), [])
            if not makers:
                return _MAYBE if parents else _NO
        if not parents:
            return _YES if any(maker.callee == _APP for maker in makers) else _NO
        best = _NO
        for maker in makers:
            if maker.callee != _APP and maker.identifier in (None, parents[-1]):
                strength = self._fits(maker, parents[:-1])
                best = max(best, min(strength, _MAYBE) if maker.identifier is None else strength)
        return best

    def _kinds(self, name: str) -> Iterator[str]:
        """Yield a class and the classes of the app that inherit from it."""
        pending, seen = [name], {name}
        while pending:
            current = pending.pop()
            yield current
            for inherited, bases in self._classes.items():
                if current in bases and inherited not in seen:
                    seen.add(inherited)
                    pending.append(inherited)

    def _files(self, app: str) -> Iterator[str]:
        pending, entered, count = [app], 0, 0
        while pending and entered < FOLDER_LIMIT:
            folder = pending.pop()
            entered += 1
            try:
                names = self._workspace.entries(folder)
            except Unreadable:
                continue
            if "pyvenv.cfg" in names:
                continue
            for name in names:
                path = posixpath.normpath(posixpath.join(folder, name))
                if name.endswith("/"):
                    if name[:-1] not in _SKIPPED and not name.startswith((".", "asset.")):
                        pending.append(path)
                elif name.endswith(".py"):
                    count += 1
                    if count > FILE_LIMIT:
                        return
                    yield path

    def _read(self, path: str) -> None:
        try:
            content = self._workspace.read(path)
            if not any(mention in content for mention in _MENTIONS):
                return
            module = parse_python(self._workspace.text(path), path)
        except (Unreadable, ParseFailure):
            return
        lines = self._workspace.text(path).split("\n")
        self._bodies += 1
        pending: list[tuple[object, str, int, str]] = [(module.body, "", self._bodies, "")]
        while pending and len(self._calls) < CALL_LIMIT:
            item, owner, body, variable = pending.pop()
            if isinstance(item, tuple):
                pending += ((member, owner, body, "") for member in item)
            elif isinstance(item, Deferred):
                pending.append((item.get(), owner, body, ""))
            elif isinstance(item, Assignment):
                name = _name(item.targets[0]) if len(item.targets) == 1 else ""
                pending.append((item.value, owner, body, name))
            elif isinstance(item, Syntax):
                if isinstance(item, ClassDefinition):
                    owner = item.name
                    self._classes[owner] = tuple(_last(_name(argument.value)) for argument in item.arguments)
                elif isinstance(item, FunctionDefinition):
                    self._bodies += 1
                    body = self._bodies
                elif isinstance(item, Call):
                    self._note(module, lines, item, owner, body, variable)
                pending += ((getattr(item, name), owner, body, "") for name in field_names(type(item)))

    def _note(self, module: Module, lines: list[str], call: Call, owner: str, body: int, variable: str) -> None:
        callee = _last(_name(call.function))
        if not callee[:1].isupper():
            return
        positional = [argument.value for argument in call.arguments if not argument.name and not argument.stars]
        named = {argument.name: argument.value for argument in call.arguments if argument.name}
        scope = positional[0] if positional else next((named[one] for one in _SCOPES if one in named), None)
        given = positional[1] if len(positional) > 1 else next((named[one] for one in _IDENTIFIERS if one in named), None)
        if callee != _APP and (scope is None or given is None):
            return
        whole = module.span(call)
        end = whole.end_column if whole.end_line == whole.line else len(lines[whole.line - 1].rstrip()) + 1
        span = Span(whole.path, whole.line, whole.column, whole.line, end)
        literal = given.value if isinstance(given, Literal) and isinstance(given.value, str) else None
        self._calls.append(MadeCall(callee, literal, _name(scope), owner, body, variable, span))


def _variable(call: MadeCall, name: str) -> tuple[int | str, str]:
    """Return what tells a variable from others of its name: the function it is in, or the class of an attribute."""
    return (call.owner if name.startswith("self.") else call.body, name)


def _name(expression: object) -> str:
    """Return a dotted name, empty for anything else."""
    parts: list[str] = []
    while isinstance(expression, Attribute) and len(parts) < PATH_DEPTH:
        parts.append(expression.name)
        expression = expression.value
    return ".".join([expression.name, *reversed(parts)]) if isinstance(expression, Name) else ""


def _last(name: str) -> str:
    return name.rpartition(".")[2]
