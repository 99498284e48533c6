"""Templates of CloudFormation, SAM and the CDK."""

from .stacks import load_template

__all__ = ["load_template"]
