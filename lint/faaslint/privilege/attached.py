"""Whether a function is attached to a VPC."""

from __future__ import annotations

from ..model.read import elements
from ..model.value import Items, Known, Leaf


def is_attached(subnets: Leaf, groups: Leaf) -> bool | None:
    """Return whether a function with these subnets and security groups is in a VPC; None where that can't be known.

    A security group tells it where the subnets are unknown: Lambda refuses a configuration with only one of the two
    ("SubnetIds and SecurityIds must coexist or be both empty list").
    """
    if isinstance(subnets, Known):
        if subnets.value is None:
            return False
        if _has_one(subnets):
            return True
        if isinstance(subnets.value, Items) and not subnets.value.items and subnets.value.openness is None:
            return False
    return True if isinstance(groups, Known) and _has_one(groups) else None


def _has_one(listed: Known) -> bool:
    return any(guard.always for guard, _ in elements(listed))
