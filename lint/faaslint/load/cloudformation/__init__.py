"""Templates of CloudFormation, SAM and the CDK."""

from .template import load_template

__all__ = ["load_template"]
