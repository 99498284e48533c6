"""The quotas of Lambda, in the units that their names say."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, NamedTuple

from .store import document

MEMORY_PROFILES = ("current", "2019")
"""What ``memory-profile`` may be set to: today's bounds, or those of 2019 (128 to 3008 MB in steps of 64)."""


class Bounds(NamedTuple):
    """A closed interval of whole numbers, in steps counted from its minimum."""

    minimum: int
    maximum: int
    step: int = 1

    def allows(self, number: float) -> bool:
        """Return whether a number is inside and on a step."""
        return self.minimum <= number <= self.maximum and (number - self.minimum) % self.step == 0

    def nearest(self, number: float) -> int:
        """Return the allowed number that is nearest; of two, the larger."""
        inside = min(max(number, self.minimum), self.maximum)
        steps = math.ceil((inside - self.minimum) / self.step)
        return min(self.minimum + steps * self.step, self.maximum)

    def __str__(self) -> str:
        return f"{self.minimum}..{self.maximum}" + (f" in steps of {self.step}" if self.step != 1 else "")


def quota(identifier: str) -> Any:
    """Return the value of one quota as its data file has it. Raises KeyError for an unknown identifier."""
    return document("lambda_quotas")["quotas"][identifier]["value"]


def source(identifier: str) -> tuple[str, ...]:
    """Return where the value of a quota was read."""
    return tuple(document("lambda_quotas")["quotas"][identifier]["source"])


def bounds(identifier: str) -> Bounds:
    """Return one quota that is an interval. Raises KeyError for another one."""
    value = quota(identifier)
    return Bounds(value["min"], value["max"], value.get("step", 1))


def memory(profile: str = "current", *, capacity_provider: bool = False) -> Bounds:
    """Return the memory that a function may have, in MB; ``profile`` is one of ``MEMORY_PROFILES``."""
    if capacity_provider:
        return bounds("memory_mb_managed_instances")
    return bounds("memory_mb_2019" if profile == "2019" else "memory_mb")


def timeout(*, capacity_provider: bool = False) -> Bounds:
    """Return the timeout that a function may have, in seconds.

    With a capacity provider the longer maximum is for asynchronous and mapped invocations only.
    """
    return bounds("timeout_s_managed_instances" if capacity_provider else "timeout_s")


def ephemeral_storage() -> Bounds:
    """Return the size that /tmp may have, in MB."""
    return bounds("ephemeral_storage_mb")


def environment_bytes() -> int:
    """Return how large all environment variables may be together, keys and values, in bytes."""
    return int(quota("env_vars_total_bytes"))


def layers() -> int:
    """Return how many layers a function may have."""
    return int(quota("layers_max"))


def zip_upload_mb() -> int:
    """Return the largest zip archive that the API takes directly, in MB of 1024 KB."""
    return int(quota("zip_direct_upload_mb"))


def unzipped_mb() -> int:
    """Return the largest package with all its layers, unzipped, in MB of 1024 KB."""
    return int(quota("package_unzipped_mb"))


def subnets() -> int:
    """Return how many subnets a function may name."""
    return int(quota("vpc_subnets_max"))


def security_groups() -> int:
    """Return how many security groups a function may name."""
    return int(quota("vpc_security_groups_max"))


def account_concurrency() -> int:
    """Return how many executions an account may run at once in a region, unless it was raised."""
    return int(quota("concurrency_account_default"))


def unreserved_concurrency() -> int:
    """Return how many executions of the account's limit can't be reserved by any function."""
    return int(quota("concurrency_unreserved_minimum"))


def asynchronous_retries() -> Bounds:
    """Return how often an asynchronous invocation may be retried."""
    return bounds("async_retries")


def asynchronous_age() -> Bounds:
    """Return how old an asynchronous event may become, in seconds."""
    return bounds("event_age_async_s")


@cache
def reserved_environment_keys() -> frozenset[str]:
    """Return the environment variables that only Lambda itself may set."""
    return frozenset(document("lambda_quotas")["reserved_env_keys"]["value"])


def is_environment_key(name: str) -> bool:
    """Return whether Lambda takes this as the name of an environment variable: a letter, then at least one more."""
    return (
        len(name) >= 2
        and name.isascii()
        and name[0].isalpha()
        and all(character.isalnum() or character == "_" for character in name)
    )


def takes_inline_code(runtime: str) -> bool:
    """Return whether a runtime takes source text inside the template."""
    families = quota("inline_zipfile")["runtimes"]
    return any(runtime.startswith(family.rstrip("*")) for family in families)


def inline_code_bytes() -> int:
    """Return how large inline source may be, in bytes."""
    return int(quota("inline_zipfile")["max_bytes"])


def snap_start_storage_mb() -> int:
    """Return how large the ephemeral storage of a function with SnapStart may be, in MB."""
    return int(document("lambda_quotas")["snapstart"]["largest_storage_mb"])
