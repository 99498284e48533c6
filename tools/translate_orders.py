"""Translate the SAM form of the bundled example with AWS's own translator: ``python tools/translate_orders.py [--check]``.

What comes of ``fixtures/projects/orders/sam/template.yaml`` is the CloudFormation form of the example. The translator takes
code from a bucket only, so local paths are given to it as objects and put back afterwards, as the command line's
``package`` takes them.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1] / "fixtures" / "projects" / "orders"
SOURCE = ROOT / "sam" / "template.yaml"
TARGET = ROOT / "cloudformation" / "template.yaml"
REGION = "us-east-1"
BUCKET = "local-code"
HEADER = "# What AWS's translator makes of ../sam/template.yaml; tools/translate_orders.py writes it.\n"


def translated() -> str:
    """Return the translated template as YAML. Raises what the translator raises for a template that it refuses."""
    os.environ["AWS_DEFAULT_REGION"] = REGION
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    template = yaml_parse(SOURCE.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{BUCKET}/{resource['Properties']['CodeUri']}"
    # The example names no managed policy that only the service could look up: an empty table will do.
    made = Translator({}, Parser()).translate(template, {})
    for resource in made["Resources"].values():
        code = resource.get("Properties", {}).get("Code")
        if isinstance(code, dict) and code.get("S3Bucket") == BUCKET:
            resource["Properties"]["Code"] = code["S3Key"]
    return HEADER + yaml.safe_dump(_plain(made), sort_keys=False, width=120, allow_unicode=True)


def _plain(value: Any) -> Any:
    """Return a template of plain mappings and lists, so that nothing in the output is an alias of something else."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def main() -> int:
    """Return the exit status: with ``--check``, 1 where the committed template is not current."""
    text = translated()
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") == text:
            return 0
        print(f"{TARGET.name} is not what the translator makes; run tools/translate_orders.py", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
