"""Terraform's JSON syntax as the same records as its native one: texts are templates, keys are blocks and attributes."""

from __future__ import annotations

from typing import Final

from .hcl import parse_text_at
from .hcl_nodes import Attribute, Block, Body, Expression, Label, Literal, Object, Tuple
from .json import parse_json
from .tree import Mapping, ParseFailure, Scalar, Sequence, Tree

_LABELS: Final = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "check": 1,
    "locals": 0,
    "terraform": 0,
}
"""How many labels the blocks of each type have: so many levels of keys come before the body."""

_EXPRESSIONS: Final = frozenset({"type", "depends_on", "iterator"})
"""Attributes whose texts are expressions and not templates."""


def parse_hcl_json(text: str, path: str, values_only: bool = False) -> Body:
    """Read a ``.tf.json`` file, or with ``values_only`` a ``.tfvars.json`` one. What is wrong is in ``problems``."""
    try:
        tree = parse_json(text, path)
    except ParseFailure as failure:
        return Body({}, (), failure.span, failure.span, (failure,))
    # A configuration may also be a list of objects, as if each were a file of its own.
    objects = [tree] if isinstance(tree, Mapping) else tree.items if isinstance(tree, Sequence) and not values_only else []
    if not objects or not all(isinstance(each, Mapping) for each in objects):
        return Body({}, (), tree.span, tree.span, (ParseFailure("a JSON object was expected", tree.span),))
    if values_only and isinstance(tree, Mapping):
        # Values of variables are plain: nothing is interpolated in them.
        attributes = {str(key.value): Attribute(str(key.value), key.span, _plain(value)) for key, value in tree.entries}
        return Body(attributes, (), tree.span)
    blocks: list[Block] = []
    for key, value in (entry for each in objects if isinstance(each, Mapping) for entry in each.entries):
        count = _LABELS.get(str(key.value))
        if count is not None:
            _blocks(str(key.value), key, (), value, count, blocks)
    return Body({}, tuple(blocks), tree.span)


def _blocks(kind: str, key: Scalar, labels: tuple[Label, ...], tree: Tree, missing: int, blocks: list[Block]) -> None:
    for each in tree.items if isinstance(tree, Sequence) else [tree]:
        if not isinstance(each, Mapping):
            continue
        if missing:
            for name, value in each.entries:
                if name.value != "//":
                    _blocks(kind, key, (*labels, Label(str(name.value), name.span)), value, missing - 1, blocks)
        else:
            blocks.append(Block(kind, key.span, labels, _body(each, kind), each.span))


def _body(mapping: Mapping, kind: str) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    for key, value in mapping.entries:
        name = str(key.value)
        if name == "//" and not (kind == "resource" and isinstance(value, Mapping)):
            # A comment; on a resource it may hold what a program that wrote the file knows of it (CDK for Terraform).
            continue
        if name == "dynamic" and kind in ("resource", "data", "content"):
            _dynamic(key, value, blocks)
            continue
        as_expression = name in _EXPRESSIONS and kind in ("variable", "resource", "data", "module", "dynamic")
        attributes[name] = Attribute(name, key.span, _expression(value, as_expression))
    return Body(attributes, tuple(blocks), mapping.span)


def _dynamic(key: Scalar, tree: Tree, blocks: list[Block]) -> None:
    for outer in tree.items if isinstance(tree, Sequence) else [tree]:
        for name, value in outer.entries if isinstance(outer, Mapping) else []:
            for each in value.items if isinstance(value, Sequence) else [value]:
                if isinstance(each, Mapping):
                    body = _body(each, "dynamic")
                    content = each.get("content")
                    inner = (
                        [Block("content", name.span, (), _body(content, "content"), content.span)]
                        if isinstance(content, Mapping)
                        else []
                    )
                    body = Body(body.attributes, tuple(inner), body.span)
                    blocks.append(Block("dynamic", key.span, (Label(str(name.value), name.span),), body, each.span))


def _expression(tree: Tree, as_expression: bool = False) -> Expression:
    """Return a JSON value as an expression. Its depth is bounded by the JSON reader."""
    if isinstance(tree, Scalar):
        if isinstance(tree.value, str) and (as_expression or "${" in tree.value or "%{" in tree.value):
            return parse_text_at(tree.value, tree.span, template=not as_expression)
        return Literal(tree.value, tree.span)
    if isinstance(tree, Sequence):
        return Tuple(tuple(_expression(item, as_expression) for item in tree.items), tree.span)
    return Object(tuple((_expression(key), _expression(value)) for key, value in tree.entries), tree.span)


def _plain(tree: Tree) -> Expression:
    if isinstance(tree, Scalar):
        return Literal(tree.value, tree.span)
    if isinstance(tree, Sequence):
        return Tuple(tuple(_plain(item) for item in tree.items), tree.span)
    return Object(tuple((Literal(str(key.value), key.span), _plain(value)) for key, value in tree.entries), tree.span)
