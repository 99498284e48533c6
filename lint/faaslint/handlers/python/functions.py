"""Calls of what the package defines: functions, classes, objects with ``__call__``."""

from __future__ import annotations

from typing import Final

from ...source.python_statements import FunctionDefinition
from ...source.python_syntax import Call, Expression, Syntax
from .attributes import inherits_external, lineage, member, store
from .domain import (
    OTHER,
    PENDING,
    Abstract,
    Atom,
    Class,
    Function,
    FunctionCode,
    Holder,
    Instance,
    Method,
    Other,
    Partial,
    bounded,
    ordered,
)
from .run import Arguments, Run
from .values import any_sdk, everything_in, put

INSTANCES: Final = 24
"""How many objects of one class are told apart."""

UNKNOWN_ARGUMENTS: Final = Arguments(open_positional=True, open_named=True)


def call_span_node(node: Syntax) -> Syntax:
    """Return the part of a call that names what is called: the whole call may have many lines."""
    return node.function if isinstance(node, Call) else node


def call_function(run: Run, function: Function, arguments: Arguments, node: Syntax, certain: bool = True) -> Abstract:
    """Return what a function of the package may return, and have it followed with these arguments."""
    engine = run.engine
    if engine.frozen:
        return OTHER
    bound = _bind(run, function, arguments, node)
    if bound is None:
        return PENDING
    frame = engine.function_frame(function.code, function.scope, bound)
    engine.step(
        run.frame,
        frame,
        node.start,
        run.span(call_span_node(node)),
        certain,
        run.protected > 0,
        run.branches == 0,
        run.left,
        run.given,
    )
    cell = ("result", frame.number)
    result = engine.read(cell, run.frame)
    if not result:
        engine.block(cell)
    return result


def seen_by_caller(run: Run, node: Syntax, called: Abstract, value: Abstract) -> Abstract:
    """Return a returned value as the caller gets it: a coroutine where async functions of the package are only called.

    The value itself goes on as what the coroutine gives, wherever it is awaited.
    """
    inside = run.frame.code
    if not called or (inside is not None and _is_async(inside)):
        return value
    if all(isinstance(atom, Function) and _is_async(atom.code) for atom in called):
        return frozenset({Holder("coroutine", (run.frame.number, node.start))})
    return value


def _is_async(code: FunctionCode) -> bool:
    definition = code.definition
    return isinstance(definition, FunctionDefinition) and definition.is_async and not definition.decorators


def _bind(run: Run, function: Function, arguments: Arguments, node: Syntax) -> dict[str, Abstract] | None:
    """Return the value of each parameter, None where an argument is not known yet."""
    engine = run.engine
    positional: list[tuple[Abstract, Expression | None]] = list(arguments.positional)
    if function.receiver is not None:
        positional.insert(0, (frozenset({function.receiver}), None))
    named = dict(arguments.named)
    bound: dict[str, Abstract] = {}
    for parameter in function.code.definition.parameters:
        name = parameter.name
        value: Abstract
        if parameter.stars:
            holder = Holder("tuple" if parameter.stars == 1 else "dict", (run.frame.number, node.start))
            if parameter.stars == 1:
                for index, (one, _) in enumerate(positional):
                    put(run, holder, f"#{index}", one)
                positional = []
                if arguments.open_positional:
                    put(run, holder, "*", OTHER)
            else:
                for key, (one, _) in named.items():
                    put(run, holder, "'" + key, one)
                named = {}
                if arguments.open_named:
                    put(run, holder, "*", OTHER)
            value = frozenset({holder})
        elif name in named:
            value = named.pop(name)[0]
        elif positional and not parameter.keyword_only:
            value = positional.pop(0)[0]
        else:
            value = engine.read(("default", function.code, name), run.frame) if parameter.default is not None else OTHER
            if arguments.open_named or (arguments.open_positional and not parameter.keyword_only):
                value = value | OTHER
            value = value or OTHER
        if not value:
            return None
        bound[name] = _plain(value)
    return bound


def _plain(value: Abstract) -> Abstract:
    """Return a value without what makes no difference to a callee, so that it is followed once for all of them."""
    if any(isinstance(atom, Method) and isinstance(atom.receiver, Other) for atom in value):
        value = (
            frozenset(atom for atom in value if not (isinstance(atom, Method) and isinstance(atom.receiver, Other))) | OTHER
        )
    return value


