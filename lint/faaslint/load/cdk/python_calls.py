"""Where a Python app makes a construct: the one call whose literals match the construct's path.

The CDK records no frame of a Python app, because its constructs are made in another process. What the source says is
enough where it says it plainly: ``Queue(self, "Waiting")`` in the class that was made as ``Orders(app, "Orders")`` is
``Orders/Waiting``; a constant that the app has one text for is as good as that text. An id that is computed may be any
that its literal parts allow (``f"{name}-queue"``), and one without such parts any of a construct of that kind. Where two
calls fit, or none, there is no answer.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

from ...model.record import field_names
from ...model.span import Span
from ...source.python import Module, parse_python
from ...source.python_statements import Assignment, ClassDefinition, Deferred, FunctionDefinition
from ...source.python_syntax import Attribute, Call, Literal, Name, Operation, Syntax, Template
from ...source.tree import ParseFailure
from ...source.workspace import Unreadable, Workspace

FILE_LIMIT: Final = 500
"""Most source files of an app that are read."""

CALL_LIMIT: Final = 50_000
"""Most calls that are compared."""

FOLDER_LIMIT: Final = 2_000
"""Most folders of an app that are entered."""

COMPUTED_LIMIT: Final = 2_000
"""Most calls with a computed id that are compared with each construct."""

PATH_DEPTH: Final = 40
"""Most segments of a construct path that are matched."""

_SKIPPED: Final = frozenset({"node_modules", "cdk.out", "venv", "__pycache__", "tests", "test", "site-packages"})
_MENTIONS: Final = (b"aws_cdk", b"onstruct")
_SCOPES: Final = ("scope",)
_IDENTIFIERS: Final = ("id", "construct_id")
_APP: Final = "App"
_NO, _GUESS, _MAYBE, _YES = 0, 1, 2, 3
"""No call; one of a class that nobody is seen to make; one of a class that is made with a computed id; the very one."""

_TOLD: Final = 3
"""Fewest literal characters of a computed id that tell it from others."""


class Constant(NamedTuple):
    """A constant in an id, by the last part of its name; one that the whole app has one text for."""

    name: str


Pattern = tuple[str | Constant | None, ...]
"""A computed id: its literal parts in order, None for what is between."""


class MadeCall(NamedTuple):
    """A call that may make a construct.

    ``identifier`` is its literal id, None where it is computed: then as far as ``pattern`` says. ``scope`` is the name that
    is passed as its parent; ``owner`` the class that the call stands in and ``body`` the function; ``variable`` what the
    result is assigned to.
    """

    callee: str
    identifier: str | None
    pattern: Pattern
    scope: str
    owner: str
    body: int
    variable: str
    span: Span


class PythonApp:
    """The calls of a Python app that make constructs.

    ``kinds`` are the types of the resources, by the paths of their constructs; it may be added to.
    """

    def __init__(self, workspace: Workspace, app: str, kinds: Mapping[str, str] | None = None) -> None:
        self._workspace = workspace
        self._made: Mapping[str, str] = kinds if kinds is not None else {}
        self._calls: list[MadeCall] = []
        self._classes: dict[str, tuple[str, ...]] = {}
        self._constants: dict[str, str | None] = {}
        self._bodies = 0
        others = [path for path in self._files(app) if not self._read(path)]
        names = {part.name for call in self._calls for part in call.pattern if isinstance(part, Constant)}
        if names:
            self._read_constants(others, names)
            self._calls = [self._resolved(call) for call in self._calls]
        self._by_identifier: dict[str, list[MadeCall]] = {}
        self._computed: list[MadeCall] = []
        self._by_callee: dict[str, list[MadeCall]] = {}
        self._by_variable: dict[tuple[int | str, str], list[MadeCall]] = {}
        for call in self._calls:
            if call.identifier is not None:
                self._by_identifier.setdefault(call.identifier, []).append(call)
            elif call.callee != _APP:
                self._computed.append(call)
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
            found = self._making(segments[:length])
            if not found:
                continue
            # What a class of the app made is in that class; only a library's construct stands for its children.
            if len(found) > 1 or (length < len(segments) and found[0].callee in self._classes):
                return None
            return found[0].span
        return None

    def _resolved(self, call: MadeCall) -> MadeCall:
        """Return a call with the constants in its id replaced by their texts."""
        if not any(isinstance(part, Constant) for part in call.pattern):
            return call
        parts = (self._constants.get(part.name) if isinstance(part, Constant) else part for part in call.pattern)
        joined: list[str | None] = []
        for part in parts:
            if part is not None and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
        return call._replace(identifier=joined[0] if len(joined) == 1 else None, pattern=tuple(joined))

    def _making(self, path: tuple[str, ...]) -> list[MadeCall]:
        """Return the calls that fit a construct best: those with its very id, else those that compute one like it."""
        exact = self._by_identifier.get(path[-1], ())
        fitting = [(self._fits(call, path[:-1]), call) for call in exact]
        best = max((strength for strength, _ in fitting), default=_NO)
        if best != _NO:
            return [call for strength, call in fitting if strength == best]
        if len(self._computed) > COMPUTED_LIMIT:
            return []
        kind = self._made.get("/".join(path), "").rpartition(":")[2]
        alike = [call for call in self._computed if _is_like(call.pattern, path[-1])]
        likely = [call for call in alike if kind and _makes(call.callee, kind)]
        likely = likely or [call for call in alike if _told(call.pattern) >= _TOLD]
        fitting = [(self._fits(call, path[:-1]), call) for call in likely]
        best = max((strength for strength, _ in fitting), default=_NO)
        found = [call for strength, call in fitting if strength == best] if best >= _MAYBE else []
        most = max((_told(call.pattern) for call in found), default=0)
        return [call for call in found if _told(call.pattern) == most]

    def _fit(self, call: MadeCall, parents: tuple[str, ...]) -> int:
        """Return whether a call can have been made below the construct path ``parents``."""
        if call.scope == "self":
            makers = [maker for name in self._kinds(call.owner) for maker in self._by_callee.get(name, ())]
            if not makers:
                return _GUESS if parents else _NO
        else:
            makers = self._by_variable.get(_variable(call, call.scope), [])
            if not makers:
                return _GUESS if parents else _NO
        if not parents:
            return _YES if any(maker.callee == _APP for maker in makers) else _NO
        best = _NO
        for maker in makers:
            if maker.callee == _APP:
                continue
            if maker.identifier == parents[-1]:
                best = max(best, self._fits(maker, parents[:-1]))
            elif maker.identifier is None and _is_like(maker.pattern, parents[-1]):
                # A class of the app that is no resource itself makes no construct that is one.
                kind = self._made.get("/".join(parents), "").rpartition(":")[2]
                if not kind or _makes(maker.callee, kind) or any(_makes(base, kind) for base in self._bases(maker.callee)):
                    best = max(best, min(self._fits(maker, parents[:-1]), _MAYBE))
        return best

    def _bases(self, name: str) -> Iterator[str]:
        """Yield what a class of the app inherits from, classes of libraries among it."""
        pending, seen = [name], {name}
        while pending:
            for base in self._classes.get(pending.pop(), ()):
                if base not in seen:
                    seen.add(base)
                    pending.append(base)
                    yield base

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

    def _read_constants(self, paths: list[str], names: set[str]) -> None:
        """Note what other files of the app assign to constants that ids are made of."""
        for path in paths:
            try:
                content = self._workspace.read(path)
                if any(name.encode() in content for name in names):
                    self._note_constants(parse_python(self._workspace.text(path), path))
            except (Unreadable, ParseFailure):
                continue

    def _read(self, path: str) -> bool:
        """Note what a file makes, and return whether it may make anything."""
        try:
            content = self._workspace.read(path)
            if not any(mention in content for mention in _MENTIONS):
                return False
            module = parse_python(self._workspace.text(path), path)
        except (Unreadable, ParseFailure):
            return True
        self._note_constants(module)
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
        return True

    def _note_constants(self, module: Module) -> None:
        for statement in module.body:
            if not isinstance(statement, Assignment):
                continue
            given = statement.value
            text = given.value if isinstance(given, Literal) and isinstance(given.value, str) else None
            for target in statement.targets:
                if isinstance(target, Name) and target.name.isupper():
                    same = self._constants.get(target.name, text) == text
                    self._constants[target.name] = text if same else None

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
        pattern = _pattern(given)
        literal = pattern[0] if len(pattern) == 1 and isinstance(pattern[0], str) else None
        self._calls.append(MadeCall(callee, literal, pattern, _name(scope), owner, body, variable, span))


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


def _pattern(expression: object) -> Pattern:
    """Return what is known of a text, of an f-string and of texts put together."""
    if isinstance(expression, Template):
        return tuple(part if isinstance(part, str) else _part(part) for part in expression.parts)
    if isinstance(expression, Operation) and expression.operator == "+":
        return tuple(_part(operand) for operand in expression.operands)
    return (_part(expression),)


def _part(expression: object) -> str | Constant | None:
    if isinstance(expression, Literal):
        return expression.value if isinstance(expression.value, str) else None
    name = _last(_name(expression))
    return Constant(name) if name.isupper() else None


def _is_like(pattern: Pattern, text: str) -> bool:
    """Return whether a computed id may be this one."""
    rest = text
    for index, part in enumerate(pattern):
        if not isinstance(part, str):
            continue
        at = rest.find(part) if index else (0 if rest.startswith(part) else -1)
        if at < 0:
            return False
        rest = rest[at + len(part) :]
    last = pattern[-1] if pattern else None
    return not isinstance(last, str) or text.endswith(last)


def _told(pattern: Pattern) -> int:
    return sum(len(part) for part in pattern if isinstance(part, str))


def _makes(callee: str, kind: str) -> bool:
    """Return whether a class of the library makes a kind of resource, as far as their names tell: ``PythonFunction``."""
    return bool(kind) and (callee == f"Cfn{kind}" or callee.endswith(kind))
