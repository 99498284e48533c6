"""Following the statements of a frame, in order; every branch is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ...source.python_statements import (
    Assert,
    Assignment,
    Augmented,
    ClassDefinition,
    Declaration,
    Delete,
    Evaluate,
    Except,
    For,
    FunctionDefinition,
    If,
    Import,
    ImportFrom,
    Leave,
    Match,
    Raise,
    Return,
    Scope,
    Statement,
    Try,
    While,
    With,
)
from ...source.python_syntax import Attribute, Call, Lambda, Literal, Name, Subscript, Syntax
from .attributes import member
from .augmented import follow_augmented
from .calls import call
from .conditions import asks_for_version, catches, is_dead, suppresses
from .definitions import define_class, define_function
from .domain import (
    ERROR,
    NOTHING,
    OTHER,
    PENDING,
    Abstract,
    Atom,
    BatchWriter,
    External,
    Holder,
    Instance,
    Text,
    bounded,
    each,
    join,
)
from .engine import Engine, Frame
from .excepts import REFUSALS, is_broad
from .expressions import assign, evaluate
from .functions import seen_by_caller
from .guards import required_after, required_by
from .imports import import_from, import_names, names_found
from .iteration import iterate
from .records import ReturnRecord
from .run import Arguments, Run
from .values import put

_LOOPS: Final = 3
"""How many loops may stand in each other for their bodies to be followed twice."""

_ENDS: Final = frozenset({"sys.exit", "os._exit", "builtins.exit", "builtins.quit"})


def follow(engine: Engine, frame: Frame) -> None:
    """Follow one frame: the body of a module or function."""
    source = frame.module.source
    if source is None:
        return
    run = Run(engine, frame, source, call)
    code = frame.code
    if code is None:
        run.env["__name__"] = frozenset({Text(frame.module.name, "str")})
        block(run, source.body)
        for name, value in run.env.items():
            engine.write(("global", frame.module.path, name), value)
        return
    definition = code.definition
    if isinstance(definition, Lambda):
        run.result = evaluate(run, definition.value)
    elif not block(run, definition.body):
        run.result = run.result | NOTHING
        place = run.source.span_of(definition.name_start, definition.name_start + len(definition.name.encode()))
        run.records.returns[-1] = ReturnRecord(place, NOTHING, implicit=True)
    if run.makes_closures:
        for name, value in run.env.items():
            engine.write(("local", frame.number + 1, name), value)
    result = run.result
    if run.yielded:
        if "context" in code.kinds:
            result = run.yielded
        else:
            holder = Holder("generator", (frame.number, -1))
            put(run, holder, "*", run.yielded)
            result = frozenset({holder})
    engine.write(("result", frame.number), bounded(result))


def block(run: Run, body: tuple[Statement, ...]) -> bool:
    """Follow statements; return whether the end of the block can't be reached."""
    given, ended = run.given, False
    for statement in body:
        ended = ended or _TABLE[type(statement)](run, statement)
    run.given = given
    return ended


def _assignment(run: Run, node: Assignment) -> bool:
    value = evaluate(run, node.value)
    for target in node.targets:
        assign(run, target, value)
    return False


def _declaration(run: Run, node: Declaration) -> bool:
    if run.owner is not None and isinstance(node.target, Name) and node.target.name not in run.owner.fields:
        run.owner.fields.append(node.target.name)
    return False


def _evaluate(run: Run, node: Evaluate) -> bool:
    value = node.value
    evaluate(run, value)
    if isinstance(value, Call) and isinstance(value.function, (Name, Attribute)):
        if isinstance(value.function, Name) and value.function.name not in ("exit", "quit"):
            found = run.env.get(value.function.name)
        elif isinstance(value.function, Attribute) and value.function.name not in ("exit", "_exit"):
            return False
        else:
            found = evaluate(run, value.function)
        return bool(found) and all(isinstance(atom, External) and atom.path in _ENDS for atom in found or ())
    return False


def _return(run: Run, node: Return) -> bool:
    value = evaluate(run, node.value) if node.value is not None else NOTHING
    run.result = join(run.result, value)
    called = node.value.function if isinstance(node.value, Call) else None
    seen = seen_by_caller(run, node, evaluate(run, called), value) if isinstance(called, (Name, Attribute)) else value
    run.records.returns[node.start] = ReturnRecord(run.source.first_line(node), seen, caught=run.caught > 0)
    return True


def _raise(run: Run, node: Raise) -> bool:
    for value in node.values:
        evaluate(run, value)
    return True


def _assert(run: Run, node: Assert) -> bool:
    for value in node.values:
        run.tests(evaluate(run, value))
    return False


def _delete(run: Run, node: Delete) -> bool:
    for target in node.targets:
        if isinstance(target, Name):
            run.env.pop(target.name, None)
        elif isinstance(target, Subscript):
            evaluate(run, target.value)
            evaluate(run, target.index)
    return False


def _scope(run: Run, node: Scope) -> bool:
    (run.globals if node.kind == "global" else run.nonlocals).update(node.names)
    return False


def _leave(run: Run, node: Leave) -> bool:
    if run.exits:
        run.exits[-1].append(dict(run.env))
    return True


def _if(run: Run, node: If) -> bool:
    ends: list[dict[str, Abstract]] = []
    has_else = False
    start = run.env
    depends = 0
    versioned = False
    for test, body in node.branches:
        if test is None:
            has_else = True
        else:
            run.env = start
            if is_dead(test):
                continue
            depends = depends or int(run.tests(evaluate(run, test)))
            versioned = versioned or asks_for_version(test)
            start = run.env
        run.env = dict(start)
        # What stands under a test of the environment is meant for some deployments only.
        run.protected += depends
        run.tries += versioned
        run.branches += 1
        given = run.given
        run.given = given | required_by(run, test)
        if block(run, body):
            run.left = True
        else:
            ends.append(run.env)
        run.given = given
        run.branches -= 1
        run.tries -= versioned
        run.protected -= depends
        if isinstance(test, Literal) and test.value is True:
            has_else = True
            break
    if not has_else:
        ends.append(start)
    if not ends:
        run.env = start
        return True
    run.merge(ends)
    run.given |= required_after(run, node) if len(ends) == 1 else frozenset()
    return False


