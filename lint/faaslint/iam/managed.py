"""The documents of the policies that AWS manages, by ARN or by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from ..model.value import Value
from .match import PARTITIONS
from .policy import document_value
from .store import shards


def sources() -> Mapping[str, str]:
    """Return the packages that the documents were taken from, and their versions."""
    return MappingProxyType(shards("managed").index["sources"])


def managed_policy(arn_or_name: str) -> Value | None:
    """Return the document of an AWS-managed policy in its default version, None where no such policy is known.

    An ARN may be of any partition (all documents are those of the partition ``aws``). A name may have its path before it
    (``service-role/AWSLambdaBasicExecutionRole``) or not. The document has no positions.
    """
    return _document(name) if (name := policy_name(arn_or_name)) is not None else None


def policy_name(arn_or_name: str) -> str | None:
    """Return the name of the AWS-managed policy that an ARN or a name with or without its path means, None for no policy.

    A policy has one path; an ARN with another one names nothing.
    """
    whole = arn_or_name
    is_arn = whole.startswith("arn:")
    if is_arn:
        fields = whole.split(":", 5)
        if len(fields) < 6 or fields[1] not in PARTITIONS or fields[2:5] != ["iam", "", "aws"]:
            return None
        if not fields[5].startswith("policy/"):
            return None
        whole = fields[5].removeprefix("policy/")
    path, _, name = whole.rpartition("/")
    entry = shards("managed").index["names"].get(name)
    if entry is None or ((path or is_arn) and entry[0].strip("/") != path):
        return None
    return name


def policy_arn(name: str, partition: str = "aws") -> str | None:
    """Return the ARN of an AWS-managed policy, None where no policy has that name."""
    entry = shards("managed").index["names"].get(name)
    return None if entry is None else f"arn:{partition}:iam::aws:policy{entry[0]}{name}"


@lru_cache(maxsize=256)
def _document(name: str) -> Value:
    table = shards("managed")
    return document_value(table.get(table.index["names"][name][1])[name])
