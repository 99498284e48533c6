"""Reading the models: Terraform's language, with inputs and outputs in one block each."""

from __future__ import annotations

import os
from typing import Final

from ....source.hcl import parse_hcl
from ....source.hcl_nodes import Attribute, Block, Body, Label
from ..configuration import Configuration
from . import MODEL_PATH

_FOLDER: Final = os.path.join(os.path.dirname(__file__), "models")
_KINDS: Final = {"inputs": ("variable", "default"), "outputs": ("output", "value")}


def read_model(model: str) -> Configuration:
    """Return what a model declares: ``inputs`` are variables with defaults, ``outputs`` outputs with values."""
    path = f"{MODEL_PATH}{model}.tf"
    with open(os.path.join(_FOLDER, f"{model}.tf"), encoding="utf-8") as stream:
        body = parse_hcl(stream.read(), path)
    blocks: list[Block] = []
    for block in body.blocks:
        if block.type in _KINDS:
            blocks += [_declared(*_KINDS[block.type], attribute) for attribute in block.body.attributes.values()]
        else:
            blocks.append(block)
    configuration = Configuration(path, model=model)
    configuration.add(Body({}, tuple(blocks), body.span, body.broken, body.problems))
    return configuration


def _declared(kind: str, inner: str, attribute: Attribute) -> Block:
    span = attribute.key
    body = Body({inner: Attribute(inner, span, attribute.expression)}, (), attribute.expression.span)
    return Block(kind, span, (Label(attribute.name, span),), body, span)
