"""From a handler's name to the file and callable that it means."""

from __future__ import annotations

import posixpath
from typing import Final

from ...model.facts import Found
from ...model.nodes import Code, CodeKind
from ...model.record import record
from ...model.span import Span
from ...source.python import Module, parse_python
from ...source.python_statements import ClassDefinition, FunctionDefinition
from ...source.tree import ParseFailure
from ...source.workspace import Unreadable, Workspace
from .binding import bound_names
from .modules import is_wrapper
from .package import Package, PackageModule, Sources

_TRICKS: Final = (b"globals()", b"setattr(", b"exec(", b"__getattr__", b"vars()", b"locals()", b"sys.modules", b"__dict__")
"""Text of a module that may bind names in ways that its syntax does not show."""

_SHOWN: Final = 5
"""How many names are given as what there is instead."""

_LISTED: Final = 2_000
"""Most entries of a package that are looked at for names near the one that is missing."""


@record(frozen=False)
class Resolution:
    """Where a handler's name leads."""

    found: Found
    why: str = ""
    available: tuple[str, ...] = ()
    package: Package | None = None
    module: PackageModule | None = None
    callable: str = ""
    path: str = ""
    span: Span | None = None
    problem: tuple[Span, str] | None = None
    """Why the handler's own file can't be read."""


def resolve(sources: Sources, code: Code, handler: str) -> Resolution:
    """Return what a handler's name leads to in its code."""
    odd = _odd(handler)
    if odd:
        return Resolution(Found.UNKNOWN, odd)
    if code.kind is CodeKind.INLINE:
        return _inline(sources, code, handler)
    if code.kind not in (CodeKind.FOLDER, CodeKind.FILE):
        return Resolution(Found.UNKNOWN, code.why or "the source is not on disk")
    workspace = sources.workspace
    if code.kind is CodeKind.FILE:
        if not code.path.endswith(".py") or not workspace.is_file(code.path):
            return Resolution(Found.UNKNOWN, f"'{code.path}' is no Python source file")
        root = posixpath.dirname(code.path)
        package = Package(sources, root or ".", code.extra_paths, frozenset({posixpath.basename(code.path)}))
    else:
        if not workspace.is_folder(code.path):
            return Resolution(Found.UNKNOWN, f"there is no folder '{code.path}'")
        files = frozenset(code.files) if code.files is not None else None
        package = Package(sources, code.path, code.extra_paths, files)
    return _in_package(package, code, handler)


def _odd(handler: str) -> str:
    """Return why a handler's name can't be followed, empty where it can."""
    if not handler or any(character.isspace() or character in "${}:\\\0" for character in handler):
        return "the handler's name is not a Python name"
    if handler.startswith(("/", ".")) or ".." in handler:
        return "the handler's name leads out of the package"
    if handler.endswith((".sh", ".js", ".mjs", ".rb", ".jar", ".bash")):
        return "the handler is a program, not a Python callable"
    return ""


def _inline(sources: Sources, code: Code, handler: str) -> Resolution:
    path = code.text_lines[0].path if code.text_lines else (code.span.path if code.span is not None else "index.py")
    stem = posixpath.splitext(posixpath.basename(code.path))[0] or "index"
    try:
        source = parse_python(code.text, path, code.text_lines)
    except ParseFailure as failure:
        # The file that holds it may well be Python too, and in order.
        message = failure.message.replace("this is", "the inline code is")
        return Resolution(Found.UNKNOWN, message, path=path, problem=(failure.span, message))
    package = Package(sources, None, code.extra_paths, None)
    module = PackageModule(stem, f"{path}#{stem}", False, source)
    package.modules[stem] = module
    name, _, callable_name = handler.rpartition(".")
    if name != stem:
        return Resolution(
            Found.NO_FILE if not _layers_unknown(code) else Found.UNKNOWN,
            f"inline code is the module '{stem}'",
            tuple(f"{stem}.{one}" for one in _callables(source, callable_name)),
            path=path,
        )
    return _callable(package, module, callable_name, path)


def _layers_unknown(code: Code) -> bool:
    return "layer" in code.why.lower()


def _in_package(package: Package, code: Code, handler: str) -> Resolution:
    written, dot, callable_name = handler.rpartition(".")
    if not dot or not written:
        certain = _is_complete(package, code)
        why = "a Python handler is written as 'file.function'"
        return Resolution(
            Found.NO_FILE if certain else Found.UNKNOWN, why, _files(package, code, handler) if certain else ()
        )
    module = package.find(written.replace("/", "."))
    if module is None or module.path.endswith("/"):
        return _missing(package, code, written, handler)
    if module.source is None:
        why = module.failure[1] if module.failure is not None else "it can't be read"
        return Resolution(Found.UNKNOWN, why, path=module.path, problem=module.failure)
    if not module.path.endswith(".py"):
        return _missing(package, code, written, handler)
    return _callable(package, module, callable_name, module.path)


