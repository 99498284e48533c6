"""Expressions as words: the text of a test, and names for what it asks about, the same wherever it is asked."""

from __future__ import annotations

from ...model.value import Fields, Known, Unknown, Value
from ...source import hcl_nodes as hcl
from .leaves import text_of
from .scope import Scope

_DEPTH = 12
_LENGTH = 100


def followed(expression: hcl.Expression, scope: Scope) -> tuple[hcl.Expression, Scope] | None:
    """Return the expression that a bare ``var.x`` or ``local.x`` stands for, and its scope, None where there is none.

    A variable is followed to the argument of the call; the root's own variables are where following ends.
    """
    if not isinstance(expression, hcl.Traversal) or len(expression.steps) != 1 or expression.root in scope.names:
        return None
    step = expression.steps[0]
    if not isinstance(step, hcl.GetAttribute):
        return None
    module = scope.module
    if expression.root == "local":
        attribute = module.configuration.locals.get(step.name)
        return (attribute.expression, Scope(module)) if attribute is not None else None
    if expression.root == "var" and module.call is not None and module.caller is not None and step.name not in scope.assumed:
        attribute = module.call.body.attributes.get(step.name)
        return (attribute.expression, module.caller) if attribute is not None else None
    return None


def symbol(expression: hcl.Expression, scope: Scope) -> str:
    """Return a name for what an expression is worth: two expressions with one name have one value."""
    for _ in range(_DEPTH):
        while isinstance(expression, hcl.Paren):
            expression = expression.inner
        target = followed(expression, scope)
        if target is None:
            break
        expression, scope = target
    return render(expression, scope)


def render(expression: hcl.Expression, scope: Scope, depth: int = 0) -> str:
    """Return an expression as a person would write it, with names that are unique in the run."""
    if depth > _DEPTH:
        return _place(expression, scope)
    if isinstance(expression, hcl.Literal):
        content = expression.value
        if isinstance(content, str):
            return f"'{content}'" if len(content) <= _LENGTH else _place(expression, scope)
        return "null" if content is None else str(content).lower() if isinstance(content, bool) else str(content)
    if isinstance(expression, hcl.Paren):
        return f"({render(expression.inner, scope, depth + 1)})"
    if isinstance(expression, hcl.Unary):
        return f"{expression.operator}{render(expression.operand, scope, depth + 1)}"
    if isinstance(expression, hcl.Binary):
        left, right = render(expression.left, scope, depth + 1), render(expression.right, scope, depth + 1)
        return _short(f"{left} {expression.operator} {right}", expression, scope)
    if isinstance(expression, hcl.Call):
        inner = ", ".join(render(argument, scope, depth + 1) for argument in expression.arguments[:6])
        return _short(f"{expression.name}({inner})", expression, scope)
    if isinstance(expression, hcl.Traversal):
        target = followed(expression, scope)
        if target is not None and isinstance(target[0], (hcl.Traversal, hcl.Literal)):
            return render(target[0], target[1], depth + 1)
        return _short(_traversal(expression, scope, depth), expression, scope)
    if isinstance(expression, hcl.Template) and len(expression.parts) == 1:
        part = expression.parts[0]
        if not isinstance(part, (hcl.Text, hcl.TextChoice, hcl.TextLoop)):
            return render(part, scope, depth + 1)
    return _place(expression, scope)


def _traversal(expression: hcl.Traversal, scope: Scope, depth: int) -> str:
    root = expression.root
    bound = scope.names.get(root)
    text = root
    for step in expression.steps:
        if isinstance(step, hcl.GetAttribute):
            text += f".{step.name}"
        elif isinstance(step, hcl.GetIndex):
            text += f"[{render(step.key, scope, depth + 1)}]"
        else:
            text += "[*]"
    if bound is not None:
        if isinstance(bound, Known) and text_of(bound) is not None and not expression.steps:
            return f"'{text_of(bound)}'"
        if isinstance(bound, Unknown) and bound.symbol:
            return bound.symbol + text[len(root) :]
        if scope.tag and root in ("each", "count"):
            return f"{text} of {scope.tag}"
        # Another round of a loop binds the same name to something else.
        where = bound.trail[-1] if bound.trail else expression.span
        return f"{text} of {where.path}:{where.line}:{where.column}"
    return scope.module.within(text) if root not in ("path", "terraform") else text


def _place(expression: hcl.Expression, scope: Scope) -> str:
    span = expression.span
    bound = "".join(f", {name} {_identity(value)}" for name, value in sorted(scope.names.items()))
    module = f" in {scope.module.address}" if scope.module.address else ""
    return f"the expression at {span.path}:{span.line}:{span.column}{module}{bound}"


def _identity(value: Value) -> str:
    """Return what tells the values of a bound name apart: another round of a loop is another question."""
    if isinstance(value, Known):
        text = text_of(value)
        if text is not None and len(text) <= _LENGTH:
            return repr(text)
        if isinstance(value.value, Fields) and "key" in value.value.values:
            return _identity(value.value.values["key"])
    return f"{value.trail[-1].line}:{value.trail[-1].column}" if value.trail else ""


def _short(text: str, expression: hcl.Expression, scope: Scope) -> str:
    return text if len(text) <= _LENGTH else _place(expression, scope)
