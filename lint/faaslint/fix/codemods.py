"""Rewrites of handler source that need its syntax: comments and formatting stay, as libcst keeps them."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import libcst
from libcst import matchers
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from ..model.finding import Rewrite
from ..model.span import Span
from .plan import Refused

Codemod = Callable[[MetadataWrapper, Span], libcst.Module]

_LARGEST: Final = 500_000
"""A source over this size (characters) is not rewritten: the library's parser recurses."""

_BRACKETS: Final = 90
"""Sources nested deeper than this are not rewritten, for the same reason."""


def rewritten(text: str, rewrite: Rewrite) -> str:
    """Return the source with one rewrite made. Raises Refused where it can't be made there."""
    if len(text) > _LARGEST or _nesting(text) > _BRACKETS:
        raise Refused("the source is too large to be rewritten")
    try:
        wrapper = MetadataWrapper(libcst.parse_module(text), unsafe_skip_copy=True)
    except (libcst.ParserSyntaxError, RecursionError):
        raise Refused("the source can't be parsed") from None
    return CODEMODS[rewrite.codemod](wrapper, rewrite.span).code


def _nesting(text: str) -> int:
    """Return how deep brackets and indentation go, from above: brackets in texts and comments count as well."""
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth = max(0, depth - 1)
    indented = max((len(line) - len(line.lstrip(" \t")) for line in text.split("\n") if line.strip()), default=0)
    return max(deepest, indented)


def _stands_at(place: CodeRange, span: Span) -> bool:
    return (place.start.line, place.start.column + 1) == (span.line, span.column)


class _CallAt(libcst.CSTTransformer):
    """Replaces the call that begins at a place by what ``make`` gives for it."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, span: Span, make: Callable[[libcst.Call], libcst.BaseExpression | None]) -> None:
        super().__init__()
        self.span = span
        self.make = make
        self.done = False

    def leave_Call(self, original_node: libcst.Call, updated_node: libcst.Call) -> libcst.BaseExpression:
        """Called by libcst for each call, the inner ones first."""
        if self.done or not _stands_at(self.get_metadata(PositionProvider, original_node), self.span):
            return updated_node
        made = self.make(updated_node)
        if made is None:
            return updated_node
        self.done = True
        return made


def _with_call(
    wrapper: MetadataWrapper, span: Span, make: Callable[[libcst.Call], libcst.BaseExpression | None]
) -> libcst.Module:
    change = _CallAt(span, make)
    module = wrapper.visit(change)
    if not change.done:
        raise Refused("what is to be rewritten does not stand there")
    return module


_UTC_CALLS: Final = {"utcnow": "now", "utcfromtimestamp": "fromtimestamp"}


def aware_time(wrapper: MetadataWrapper, span: Span) -> libcst.Module:
    """``datetime.utcnow()`` → ``datetime.now(timezone.utc)``, with the import that it needs."""
    needs_import = False

    def make(call: libcst.Call) -> libcst.BaseExpression | None:
        nonlocal needs_import
        function = call.func
        if not isinstance(function, libcst.Attribute) or function.attr.value not in _UTC_CALLS:
            return None
        owner = function.value
        zone: libcst.BaseExpression
        if isinstance(owner, libcst.Attribute):
            zone = libcst.Attribute(libcst.Attribute(owner.value, libcst.Name("timezone")), libcst.Name("utc"))
        else:
            needs_import = True
            zone = libcst.Attribute(libcst.Name("timezone"), libcst.Name("utc"))
        renamed = function.with_changes(attr=libcst.Name(_UTC_CALLS[function.attr.value]))
        return call.with_changes(func=renamed, args=[*_separated(call.args), libcst.Arg(zone)])

    module = _with_call(wrapper, span, make)
    return _importing(module, "datetime", "timezone") if needs_import else module


def _separated(arguments: Sequence[libcst.Arg]) -> list[libcst.Arg]:
    comma = libcst.Comma(whitespace_after=libcst.SimpleWhitespace(" "))
    return [one.with_changes(comma=comma) if isinstance(one.comma, libcst.MaybeSentinel) else one for one in arguments]


def _importing(module: libcst.Module, source: str, name: str) -> libcst.Module:
    context = CodemodContext()
    AddImportsVisitor.add_needed_import(context, source, name)
    return AddImportsVisitor(context).transform_module(module)


def null_guard(wrapper: MetadataWrapper, span: Span) -> libcst.Module:
    """``json.loads(event["body"])`` → ``json.loads(event["body"] or "{}")``."""

    def make(call: libcst.Call) -> libcst.BaseExpression | None:
        if not call.args or isinstance(call.args[0].value, (libcst.BooleanOperation, libcst.IfExp)):
            return None
        guarded = libcst.BooleanOperation(call.args[0].value, libcst.Or(), libcst.SimpleString('"{}"'))
        return call.with_changes(args=[call.args[0].with_changes(value=guarded), *call.args[1:]])

    return _with_call(wrapper, span, make)


def body_as_text(wrapper: MetadataWrapper, span: Span) -> libcst.Module:
    """``return {…, "body": content}`` → ``return {…, "body": json.dumps(content)}``, with the import that it needs."""
    change = _BodyAt(span)
    module = wrapper.visit(change)
    if not change.done:
        raise Refused("no response with a body is written there")
    context = CodemodContext()
    AddImportsVisitor.add_needed_import(context, "json")
    return AddImportsVisitor(context).transform_module(module)


class _BodyAt(libcst.CSTTransformer):
    """Makes a text of the body in the response that is returned on a line."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span
        self.done = False

    def leave_Return(self, original_node: libcst.Return, updated_node: libcst.Return) -> libcst.Return:
        """Called by libcst for each return."""
        place = self.get_metadata(PositionProvider, original_node)
        response = updated_node.value
        if self.done or place.start.line != self.span.line or not isinstance(response, libcst.Dict):
            return updated_node
        elements: list[libcst.BaseDictElement] = []
        for one in response.elements:
            is_body = isinstance(one, libcst.DictElement) and matchers.matches(
                one.key, matchers.SimpleString("'body'") | matchers.SimpleString('"body"')
            )
            if is_body and isinstance(one.value, (libcst.Dict, libcst.List)):
                dumped = libcst.Call(libcst.parse_expression("json.dumps"), [libcst.Arg(one.value)])
                one = one.with_changes(value=dumped)
                self.done = True
            elements.append(one)
        return updated_node.with_changes(value=response.with_changes(elements=elements))


