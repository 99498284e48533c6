"""The registry module terraform-aws-modules/lambda/aws, which is called in place of the resource and seldom on disk.

Only what its inputs say plainly is modelled; the rest of the function is open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ...model.nodes import Origin
from ...model.span import Span
from ...model.value import Fields, Item, Items, Known, Open, Reference, Value
from ...source import hcl_nodes as hcl
from ..resource import Resource
from .leaves import via

if TYPE_CHECKING:
    from .evaluate import Evaluator
    from .scope import Instance, Module

_SOURCE: Final = re.compile(
    r"(?:registry\.(?:terraform|opentofu)\.(?:io|org)/)?terraform-aws-modules/lambda/aws/?$"
    r"|(?:git::)?(?:https://|ssh://git@|git@)?github\.com[/:]terraform-aws-modules/terraform-aws-lambda(?:\.git)?(?:\?.*)?$"
)

FUNCTION: Final = "aws_lambda_function.this[0]"
"""The function's address inside the module."""

_ROLE: Final = "aws_iam_role.lambda[0]"

_OUTPUTS: Final = {
    "lambda_function_arn": (FUNCTION, "arn"),
    "lambda_function_name": (FUNCTION, "function_name"),
    "lambda_function_invoke_arn": (FUNCTION, "invoke_arn"),
    "lambda_function_qualified_arn": (FUNCTION, "qualified_arn"),
    "lambda_function_version": (FUNCTION, "version"),
    "lambda_function_url": ("aws_lambda_function_url.this[0]", "function_url"),
    "lambda_role_arn": (_ROLE, "arn"),
    "lambda_role_name": (_ROLE, "name"),
    "lambda_cloudwatch_log_group_arn": ("aws_cloudwatch_log_group.lambda[0]", "arn"),
    "lambda_cloudwatch_log_group_name": ("aws_cloudwatch_log_group.lambda[0]", "name"),
    "lambda_layer_arn": ("aws_lambda_layer_version.this[0]", "arn"),
}

_INPUTS: Final = {
    "function_name": "function_name",
    "description": "description",
    "handler": "handler",
    "runtime": "runtime",
    "memory_size": "memory_size",
    "timeout": "timeout",
    "layers": "layers",
    "architectures": "architectures",
    "package_type": "package_type",
    "reserved_concurrent_executions": "reserved_concurrent_executions",
    "publish": "publish",
    "kms_key_arn": "kms_key_arn",
    "image_uri": "image_uri",
    "source_path": "source_path",
    "local_existing_package": "filename",
}


def registry_lambda(source: str) -> bool:
    """Return whether a module source is the registry's Lambda module (without a submodule)."""
    return _SOURCE.match(source) is not None


def registry_output(address: str, name: str) -> Reference:
    """Return what an output of a call of the module (at ``address``) refers to."""
    inner, attribute = _OUTPUTS.get(name, ("", name))
    return Reference(f"{address}.{inner}" if inner else address, attribute)


def registry_function(evaluator: Evaluator, module: Module, name: str, instance: Instance, address: str) -> Resource | None:
    """Return the function that a call of the module makes, None where it makes none (or a layer only)."""
    block = module.configuration.calls[name]
    arguments = block.body.attributes
    for switch in ("create", "create_function"):
        if _plain(evaluator, arguments.get(switch), instance) is False:
            return None
    if _plain(evaluator, arguments.get("create_layer"), instance) is True:
        return None
    values: dict[str, Value] = {}
    keys: dict[str, Span] = {}
    for given, property_name in _INPUTS.items():
        attribute = arguments.get(given)
        if attribute is not None:
            values[property_name] = via(evaluator.evaluate(attribute.expression, instance.scope), attribute.expression.span)
            keys[property_name] = attribute.key
    variables = arguments.get("environment_variables")
    if variables is not None:
        inner = via(evaluator.evaluate(variables.expression, instance.scope), variables.expression.span)
        fields = Fields({"variables": inner}, {"variables": variables.key})
        values["environment"] = Known(Items((Item(Known(fields, (variables.key,))),)), (variables.key,))
        keys["environment"] = variables.key
    role = arguments.get("lambda_role")
    creates_role = _plain(evaluator, arguments.get("create_role"), instance)
    if role is not None and creates_role is False:
        values["role"] = via(evaluator.evaluate(role.expression, instance.scope), role.expression.span)
        keys["role"] = role.key
    openness = Open("the module sets properties of its own", block.labels[0].span)
    return Resource(
        address=f"{address}.{FUNCTION}",
        type="aws_lambda_function",
        span=block.labels[0].span,
        properties=Fields(values, keys, openness),
        name=f"{address}.{FUNCTION}",
        guard=module.guard & instance.guard,
        origin=Origin.MODULE,
        unknown_count=module.unknown_count or module.expansions[f"module.{name}"].unknown,
        spellings={"environment.variables": "environment_variables", "role": "lambda_role"},
    )


def _plain(evaluator: Evaluator, attribute: hcl.Attribute | None, instance: Instance) -> object:
    value = evaluator.evaluate(attribute.expression, instance.scope) if attribute is not None else None
    return value.value if isinstance(value, Known) else None