def _loop(run: Run, body: tuple[Statement, ...], otherwise: tuple[Statement, ...], bind: Callable[[], object]) -> None:
    before = run.env
    run.loops += 1
    for _ in range(2 if run.loops <= _LOOPS else 1):
        start = run.env
        run.env = dict(start)
        bind()
        exits: list[dict[str, Abstract]] = []
        run.exits.append(exits)
        ended = block(run, body)
        run.exits.pop()
        run.merge([start, *exits] if ended else [start, *exits, run.env])
        if all(run.env.get(name) == value for name, value in start.items()) and len(run.env) == len(start):
            break
    run.loops -= 1
    if otherwise:
        block(run, otherwise)
    run.merge([run.env, before])


def _for(run: Run, node: For) -> bool:
    elements = iterate(run, evaluate(run, node.source), node.source)
    _loop(run, node.body, node.otherwise, lambda: assign(run, node.target, elements))
    return False


def _while(run: Run, node: While) -> bool:
    if is_dead(node.test):
        return False
    _loop(run, node.body, node.otherwise, lambda: run.tests(evaluate(run, node.test)))
    return False


def _with(run: Run, node: With) -> bool:
    suppressing = 0
    for value_node, target in node.items:
        value = evaluate(run, value_node)
        if isinstance(value_node, Call) and suppresses(value_node):
            suppressing += 1
        if target is not None:
            assign(run, target, _entered(run, value, value_node))
        else:
            _entered(run, value, value_node)
    run.protected += suppressing
    ended = block(run, node.body)
    run.protected -= suppressing
    return ended and not suppressing


def _entered(run: Run, value: Abstract, node: Syntax) -> Abstract:
    """Return what ``with value as x`` binds."""
    found: set[Atom] = set()
    for atom in each(value):
        if isinstance(atom, Instance):
            found |= run.call(member(run, atom, "__enter__", node), Arguments(), node) or frozenset({atom})
            run.call(member(run, atom, "__exit__", node), Arguments(open_positional=True), node)
        elif isinstance(atom, BatchWriter):
            found.add(atom)
        else:
            found.add(atom)
    return bounded(frozenset(found)) if value else PENDING


def _try(run: Run, node: Try) -> bool:
    protects = any(catches(handler.kind) for handler in node.handlers)
    start = dict(run.env)
    run.protected += protects
    run.tries += bool(node.handlers)
    ended = block(run, node.body)
    run.tries -= bool(node.handlers)
    run.protected -= protects
    after = run.env
    ends: list[dict[str, Abstract]] = []
    if not ended:
        if node.otherwise:
            ended = block(run, node.otherwise)
        if not ended:
            ends.append(run.env)
    run.merge([start, after])
    broken = run.env
    elsewhere, run.elsewhere = run.elsewhere, run.elsewhere | names_found(run, node.body)
    for handler in node.handlers:
        run.env = dict(broken)
        # What fails in a handler fails only after something else did.
        run.tries += 1
        if not _except(run, handler):
            ends.append(run.env)
        run.tries -= 1
    run.elsewhere = elsewhere
    run.env = broken
    if ends:
        run.merge(ends)
    if node.final and block(run, node.final):
        return True
    return not ends


def _except(run: Run, handler: Except) -> bool:
    if handler.kind is not None:
        evaluate(run, handler.kind)
    run.records.catches = run.records.catches or is_broad(handler.kind)
    run.records.catches_refusals = run.records.catches_refusals or is_broad(handler.kind, REFUSALS)
    if handler.name:
        run.assign(handler.name, ERROR if is_broad(handler.kind) else OTHER)
    run.branches += 1
    run.caught += 1
    ended = block(run, handler.body)
    run.caught -= 1
    run.branches -= 1
    return ended


def _match(run: Run, node: Match) -> bool:
    run.tests(evaluate(run, node.subject))
    run.branches += 1
    start = run.env
    ends = [start]
    for names, guard, body in node.cases:
        run.env = dict(start)
        for name in names:
            if name not in start:
                run.assign(name, OTHER)
        if guard is not None:
            run.tests(evaluate(run, guard))
        if not block(run, body):
            ends.append(run.env)
    run.merge(ends)
    run.branches -= 1
    return False


def _import(run: Run, node: Import) -> bool:
    import_names(run, node)
    return False


def _import_from(run: Run, node: ImportFrom) -> bool:
    import_from(run, node)
    return False


def _function(run: Run, node: FunctionDefinition) -> bool:
    define_function(run, node)
    return False


def _class(run: Run, node: ClassDefinition) -> bool:
    define_class(run, node, block)
    return False


_TABLE: Final[dict[type, Callable[[Run, Any], bool]]] = {
    Assignment: _assignment,
    Declaration: _declaration,
    Augmented: follow_augmented,
    Evaluate: _evaluate,
    Return: _return,
    Raise: _raise,
    Assert: _assert,
    Delete: _delete,
    Scope: _scope,
    Leave: _leave,
    If: _if,
    For: _for,
    While: _while,
    With: _with,
    Try: _try,
    Match: _match,
    Import: _import,
    ImportFrom: _import_from,
    FunctionDefinition: _function,
    ClassDefinition: _class,
}