def client_at_module_level(wrapper: MetadataWrapper, span: Span) -> libcst.Module:
    """Move ``name = boto3.client(…)``, whose call begins at the place, from a function to the line above it."""
    mover = _Mover(span)
    wrapper.visit(mover)
    if mover.statement is None or mover.owner is None or mover.name in _bound_names(wrapper.module, mover.owner):
        raise Refused("the statement can't be moved")
    statement, owner = mover.statement, mover.owner
    if not _read_names(statement) <= _names_above(wrapper.module, owner):
        raise Refused("the statement reads what is not there at module level")
    function = owner.visit(_Without(statement))
    assert isinstance(function, libcst.FunctionDef)
    body: list[libcst.BaseStatement] = []
    for one in wrapper.module.body:
        if one is owner:
            # The comments above the function stay with it.
            blank = [line for line in owner.leading_lines if line.comment is None]
            body += [statement.with_changes(leading_lines=blank), function]
        else:
            body.append(one)
    return wrapper.module.with_changes(body=body)


class _Mover(libcst.CSTVisitor):
    """Finds the statement of the call, and the function of the module's top level that it stands in."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span
        self.statement: libcst.SimpleStatementLine | None = None
        self.owner: libcst.FunctionDef | None = None
        self.name = ""
        self._functions: list[libcst.CSTNode] = []

    def visit_ClassDef(self, node: libcst.ClassDef) -> bool:
        """What stands in a class is left alone."""
        return False

    def visit_FunctionDef(self, node: libcst.FunctionDef) -> bool:
        """Remember which function is being read."""
        self._functions.append(node)
        return True

    def leave_FunctionDef(self, original_node: libcst.FunctionDef) -> None:
        """Forget it again."""
        self._functions.pop()

    def visit_SimpleStatementLine(self, node: libcst.SimpleStatementLine) -> bool:
        """Look for ``name = call`` with the call at the place, directly in a function of the module."""
        if (
            len(self._functions) == 1
            and len(node.body) == 1
            and matchers.matches(
                node.body[0],
                matchers.Assign(targets=[matchers.AssignTarget(matchers.Name())], value=matchers.Call()),
            )
        ):
            assign = libcst.ensure_type(node.body[0], libcst.Assign)
            if _stands_at(self.get_metadata(PositionProvider, assign.value), self.span):
                self.statement = node
                self.owner = libcst.ensure_type(self._functions[0], libcst.FunctionDef)
                self.name = libcst.ensure_type(assign.targets[0].target, libcst.Name).value
        return False


class _Without(libcst.CSTTransformer):
    """Takes one statement out; a block that becomes empty passes."""

    def __init__(self, statement: libcst.SimpleStatementLine) -> None:
        super().__init__()
        self.statement = statement

    def leave_SimpleStatementLine(
        self, original_node: libcst.SimpleStatementLine, updated_node: libcst.SimpleStatementLine
    ) -> libcst.SimpleStatementLine | libcst.RemovalSentinel:
        """Called by libcst for each line of simple statements."""
        return libcst.RemoveFromParent() if original_node is self.statement else updated_node

    def leave_IndentedBlock(
        self, original_node: libcst.IndentedBlock, updated_node: libcst.IndentedBlock
    ) -> libcst.IndentedBlock:
        """Called by libcst for each block."""
        if updated_node.body:
            return updated_node
        return updated_node.with_changes(body=[libcst.SimpleStatementLine([libcst.Pass()])])


def _bound_names(module: libcst.Module, owner: libcst.FunctionDef) -> frozenset[str]:
    """Return the names that the move could collide with: bound at the top, or more than once in the function."""
    counter = _Bindings()
    for one in module.body:
        if one is not owner:
            one.visit(counter)
    outer = set(counter.names)
    inner = _Bindings()
    owner.body.visit(inner)
    parameters = _Bindings()
    owner.params.visit(parameters)
    return frozenset(outer | set(parameters.names) | {name for name in inner.names if inner.names.count(name) > 1})


def _names_above(module: libcst.Module, owner: libcst.FunctionDef) -> frozenset[str]:
    """Return the names that are bound at the module's top level above a function of it, and the built-in ones."""
    above = _Bindings()
    for one in module.body:
        if one is owner:
            break
        one.visit(above)
    return frozenset(above.names) | frozenset(dir(builtins))


