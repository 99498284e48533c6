"""Syntax nodes of expressions and templates as records of :mod:`.hcl_nodes`. Recursion is bounded by ``NESTING``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tree_sitter import Node

from .hcl_nodes import (
    Access,
    Binary,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    GetAttribute,
    GetIndex,
    Literal,
    Malformed,
    Object,
    Paren,
    Splat,
    Step,
    Template,
    TemplatePart,
    Text,
    TextChoice,
    TextLoop,
    Traversal,
    Tuple,
    Unary,
)
from .hcl_positions import Positions
from .hcl_templates import Raw, common_indentation, heredoc, quoted, trim_end, trim_start, unescape
from .limits import NESTING

_OPERATORS: Final = frozenset({"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_WRAPPERS: Final = frozenset({"expression", "operation", "collection_value", "template_expr", "for_expr", "literal_value"})
_POSTFIX: Final = frozenset({"get_attr", "index", "splat"})


class ExpressionReader:
    """Reads the expressions of one text. ``numbers`` are the numbers that the grammar can't read, by byte offset."""

    def __init__(self, content: bytes, positions: Positions, numbers: Mapping[int, float] | None = None) -> None:
        self._content = content
        self._positions = positions
        self._numbers = numbers or {}

    def _text(self, node: Node) -> str:
        return self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def read(self, node: Node, depth: int = 0) -> Expression:
        """Return the expression that a node stands for."""
        return self._sequence([node], depth)

    def _malformed(self, nodes: Sequence[Node], message: str) -> Malformed:
        return Malformed(message, self._positions.between(nodes[0].start_point, nodes[-1].end_point))

    def _sequence(self, nodes: Sequence[Node], depth: int) -> Expression:
        """Read a term with what follows it: the grammar keeps ``a``, ``.b`` and ``[0]`` side by side."""
        while len(nodes) == 1 and nodes[0].type in _WRAPPERS:
            nodes = [child for child in nodes[0].children if child.type != "comment"] or nodes[0].children
            if not nodes:
                return Malformed("an expression was expected here", Positions("", b"").at(0, 0))
        if depth > NESTING:
            return self._malformed(nodes, f"expressions are nested more than {NESTING} deep")
        if any(node.type == "ERROR" or node.is_missing for node in nodes):
            return self._malformed(nodes, "an expression was expected here")
        first = nodes[0]
        if first.type == "(":
            if len(nodes) < 3:
                return self._malformed(nodes, "a closing parenthesis was expected here")
            inner = self._sequence([nodes[1]], depth + 1)
            span = self._positions.between(first.start_point, nodes[2].end_point)
            return self._with_steps(Paren(inner, span), nodes[:3], nodes[3:], depth)
        base = self._sequence([first], depth) if first.type in _WRAPPERS else self._term(first, depth)
        return self._with_steps(base, nodes[:1], nodes[1:], depth)

    def _with_steps(self, base: Expression, head: Sequence[Node], rest: Sequence[Node], depth: int) -> Expression:
        if not rest:
            return base
        if any(node.type not in _POSTFIX for node in rest):
            return self._malformed([*head, *rest], "an operator or the end of the expression was expected here")
        steps = self._steps(rest, depth)
        span = self._positions.between(head[0].start_point, rest[-1].end_point)
        if isinstance(base, Traversal) and not base.steps:
            return Traversal(base.root, steps, span)
        return Access(base, steps, span)

    def _steps(self, nodes: Sequence[Node], depth: int) -> tuple[Step, ...]:
        steps: list[Step] = []
        for node in nodes:
            children = [child for child in node.children if child.type != "comment"]
            span = self._positions.of(node)
            if node.type == "get_attr":
                steps.append(GetAttribute(self._text(children[-1]), span))
            elif node.type == "index":
                steps.append(self._index(node, depth))
            else:
                inner = [child for child in children[0].children if child.type in _POSTFIX]
                end = len(inner)
                if children[0].type == "attr_splat":
                    # ``.*`` spreads over attribute names only; an index behind them is taken of the whole list.
                    end = next((place for place, child in enumerate(inner) if child.type == "index"), end)
                if depth + len(steps) > NESTING:
                    break
                steps.append(Splat(self._steps(inner[:end], depth + 1), span))
                steps.extend(self._steps(inner[end:], depth + 1))
        return tuple(steps)

    def _index(self, node: Node, depth: int) -> GetIndex:
        span = self._positions.of(node)
        kind = node.children[0]
        if kind.type == "legacy_index":
            digits = self._text(kind).lstrip(".").strip()
            return GetIndex(Literal(int(digits) if digits.isdigit() and len(digits) < 10 else digits, span), span)
        inner = [child for child in kind.children if child.type == "expression"]
        key = self._sequence(inner, depth + 1) if inner else Malformed("an index was expected here", span)
        return GetIndex(key, span)

    def _term(self, node: Node, depth: int) -> Expression:
        kind = node.type
        span = self._positions.of(node)
        if kind == "variable_expr":
            number = self._numbers.get(node.start_byte)
            return Literal(number, span) if number is not None else Traversal(self._text(node), (), span)
        if kind == "numeric_lit":
            return Literal(number_of(self._text(node)), span)
        if kind == "bool_lit":
            return Literal(self._text(node) == "true", span)
        if kind == "null_lit":
            return Literal(None, span)
        if kind == "string_lit":
            # The quotes are one byte each; the grammar drops white space at the ends, so the text is cut here.
            return Literal(unescape(self._content[node.start_byte + 1 : node.end_byte - 1].decode("utf-8", "replace")), span)
        if kind == "quoted_template":
            return self._quoted(node, depth)
        if kind == "heredoc_template":
            return self._heredoc(node, depth)
        children = [child for child in node.children if child.type != "comment"]
        if any(child.type == "ERROR" or child.is_missing for child in children):
            return Malformed("the expression is not complete", span)
        if kind == "binary_operation":
            place = next((place for place, child in enumerate(children) if place and child.type in _OPERATORS), 0)
            if not place:
                return Malformed("an operator was expected here", span)
            left = self._sequence(children[:place], depth + 1)
            return Binary(children[place].type, left, self._sequence(children[place + 1 :], depth + 1), span)
        if kind == "unary_operation":
            return Unary(children[0].type, self._sequence(children[1:], depth + 1), span)
        if kind == "conditional":
            return self._conditional(node, depth)
        if kind == "tuple":
            return Tuple(tuple(self._sequence([child], depth + 1) for child in children if child.type == "expression"), span)
        if kind == "object":
            return self._object(children, node, depth)
        if kind == "function_call":
            return self._call(children, node, depth)
        if kind in ("for_tuple_expr", "for_object_expr"):
            return self._for(children, node, depth)
        return Malformed("an expression was expected here", span)

    def _conditional(self, node: Node, depth: int) -> Expression:
        """Read a chain of conditionals. The grammar groups ``a ? b : c ? d : e`` to the left, the language to the right."""
        levels: list[list[Node]] = []
        current: Node | None = node
        while current is not None:
            parts = [child for child in current.children if child.type == "expression"]
            if len(parts) != 3:
                return self._malformed([node], "the conditional is not complete")
            levels.append(parts)
            inner = parts[0].children
            current = inner[0] if len(inner) == 1 and inner[0].type == "conditional" else None
        if depth + len(levels) > NESTING:
            return self._malformed([node], f"expressions are nested more than {NESTING} deep")
        levels.reverse()
        # Left-grouped levels ((a b c) d e) are the tests a, c, … with the results b, d, … and the last e.
        result = self._sequence([levels[-1][2]], depth + len(levels))
        end = levels[-1][2].end_point
        for number in range(len(levels) - 1, -1, -1):
            test = levels[number][0] if number == 0 else levels[number - 1][2]
            span = self._positions.between(test.start_point, end)
            when_true = self._sequence([levels[number][1]], depth + number + 1)
            result = Conditional(self._sequence([test], depth + number + 1), when_true, result, span)
        return result

    def _object(self, children: Sequence[Node], node: Node, depth: int) -> Expression:
        entries: list[tuple[Expression, Expression]] = []
        for child in children:
            if child.type != "object_elem":
                continue
            key_node, value_node = child.child_by_field_name("key"), child.child_by_field_name("val")
            if key_node is None or value_node is None or key_node.is_missing or value_node.is_missing:
                return self._malformed([child], "a key, = and a value were expected here")
            key = self._sequence([key_node], depth + 1)
            if isinstance(key, Traversal) and not key.steps:
                key = Literal(key.root, key.span)
            entries.append((key, self._sequence([value_node], depth + 1)))
        return Object(tuple(entries), self._positions.of(node))

    def _call(self, children: Sequence[Node], node: Node, depth: int) -> Expression:
        arguments: list[Expression] = []
        expanded = False
        for child in children:
            if child.type != "function_arguments":
                continue
            for argument in child.children:
                if argument.type == "expression":
                    arguments.append(self._sequence([argument], depth + 1))
                elif argument.type == "ellipsis":
                    expanded = True
                elif argument.type == "ERROR":
                    return self._malformed([node], "a comma or a closing parenthesis was expected here")
        return Call(self._text(children[0]), tuple(arguments), expanded, self._positions.of(node))

    def _for(self, children: Sequence[Node], node: Node, depth: int) -> Expression:
        span = self._positions.of(node)
        intro = next((child for child in children if child.type == "for_intro"), None)
        test_node = next((child for child in children if child.type == "for_cond"), None)
        results = [child for child in children if child.type == "expression"]
        wanted = 1 if node.type == "for_tuple_expr" else 2
        if intro is None or len(results) != wanted:
            return Malformed("the for expression is not complete", span)
        names = [self._text(child) for child in intro.children if child.type == "identifier"]
        collections = [child for child in intro.children if child.type == "expression"]
        if not names or not collections:
            return Malformed("the for expression is not complete", span)
        collection = self._sequence(collections[:1], depth + 1)
        test: Expression | None = None
        if test_node is not None:
            tests = [child for child in test_node.children if child.type == "expression"]
            test = self._sequence(tests[:1], depth + 1) if tests else None
        key = names[0] if len(names) > 1 else ""
        last = self._sequence(results[-1:], depth + 1)
        if wanted == 1:
            return ForTuple(key, names[-1], collection, last, test, span)
        grouped = any(child.type == "ellipsis" for child in children)
        return ForObject(key, names[-1], collection, self._sequence(results[:1], depth + 1), last, grouped, test, span)

    # Templates. The grammar drops white space between its template nodes, so literal text is what lies between the holes.

    def _quoted(self, node: Node, depth: int) -> Expression:
        start = node.start_byte + 1
        # An unfinished template has no closing quote; its error was reported, so the exact end does not matter.
        end = max(start, node.end_byte - 1)
        span = self._positions.of(node)
        parts = self._parts(node.children, start, end, (node.start_point.row, node.start_point.column + 1), depth, None)
        if not parts:
            return Literal("", span)
        if len(parts) == 1 and isinstance(parts[0], Text):
            return Literal(parts[0].text, span)
        return Template(parts, span)

    def _heredoc(self, node: Node, depth: int) -> Expression:
        span = self._positions.of(node)
        marks = [child for child in node.children if child.type == "heredoc_identifier"]
        if len(marks) < 2:
            return Malformed("the heredoc is never closed", span)
        start = self._content.find(b"\n", marks[0].end_byte) + 1
        end = self._content.rfind(b"\n", 0, marks[1].start_byte) + 1
        if start <= 0 or end < start:
            return Malformed("the heredoc is not complete", span)
        indentation = 0
        if self._content[node.start_byte : node.start_byte + 3] == b"<<-":
            indentation = common_indentation(self._content[start:end].decode("utf-8", "replace"))
        parts = self._parts(node.children, start, end, (marks[0].start_point.row + 1, 0), depth, indentation)
        return Template(parts, span, heredoc=True)

    def _parts(
        self,
        nodes: Sequence[Node],
        start: int,
        end: int,
        point: tuple[int, int],
        depth: int,
        indentation: int | None,
        strips: tuple[bool, bool] = (False, False),
    ) -> tuple[TemplatePart, ...]:
        """Read what stands between two bytes; ``indentation`` is None in quoted text.

        ``strips`` says whether the marks around this section trim its beginning and its end.
        """
        by_line = indentation is not None
        parts: list[TemplatePart] = []
        holes = [node for node in nodes if node.type in ("template_interpolation", "template_directive")]
        strip_next = strips[0]
        for hole in [*holes, None]:
            stop = hole.start_byte if hole is not None else end
            raw = Raw(self._content[start:stop].decode("utf-8", "replace"), *point)
            at_line_start = point[1] == 0
            if strip_next:
                raw = trim_start(raw, by_line)
                at_line_start = False
            before, after = _strips(hole) if hole is not None else (strips[1], False)
            if before:
                raw = trim_end(raw, by_line)
            if raw.text and indentation is None:
                parts.append(quoted(raw, self._positions))
            elif raw.text:
                parts.append(heredoc(raw, indentation or 0, at_line_start, self._positions))
            if hole is None:
                break
            parts.append(self._hole(hole, depth, indentation))
            start, point, strip_next = hole.end_byte, (hole.end_point.row, hole.end_point.column), after
        return tuple(parts)

    def _hole(self, node: Node, depth: int, indentation: int | None) -> TemplatePart:
        span = self._positions.of(node)
        if depth > NESTING:
            return Malformed(f"templates are nested more than {NESTING} deep", span)
        if node.type == "template_interpolation":
            inner = [child for child in node.children if child.type == "expression"]
            return self._sequence(inner[:1], depth + 1) if inner else Malformed("an expression was expected here", span)
        directive = node.children[0] if node.children else node
        children = [child for child in directive.children if child.type != "comment"]
        if len(children) < 2:
            return Malformed("the template directive is not complete", span)
        intro, last = children[0], children[-1]
        heads = [child for child in intro.children if child.type == "expression"]
        if not heads:
            return Malformed("the template directive is not complete", span)
        head = self._sequence(heads[:1], depth + 1)
        if directive.type == "template_for":
            names = [self._text(child) for child in intro.children if child.type == "identifier"]
            if not names:
                return Malformed("the template loop names no variable", span)
            key = names[0] if len(names) > 1 else ""
            return TextLoop(key, names[-1], head, self._section(children, intro, last, depth, indentation), span)
        middle = next((child for child in children if child.type == "template_else_intro"), None)
        when_true = self._section(children, intro, middle or last, depth, indentation)
        when_false = self._section(children, middle, last, depth, indentation) if middle is not None else ()
        return TextChoice(head, when_true, when_false, span)

    def _section(
        self, nodes: Sequence[Node], opening: Node, closing: Node, depth: int, indentation: int | None
    ) -> tuple[TemplatePart, ...]:
        inner = [node for node in nodes if opening.end_byte <= node.start_byte and node.end_byte <= closing.start_byte]
        point = (opening.end_point.row, opening.end_point.column)
        strips = (_strip_marker(opening)[1], _strip_marker(closing)[0])
        return self._parts(inner, opening.end_byte, closing.start_byte, point, depth + 1, indentation, strips)


def number_of(text: str) -> int | float | str:
    """Return the number that a literal spells; one too large to be a number of either kind stays text."""
    try:
        return int(text) if text.isdigit() and len(text) < 400 else whole(float(text))
    except (ValueError, OverflowError):
        return text


def whole(number: float) -> int | float:
    """Return a number without a fraction as an int: the language has one kind of number only."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _strip_marker(node: Node) -> tuple[bool, bool]:
    """Return whether ``~`` stands at the beginning and at the end of ``${ … }`` or ``%{ … }``."""
    children = node.children
    if len(children) < 3:
        return (False, False)
    return children[1].type == "strip_marker", children[-2].type == "strip_marker"


def _strips(hole: Node) -> tuple[bool, bool]:
    """Return whether a hole trims the text before and behind it."""
    if hole.type == "template_interpolation":
        return _strip_marker(hole)
    directive = hole.children[0] if hole.children else hole
    if len(directive.children) < 2:
        return (False, False)
    return _strip_marker(directive.children[0])[0], _strip_marker(directive.children[-1])[1]
