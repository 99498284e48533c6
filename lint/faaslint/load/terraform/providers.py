"""Which region a resource is created in, as the configuration of its provider says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...model.span import Span
from ...model.value import ABSENT, Known, Value
from ...source import hcl_nodes as hcl
from .leaves import unknown
from .scope import Module, Scope

if TYPE_CHECKING:
    from .evaluate import Evaluator


def region_of(evaluator: Evaluator, module: Module, block: hcl.Block, own: Value) -> Value:
    """Return the region of a resource; ABSENT where neither it nor its provider says one."""
    if not (isinstance(own, Known) and own.value is None):
        return own
    chosen = block.body.attributes.get("provider")
    name = "aws"
    if chosen is not None:
        written = provider_name(chosen.expression)
        if written is None:
            return unknown("the provider is not named plainly", chosen.expression.span)
        name = written
    return _region(evaluator, module, name)


def provider_name(expression: hcl.Expression) -> str | None:
    """Return a provider as configurations are keyed: ``aws`` or ``aws.alias``; None for another expression."""
    if isinstance(expression, hcl.Literal) and isinstance(expression.value, str):
        return expression.value
    if isinstance(expression, hcl.Traversal):
        names = [step.name for step in expression.steps if isinstance(step, hcl.GetAttribute)]
        if len(names) == len(expression.steps) <= 1:
            return ".".join([expression.root, *names])
    return None


def _region(evaluator: Evaluator, module: Module, name: str) -> Value:
    """Follow a provider through the calls to the module that configures it."""
    while True:
        block = module.configuration.providers.get(name)
        if block is not None and (module.is_root or "region" in block.body.attributes):
            region = block.body.attributes.get("region")
            return evaluator.evaluate(region.expression, Scope(module)) if region is not None else ABSENT
        if module.call is None or module.caller is None:
            return ABSENT if "." not in name else unknown(f"provider {name} is not configured here", _first_span(module))
        passed = module.call.body.attributes.get("providers")
        if passed is not None and isinstance(passed.expression, hcl.Object):
            written = next((value for key, value in passed.expression.entries if provider_name(key) == name), None)
            if written is not None:
                other = provider_name(written)
                if other is None:
                    return unknown("the provider is not named plainly", written.span)
                name = other
            elif "." in name:
                return unknown(f"provider {name} is not passed to the module", passed.expression.span)
        elif "." in name:
            return unknown(f"provider {name} is not passed to the module", module.call.labels[0].span)
        module = module.caller.module


def _first_span(module: Module) -> Span:
    path = module.configuration.files[0] if module.configuration.files else module.configuration.folder
    return Span(path, 1, 1, 1, 1)