def _read_names(statement: libcst.SimpleStatementLine) -> frozenset[str]:
    """Return the names that the value of an assignment reads."""
    reader = _Reads()
    libcst.ensure_type(statement.body[0], libcst.Assign).value.visit(reader)
    return frozenset(reader.names)


class _Reads(libcst.CSTVisitor):
    """Collects the names that an expression reads, attributes and the names of arguments aside."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def visit_Attribute_attr(self, node: libcst.Attribute) -> None:
        """Called by libcst before the name behind the dot."""
        self._aside = len(self.names)

    def leave_Attribute_attr(self, node: libcst.Attribute) -> None:
        """Called by libcst after it."""
        del self.names[self._aside :]

    def visit_Arg_keyword(self, node: libcst.Arg) -> None:
        """Called by libcst before the name of an argument."""
        self._aside = len(self.names)

    def leave_Arg_keyword(self, node: libcst.Arg) -> None:
        """Called by libcst after it."""
        del self.names[self._aside :]

    def visit_Name(self, node: libcst.Name) -> None:
        """Remember a name."""
        self.names.append(node.value)


class _Bindings(libcst.CSTVisitor):
    """Collects names that are assigned, imported, defined or declared; of a nested scope only the scope's own name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def visit_FunctionDef(self, node: libcst.FunctionDef) -> bool:
        """A function binds its name."""
        self.names.append(node.name.value)
        return False

    def visit_ClassDef(self, node: libcst.ClassDef) -> bool:
        """So does a class."""
        self.names.append(node.name.value)
        return False

    def visit_AssignTarget(self, node: libcst.AssignTarget) -> None:
        """An assignment binds each name of its target."""
        self.names += (one.value for one in matchers.findall(node.target, matchers.Name()) if isinstance(one, libcst.Name))

    def visit_Param(self, node: libcst.Param) -> None:
        """A parameter binds its name."""
        self.names.append(node.name.value)

    def visit_ImportAlias(self, node: libcst.ImportAlias) -> None:
        """An import binds its first or its new name."""
        self.names.append(node.evaluated_alias or node.evaluated_name.partition(".")[0])

    def visit_NameItem(self, node: libcst.NameItem) -> None:
        """``global`` and ``nonlocal`` declare names."""
        self.names.append(node.name.value)


CODEMODS: Final[Mapping[str, Codemod]] = {
    "aware-time": aware_time,
    "body-as-text": body_as_text,
    "null-guard": null_guard,
    "client-at-module-level": client_at_module_level,
}
"""By the name that rules use in their Rewrites."""
