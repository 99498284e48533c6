"""Turns the parser's tree into typed syntax. Recursion is bounded: the tree's depth is checked before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from tree_sitter import Node

from .python_syntax import (
    Argument,
    Assert,
    Assignment,
    Attribute,
    Augmented,
    Await,
    Bound,
    Call,
    ClassDefinition,
    Comparison,
    Comprehension,
    Conditional,
    Declaration,
    Delete,
    Display,
    Either,
    Entries,
    Evaluate,
    Except,
    Expression,
    For,
    FunctionDefinition,
    If,
    Import,
    ImportFrom,
    Lambda,
    Leave,
    Literal,
    Match,
    Name,
    Operation,
    Parameter,
    Raise,
    Return,
    Scope,
    Several,
    Star,
    Statement,
    Subscript,
    Template,
    Try,
    While,
    With,
    Yield,
    _Lazy,
)

_ESCAPES: Final = {
    "\\n": "\n", "\\t": "\t", "\\r": "\r", "\\\\": "\\", "\\'": "'", '\\"': '"', "\\\n": "", "\\a": "\a", "\\b": "\b",
    "\\f": "\f", "\\v": "\v", "\\0": "\0",
}  # fmt: skip
_KINDS: Final = {"list": "list", "tuple": "tuple", "set": "set", "expression_list": "tuple", "pattern_list": "tuple",
                 "tuple_pattern": "tuple", "list_pattern": "list"}  # fmt: skip
_COMPREHENSIONS: Final = {"list_comprehension": "list", "set_comprehension": "set", "dictionary_comprehension": "dict",
                          "generator_expression": "generator"}  # fmt: skip
_DIGITS: Final = 400


class Reader:
    """Reads one module's tree."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def module(self, root: Node) -> tuple[Statement, ...]:
        """Return the statements of a module."""
        return self._statements(root)

    def _text(self, node: Node) -> str:
        return self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")

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
                left, right, operator = _field(child, "left"), _field(child, "right"), _field(child, "operator")
                symbol = self._text(operator)[:-1] if operator is not None else ""
                return Augmented(node.start_byte, node.end_byte, self._expression(left), symbol, self._expression(right))
            return Evaluate(node.start_byte, node.end_byte, self._expression(child))
        elements = tuple(self._expression(child) for child in inner)
        return Evaluate(node.start_byte, node.end_byte, Several(node.start_byte, node.end_byte, elements))

    def _assignment(self, node: Node) -> Statement | None:
        targets = []
        current: Node | None = node
        while current is not None and current.type == "assignment":
            targets.append(self._expression(_field(current, "left")))
            current = _field(current, "right")
        if current is None:
            return Declaration(node.start_byte, node.end_byte, targets[0]) if targets else None
        return Assignment(node.start_byte, node.end_byte, tuple(targets), self._expression(current))

    def _return(self, node: Node) -> Statement:
        inner = _inner(node)
        return Return(node.start_byte, node.end_byte, self._expression(inner[0]) if inner else None)

    def _raise(self, node: Node) -> Statement:
        return Raise(node.start_byte, node.end_byte, tuple(self._expression(child) for child in _inner(node)))

    def _assert(self, node: Node) -> Statement:
        return Assert(node.start_byte, node.end_byte, tuple(self._expression(child) for child in _inner(node)))

    def _delete(self, node: Node) -> Statement:
        targets: list[Expression] = []
        for child in _inner(node):
            inner = _inner(child) if child.type == "expression_list" else [child]
            targets += (self._expression(one) for one in inner)
        return Delete(node.start_byte, node.end_byte, tuple(targets))

    def _leave(self, node: Node) -> Statement:
        return Leave(node.start_byte, node.end_byte)

    def _scope(self, node: Node) -> Statement:
        kind = "global" if node.type == "global_statement" else "nonlocal"
        return Scope(node.start_byte, node.end_byte, kind, tuple(self._text(child) for child in _inner(node)))

    def _if(self, node: Node) -> Statement:
        branches: list[tuple[Expression | None, tuple[Statement, ...]]] = [
            (self._expression(_field(node, "condition")), self._statements(_field(node, "consequence")))
        ]
        for child in node.children_by_field_name("alternative"):
            if child.type == "elif_clause":
                test = self._expression(_field(child, "condition"))
                branches.append((test, self._statements(_field(child, "consequence"))))
            else:
                branches.append((None, self._statements(_field(child, "body"))))
        return If(node.start_byte, node.end_byte, tuple(branches))

    def _otherwise(self, node: Node) -> tuple[Statement, ...]:
        clause = _field(node, "alternative")
        return self._statements(_field(clause, "body")) if clause is not None else ()

    def _for(self, node: Node) -> Statement:
        return For(
            node.start_byte,
            node.end_byte,
            self._expression(_field(node, "left")),
            self._expression(_field(node, "right")),
            self._statements(_field(node, "body")),
            self._otherwise(node),
        )

    def _while(self, node: Node) -> Statement:
        test = self._expression(_field(node, "condition"))
        return While(node.start_byte, node.end_byte, test, self._statements(_field(node, "body")), self._otherwise(node))

    def _with(self, node: Node) -> Statement:
        items: list[tuple[Expression, Expression | None]] = []
        for clause in node.named_children:
            if clause.type != "with_clause":
                continue
            for item in clause.named_children:
                if item.type != "with_item":
                    continue
                value = _field(item, "value")
                elements = [value] if value is None or value.type != "tuple" else _inner(value)
                # Parenthesised items are read as one tuple by the grammar.
                for element in elements if any(one is not None and one.type == "as_pattern" for one in elements) else [value]:
                    items.append(self._with_item(element))
        return With(node.start_byte, node.end_byte, tuple(items), self._statements(_field(node, "body")))

    def _with_item(self, value: Node | None) -> tuple[Expression, Expression | None]:
        if value is not None and value.type == "as_pattern":
            inner = _inner(value)
            target = _field(value, "alias")
            names = _inner(target) if target is not None else []
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
                otherwise = self._statements(_field(child, "body"))
            elif child.type == "finally_clause":
                final = self._statements(next((one for one in child.named_children if one.type == "block"), None))
        body = self._statements(_field(node, "body"))
        return Try(node.start_byte, node.end_byte, body, tuple(handlers), otherwise, final)

    def _except(self, node: Node) -> Except:
        inner = _inner(node)
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
        body = _field(node, "body")
        for case in body.named_children if body is not None else ():
            if case.type != "case_clause":
                continue
            names: list[str] = []
            guard: Expression | None = None
            for child in case.named_children:
                if child.type == "case_pattern":
                    names += self._identifiers(child)
                elif child.type == "if_clause":
                    inner = _inner(child)
                    guard = self._expression(inner[0]) if inner else None
            cases.append((tuple(names), guard, self._statements(_field(case, "consequence"))))
        return Match(node.start_byte, node.end_byte, self._expression(_field(node, "subject")), tuple(cases))

    def _identifiers(self, node: Node) -> Iterator[str]:
        pending = [node]
        while pending:
            current = pending.pop()
            if current.type == "identifier":
                yield self._text(current)
            pending += current.named_children

    def _import(self, node: Node) -> Statement:
        return Import(node.start_byte, node.end_byte, tuple(self._imported(node.children_by_field_name("name"))))

    def _imported(self, nodes: list[Node]) -> Iterator[tuple[str, str]]:
        for name in nodes:
            if name.type == "aliased_import":
                path, alias = _field(name, "name"), _field(name, "alias")
                if path is not None and alias is not None:
                    yield self._dotted(path), self._text(alias)
            else:
                yield self._dotted(name), ""

    def _dotted(self, node: Node) -> str:
        return "".join(self._text(node).split())

    def _import_from(self, node: Node) -> Statement | None:
        module = _field(node, "module_name")
        if module is None:
            return None
        text = self._dotted(module)
        path = text.lstrip(".")
        names: tuple[tuple[str, str], ...] | None = tuple(self._imported(node.children_by_field_name("name")))
        if any(child.type == "wildcard_import" for child in node.named_children):
            names = None
        return ImportFrom(node.start_byte, node.end_byte, len(text) - len(path), path, names)

    def _decorated(self, node: Node) -> Statement | None:
        definition = _field(node, "definition")
        decorators = []
        for child in node.named_children:
            if child.type == "decorator":
                inner = _inner(child)
                if inner:
                    decorators.append(self._expression(inner[0]))
        if definition is None:
            return None
        if definition.type == "class_definition":
            return self._class(definition, tuple(decorators))
        return self._function(definition, tuple(decorators))

    def _function(self, node: Node, decorators: tuple[Expression, ...] = ()) -> Statement:
        name, body = _field(node, "name"), _field(node, "body")
        return FunctionDefinition(
            node.start_byte,
            node.end_byte,
            self._text(name) if name is not None else "",
            name.start_byte if name is not None else node.start_byte,
            self._parameters(_field(node, "parameters")),
            decorators,
            bool(node.children) and node.children[0].type == "async",
            _Lazy(lambda: self._statements(body)),
        )

    def _class(self, node: Node, decorators: tuple[Expression, ...] = ()) -> Statement:
        name = _field(node, "name")
        return ClassDefinition(
            node.start_byte,
            node.end_byte,
            self._text(name) if name is not None else "",
            name.start_byte if name is not None else node.start_byte,
            self._arguments(_field(node, "superclasses")),
            decorators,
            self._statements(_field(node, "body")),
        )

    def _parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        found: list[Parameter] = []
        keyword_only = False
        for child in _inner(node) if node is not None else ():
            kind = child.type
            if kind == "keyword_separator":
                keyword_only = True
                continue
            stars, default = 0, None
            name: Node | None = child
            if kind in ("default_parameter", "typed_default_parameter"):
                name = _field(child, "name")
                default = self._expression(_field(child, "value"))
            elif kind == "typed_parameter":
                name = next(iter(child.named_children), None)
            if name is not None and name.type in ("list_splat_pattern", "dictionary_splat_pattern"):
                stars = 1 if name.type == "list_splat_pattern" else 2
                name = next(iter(name.named_children), None)
            if name is None or name.type != "identifier":
                continue
            found.append(Parameter(child.start_byte, child.end_byte, self._text(name), stars, default, keyword_only))
            keyword_only = keyword_only or stars == 1
        return tuple(found)

    # expressions

    def _expression(self, node: Node | None) -> Expression:
        while node is not None and node.type == "parenthesized_expression":
            inner = _inner(node)
            node = inner[0] if len(inner) == 1 else None
        if node is None:
            return Several(0, 0, ())
        read = _expression_table().get(node.type)
        if read is not None:
            return read(self, node)
        return Several(node.start_byte, node.end_byte, tuple(self._expression(child) for child in _inner(node)))

    def _name(self, node: Node) -> Expression:
        return Name(node.start_byte, node.end_byte, self._text(node))

    def _constant(self, node: Node) -> Expression:
        values: dict[str, bool | None] = {"true": True, "false": False, "none": None}
        return Literal(node.start_byte, node.end_byte, values.get(node.type), node.type == "ellipsis")

    def _number(self, node: Node) -> Expression:
        text = self._text(node).replace("_", "")
        value: int | float | None = None
        if len(text) <= _DIGITS:
            try:
                value = int(text, 0) if node.type == "integer" else float(text)
            except ValueError:
                value = None
        return Literal(node.start_byte, node.end_byte, value, value is None)

    def _string(self, node: Node) -> Expression:
        parts: list[str | Expression] = []
        strings = node.named_children if node.type == "concatenated_string" else [node]
        for string in strings:
            if string.type == "string" and not self._string_parts(string, parts):
                return Literal(node.start_byte, node.end_byte, None, True)
        if all(isinstance(part, str) for part in parts):
            return Literal(node.start_byte, node.end_byte, "".join(part for part in parts if isinstance(part, str)))
        return Template(node.start_byte, node.end_byte, tuple(parts))

    def _string_parts(self, node: Node, parts: list[str | Expression]) -> bool:
        """Add the parts of one string; return False for bytes."""
        raw = formatted = False
        for child in node.named_children:
            if child.type == "string_start":
                prefix = self._text(child).rstrip("'\"").lower()
                raw, formatted = "r" in prefix, "f" in prefix or "t" in prefix
                if "b" in prefix:
                    return False
            elif child.type == "string_content":
                text = self._text(child)
                if not raw and "\\" in text:
                    text = self._unescaped(child)
                if formatted and ("{{" in text or "}}" in text):
                    text = text.replace("{{", "{").replace("}}", "}")
                parts.append(text)
            elif child.type == "interpolation":
                parts.append(self._interpolation(child))
        return True

    def _interpolation(self, node: Node) -> Expression:
        value = self._expression(_field(node, "expression"))
        if any(child.type in ("format_specifier", "type_conversion") for child in node.named_children):
            return Several(value.start, value.end, (value,))
        return value

    def _unescaped(self, node: Node) -> str:
        """Return the content of a string with its escapes resolved."""
        text = self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")
        pieces: list[str] = []
        place = 0
        while True:
            found = text.find("\\", place)
            if found < 0 or found + 1 >= len(text):
                pieces.append(text[place:])
                return "".join(pieces)
            pieces.append(text[place:found])
            mark = text[found + 1]
            width = {"x": 2, "u": 4, "U": 8}.get(mark, 0)
            digits = text[found + 2 : found + 2 + width]
            escape = text[found : found + 2]
            if width and len(digits) == width and all(digit in "0123456789abcdefABCDEF" for digit in digits):
                code = int(digits, 16)
                pieces.append(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")
                place = found + 2 + width
            else:
                pieces.append(_ESCAPES.get(escape, escape))
                place = found + 2

    def _attribute(self, node: Node) -> Expression:
        name = _field(node, "attribute")
        start = name.start_byte if name is not None else node.end_byte
        text = self._text(name) if name is not None else ""
        return Attribute(node.start_byte, node.end_byte, self._expression(_field(node, "object")), text, start)

    def _subscript(self, node: Node) -> Expression:
        value = self._expression(_field(node, "value"))
        indexes = [self._expression(child) for child in node.children_by_field_name("subscript")]
        index = indexes[0] if len(indexes) == 1 else Several(node.start_byte, node.end_byte, tuple(indexes))
        return Subscript(node.start_byte, node.end_byte, value, index)

    def _call(self, node: Node) -> Expression:
        function = self._expression(_field(node, "function"))
        return Call(node.start_byte, node.end_byte, function, self._arguments(_field(node, "arguments")))

    def _arguments(self, node: Node | None) -> tuple[Argument, ...]:
        if node is None:
            return ()
        if node.type == "generator_expression":
            return (Argument(node.start_byte, node.end_byte, "", 0, self._expression(node)),)
        found: list[Argument] = []
        for child in _inner(node):
            name, stars = "", 0
            value: Node | None = child
            if child.type == "keyword_argument":
                key, value = _field(child, "name"), _field(child, "value")
                name = self._text(key) if key is not None else ""
            elif child.type in ("list_splat", "dictionary_splat"):
                stars = 1 if child.type == "list_splat" else 2
                value = next(iter(_inner(child)), None)
            found.append(Argument(child.start_byte, child.end_byte, name, stars, self._expression(value)))
        return tuple(found)

    def _binary(self, node: Node) -> Expression:
        return Operation(node.start_byte, node.end_byte, *self._chain(node, "binary_operator"))

    def _boolean(self, node: Node) -> Expression:
        return Either(node.start_byte, node.end_byte, *self._chain(node, "boolean_operator"))

    def _chain(self, node: Node, kind: str) -> tuple[str, tuple[Expression, ...]]:
        """Return the operator and the operands of a chain; it is unrolled, since real ones are long and lean to the left."""
        operator = self._operator(node)
        right: list[Expression] = []
        current: Node | None = node
        while current is not None and current.type == kind and self._operator(current) == operator:
            right.append(self._expression(_field(current, "right")))
            current = _field(current, "left")
        return operator, (self._expression(current), *reversed(right))

    def _operator(self, node: Node) -> str:
        operator = _field(node, "operator")
        return self._text(operator) if operator is not None else ""

    def _unary(self, node: Node) -> Expression:
        operator = self._operator(node) or "not"
        return Operation(node.start_byte, node.end_byte, operator, (self._expression(_field(node, "argument")),))

    def _comparison(self, node: Node) -> Expression:
        operators = tuple(" ".join(self._text(one).split()) for one in node.children_by_field_name("operators"))
        operands = tuple(self._expression(child) for child in _inner(node))
        return Comparison(node.start_byte, node.end_byte, operators, operands)

    def _conditional(self, node: Node) -> Expression:
        inner = _inner(node)
        if len(inner) != 3:
            return Several(node.start_byte, node.end_byte, tuple(self._expression(child) for child in inner))
        then, test, otherwise = (self._expression(child) for child in inner)
        return Conditional(node.start_byte, node.end_byte, then, test, otherwise)

    def _lambda(self, node: Node) -> Expression:
        value = self._expression(_field(node, "body"))
        return Lambda(node.start_byte, node.end_byte, self._parameters(_field(node, "parameters")), value)

    def _display(self, node: Node) -> Expression:
        elements = tuple(self._expression(child) for child in _inner(node))
        return Display(node.start_byte, node.end_byte, _KINDS[node.type], elements)

    def _dictionary(self, node: Node) -> Expression:
        entries: list[tuple[Expression | None, Expression]] = []
        for child in _inner(node):
            if child.type == "pair":
                entries.append((self._expression(_field(child, "key")), self._expression(_field(child, "value"))))
            else:
                entries.append((None, self._expression(next(iter(_inner(child)), None))))
        return Entries(node.start_byte, node.end_byte, tuple(entries))

    def _comprehension(self, node: Node) -> Expression:
        body = _field(node, "body")
        if body is not None and body.type == "pair":
            results = (self._expression(_field(body, "key")), self._expression(_field(body, "value")))
        else:
            results = (self._expression(body),)  # type: ignore[assignment]  # one result unless it is a dictionary
        clauses: list[tuple[Expression | None, Expression]] = []
        for child in node.named_children:
            if child.type == "for_in_clause":
                clauses.append((self._expression(_field(child, "left")), self._expression(_field(child, "right"))))
            elif child.type == "if_clause":
                clauses.append((None, self._expression(next(iter(_inner(child)), None))))
        return Comprehension(node.start_byte, node.end_byte, _COMPREHENSIONS[node.type], results, tuple(clauses))

    def _star(self, node: Node) -> Expression:
        return Star(node.start_byte, node.end_byte, self._expression(next(iter(_inner(node)), None)))

    def _await(self, node: Node) -> Expression:
        return Await(node.start_byte, node.end_byte, self._expression(next(iter(_inner(node)), None)))

    def _yield(self, node: Node) -> Expression:
        inner = _inner(node)
        delegates = any(child.type == "from" for child in node.children)
        return Yield(node.start_byte, node.end_byte, self._expression(inner[0]) if inner else None, delegates)

    def _bound(self, node: Node) -> Expression:
        name = _field(node, "name")
        target = Name(node.start_byte, node.end_byte, self._text(name) if name is not None else "")
        return Bound(node.start_byte, node.end_byte, target, self._expression(_field(node, "value")))


def _field(node: Node, name: str) -> Node | None:
    return node.child_by_field_name(name)


def _inner(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type not in ("comment", "line_continuation")]


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


@cache
def _expression_table() -> dict[str, Callable[[Reader, Node], Expression]]:
    return {
        "identifier": Reader._name,
        "true": Reader._constant,
        "false": Reader._constant,
        "none": Reader._constant,
        "ellipsis": Reader._constant,
        "integer": Reader._number,
        "float": Reader._number,
        "string": Reader._string,
        "concatenated_string": Reader._string,
        "attribute": Reader._attribute,
        "subscript": Reader._subscript,
        "call": Reader._call,
        "binary_operator": Reader._binary,
        "boolean_operator": Reader._boolean,
        "unary_operator": Reader._unary,
        "not_operator": Reader._unary,
        "comparison_operator": Reader._comparison,
        "conditional_expression": Reader._conditional,
        "lambda": Reader._lambda,
        "list_splat": Reader._star,
        "list_splat_pattern": Reader._star,
        "dictionary": Reader._dictionary,
        "await": Reader._await,
        "yield": Reader._yield,
        "named_expression": Reader._bound,
        **dict.fromkeys(_KINDS, Reader._display),
        **dict.fromkeys(_COMPREHENSIONS, Reader._comprehension),
    }
