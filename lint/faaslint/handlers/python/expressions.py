"""What an expression may be, and what evaluating it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ...source.python_syntax import (
    Argument,
    Attribute,
    Await,
    Bound,
    Call,
    Comparison,
    Comprehension,
    Conditional,
    Display,
    Either,
    Entries,
    Expression,
    Lambda,
    Literal,
    Name,
    Operation,
    Several,
    Star,
    Subscript,
    Template,
    Yield,
)
from .attributes import attribute_of, store
from .calls import call
from .data import item_of_data, stored
from .domain import (
    CONDITION,
    NOTHING,
    OTHER,
    PENDING,
    Abstract,
    Class,
    Data,
    External,
    FromEnvironment,
    Function,
    Holder,
    Method,
    Nothing,
    Text,
    bounded,
    each,
    join,
    text,
    texts_of,
)
from .environment import ENVIRON, read_subscript
from .iteration import iterate
from .operators import formatted, sum_of
from .run import Arguments, Run
from .storing import lost, part_of, store_item
from .values import elements_of, joined_text, key_of, keys_of, path_of, put, take


def evaluate(run: Run, node: Expression) -> Abstract:
    """Return what an expression may be. Two stack frames a level: depth is bounded by the reader."""
    run.engine.count()
    return _TABLE[type(node)](run, node)


def assign(run: Run, target: Expression, value: Abstract) -> None:
    """Bind a target of an assignment, a loop or a ``with``."""
    if isinstance(target, Name):
        run.assign(target.name, value)
    elif isinstance(target, Display):
        for index, element in enumerate(target.elements):
            if isinstance(element, Star):
                assign(run, element.value, OTHER)
            else:
                assign(run, element, part_of(run, value, index))
    elif isinstance(target, Attribute):
        if not store(run, evaluate(run, target.value), target.name, value):
            lost(run, value, target)
    elif isinstance(target, Subscript):
        store_item(run, target, evaluate(run, target.value), evaluate(run, target.index), value)
    elif isinstance(target, Several):
        for child in target.children:
            assign(run, child, OTHER)


def arguments_of(run: Run, nodes: tuple[Argument, ...]) -> Arguments:
    """Evaluate the arguments of a call."""
    arguments = Arguments()
    for node in nodes:
        value = evaluate(run, node.value)
        if node.stars == 1:
            _spread(run, arguments, value, node.value)
        elif node.stars == 2:
            _spread_named(run, arguments, value, node.value)
        elif node.name:
            arguments.named[node.name] = (value, node.value)
        else:
            arguments.positional.append((value, node.value))
    return arguments


def _spread(run: Run, arguments: Arguments, value: Abstract, node: Expression) -> None:
    if len(value) == 1:
        (atom,) = value
        if isinstance(atom, Holder) and atom.kind != "dict":
            keys = keys_of(run, atom)
            if "*" not in keys:
                arguments.positional += ((take(run, atom, f"#{index}"), node) for index in range(len(keys)))
                return
            arguments.positional.append((take(run, atom, "*"), node))
    arguments.open_positional = True


def _spread_named(run: Run, arguments: Arguments, value: Abstract, node: Expression) -> None:
    holders = [atom for atom in each(value) if isinstance(atom, Holder) and atom.kind == "dict"]
    if len(holders) < len(value):
        arguments.open_named = True
        if ENVIRON in value:
            run.hidden_read("all environment variables are read at once", node)
    keys = [keys_of(run, holder) for holder in holders]
    for key in dict.fromkeys(key for one in keys for key in one):
        if not key.startswith("'"):
            arguments.open_named = True
            continue
        # Of several dictionaries each may be the one that is meant, and it may lack what another has.
        parts = [take(run, holder, key) if key in own else OTHER for holder, own in zip(holders, keys, strict=True)]
        arguments.named.setdefault(key[1:], (join(*parts), node))


def _name(run: Run, node: Name) -> Abstract:
    return run.lookup(node.name)


def _literal(run: Run, node: Literal) -> Abstract:
    if node.other:
        return OTHER
    if node.value is None:
        return NOTHING
    return text(node.value)


def _template(run: Run, node: Template) -> Abstract:
    return joined_text(run, [text(part) if isinstance(part, str) else evaluate(run, part) for part in node.parts])


def _attribute(run: Run, node: Attribute) -> Abstract:
    return attribute_of(run, evaluate(run, node.value), node.name, node)


def _subscript(run: Run, node: Subscript) -> Abstract:
    return _item(run, evaluate(run, node.value), evaluate(run, node.index), node)


def _item(run: Run, receiver: Abstract, index: Abstract, node: Subscript) -> Abstract:
    run.fails_on_none(receiver, node)
    found: Abstract = frozenset()
    for atom in each(receiver):
        if isinstance(atom, Holder):
            part = elements_of(run, receiver) if isinstance(node.index, Several) else take(run, atom, key_of(index))
        elif isinstance(atom, Data):
            part = item_of_data(run, atom, index, node)
        elif atom == ENVIRON:
            part = read_subscript(run, index, node)
        elif isinstance(atom, External) and atom.path in ("builtins.globals()", "builtins.vars()", "sys.modules"):
            names = texts_of(index)
            if names is None:
                run.records.dynamic_modules.setdefault(run.module.path, run.span(node))
                part = OTHER
            else:
                part = join(*(run.lookup(name) for name in names))
        else:
            part = OTHER
        found = found | part
    return bounded(found) if receiver else PENDING


def _call(run: Run, node: Call) -> Abstract:
    function = evaluate(run, node.function)
    return call(run, function, arguments_of(run, node.arguments), node)


def _operation(run: Run, node: Operation) -> Abstract:
    operands: list[Abstract] = []
    for operand in node.operands:  # no comprehension: it would be a stack frame more for each level
        operands.append(evaluate(run, operand))
    if len(operands) == 1:
        if node.operator == "not":
            return CONDITION if run.tests(operands[0]) else OTHER
        return OTHER
    if node.operator == "/" and any(isinstance(atom, Text) and atom.kind == "path" for atom in operands[0]):
        return path_of(run, operands)
    if node.operator == "+":
        return sum_of(run, node, operands)
    if node.operator == "%" and len(operands) == 2:
        pattern = texts_of(operands[0])
        if pattern is not None and len(pattern) == 1:
            return formatted(run, pattern[0], operands[1])
    return OTHER


def _either(run: Run, node: Either) -> Abstract:
    values: list[Abstract] = []
    for operand in node.operands:
        values.append(evaluate(run, operand))
    depends = [run.tests(value) for value in values[:-1]]
    if node.operator == "or":
        for value in values[:-1]:
            mark_defaults(run, value)
        # ``os.environ.get("X") or "default"`` is still the variable, where it is defined.
        if any(isinstance(atom, FromEnvironment) for atom in values[0]):
            return frozenset(FromEnvironment(atom.name) if isinstance(atom, FromEnvironment) else atom for atom in values[0])
        kept = [frozenset(atom for atom in value if not isinstance(atom, Nothing)) for value in values[:-1]]
        return join(*kept, values[-1])
    return join(*values, CONDITION) if any(depends) else join(*values)


def mark_defaults(run: Run, value: Abstract) -> None:
    """Note that a read of a variable has a value to fall back on."""
    for atom in each(value):
        if isinstance(atom, FromEnvironment) and atom.read is not None and atom.read[0] == run.module.path:
            record = run.records.reads.get((atom.read[1], atom.name))
            if record is not None:
                record.has_default = True


def _comparison(run: Run, node: Comparison) -> Abstract:
    values: list[Abstract] = []
    for operand in node.operands:
        values.append(evaluate(run, operand))
    depends = False
    for index, operator in enumerate(node.operators):
        if index + 1 >= len(values):
            break
        left, right = values[index], values[index + 1]
        if operator in ("in", "not in"):
            if ENVIRON in right:
                depends = True
                run.records.tested.update(
                    atom.value for atom in left if isinstance(atom, Text) and isinstance(atom.value, str)
                )
            elif any(isinstance(atom, Method) for atom in right):
                run.tests(left)
            for atom in right:
                if isinstance(atom, Data):
                    stored(run, atom, left)
        depends = run.tests(left) or depends
        depends = run.tests(right) or depends
    return CONDITION if depends else OTHER


def _conditional(run: Run, node: Conditional) -> Abstract:
    depends = run.tests(evaluate(run, node.test))
    run.protected += depends
    run.branches += 1
    result = join(evaluate(run, node.then), evaluate(run, node.otherwise))
    run.branches -= 1
    run.protected -= depends
    return result


def _display(run: Run, node: Display) -> Abstract:
    holder = Holder(node.kind, (run.frame.number, node.start))
    index: int | None = 0
    for element in node.elements:
        if isinstance(element, Star):
            put(run, holder, "*", elements_of(run, evaluate(run, element.value)))
            index = None
        else:
            put(run, holder, f"#{index}" if index is not None else "*", evaluate(run, element))
            index = index + 1 if index is not None else None
    return frozenset({holder})


def _entries(run: Run, node: Entries) -> Abstract:
    holder = Holder("dict", (run.frame.number, node.start))
    for key, value in node.entries:
        if key is not None:
            written = evaluate(run, key)
            put(run, holder, key_of(written), evaluate(run, value))
            if any(isinstance(atom, (Class, Function)) for atom in written):
                run.need("functions or classes are the keys of a dictionary, where they are not followed", node)
            continue
        spread = Arguments()
        _spread_named(run, spread, evaluate(run, value), value)
        for name, (content, _) in spread.named.items():
            put(run, holder, "'" + name, content)
        if spread.open_named:
            put(run, holder, "*", OTHER)
    return frozenset({holder})


def _comprehension(run: Run, node: Comprehension) -> Abstract:
    outer, bound = run.env, run.bound
    run.env, run.bound = dict(outer), None
    for target, source in node.clauses:
        value = evaluate(run, source)
        if target is None:
            run.tests(value)
        else:
            assign(run, target, iterate(run, value, source))
    results = [evaluate(run, result) for result in node.results]
    run.env, run.bound = outer, bound
    if node.kind == "dict":
        holder = Holder("dict", (run.frame.number, node.start))
        put(run, holder, key_of(results[0]), results[1])
    else:
        holder = Holder(node.kind, (run.frame.number, node.start))
        put(run, holder, "*", results[0])
    return frozenset({holder})


def _star(run: Run, node: Star) -> Abstract:
    return evaluate(run, node.value)


def _await(run: Run, node: Await) -> Abstract:
    return evaluate(run, node.value)


def _yield(run: Run, node: Yield) -> Abstract:
    run.records.yields = True
    if node.value is None:
        run.yielded = join(run.yielded, NOTHING)
        return OTHER
    value = evaluate(run, node.value)
    run.yielded = join(run.yielded, elements_of(run, value) if node.delegates else value)
    return OTHER


def _bound(run: Run, node: Bound) -> Abstract:
    value = evaluate(run, node.value)
    run.assign(node.name.name, value)
    return value


def _several(run: Run, node: Several) -> Abstract:
    for child in node.children:
        evaluate(run, child)
    return OTHER


def _lambda(run: Run, node: Lambda) -> Abstract:
    code = run.engine.function_code(run.module, node, None)
    run.makes_closures = True
    for parameter in node.parameters:
        if parameter.default is not None:
            run.engine.write(("default", code, parameter.name), evaluate(run, parameter.default))
    return frozenset({Function(code, run.frame.number + 1 if run.frame.code is not None else 0)})


_TABLE: Final[dict[type, Callable[[Run, Any], Abstract]]] = {
    Name: _name,
    Literal: _literal,
    Template: _template,
    Attribute: _attribute,
    Subscript: _subscript,
    Call: _call,
    Operation: _operation,
    Either: _either,
    Comparison: _comparison,
    Conditional: _conditional,
    Display: _display,
    Entries: _entries,
    Comprehension: _comprehension,
    Star: _star,
    Await: _await,
    Yield: _yield,
    Bound: _bound,
    Several: _several,
    Lambda: _lambda,
}
