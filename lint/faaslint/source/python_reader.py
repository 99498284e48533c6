"""Turns the parser's tree into typed syntax: statements. Recursion is bounded: the tree's depth is checked before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from tree_sitter import Node

from .python_expressions import ExpressionReader, field, inner_of
from .python_statements import (
    Assert,
    Assignment,
    Augmented,
    ClassDefinition,
    Declaration,
    Deferred,
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
from .python_syntax import (
    Display,
    Expression,
    Name,
    Several,
)


class Reader(ExpressionReader):
    """Reads one module's tree."""

    __slots__ = ()

    def module(self, root: Node) -> tuple[Statement, ...]:
        """Return the statements of a module."""
        return self._statements(root)

    # statements

    def _statements(self, block: Node | None) -> tuple[Statement, ...]:
        if block is None:
            return ()
        table = _statement_table()
        found: list[Statement] = []
        for node in block.named_children:
            read = table.get(node.type)
            if read is not None:
                statement = read(self, node)
                if statement is not None:
                    found.append(statement)
            elif node.type == "block" or node.is_error:
                found += self._statements(node)
        return tuple(found)

    def _expression_statement(self, node: Node) -> Statement | None:
        inner = [child for child in node.named_children if child.type != "comment"]
        if len(inner) == 1:
            child = inner[0]
            if child.type == "assignment":
                return self._assignment(child)
            if child.type == "augmented_assignment":
                left, right, operator = field(child, "left"), field(child, "right"), field(child, "operator")
                symbol = self._text(operator)[:-1] if operator is not None else ""
                return Augmented(node.start_byte, node.end_byte, self._expression(left), symbol, self._expression(right))
            return Evaluate(node.start_byte, node.end_byte, self._expression(child))
        elements = tuple(self._expression(child) for child in inner)
        return Evaluate(node.start_byte, node.end_byte, Several(node.start_byte, node.end_byte, elements))

    def _assignment(self, node: Node) -> Statement | None:
        targets = []
        current: Node | None = node
        while current is not None and current.type == "assignment":
            targets.append(self._expression(field(current, "left")))
            current = field(current, "right")
        if current is None:
            return Declaration(node.start_byte, node.end_byte, targets[0]) if targets else None
        return Assignment(node.start_byte, node.end_byte, tuple(targets), self._expression(current))

    def _return(self, node: Node) -> Statement:
        inner = inner_of(node)
        return Return(node.start_byte, node.end_byte, self._expression(inner[0]) if inner else None)

    def _raise(self, node: Node) -> Statement:
        return Raise(node.start_byte, node.end_byte, tuple(self._expression(child) for child in inner_of(node)))

    def _assert(self, node: Node) -> Statement:
        return Assert(node.start_byte, node.end_byte, tuple(self._expression(child) for child in inner_of(node)))

    def _delete(self, node: Node) -> Statement:
        targets: list[Expression] = []
        for child in inner_of(node):
            inner = inner_of(child) if child.type == "expression_list" else [child]
            targets += (self._expression(one) for one in inner)
        return Delete(node.start_byte, node.end_byte, tuple(targets))

    def _leave(self, node: Node) -> Statement:
        return Leave(node.start_byte, node.end_byte)

    def _scope(self, node: Node) -> Statement:
        kind = "global" if node.type == "global_statement" else "nonlocal"
        return Scope(node.start_byte, node.end_byte, kind, tuple(self._text(child) for child in inner_of(node)))

    def _if(self, node: Node) -> Statement:
        branches: list[tuple[Expression | None, tuple[Statement, ...]]] = [
            (self._expression(field(node, "condition")), self._statements(field(node, "consequence")))
        ]
        for child in node.children_by_field_name("alternative"):
            if child.type == "elif_clause":
                test = self._expression(field(child, "condition"))
                branches.append((test, self._statements(field(child, "consequence"))))
            else:
                branches.append((None, self._statements(field(child, "body"))))
        return If(node.start_byte, node.end_byte, tuple(branches))

    def _otherwise(self, node: Node) -> tuple[Statement, ...]:
        clause = field(node, "alternative")
        return self._statements(field(clause, "body")) if clause is not None else ()

    def _for(self, node: Node) -> Statement:
        return For(
            node.start_byte,
            node.end_byte,
            self._expression(field(node, "left")),
            self._expression(field(node, "right")),
            self._statements(field(node, "body")),
            self._otherwise(node),
        )

    def _while(self, node: Node) -> Statement:
        test = self._expression(field(node, "condition"))
        return While(node.start_byte, node.end_byte, test, self._statements(field(node, "body")), self._otherwise(node))

    def _with(self, node: Node) -> Statement:
        items: list[tuple[Expression, Expression | None]] = []
        for clause in node.named_children:
            if clause.type != "with_clause":
                continue
            for item in clause.named_children:
                if item.type != "with_item":
                    continue
                value = field(item, "value")
                elements = [value] if value is None or value.type != "tuple" else inner_of(value)
                # Parenthesised items are read as one tuple by the grammar.
                for element in (
                    elements if any(one is not None and one.type == "as_pattern" for one in elements) else [value]
                ):
                    items.append(self._with_item(element))
        return With(node.start_byte, node.end_byte, tuple(items), self._statements(field(node, "body")))

    def _with_item(self, value: Node | None) -> tuple[Expression, Expression | None]:
        if value is not None and value.type == "as_pattern":
            inner = inner_of(value)
            target = field(value, "alias")
            names = inner_of(target) if target is not None else []
            return self._expression(inner[0] if inner else None), self._expression(names[0]) if names else None
        return self._expression(value), None

    def _try(self, node: Node) -> Statement:
        handlers: list[Except] = []
        otherwise: tuple[Statement, ...] = ()
        final: tuple[Statement, ...] = ()
        for child in node.named_children:
            if child.type in ("except_clause", "except_group_clause"):
                handlers.append(self._except(child))
            elif child.type == "else_clause":
                otherwise = self._statements(field(child, "body"))
            elif child.type == "finally_clause":
                final = self._statements(next((one for one in child.named_children if one.type == "block"), None))
        body = self._statements(field(node, "body"))
        return Try(node.start_byte, node.end_byte, body, tuple(handlers), otherwise, final)

    def _except(self, node: Node) -> Except:
        inner = inner_of(node)
        block = next((one for one in inner if one.type == "block"), None)
        values = [one for one in inner if one.type != "block"]
        kind: Expression | None = None
        name = ""
        if values and values[0].type == "as_pattern":
            value, target = self._with_item(values[0])
            kind = value
            name = target.name if isinstance(target, Name) else ""
        elif len(values) > 1:
            elements = tuple(self._expression(one) for one in values)
            kind = Display(node.start_byte, node.end_byte, "tuple", elements)
        elif values:
            kind = self._expression(values[0])
        return Except(node.start_byte, node.end_byte, kind, name, self._statements(block))

    def _match(self, node: Node) -> Statement:
        cases: list[tuple[tuple[str, ...], Expression | None, tuple[Statement, ...]]] = []
        body = field(node, "body")
        for case in body.named_children if body is not None else ():
            if case.type != "case_clause":
                continue
            names: list[str] = []
            guard: Expression | None = None
            for child in case.named_children:
                if child.type == "case_pattern":
                    names += self._identifiers(child)
                elif child.type == "if_clause":
                    inner = inner_of(child)
                    guard = self._expression(inner[0]) if inner else None
            cases.append((tuple(names), guard, self._statements(field(case, "consequence"))))
        return Match(node.start_byte, node.end_byte, self._expression(field(node, "subject")), tuple(cases))

    def _identifiers(self, node: Node) -> Iterator[str]:
        pending = [node]
        while pending:
            current = pending.pop()
            if current.type == "identifier":
                yield self._text(current)
            pending += current.named_children

    def _import(self, node: Node) -> Statement:
        return Import(node.start_byte, node.end_byte, tuple(self._imported(node.named_children)))

    def _imported(self, nodes: list[Node]) -> Iterator[tuple[str, str]]:
        for name in nodes:
            if name.type == "aliased_import":
                path, alias = field(name, "name"), field(name, "alias")
                if path is not None and alias is not None:
                    yield self._dotted(path), self._text(alias)
            elif name.type == "dotted_name":
                yield self._dotted(name), ""

    def _dotted(self, node: Node) -> str:
        return "".join(self._text(node).split())

    def _import_from(self, node: Node) -> Statement | None:
        module = field(node, "module_name")
        if module is None:
            return None
        text = self._dotted(module)
        path = text.lstrip(".")
        names: tuple[tuple[str, str], ...] | None = tuple(self._imported(node.named_children[1:]))
        if any(child.type == "wildcard_import" for child in node.named_children):
            names = None
        return ImportFrom(node.start_byte, node.end_byte, len(text) - len(path), path, names)

    def _decorated(self, node: Node) -> Statement | None:
        definition = field(node, "definition")
        decorators = []
        for child in node.named_children:
            if child.type == "decorator":
                inner = inner_of(child)
                if inner:
                    decorators.append(self._expression(inner[0]))
        if definition is None:
            return None
        if definition.type == "class_definition":
            return self._class(definition, tuple(decorators))
        return self._function(definition, tuple(decorators))

    def _function(self, node: Node, decorators: tuple[Expression, ...] = ()) -> Statement:
        name, body = field(node, "name"), field(node, "body")
        return FunctionDefinition(
            node.start_byte,
            node.end_byte,
            self._text(name) if name is not None else "",
            name.start_byte if name is not None else node.start_byte,
            self._parameters(field(node, "parameters")),
            decorators,
            bool(node.children) and node.children[0].type == "async",
            Deferred(lambda: self._statements(body)),
        )

    def _class(self, node: Node, decorators: tuple[Expression, ...] = ()) -> Statement:
        name = field(node, "name")
        return ClassDefinition(
            node.start_byte,
            node.end_byte,
            self._text(name) if name is not None else "",
            name.start_byte if name is not None else node.start_byte,
            self._arguments(field(node, "superclasses")),
            decorators,
            self._statements(field(node, "body")),
        )


@cache
def _statement_table() -> dict[str, Callable[[Reader, Node], Statement | None]]:
    # Reader's methods are private to this module, and this table is a part of it.
    return {
        "expression_statement": Reader._expression_statement,
        "return_statement": Reader._return,
        "raise_statement": Reader._raise,
        "assert_statement": Reader._assert,
        "delete_statement": Reader._delete,
        "break_statement": Reader._leave,
        "continue_statement": Reader._leave,
        "global_statement": Reader._scope,
        "nonlocal_statement": Reader._scope,
        "if_statement": Reader._if,
        "for_statement": Reader._for,
        "while_statement": Reader._while,
        "with_statement": Reader._with,
        "try_statement": Reader._try,
        "match_statement": Reader._match,
        "import_statement": Reader._import,
        "import_from_statement": Reader._import_from,
        "function_definition": Reader._function,
        "class_definition": Reader._class,
        "decorated_definition": Reader._decorated,
    }
