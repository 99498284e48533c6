"""HCL text as typed records with spans: a thin layer over tree-sitter-hcl. No rule or evaluator sees a raw node.

A part that can't be read becomes a problem with its place and what was expected there; the rest of the file is kept.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import tree_sitter_hcl
from tree_sitter import Language, Node, Parser, Point

from ..model.span import Span
from .hcl_expectations import HEREDOC_MARK, NO_END, expectation, unclosed_in_line
from .hcl_expressions import ExpressionReader, whole
from .hcl_nodes import Attribute, Block, Body, Expression, Label, Malformed, Template, TemplatePart, Text
from .hcl_positions import Positions
from .hcl_templates import unescape
from .limits import NESTING
from .tree import ParseFailure

PROBLEM_LIMIT: Final = 50
"""Most syntax problems that are told of one file: past them, another fifty say nothing new."""

_EXPONENT: Final = re.compile(rb"(?<![\w.\-])\d+[eE][+-]?\d+(?![\w.\-])")
"""Whole numbers with an exponent (``1e3``), which the grammar does not know."""

_TOP_LEVEL: Final = re.compile(
    rb"^(?:resource|data|module|variable|output|locals|provider|terraform|moved|import|check|removed|ephemeral)\b[^=\n]*$",
    re.MULTILINE,
)
"""How lines begin that open a block at the top level; a file that doesn't parse is read in pieces between them."""

_MARK: Final = "FAASLINT_END_OF_TEMPLATE"


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_hcl.language()))


@lru_cache(maxsize=64)
def parse_hcl(text: str, path: str) -> Body:
    """Read a file. Never raises: what is wrong with the text is in ``problems`` of the body."""
    content = text.encode("utf-8", "replace")
    whole_file = _Reader(content, path)
    if not whole_file.failed:
        return whole_file.body()
    starts = [match.start() for match in _TOP_LEVEL.finditer(content)]
    if not starts:
        return whole_file.body()
    if starts[0] > 0:
        starts.insert(0, 0)
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    problems: list[ParseFailure] = []
    row = 0
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        piece = _Reader(content[start:end], path, row).body()
        attributes.update(piece.attributes)
        blocks += piece.blocks
        problems += piece.problems
        row += content.count(b"\n", start, end)
    span = Span(path, 1, 1, content.count(b"\n") + 1, 1)
    return Body(attributes, tuple(blocks), span, problems[0].span if problems else None, tuple(problems[:PROBLEM_LIMIT]))


def parse_expression(text: str, path: str) -> Expression:
    """Read a single expression, as a variable's value on the command line is written. Malformed where it is none."""
    body = _Reader(f"x = {text}\n".encode("utf-8", "replace"), path).body()
    attribute = body.attributes.get("x")
    if body.problems or attribute is None or len(body.attributes) != 1 or body.blocks:
        return Malformed("it is not an expression", Span(path, 1, 1, 1, 1))
    return attribute.expression


@lru_cache(maxsize=64)
def parse_template(text: str, path: str) -> tuple[TemplatePart, ...] | None:
    """Read the content of a template file. None where it is no template."""
    if _MARK in text:
        return None
    content = f"x = <<{_MARK}\n{text}\n{_MARK}\n".encode("utf-8", "replace")
    reader = _Reader(content, path, -1)
    attribute = reader.body().attributes.get("x")
    if reader.failed or attribute is None or not isinstance(attribute.expression, Template):
        return None
    return _without_last_line_end(attribute.expression.parts)


def _without_last_line_end(parts: tuple[TemplatePart, ...]) -> tuple[TemplatePart, ...]:
    """Drop the line end before the closing mark, which is not the text's own."""
    last = parts[-1] if parts else None
    if not isinstance(last, Text) or not last.text.endswith("\n"):
        return parts
    if last.text == "\n":
        return parts[:-1]
    return (*parts[:-1], Text(last.text[:-1], last.span, last.lines[:-1] or last.lines, last.verbatim))


class _OnePlace(Positions):
    """Everything stands at one span: for text inside a JSON string, whose escapes move what follows."""

    def __init__(self, span: Span) -> None:
        super().__init__(span.path, b"")
        self._span = span

    def between(self, start: Point, end: Point) -> Span:
        """See Positions."""
        return self._span

    def at(self, row: int, byte: int) -> Span:
        """See Positions."""
        return self._span


