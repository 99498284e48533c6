"""Override files: ``override.tf`` and ``*_override.tf`` change blocks that other files declare.

Terraform's rules: an argument replaces the one of the same name, a nested block replaces all of its type (also those that
a ``dynamic`` block makes), ``lifecycle`` is joined argument by argument, a local value is replaced by name.
"""

from __future__ import annotations

from ...source.hcl_nodes import Block, Body

_JOINED = frozenset({"lifecycle"})


def overridden(base: Block, override: Block) -> Block:
    """Return a block with what an override file says of it."""
    return Block(base.type, base.key, base.labels, _body(base.body, override.body), base.span)


def _body(base: Body, override: Body) -> Body:
    replaced = {_made(block) for block in override.blocks if block.type not in _JOINED}
    joined = {block.type: block for block in override.blocks if block.type in _JOINED}
    blocks: list[Block] = []
    for block in base.blocks:
        if block.type in joined:
            later = joined.pop(block.type)
            blocks.append(Block(block.type, block.key, block.labels, _body(block.body, later.body), block.span))
        elif _made(block) not in replaced:
            blocks.append(block)
    blocks += [block for block in override.blocks if block.type not in _JOINED]
    blocks += joined.values()
    # In JSON a nested block looks like an argument: it replaces blocks of its name, and a block replaces it.
    attributes = {name: each for name, each in base.attributes.items() if name not in replaced} | override.attributes
    blocks = [block for block in blocks if _made(block) not in override.attributes or block in override.blocks]
    return Body(attributes, tuple(blocks), base.span, base.broken or override.broken)


def _made(block: Block) -> str:
    """Return the type of the blocks that a block is, or makes."""
    return block.labels[0].text if block.type == "dynamic" and block.labels else block.type
