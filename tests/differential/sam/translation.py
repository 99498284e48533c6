"""The official transform, in this process: what CloudFormation makes of a SAM template. Nothing here goes to the network."""

from __future__ import annotations

import json
import warnings
from functools import cache
from typing import Any

from faaslint.graph import Graph
from faaslint.graph.build.project import build_graph
from faaslint.iam.managed import policy_arn
from faaslint.load.cloudformation import load_template
from faaslint.load.resource import Loaded
from faaslint.source.workspace import Workspace

REGION = "us-east-1"
UPLOADED = "s3://artifacts/"
"""`sam package` replaces local paths by where it uploads them; so does :func:`packaged`."""

LOCAL_CODE = {
    "AWS::Serverless::Function": ("CodeUri",),
    "AWS::Serverless::WebFunction": ("CodeUri",),
    "AWS::Serverless::LayerVersion": ("ContentUri",),
    "AWS::Serverless::StateMachine": ("DefinitionUri",),
    "AWS::Serverless::Api": ("DefinitionUri",),
    "AWS::Serverless::HttpApi": ("DefinitionUri",),
    "AWS::Serverless::GraphQLApi": ("SchemaUri",),
}


class Refused(Exception):
    """The transform refuses the template; the message says why."""


def parsed(text: str) -> dict[str, Any]:
    """Return a template as the transform gets it: CloudFormation's short forms are written out."""
    from samtranslator.yaml_helper import yaml_parse

    content: dict[str, Any] = json.loads(text) if text.lstrip().startswith("{") else yaml_parse(text)
    return content


def packaged(template: dict[str, Any]) -> dict[str, Any]:
    """Put an uploaded object in the place of each local path, as ``sam package`` does."""
    for name, resource in (template.get("Resources") or {}).items():
        if not isinstance(resource, dict):
            continue
        for key in LOCAL_CODE.get(str(resource.get("Type")), ()):
            properties = resource.setdefault("Properties", {}) or {}
            written = properties.get(key)
            is_text = isinstance(written, str) and "://" not in written
            if is_text or (key == "CodeUri" and written is None and "InlineCode" not in properties):
                properties[key] = f"{UPLOADED}{name}"
            resource["Properties"] = properties
    return template


def translated(template: dict[str, Any]) -> dict[str, Any]:
    """Return the CloudFormation template that the transform makes of a SAM template; it may change its argument."""
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.parser.parser import Parser

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found: dict[str, Any] = _translator()(None, Parser(), [], boto_session=_session()).translate(
                template, {}, passthrough_metadata=True, get_managed_policy_map=_Managed
            )
    except InvalidDocumentException as error:
        causes = [str(cause.message) for cause in error.causes] if error.causes else []
        raise Refused("; ".join([error.message, *causes])) from error
    return found


class _Managed(dict[str, str]):
    """The ARNs of AWS-managed policies by name, which the service would ask IAM for."""

    def get(self, key: str, default: Any = None) -> Any:
        return policy_arn(key) or default


@cache
def _translator() -> Any:
    from samtranslator.translator.translator import Translator

    return Translator


@cache
def _session() -> Any:
    import boto3

    return boto3.Session(region_name=REGION, aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="EXAMPLEKEY")


def load(template: dict[str, Any], files: dict[str, str] | None = None) -> Loaded:
    """Return what our loaders make of a template."""
    text = json.dumps(template, default=str)
    workspace = Workspace.in_memory({"template.json": text, **(files or {})})
    return load_template(workspace, "template.json", {"AWS::Region": REGION, "AWS::Partition": "aws"})


def graph_of(loaded: Loaded) -> Graph:
    """Return the graph; the handlers are the same on both sides, and stay out of it."""
    return build_graph(loaded)
