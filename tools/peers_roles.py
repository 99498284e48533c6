"""Examples of roles and policies as those of functions, which are what our rules speak of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

TRUST: Final = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def employed(text: str, name: str) -> str:
    """Return a file whose roles and policies are those of functions: our rules ask of functions what others ask of any role.

    Policies of users, groups and permission sets stay as they are.
    """
    if name.endswith(".tf"):
        return text + "".join(_employed_in_terraform(text))
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads the short forms of CloudFormation's functions as the long ones."""

    def long_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> object:
        plain = {yaml.ScalarNode: loader.construct_scalar, yaml.SequenceNode: loader.construct_sequence}
        value = plain.get(type(node), loader.construct_mapping)(node)  # type: ignore[operator, arg-type]  # one per kind of node
        return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}

    Loader.add_multi_constructor("!", long_form)
    template = yaml.load(text, Loader)
    resources = template["Resources"]
    added: dict[str, object] = {}
    for logical_id, resource in list(resources.items()):
        if not isinstance(resource, dict):
            continue
        kind, properties = resource.get("Type", ""), resource.get("Properties", {})
        if kind == "AWS::IAM::Role":
            added[f"{logical_id}Function"] = _function({"Fn::GetAtt": [logical_id, "Arn"]})
        elif kind in {"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"} and not properties.get("Roles"):
            properties["Roles"] = [{"Ref": f"{logical_id}Role"}]
            added[f"{logical_id}Role"] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}
            added[f"{logical_id}Function"] = _function({"Fn::GetAtt": [f"{logical_id}Role", "Arn"]})
    return json.dumps({**template, "Resources": {**resources, **added}}, indent=1, default=str)


def _function(role: object) -> dict[str, object]:
    code = {"S3Bucket": "code", "S3Key": "worker-1.zip"}
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Runtime": "nodejs22.x", "Handler": "index.handler", "Timeout": 20, "Role": role, "Code": code},
    }


def _employed_in_terraform(text: str) -> Iterator[str]:
    for place, head in enumerate(re.finditer(r'^\s*(resource|data)\s+"?(aws_iam_\w+)"?\s+"([^"]+)"', text, re.MULTILINE)):
        address, role = f"{head[2]}.{head[3]}", f"aws_iam_role.employed_{place}.arn"
        if head[2] == "aws_iam_role":
            role = f"{address}.arn"
        elif head[2] in {"aws_iam_policy", "aws_iam_policy_document"}:
            trust = json.dumps(TRUST)
            yield f'\nresource "aws_iam_role" "employed_{place}" {{\n  assume_role_policy = jsonencode({trust})\n}}\n'
            if head[2] == "aws_iam_policy":
                kind, given = "aws_iam_role_policy_attachment", f"policy_arn = {address}.arn"
            else:
                kind, given = "aws_iam_role_policy", f"policy = data.{address}.json"
            yield f'\nresource "{kind}" "employed_{place}" {{\n  role = aws_iam_role.employed_{place}.name\n  {given}\n}}\n'
        else:
            continue
        yield (
            f'\nresource "aws_lambda_function" "employed_{place}" {{\n  function_name = "employed-{place}"\n'
            f'  role = {role}\n  runtime = "nodejs22.x"\n  handler = "index.handler"\n  timeout = 20\n  s3_bucket = "code"\n'
            '  s3_key = "worker-1.zip"\n}\n'
        )
