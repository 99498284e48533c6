"""Calls of anything."""

from __future__ import annotations

from ...source.python_syntax import Syntax
from .data import call_data, lose
from .domain import (
    OTHER,
    PENDING,
    SDK,
    Abstract,
    Atom,
    BatchWriter,
    Data,
    External,
    Instance,
    Method,
    Other,
    bounded,
    ordered,
)
from .environment import ENVIRON, call_environment
from .externals import call_external
from .functions import call_callables, call_object, escape, hands_over
from .methods import call_method
from .run import Arguments, Run
from .sdk_calls import call_sdk


def call(run: Run, function: Abstract, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what calling a value may give, and note what the call does."""
    if not function:
        return PENDING
    run.engine.count(len(function))
    found: set[Atom] = set()
    sdk: list[Method] = []
    for atom in ordered(function) if len(function) > 1 else function:
        if isinstance(atom, Method):
            if isinstance(atom.receiver, (*SDK, BatchWriter)):
                sdk.append(atom)
            else:
                found |= call_method(run, atom, arguments, node)
        elif isinstance(atom, External):
            found |= _external(run, atom, arguments, node)
        elif isinstance(atom, Instance):
            found |= call_object(run, atom, arguments, node)
        elif isinstance(atom, Other):
            if len(function) == 1:
                hands_over(run, arguments, "something unknown", node)
                for value in arguments.all():
                    escape(run, value, False, node)
                    lose(run, value, node)
            found |= OTHER
        elif isinstance(atom, Data):
            found |= call_data(run, atom, node)
        else:
            found |= call_callables(run, frozenset({atom}), arguments, node)
    if sdk:
        found |= call_sdk(run, sdk, arguments, node)
    return bounded(frozenset(found))


def _external(run: Run, atom: External, arguments: Arguments, node: Syntax) -> Abstract:
    path = atom.path
    if path.startswith("os."):
        if path in ("os.getenv", "os.putenv"):
            return call_environment(run, path[3:], arguments, node)
        receiver, _, method = path.rpartition(".")
        if receiver == ENVIRON.path:
            return call_environment(run, method, arguments, node)
    return call_external(run, path, arguments, node)
