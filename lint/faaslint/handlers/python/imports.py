"""Imports: to a module of the package, or to something outside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from ...source.python_statements import Import, ImportFrom, Statement
from ...source.python_syntax import Syntax
from .domain import Abstract, Atom, External, ModuleValue
from .modules import Trust, is_provided, is_standard, reads_environment, sets_environment, trust_of
from .notable import note_name
from .package import PackageModule
from .records import ImportRecord
from .run import Run


def names_found(run: Run, body: Iterable[Statement]) -> frozenset[str]:
    """Return the names that statements import from modules which are there.

    An ``except`` that imports them from elsewhere is meant for where those modules are not.
    """
    found: list[str] = []
    for node in body:
        if isinstance(node, Import):
            found += [alias or path.partition(".")[0] for path, alias in node.names if _is_there(run, path)]
        elif isinstance(node, ImportFrom) and not node.level and node.names and _is_there(run, node.path):
            found += [alias or name for name, alias in node.names]
    return frozenset(found)


def _is_there(run: Run, path: str) -> bool:
    return is_standard(path.partition(".")[0]) or is_provided(path) or _is_packaged(run, path)


def _is_packaged(run: Run, path: str) -> bool:
    return run.engine.package.find(path, posixpath.dirname(run.module.path)) is not None


def _is_spare(run: Run, path: str, names: Iterable[str]) -> bool:
    """Return whether an import stands in for one that works here, and is of a module that is not there."""
    return run.elsewhere.issuperset(names) and trust_of(path) is Trust.UNKNOWN and not _is_packaged(run, path)


def import_names(run: Run, node: Import) -> None:
    """Follow ``import a.b as c``."""
    for path, alias in node.names:
        if run.elsewhere and _is_spare(run, path, (alias or path.partition(".")[0],)):
            continue
        atom = import_path(run, path, 0, node)
        if alias:
            run.assign(alias, frozenset({atom}))
            continue
        top = path.partition(".")[0]
        if isinstance(atom, ModuleValue):
            first = run.engine.package.find(top)
            run.assign(top, frozenset({ModuleValue(first) if first is not None else External(top)}))
        else:
            run.assign(top, frozenset({External(top)}))


def import_from(run: Run, node: ImportFrom) -> None:
    """Follow ``from a import b as c``."""
    bound = [alias or name for name, alias in node.names or ()]
    if run.elsewhere and bound and not node.level and _is_spare(run, node.path, bound):
        return
    base = import_path(run, node.path, node.level, node, named=node.names is not None)
    if node.names is None:
        run.engine.stars.setdefault(run.module.path, [])
        stars = run.engine.stars[run.module.path]
        star = base.module if isinstance(base, ModuleValue) else base
        if isinstance(star, (PackageModule, External)) and star not in stars:
            stars.append(star)
        return
    for name, alias in node.names:
        run.assign(alias or name, _imported(run, base, name, node))


def _imported(run: Run, base: Atom, name: str, node: ImportFrom) -> Abstract:
    if isinstance(base, ModuleValue):
        return run.module_attribute(base.module, name, node)
    assert isinstance(base, External)
    if node.level and not base.path:
        return frozenset({import_path(run, name, 0, node)})
    path = f"{base.path}.{name}" if base.path else name
    note_name(run, path, node)
    if not node.level:
        _judge(run, path, node)
    return run.engine.read(("attribute", base, name), run.frame) or frozenset({External(path)})


def import_path(run: Run, path: str, level: int, node: Syntax, named: bool = False) -> Atom:
    """Return what importing a dotted path gives. ``named`` says that names are taken from it, which are judged each."""
    if level:
        parent = run.module.parent(level)
        full = ".".join(part for part in (parent or "", path) if part)
        module = _found(run, full, node) if parent is not None and full else None
        if module is None and parent == "" and not path:
            # ``from . import x`` at the top of the package: each name is a module beside this one.
            return External("")
        if module is None:
            run.need(f"the module '{'.' * level}{path}' is not among the sources", node)
            run.hidden_read(f"the module '{'.' * level}{path}' is not among the sources", node)
            return External("." * level + path)
        return ModuleValue(module)
    trust = trust_of(path)
    if trust not in (Trust.SDK, Trust.HARMLESS, Trust.CALLS_AWS) or (trust is Trust.HARMLESS and _is_own(run, path)):
        module = _found(run, path, node)
        if module is not None:
            return ModuleValue(module)
    note_name(run, path, node)
    if not named:
        _judge(run, path, node)
    return External(path)


def _is_own(run: Run, path: str) -> bool:
    """Return whether a module of the package is a file with the name of a known library, and was not installed there."""
    package = run.engine.package
    module = package.find(path.partition(".")[0], namespaces=False)
    return module is not None and not module.is_package and not package.installed(posixpath.dirname(module.path))


def _found(run: Run, path: str, node: Syntax) -> PackageModule | None:
    """Return the module of the package with this path, after the packages that it is in were loaded."""
    package = run.engine.package
    beside = posixpath.dirname(run.module.path)
    namespaces = not is_standard(path.partition(".")[0])
    module = package.find(path, beside, namespaces)
    if module is None:
        return None
    parts = path.split(".")
    for length in range(1, len(parts)):
        outer = package.find(".".join(parts[:length]), beside, namespaces)
        if outer is not None:
            _enter(run, outer, node)
    _enter(run, module, node)
    return module


def _enter(run: Run, module: PackageModule, node: Syntax) -> None:
    run.enter_module(module, node)
    if module.source is None or module.source.damaged:
        why = f"the module '{module.name}' can't be read in full"
        run.need(why, node)
        run.hidden_read(why, node)
        run.hidden_set(why, node)


def _judge(run: Run, path: str, node: Syntax) -> None:
    """Note what may come of importing something that is not in the package."""
    trust = trust_of(path)
    top = path.partition(".")[0]
    key = (node.start, path)
    if key not in run.records.imports:
        protected = run.tries > 0 or run.protected > 0
        span = run.source.first_line(node)
        run.records.imports[key] = ImportRecord(span, path, protected, trust is Trust.STANDARD)
    if trust is Trust.UNKNOWN:
        run.need(f"the module '{top}' is not among the sources, and may call AWS", node)
        run.hidden_read(f"the module '{top}' is not among the sources, and may read variables", node)
    elif trust is Trust.CALLS_AWS:
        run.need(f"'{path}' calls AWS in ways that are not followed", node)
    if reads_environment(path):
        run.hidden_read(f"'{top}' reads variables that the source does not name", node)
    if sets_environment(path):
        run.hidden_set(f"'{top}' may set variables", node)
