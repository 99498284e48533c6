"""Definitions of functions and classes, and what decorators make of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source.python_statements import ClassDefinition, FunctionDefinition, Statement
from ...source.python_syntax import Expression
from .domain import (
    Abstract,
    Class,
    External,
    Function,
    FunctionCode,
    Instance,
    Method,
    Partial,
    ordered,
)
from .expressions import arguments_of, evaluate
from .externals import PASS_THROUGH
from .functions import UNKNOWN_ARGUMENTS, call_callables, call_function
from .libraries import call_library
from .modules import ROUTERS, is_transparent, wraps
from .run import Arguments, Run

_KINDS: Final = {
    "builtins.staticmethod": "static",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "functools.cached_property": "property memo",
    "functools.cache": "memo",
    "functools.lru_cache": "memo",
    "functools.lru_cache()": "memo",
    "contextlib.contextmanager": "context",
    "contextlib.asynccontextmanager": "context",
    "abc.abstractproperty": "property",
}
_QUIET: Final = ("functools.", "abc.", "typing.", "dataclasses.", "contextlib.", "builtins.", "unittest.", "atexit.")
"""Decorators of these modules call nothing by themselves."""


def define_function(run: Run, node: FunctionDefinition) -> None:
    """Follow a ``def``: its decorators and defaults are evaluated, its name is bound."""
    code = run.engine.function_code(run.module, node, run.owner)
    run.makes_closures = True
    for parameter in node.parameters:
        if parameter.default is not None:
            run.engine.write(("default", code, parameter.name), evaluate(run, parameter.default))
    scope = run.frame.number + 1 if run.frame.code is not None else 0
    value: Abstract = frozenset({Function(code, scope)})
    for decorator in reversed(node.decorators):
        value = _decorated(run, value, code, decorator)
    run.assign(node.name, value)


def _decorated(run: Run, value: Abstract, code: FunctionCode, node: Expression) -> Abstract:
    """Return what a decorator makes of a function. One that is not known is taken to call it and pass it on."""
    decorator = evaluate(run, node)
    result: Abstract = frozenset()
    for atom in ordered(decorator):
        if isinstance(atom, External):
            kind = _KINDS.get(atom.path)
            if kind is not None:
                code.kinds = code.kinds.union(kind.split())
            elif atom.path not in PASS_THROUGH and not atom.path.startswith(_QUIET):
                call_library(run, atom.path, Arguments([(value, None)]), node)
                # Frameworks call what they register. Others may do it too, but most wait for the source to call it.
                for one in ordered(value) if not wraps(atom.path) else ():
                    if isinstance(one, Function):
                        call_function(run, one, UNKNOWN_ARGUMENTS, node, atom.path.startswith(ROUTERS))
                if not is_transparent(atom.path):
                    run.engine.opaque.setdefault(code, atom.path.replace("()", ""))
            result = result | value
        elif isinstance(atom, (Function, Class, Partial)):
            made = call_callables(run, frozenset({atom}), Arguments([(value, None)]), node)
            useful = any(isinstance(one, (Function, Class, Instance, Partial, External, Method)) for one in made)
            result = result | (made if useful or not made else value)
        elif isinstance(atom, Instance):
            made = run.call(frozenset({atom}), Arguments([(value, None)]), node)
            result = result | (made if any(isinstance(one, Function) for one in made) else value)
        else:
            # ``@name.setter`` gives the property back; the setter runs at assignments.
            setter = isinstance(atom, Method) and isinstance(atom.receiver, Function)
            for one in ordered(value):
                if isinstance(one, Function):
                    call_function(run, one, UNKNOWN_ARGUMENTS, node, setter)
            if not setter:
                run.engine.opaque.setdefault(code, "a decorator that is not known")
            result = result | (frozenset({atom.receiver}) if isinstance(atom, Method) and setter else value)
    return result if decorator else frozenset()


def define_class(run: Run, node: ClassDefinition, block: Callable[[Run, tuple[Statement, ...]], bool]) -> None:
    """Follow a ``class``: its body runs with names of its own, which become the attributes of the class."""
    engine = run.engine
    code = engine.class_code(run.module, node)
    arguments = arguments_of(run, node.arguments)
    for base, _ in arguments.positional:
        engine.write(("bases", code), base)
    outer_env, outer_owner, outer_bound = run.env, run.owner, run.bound
    run.env, run.owner, run.bound = dict(outer_env), code, {}
    block(run, node.body)
    for name in run.bound:
        value = run.env.get(name)
        if name not in code.fields and value and not any(isinstance(atom, Function) for atom in value):
            code.fields.append(name)
        if value:
            engine.write(("attribute", code, name), value)
    run.env, run.owner, run.bound = outer_env, outer_owner, outer_bound
    run.makes_closures = True
    for decorator in node.decorators:
        evaluate(run, decorator)
    run.assign(node.name, frozenset({Class(code)}))
