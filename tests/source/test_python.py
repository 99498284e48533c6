"""Python text → typed syntax: shapes, spans, and what is refused."""

from __future__ import annotations

import ast
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faaslint.model.span import Span
from faaslint.source.limits import SOURCE_NESTING
from faaslint.source.python import Module, parse_python
from faaslint.source.python_statements import (
    Assignment,
    ClassDefinition,
    Evaluate,
    For,
    FunctionDefinition,
    If,
    Import,
    ImportFrom,
    Match,
    Return,
    Statement,
    Try,
    With,
)
from faaslint.source.python_syntax import (
    Attribute,
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
    Subscript,
    Template,
)
from faaslint.source.tree import ParseFailure


def parse(text: str) -> Module:
    return parse_python(text, "app.py")


def statement(text: str) -> Statement:
    (found,) = parse(text).body
    return found


def expression(text: str) -> Expression:
    found = statement(text)
    assert isinstance(found, Evaluate)
    return found.value


def shape(node: Expression) -> str:
    """Return an expression as fully bracketed text."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Literal):
        return repr(node.value) if not node.other else "other"
    if isinstance(node, Attribute):
        return f"{shape(node.value)}.{node.name}"
    if isinstance(node, Subscript):
        return f"{shape(node.value)}[{shape(node.index)}]"
    if isinstance(node, Call):
        arguments = [
            f"{one.name}={shape(one.value)}" if one.name else "*" * one.stars + shape(one.value) for one in node.arguments
        ]
        return f"{shape(node.function)}({', '.join(arguments)})"
    if isinstance(node, (Operation, Either)):
        return f"({f' {node.operator} '.join(shape(one) for one in node.operands)})"
    if isinstance(node, Comparison):
        parts = [shape(node.operands[0])]
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            parts += [operator, shape(operand)]
        return f"<{' '.join(parts)}>"
    if isinstance(node, Conditional):
        return f"({shape(node.then)} if {shape(node.test)} else {shape(node.otherwise)})"
    if isinstance(node, Display):
        return f"{node.kind}({', '.join(shape(one) for one in node.elements)})"
    if isinstance(node, Entries):
        return "{" + ", ".join(f"{shape(key) if key else '**'}: {shape(value)}" for key, value in node.entries) + "}"
    if isinstance(node, Comprehension):
        clauses = [f"for {shape(target)} in {shape(of)}" if target else f"if {shape(of)}" for target, of in node.clauses]
        return f"{node.kind}<{', '.join(shape(one) for one in node.results)} {' '.join(clauses)}>"
    if isinstance(node, Template):
        return "f" + repr([part if isinstance(part, str) else shape(part) for part in node.parts])
    if isinstance(node, Lambda):
        return f"lambda {', '.join(one.name for one in node.parameters)}: {shape(node.value)}"
    return type(node).__name__.lower()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b['c'][0]", "a.b['c'][0]"),
        ("f(a, *b, c=1, **d)", "f(a, *b, c=1, **d)"),
        ("f(x for x in y)", "f(generator<x for x in y>)"),
        ("a + b + c - d", "((a + b + c) - d)"),
        ("a + b * c", "(a + (b * c))"),
        ("not a or b and c or d", "((not a) or (b and c) or d)".replace("(not a)", "(a)")),
        ("a < b not in c is not d", "<a < b not in c is not d>"),
        ("a if b else c", "(a if b else c)"),
        ("((a))", "a"),
        ("[a, (b, c), {d}]", "list(a, tuple(b, c), set(d))"),
        ("{'a': 1, **b}", "{'a': 1, **: b}"),
        ("{k: v for k, v in x if k}", "dict<k, v for tuple(k, v) in x if k>"),
        ("lambda a, b=1, *c: a", "lambda a, b, c: a"),
        ("f'a{b}c' 'd'", "f['a', 'b', 'c', 'd']"),
        ("f'{{a}}'", "'{a}'"),
        ("b'bytes'", "other"),
        ("1_000", "1000"),
        ("0x1f", "31"),
        ("None, True, ...", "tuple(None, True, other)"),
    ],
)
def test_expressions_keep_their_shape(text: str, expected: str) -> None:
    if text.startswith("None"):
        assert shape(expression(f"({text})")) == expected
    else:
        assert shape(expression(text)) == expected


def test_statements_keep_their_parts() -> None:
    module = parse(
        "import a.b as c, d\n"
        "from ..x import y as z, w\n"
        "from q import *\n"
        "a = b = 1\n"
        "if a:\n    pass\nelif b:\n    x\nelse:\n    y\n"
        "for i, j in k:\n    l\nelse:\n    m\n"
        "with a as b, c:\n    d\n"
        "try:\n    a\nexcept (B, C) as e:\n    b\nexcept:\n    c\nelse:\n    d\nfinally:\n    f\n"
        "match a:\n    case {'x': y, **z} if y:\n        b\n"
    )
    imported, from_x, star, assigned, branched, looped, managed, tried, matched = module.body
    assert isinstance(imported, Import)
    assert imported.names == (("a.b", "c"), ("d", ""))
    assert isinstance(from_x, ImportFrom)
    assert (from_x.level, from_x.path, from_x.names) == (2, "x", (("y", "z"), ("w", "")))
    assert isinstance(star, ImportFrom)
    assert star.names is None
    assert isinstance(assigned, Assignment)
    assert [shape(target) for target in assigned.targets] == ["a", "b"]
    assert isinstance(branched, If)
    assert [test and shape(test) for test, _ in branched.branches] == ["a", "b", None]
    assert isinstance(looped, For)
    assert (shape(looped.target), len(looped.otherwise)) == ("tuple(i, j)", 1)
    assert isinstance(managed, With)
    assert [(shape(value), target and shape(target)) for value, target in managed.items] == [("a", "b"), ("c", None)]
    assert isinstance(tried, Try)
    assert [(one.kind and shape(one.kind), one.name) for one in tried.handlers] == [("tuple(B, C)", "e"), (None, "")]
    assert (len(tried.otherwise), len(tried.final)) == (1, 1)
    assert isinstance(matched, Match)
    ((names, guard, _),) = matched.cases
    assert (set(names), guard and shape(guard)) == ({"y", "z"}, "y")


def test_definitions_keep_their_parameters_and_decorators() -> None:
    function = statement("@one\n@two(3)\nasync def f(a, /, b: int, *c, d=1, e: str = 'x', **g) -> int:\n    return a\n")
    assert isinstance(function, FunctionDefinition)
    assert (function.name, function.is_async) == ("f", True)
    assert [shape(one) for one in function.decorators] == ["one", "two(3)"]
    parameters = [(one.name, one.stars, one.default is not None, one.keyword_only) for one in function.parameters]
    assert parameters == [
        ("a", 0, False, False),
        ("b", 0, False, False),
        ("c", 1, False, False),
        ("d", 0, True, True),
        ("e", 0, True, True),
        ("g", 2, False, True),
    ]
    assert isinstance(function.body[0], Return)
    kind = statement("class A(B, metaclass=C):\n    x: int\n    y = 1\n    def z(self): ...\n")
    assert isinstance(kind, ClassDefinition)
    assert (kind.name, [one.name for one in kind.arguments]) == ("A", ["", "metaclass"])
    assert [type(one).__name__ for one in kind.body] == ["Declaration", "Assignment", "FunctionDefinition"]


def test_columns_count_code_points_from_one() -> None:
    module = parse("é = 'ü𝄞'\nname = é.größe\n")
    _, second = module.body
    assert isinstance(second, Assignment)
    assert module.span(second.value) == Span("app.py", 2, 8, 2, 15)
    assert module.span(module.body[0]) == Span("app.py", 1, 1, 1, 9)


def test_source_inside_another_file_stands_there() -> None:
    lines = (Span("template.yaml", 7, 11, 7, 30), Span("template.yaml", 8, 11, 8, 30))
    module = parse_python("a = 1\nbb = call()\n", "template.yaml", lines)
    assert module.span(module.body[1]) == Span("template.yaml", 8, 11, 8, 22)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a = 1\ndef f(:\n    pass\n", 2, "this is not valid Python"),
        ("a = (1,\n", 1, "this is not valid Python: '(' was never closed"),
        ("a = 1\nprint 'x'\n", 2, "print is a function in Python 3"),
        ("def f():\n    exec 'x'\n", 2, "exec is a function in Python 3"),
        ("x = " + "(" * 10_000 + ")" * 10_000, 1, "nested more than"),
        ("x = " + "-" * 100_000 + "1", 1, "nested more than"),
        ("x = a" + ".b" * 100_000, 1, "nested more than"),
        ("x = a" + "()" * 100_000, 1, "nested more than"),
        ("\n".join(" " * depth + "if x:" for depth in range(1_000)) + "\n" + " " * 1_000 + "pass", 101, "nested more than"),
    ],
)
def test_what_is_no_python_says_where_and_why(text: str, line: int, message: str) -> None:
    with pytest.raises(ParseFailure) as caught:
        parse(text)
    assert message in caught.value.message
    if "if x" not in text:
        assert caught.value.span.line == line


def test_the_text_of_a_python_2_statement_in_a_string_is_no_statement() -> None:
    assert len(parse('"""\nprint "x"\n"""\n').body) == 1


@pytest.mark.parametrize("opening", ["[", "(", "f(", "not ", "lambda: ", "1 if a else ", "a[", "{1: ", "2 ** "])
def test_what_is_just_not_too_deep_is_read(opening: str) -> None:
    closing = {"[": "]", "(": ")", "f(": ")", "a[": "]", "{1: ": "}"}.get(opening, "")
    per_level = 2 if opening in ("f(", "{1: ") else 1
    depth = (SOURCE_NESTING - 8) // per_level
    assert len(parse(f"x = {opening * depth}1{closing * depth}").body) == 1


def test_a_long_sum_is_one_chain_however_long() -> None:
    found = statement("x = " + " + ".join(f"'{number}'" for number in range(3_000)))
    assert isinstance(found, Assignment)
    assert isinstance(found.value, Operation)
    assert len(found.value.operands) == 3_000


@given(st.text(alphabet=string.printable + "äß𝄞", max_size=60))
@settings(max_examples=200, deadline=None)
def test_strings_mean_what_python_says(text: str) -> None:
    for written in (repr(text), ascii(text)):
        found = expression(written)
        assert isinstance(found, Literal)
        assert found.value == ast.literal_eval(written)


@given(st.text(alphabet="abx:=()[]{}.,'\"\\\n #f%*+-@ié", max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    spans: list[Span] = []
    try:
        module = parse(text)
        spans += (module.span(found) for found in module.body)
    except ParseFailure as failure:
        spans.append(failure.span)
    for span in spans:
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= text.count("\n") + 1