def parse_text_at(text: str, span: Span, template: bool) -> Expression:
    """Read a text of the JSON syntax: a template, or an expression; all of it stands at ``span``."""
    positions = _OnePlace(span)
    if template:
        content = f"x = <<{_MARK}\n{text}\n{_MARK}\n".encode("utf-8", "replace")
    else:
        content = f"x = {text}\n".encode("utf-8", "replace")
    reader = _Reader(content, span.path, positions=positions)
    attribute = None if reader.failed else reader.body().attributes.get("x")
    if attribute is None:
        return Malformed("the text is not an expression", span)
    if not template or not isinstance(attribute.expression, Template):
        return attribute.expression
    return Template(_without_last_line_end(attribute.expression.parts), span)


class _Reader:
    """One text, or one piece of it, on its way to a Body."""

    def __init__(self, content: bytes, path: str, first_row: int = 0, positions: Positions | None = None) -> None:
        self._content = content
        self._positions = positions or Positions(path, content, first_row)
        self._path = path
        self._problems: list[ParseFailure] = []
        self._split: list[bytes] | None = None
        source, numbers = _without_exponents(content)
        self._root = _parser().parse(source).root_node
        self.failed = self._root.has_error
        self._expressions = ExpressionReader(content, self._positions, numbers)

    def body(self) -> Body:
        """Return everything that the text says."""
        inner = next((child for child in self._root.children if child.type == "body"), None)
        span = self._positions.of(self._root)
        body = self._body(inner, span, 0) if inner is not None else Body({}, (), span)
        if self.failed:
            self._explain()
        elif not self._problems:
            return body
        broken = self._problems[0].span if self._problems else span
        return Body(body.attributes, body.blocks, span, broken, tuple(self._problems))

    def _body(self, node: Node, span: Span, depth: int) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        broken = self._first_error(node) if node.has_error else None
        bad_rows = _error_rows(node) if broken is not None else set()
        for child in node.children:
            if child.type == "attribute":
                # Recovery cuts expressions short or joins neighbours, so what shares a line with an error is not believed.
                if broken is not None and not bad_rows.isdisjoint((child.start_point.row, child.end_point.row)):
                    continue
                attribute = self._attribute(child)
                if attribute is not None:
                    attributes.setdefault(attribute.name, attribute)
            elif child.type == "block":
                block = self._block(child, depth + 1)
                if block is not None:
                    blocks.append(block)
        return Body(attributes, tuple(blocks), span, broken)

    def _attribute(self, node: Node) -> Attribute | None:
        children = node.children
        expression = next((child for child in children if child.type == "expression"), None)
        if children[0].type != "identifier" or expression is None or any(child.type == "ERROR" for child in children):
            return None
        return Attribute(self._text(children[0]), self._positions.of(children[0]), self._expressions.read(expression))

    def _block(self, node: Node, depth: int) -> Block | None:
        children = node.children
        if children[0].type != "identifier":
            return None
        span = self._positions.of(node)
        if depth > NESTING:
            if depth == NESTING + 1:
                self._problems.append(ParseFailure(f"blocks are nested more than {NESTING} deep", span.start()))
            return None
        labels: list[Label] = []
        inner: Node | None = None
        for child in children[1:]:
            if child.type == "string_lit":
                raw = self._content[child.start_byte + 1 : child.end_byte - 1].decode("utf-8", "replace")
                labels.append(Label(unescape(raw), self._positions.of(child)))
            elif child.type == "identifier":
                labels.append(Label(self._text(child), self._positions.of(child)))
            elif child.type == "body":
                inner = child
        if inner is None:
            body = Body({}, (), span, self._first_error(node) if node.has_error else None)
        else:
            body = self._body(inner, self._positions.of(inner), depth)
            if body.broken is None and node.has_error:
                body.broken = self._first_error(node)
        return Block(self._text(children[0]), self._positions.of(children[0]), tuple(labels), body, span)

    def _text(self, node: Node) -> str:
        return self._content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def _first_error(self, node: Node) -> Span:
        for bad in _errors(node, 1):
            return self._positions.of(bad)
        return self._positions.of(node)

    def _explain(self) -> None:
        """Turn the parser's error nodes into problems, one a line."""
        lines: set[int] = set()
        made_up = False
        for bad in _errors(self._root, PROBLEM_LIMIT):
            if made_up and bad.is_missing and bad.type == "heredoc_identifier":
                continue  # the end of a heredoc whose beginning the parser made up: one mistake, told already
            made_up = bad.is_missing and bad.type in ("<<", "<<-")
            problem = self._problem(bad, self._positions.of(bad))
            if problem.span.line not in lines:
                lines.add(problem.span.line)
                self._problems.append(problem)
        causes = [problem for problem in self._problems if problem.message != NO_END]
        # A text without an end swallows the end of its block, which is no second mistake.
        self._problems = causes or self._problems
        if not self._problems:
            self._problems.append(
                ParseFailure("an attribute or a block was expected", self._positions.of(self._root).start())
            )

    def _problem(self, node: Node, span: Span) -> ParseFailure:
        text = self._text(node)
        if node.is_missing and node.type in ("}", "block_end"):
            block = node.parent
            while block is not None and block.type != "block":
                block = block.parent
            if block is not None:
                return ParseFailure(NO_END, self._positions.of(block.children[0]))
        unclosed = node.is_missing and node.type in ("quoted_template_end", "heredoc_identifier")
        # Recovery gives up far from the mistake; the line that has it can often be told by itself.
        found = self._suspicious_line(0 if unclosed else node.start_point.row, node.end_point.row)
        if found is not None:
            return found
        inner = _first_missing(node) if node.end_point.row > node.start_point.row else None
        if inner is not None:
            rest = self._lines()[inner.start_point.row][inner.start_point.column :].decode("utf-8", "replace")
            return ParseFailure(expectation(inner.type, "", "", rest), self._positions.of(inner))
        parent = node.parent.type if node.parent is not None else ""
        return ParseFailure(expectation(node.type if node.is_missing else "", parent, text), span)

    def _lines(self) -> list[bytes]:
        if self._split is None:
            self._split = self._content.split(b"\n")
        return self._split

    def _suspicious_line(self, first: int, last: int) -> ParseFailure | None:
        """Return a problem in the first line that leaves something open which has to end in the line."""
        mark = ""
        mark_line: Span | None = None
        for row, raw in enumerate(self._lines()[first : last + 1], first):
            line = raw.decode("utf-8", "replace")
            here = self._positions.between(Point(row, 0), Point(row, len(raw)))
            if mark:
                mark = "" if line.strip() == mark else mark
                continue
            if line.lstrip().startswith(("#", "//")):
                continue
            expected = unclosed_in_line(line)
            if expected:
                return ParseFailure(expected, here)
            heredoc = HEREDOC_MARK.search(line)
            if heredoc is not None:
                mark, mark_line = heredoc.group(1), here
        if mark and mark_line is not None:
            return ParseFailure(f"a line with only {mark} was expected: the heredoc that begins here has no end", mark_line)
        return None