def instantiate(run: Run, kind: Class, arguments: Arguments, node: Syntax) -> Abstract:
    """Return the object that a class of the package makes; ``__init__`` is followed."""
    engine = run.engine
    code = kind.code
    sites = engine.instances.setdefault(code, set())
    site = (run.frame.number, node.start)
    if site not in sites:
        if len(sites) >= INSTANCES:
            site = (-1, -1)
        sites.add(site)
    made = Instance(code, site)
    run.records.made[code] = run.span(call_span_node(node))
    found = False
    for name in ("__new__", "__init__", "__post_init__"):
        for owner in lineage(run, code):
            method = engine.read(("attribute", owner, name), run.frame)
            functions = [atom for atom in ordered(method) if isinstance(atom, Function)]
            for atom in functions:
                found = found or name == "__init__"
                receiver: Atom = kind if name == "__new__" else made
                given = arguments if name != "__post_init__" else Arguments()
                call_function(run, Function(atom.code, atom.scope, receiver), given, node)
            if functions:
                break
    if not found:
        for name, (value, _) in arguments.named.items():
            store(run, frozenset({made}), name, value)
        if any(any_sdk(run, value) for value, _ in arguments.positional) and not _by_field(run, made, arguments):
            run.need("an SDK client is handed to a class whose fields are not followed", node)
    if "?" in inherits_external(run, code):
        return frozenset({made}) | OTHER
    return frozenset({made})


def _by_field(run: Run, made: Instance, arguments: Arguments) -> bool:
    """Store positional arguments under the names of the fields that the class body declares, as dataclasses do."""
    fields = made.code.fields
    if len(arguments.positional) > len(fields):
        return False
    for name, (value, _) in zip(fields, arguments.positional, strict=False):
        store(run, frozenset({made}), name, value)
    return True


def call_object(run: Run, made: Instance, arguments: Arguments, node: Syntax) -> Abstract:
    """Return what calling an object gives."""
    return call_callables(run, member(run, made, "__call__", node), arguments, node)


def call_callables(run: Run, value: Abstract, arguments: Arguments, node: Syntax, certain: bool = True) -> Abstract:
    """Return what calling functions, classes, objects and partials of the package gives; what else there is, is OTHER."""
    if not value:
        return PENDING
    found: set[Atom] = set()
    for atom in ordered(value) if len(value) > 1 else value:
        if isinstance(atom, Function):
            part = call_function(run, atom, arguments, node, certain)
        elif isinstance(atom, Class):
            part = instantiate(run, atom, arguments, node)
        elif isinstance(atom, Partial):
            part = run.call(frozenset({atom.target}), with_partial(atom, arguments), node)
        else:
            part = OTHER
        found |= part
    return bounded(frozenset(found))


def with_partial(partial: Partial, arguments: Arguments) -> Arguments:
    """Return the arguments of a call through ``functools.partial``."""
    named: dict[str, tuple[Abstract, Expression | None]] = {name: (value, None) for name, value in partial.named}
    named.update(arguments.named)
    return Arguments(
        [(value, None) for value in partial.positional] + arguments.positional,
        named,
        arguments.open_positional,
        arguments.open_named,
    )


def escape(run: Run, value: Abstract, certain: bool, node: Syntax) -> None:
    """Note that functions are handed to something that may call them, with arguments that are not known."""
    for atom in everything_in(run, value):
        if isinstance(atom, Function):
            call_function(run, atom, UNKNOWN_ARGUMENTS, node, certain)
        elif isinstance(atom, Partial):
            arguments = with_partial(atom, UNKNOWN_ARGUMENTS)
            if isinstance(atom.target, Function):
                call_function(run, atom.target, arguments, node, certain)
        elif isinstance(atom, Class) and certain:
            run.records.dynamic_classes.setdefault(atom.code, run.span(node))


def hands_over(run: Run, arguments: Arguments, receiver: str, node: Syntax) -> None:
    """Note that arguments go to code that is not followed: AWS may be called with the clients among them."""
    if any(any_sdk(run, value) for value in arguments.all()):
        run.need(f"an SDK client is passed to {receiver}, which is not followed", node)


def list_of(run: Run, elements: Abstract, node: Syntax, kind: str = "list") -> Abstract:
    """Return a new list that holds these elements."""
    holder = Holder(kind, (run.frame.number, node.start))
    put(run, holder, "*", elements)
    return frozenset({holder})


def tuple_of(run: Run, parts: list[Abstract], node: Syntax) -> Abstract:
    """Return a new tuple of these parts; it is told apart from a list made at the same place."""
    holder = Holder("tuple", (run.frame.number, node.start))
    for index, part in enumerate(parts):
        put(run, holder, f"#{index}", part)
    return frozenset({holder})
