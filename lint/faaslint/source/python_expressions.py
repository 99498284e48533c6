"""Turns the parser's tree of an expression into typed syntax."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from tree_sitter import Node

from .python_syntax import (
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
    Parameter,
    Several,
    Star,
    Subscript,
    Template,
    Yield,
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


class ExpressionReader:
    """Reads expressions. Recursion is bounded: the depth of the tree is checked before."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def _text(self, node: Node) -> str:
        return self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _parameters(self, node: Node | None) -> tuple[Parameter, ...]:
        found: list[Parameter] = []
        keyword_only = False
        for child in inner_of(node) if node is not None else ():
            kind = child.type
            if kind == "keyword_separator":
                keyword_only = True
                continue
            stars, default = 0, None
            name: Node | None = child
            if kind in ("default_parameter", "typed_default_parameter"):
                name = field(child, "name")
                default = self._expression(field(child, "value"))
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

    def _expression(self, node: Node | None) -> Expression:
        while node is not None and node.type == "parenthesized_expression":
            inner = inner_of(node)
            node = inner[0] if len(inner) == 1 else None
        if node is None:
            return Several(0, 0, ())
        read = _expression_table().get(node.type)
        if read is not None:
            return read(self, node)
        return Several(node.start_byte, node.end_byte, tuple(self._expression(child) for child in inner_of(node)))

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
        value = self._expression(field(node, "expression"))
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
        name = field(node, "attribute")
        start = name.start_byte if name is not None else node.end_byte
        text = self._text(name) if name is not None else ""
        return Attribute(node.start_byte, node.end_byte, self._expression(field(node, "object")), text, start)

    def _subscript(self, node: Node) -> Expression:
        value = self._expression(field(node, "value"))
        indexes = [self._expression(child) for child in node.children_by_field_name("subscript")]
        index = indexes[0] if len(indexes) == 1 else Several(node.start_byte, node.end_byte, tuple(indexes))
        return Subscript(node.start_byte, node.end_byte, value, index)

    def _call(self, node: Node) -> Expression:
        function = self._expression(field(node, "function"))
        return Call(node.start_byte, node.end_byte, function, self._arguments(field(node, "arguments")))

    def _arguments(self, node: Node | None) -> tuple[Argument, ...]:
        if node is None:
            return ()
        if node.type == "generator_expression":
            return (Argument(node.start_byte, node.end_byte, "", 0, self._expression(node)),)
        found: list[Argument] = []
        for child in inner_of(node):
            name, stars = "", 0
            value: Node | None = child
            if child.type == "keyword_argument":
                key, value = field(child, "name"), field(child, "value")
                name = self._text(key) if key is not None else ""
            elif child.type in ("list_splat", "dictionary_splat"):
                stars = 1 if child.type == "list_splat" else 2
                value = next(iter(inner_of(child)), None)
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
            right.append(self._expression(field(current, "right")))
            current = field(current, "left")
        return operator, (self._expression(current), *reversed(right))

    def _operator(self, node: Node) -> str:
        operator = field(node, "operator")
        return self._text(operator) if operator is not None else ""

    def _unary(self, node: Node) -> Expression:
        operator = self._operator(node) or "not"
        return Operation(node.start_byte, node.end_byte, operator, (self._expression(field(node, "argument")),))

    def _comparison(self, node: Node) -> Expression:
        operators = tuple(" ".join(self._text(one).split()) for one in node.children_by_field_name("operators"))
        operands = tuple(self._expression(child) for child in inner_of(node))
        return Comparison(node.start_byte, node.end_byte, operators, operands)

    def _conditional(self, node: Node) -> Expression:
        inner = inner_of(node)
        if len(inner) != 3:
            return Several(node.start_byte, node.end_byte, tuple(self._expression(child) for child in inner))
        then, test, otherwise = (self._expression(child) for child in inner)
        return Conditional(node.start_byte, node.end_byte, then, test, otherwise)

    def _lambda(self, node: Node) -> Expression:
        value = self._expression(field(node, "body"))
        return Lambda(node.start_byte, node.end_byte, self._parameters(field(node, "parameters")), value)

    def _display(self, node: Node) -> Expression:
        elements = tuple(self._expression(child) for child in inner_of(node))
        return Display(node.start_byte, node.end_byte, _KINDS[node.type], elements)

    def _dictionary(self, node: Node) -> Expression:
        entries: list[tuple[Expression | None, Expression]] = []
        for child in inner_of(node):
            if child.type == "pair":
                entries.append((self._expression(field(child, "key")), self._expression(field(child, "value"))))
            else:
                entries.append((None, self._expression(next(iter(inner_of(child)), None))))
        return Entries(node.start_byte, node.end_byte, tuple(entries))

    def _comprehension(self, node: Node) -> Expression:
        body = field(node, "body")
        if body is not None and body.type == "pair":
            results = (self._expression(field(body, "key")), self._expression(field(body, "value")))
        else:
            results = (self._expression(body),)  # type: ignore[assignment]  # one result unless it is a dictionary
        clauses: list[tuple[Expression | None, Expression]] = []
        for child in node.named_children:
            if child.type == "for_in_clause":
                clauses.append((self._expression(field(child, "left")), self._expression(field(child, "right"))))
            elif child.type == "if_clause":
                clauses.append((None, self._expression(next(iter(inner_of(child)), None))))
        return Comprehension(node.start_byte, node.end_byte, _COMPREHENSIONS[node.type], results, tuple(clauses))

    def _star(self, node: Node) -> Expression:
        return Star(node.start_byte, node.end_byte, self._expression(next(iter(inner_of(node)), None)))

    def _await(self, node: Node) -> Expression:
        return Await(node.start_byte, node.end_byte, self._expression(next(iter(inner_of(node)), None)))

    def _yield(self, node: Node) -> Expression:
        inner = inner_of(node)
        delegates = any(child.type == "from" for child in node.children)
        return Yield(node.start_byte, node.end_byte, self._expression(inner[0]) if inner else None, delegates)

    def _bound(self, node: Node) -> Expression:
        name = field(node, "name")
        target = Name(node.start_byte, node.end_byte, self._text(name) if name is not None else "")
        return Bound(node.start_byte, node.end_byte, target, self._expression(field(node, "value")))