def _missing(package: Package, code: Code, written: str, handler: str) -> Resolution:
    workspace = package.sources.workspace
    first = written.replace("/", ".").split(".", 1)[0]
    if is_wrapper(first):
        return Resolution(Found.UNKNOWN, f"the handler is that of a wrapper, '{first}'")
    base = posixpath.normpath(posixpath.join(code.path if code.kind is CodeKind.FOLDER else ".", written.replace(".", "/")))
    if _is_compiled(workspace, base):
        return Resolution(Found.UNKNOWN, "the handler's file is compiled")
    if workspace.is_file(f"{base}.{handler.rpartition('.')[2]}"):
        return Resolution(Found.UNKNOWN, "the handler names a file that is not Python source")
    if not _is_complete(package, code):
        return Resolution(Found.UNKNOWN, "the package has content that is not on disk")
    available = _files(package, code, written)
    if not available:
        return Resolution(Found.UNKNOWN, "there is no Python source in the folder")
    name = written.replace(".", "/") + ".py"
    place = code.path if code.path not in (".", "") else "the project's folder"
    return Resolution(Found.NO_FILE, f"there is no '{name}' in {place}", available)


def _is_compiled(workspace: Workspace, base: str) -> bool:
    folder, stem = posixpath.split(base)
    if not workspace.is_folder(folder or "."):
        return False
    try:
        names = workspace.entries(folder or ".")
    except Unreadable:
        return True
    return any(name.startswith(stem + ".") and name.endswith((".so", ".pyc", ".pyd", ".pyx")) for name in names)


def _is_complete(package: Package, code: Code) -> bool:
    """Return whether the user's own files of the package are all on disk."""
    if _layers_unknown(code) or code.files is not None:
        return False
    if not code.built:
        return True
    # A build that installs requirements copies the folder too; any other may do anything.
    workspace = package.sources.workspace
    has = [
        workspace.is_file(posixpath.normpath(posixpath.join(code.path, name))) for name in ("requirements.txt", "Makefile")
    ]
    return has[0] and not has[1]


def _files(package: Package, code: Code, wanted: str) -> tuple[str, ...]:
    """Return the source files of the package, as handlers name them, nearest first."""
    if code.kind is CodeKind.FILE:
        return (posixpath.splitext(posixpath.basename(code.path))[0],)
    workspace = package.sources.workspace
    found: list[str] = []
    pending = [code.path]
    visited = 0
    while pending and visited < _LISTED:
        folder = pending.pop(0)
        try:
            names = workspace.entries(folder)
        except Unreadable:
            continue
        for name in names:
            visited += 1
            path = posixpath.normpath(posixpath.join(folder, name))
            if name.endswith("/") and not name.startswith((".", "node_modules", "__pycache__")):
                pending.append(path)
            elif name.endswith(".py"):
                inner = posixpath.relpath(path, code.path)
                found.append(inner.removesuffix("/__init__.py").removesuffix(".py").replace("/", "."))
    return _nearest(wanted.replace("/", "."), found)


def _nearest(wanted: str, names: list[str]) -> tuple[str, ...]:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(b=wanted)

    def distance(name: str) -> tuple[float, str]:
        matcher.set_seq1(name)
        same_end = name.rpartition(".")[2] == wanted.rpartition(".")[2]
        return (-matcher.ratio() - same_end, name)

    return tuple(sorted(dict.fromkeys(name for name in names if len(name) < 300), key=distance)[:_SHOWN])


def _callable(package: Package, module: PackageModule, name: str, path: str) -> Resolution:
    source = module.source
    assert source is not None
    places = bound_names(source)
    place = places.get(name)
    if place is not None:
        return Resolution(Found.YES, package=package, module=module, callable=name, path=path, span=source.span_of(*place))
    if source.damaged or "*" in places or any(source.mentions(trick) for trick in _TRICKS):
        why = f"'{name}' may be bound in a way that can't be followed"
        return Resolution(Found.UNKNOWN, why, package=package, module=module, callable=name, path=path)
    if source.mentions(b"global " + name.encode()):
        why = f"'{name}' may be bound by a function"
        return Resolution(Found.UNKNOWN, why, package=package, module=module, callable=name, path=path)
    why = f"'{posixpath.basename(path)}' defines no '{name}'"
    if module.path != path:
        why = f"the inline code defines no '{name}'"
    return Resolution(Found.NO_CALLABLE, why, _callables(source, name), path=path, callable=name)


def _callables(source: Module, wanted: str) -> tuple[str, ...]:
    names = [
        statement.name
        for statement in source.body
        if isinstance(statement, (FunctionDefinition, ClassDefinition)) and not statement.name.startswith("__")
    ]
    return _nearest(wanted, names)