def _errors(node: Node, limit: int) -> list[Node]:
    """Return the first error nodes below a node, in order, without those inside another."""
    found: list[Node] = []
    pending = [node]
    while pending and len(found) < limit:
        current = pending.pop()
        if current.type == "ERROR" or current.is_missing:
            found.append(current)
        elif current.has_error:
            pending.extend(reversed(current.children))
    return found


def _first_missing(node: Node) -> Node | None:
    """Return what the parser put in first to go on inside what it does not understand, None where it put in nothing."""
    pending = [node]
    while pending:
        current = pending.pop()
        if current.is_missing:
            return current if current.end_point.row < node.end_point.row else None
        if current.has_error:
            pending.extend(reversed(current.children))
    return None


def _error_rows(node: Node) -> set[int]:
    """Return the rows that errors touch, and those on which one attribute follows another."""
    rows: set[int] = set()
    for bad in _errors(node, 10_000):
        rows.add(bad.start_point.row)
        rows.add(bad.end_point.row)
        if bad.end_point.row - bad.start_point.row < 1_000:
            rows.update(range(bad.start_point.row, bad.end_point.row + 1))
    previous = -1
    for child in node.children:
        if child.type == "attribute":
            if child.start_point.row == previous:
                rows.add(previous)
            previous = child.end_point.row
    return rows


def _without_exponents(content: bytes) -> tuple[bytes, dict[int, float]]:
    """Write a name of the same length in the place of each number such as ``1e3``; return the numbers by offset.

    Texts are read from the original content, so a match inside quotes changes nothing.
    """
    numbers: dict[int, float] = {}
    pieces: list[bytes] = []
    done = 0
    for match in _EXPONENT.finditer(content):
        number = float(match.group())
        if number == float("inf"):
            continue
        numbers[match.start()] = whole(number)
        pieces += (content[done : match.start()], b"_" + match.group()[1:].replace(b"+", b"_"))
        done = match.end()
    if not pieces:
        return content, numbers
    pieces.append(content[done:])
    return b"".join(pieces), numbers