def field(node: Node, name: str) -> Node | None:
    """Return the child with this role."""
    return node.child_by_field_name(name)


def inner_of(node: Node) -> list[Node]:
    """Return the named children, without comments."""
    return [child for child in node.named_children if child.type not in ("comment", "line_continuation")]


@cache
def _expression_table() -> dict[str, Callable[[ExpressionReader, Node], Expression]]:
    return {
        "identifier": ExpressionReader._name,
        "true": ExpressionReader._constant,
        "false": ExpressionReader._constant,
        "none": ExpressionReader._constant,
        "ellipsis": ExpressionReader._constant,
        "integer": ExpressionReader._number,
        "float": ExpressionReader._number,
        "string": ExpressionReader._string,
        "concatenated_string": ExpressionReader._string,
        "attribute": ExpressionReader._attribute,
        "subscript": ExpressionReader._subscript,
        "call": ExpressionReader._call,
        "binary_operator": ExpressionReader._binary,
        "boolean_operator": ExpressionReader._boolean,
        "unary_operator": ExpressionReader._unary,
        "not_operator": ExpressionReader._unary,
        "comparison_operator": ExpressionReader._comparison,
        "conditional_expression": ExpressionReader._conditional,
        "lambda": ExpressionReader._lambda,
        "list_splat": ExpressionReader._star,
        "list_splat_pattern": ExpressionReader._star,
        "dictionary": ExpressionReader._dictionary,
        "await": ExpressionReader._await,
        "yield": ExpressionReader._yield,
        "named_expression": ExpressionReader._bound,
        **dict.fromkeys(_KINDS, ExpressionReader._display),
        **dict.fromkeys(_COMPREHENSIONS, ExpressionReader._comprehension),
    }
