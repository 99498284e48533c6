"""Functions in a VPC: interfaces, addresses and the permissions that they need."""

from __future__ import annotations

import math
from typing import Any

from .store import document


def reserved_addresses() -> int:
    """Return how many addresses of each subnet AWS keeps for itself."""
    return int(document("vpc_rules")["reserved_addresses_per_subnet"]["value"])


def usable_addresses(cidr: str) -> int | None:
    """Return how many addresses of an IPv4 subnet can be used, None where ``cidr`` is no subnet that AWS takes."""
    # Imported here: it costs a few milliseconds, and most runs see no subnet.
    from ipaddress import IPv4Network

    try:
        network = IPv4Network(cidr, strict=False)
    except ValueError:
        return None
    smallest, largest = document("vpc_rules")["subnet_usable_ips"]["prefix_range"]
    if not smallest <= network.prefixlen <= largest:
        return None
    return network.num_addresses - reserved_addresses()


def gigabytes_per_interface() -> int:
    """Return the divisor of the interface formula, in GB of memory."""
    return int(document("vpc_rules")["interface_formula"]["gigabytes_per_interface"])


def interfaces_by_formula(peak_concurrency: int, memory_mb: int) -> int:
    """Return peak concurrency × (memory in GB / 3 GB), rounded up: AWS's capacity formula of before 2019."""
    # Whole numbers only, so that no rounding of fractions decides at the limit.
    divisor = gigabytes_per_interface() * 1024
    return -(-peak_concurrency * memory_mb // divisor)


def connections_per_interface() -> int:
    """Return how many connections one shared (Hyperplane) interface carries before another one is added."""
    return int(document("vpc_rules")["hyperplane"]["connections_per_eni"])


def interfaces_by_hyperplane(pairs: int, connections: int = 0) -> int:
    """Return how many interfaces so many distinct (subnet, security-group set) pairs take, at least one each."""
    return max(pairs, math.ceil(connections / connections_per_interface()))


def interface_quota() -> int:
    """Return how many Lambda interfaces a VPC may have, unless it was raised."""
    return int(document("vpc_rules")["eni_quota_per_vpc"]["default"])


def core_actions() -> tuple[str, ...]:
    """Return the actions without which a function in a VPC can't be created."""
    return tuple(_role_actions()["core"])


def documented_actions() -> tuple[str, ...]:
    """Return all actions that AWS's managed policy for VPC functions grants for interfaces."""
    return tuple(_role_actions()["documented"])


def _role_actions() -> dict[str, Any]:
    found: dict[str, Any] = document("vpc_rules")["role_actions"]
    return found
