"""The catalogue of IAM actions: what exists, what it does, and on which resources it can be granted.

The catalogue is a picture of one day (see ``sources``): an action that it does not have may be newer. Only the services
that are asked for are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ..model.read import known_text_parts
from ..model.value import Known, Leaf
from .match import Answer, resource_matches, text_matches
from .store import document, shards

NEAR_ENOUGH: Final = 0.8
"""How alike (0 to 1) a misspelt action and the one that was meant have to be."""


LONGEST_PATTERN: Final = 256
"""Longest action pattern (characters) that is looked up; the longest action has about 100."""

UNSCOPED: Final = frozenset({"cloudwatch:PutMetricData"})
"""Actions whose resource types are for a special use only: what they usually work on has no ARN."""

STAR_ONLY: Final = frozenset({"ec2", "kms"})
"""Services whose guides say that their actions without resource types take ``*`` only."""

ALSO_ACCEPTED: Final[Mapping[str, str]] = MappingProxyType(
    {"s3:ListAllMyBuckets": "arn:*:s3:::*", "logs:DescribeLogGroups": "arn:*:logs:*:*:log-group:*"}
)
"""Where AWS's guides grant an action on resources that its reference does not list: nobody should be told that it has no
effect."""


class AccessLevel(StrEnum):
    """What an action does, as AWS classes it."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"
    PERMISSIONS = "Permissions management"


_LEVELS: Final[Mapping[str, AccessLevel]] = MappingProxyType(
    {
        "L": AccessLevel.LIST,
        "R": AccessLevel.READ,
        "W": AccessLevel.WRITE,
        "T": AccessLevel.TAGGING,
        "P": AccessLevel.PERMISSIONS,
    }
)


class ResourceType(NamedTuple):
    """A kind of resource that an action works on. ``arn`` is its ARN with ``*`` for each variable part."""

    name: str
    arn: str
    required: bool


class _Service:
    """The actions of one service, with a lookup that ignores case."""

    __slots__ = ("_content", "_numbers", "prefix")

    def __init__(self, prefix: str, content: dict[str, Any]) -> None:
        self.prefix = prefix
        self._content = content
        self._numbers: dict[str, int] = {name.lower(): number for number, name in enumerate(content["actions"])}

    def names(self) -> list[str]:
        names: list[str] = self._content["actions"]
        return names

    def number(self, name: str) -> int | None:
        return self._numbers.get(name.lower())

    def level(self, number: int) -> AccessLevel:
        return _LEVELS[self._content["levels"][number]]

    def types(self, number: int) -> Iterator[ResourceType]:
        for entry in filter(None, self._content["on"][number].split(",")):
            name, arns = self._content["types"][int(entry.rstrip("!"))]
            for arn in arns.split(", "):
                yield ResourceType(name, _with_stars(arn), entry.endswith("!"))

    def dependents(self, number: int) -> tuple[str, ...]:
        return tuple(self._content.get("needs", {}).get(self._content["actions"][number], ()))


def _with_stars(arn: str) -> str:
    """``arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`` becomes ``arn:*:sqs:*:*:*``."""
    parts: list[str] = []
    rest = arn
    while "${" in rest:
        before, _, after = rest.partition("${")
        parts.append(before)
        rest = after.partition("}")[2]
    return "*".join([*parts, rest])


@cache
def _service(prefix: str) -> _Service | None:
    content = shards("actions").get(prefix)
    return None if content is None else _Service(prefix, content)


def _find(action: str) -> tuple[_Service, int] | None:
    prefix, _, name = action.partition(":")
    service = _service(prefix.lower())
    if service is None:
        return None
    number = service.number(name)
    return None if number is None else (service, number)


def sources() -> Mapping[str, str]:
    """Return the packages that the catalogue was made from, and their versions."""
    return MappingProxyType(shards("actions").index["sources"])


def services() -> tuple[str, ...]:
    """Return the prefixes of all services, sorted."""
    return shards("actions").names()


def is_service(prefix: str) -> bool:
    """Return whether a service prefix exists. Case does not matter."""
    return prefix.lower() in shards("actions").index["shards"]


def service_actions(prefix: str) -> tuple[str, ...]:
    """Return all actions of a service with their prefix (``s3:GetObject``), empty for an unknown prefix."""
    service = _service(prefix.lower())
    return tuple(f"{service.prefix}:{name}" for name in service.names()) if service else ()


def is_action(action: str) -> bool:
    """Return whether an action, without wildcards, exists. Case does not matter."""
    return _find(action) is not None


def canonical_action(action: str) -> str | None:
    """Return an action as AWS spells it, None where it does not exist."""
    found = _find(action)
    return f"{found[0].prefix}:{found[0].names()[found[1]]}" if found else None


def access_level(action: str) -> AccessLevel | None:
    """Return what an action does, None where it does not exist."""
    found = _find(action)
    return found[0].level(found[1]) if found else None


@lru_cache(maxsize=4096)
def resource_types(action: str) -> tuple[ResourceType, ...] | None:
    """Return the kinds of resource that an action can be granted on, None where the action does not exist.

    An empty answer means that it can be granted on ``*`` only.
    """
    found = _find(action)
    return tuple(found[0].types(found[1])) if found else None


def supports_resources(action: str) -> bool | None:
    """Return whether an action can be granted on particular resources, None where it does not exist."""
    types = resource_types(action)
    return None if types is None else bool(types) and canonical_action(action) not in UNSCOPED


def dependent_actions(action: str) -> tuple[str, ...]:
    """Return the actions that an action may take besides itself (``iam:PassRole`` for ``lambda:CreateFunction``)."""
    found = _find(action)
    return found[0].dependents(found[1]) if found else ()


def matches(pattern: str, action: str) -> bool:
    """Return whether the text of an action pattern covers an action. Case does not matter."""
    return text_matches(pattern.lower(), action.lower())


@lru_cache(maxsize=512)
def expand(pattern: str) -> tuple[str, ...]:
    """Return the existing actions that a pattern covers, sorted by service; empty where there are none.

    A pattern whose service part has wildcards reads the whole catalogue (about a tenth of a second, once). One that is
    longer than any action covers none.
    """
    if len(pattern) > LONGEST_PATTERN:
        return ()
    wanted = pattern.lower()
    if wanted.strip("*") == "":
        return tuple(action for prefix in services() for action in service_actions(prefix)) if wanted else ()
    prefix, colon, name = wanted.partition(":")
    if not colon:
        # "ec2*" without a colon may reach over it.
        candidates = [service for service in services() if text_matches(wanted, f"{service}:") or "*" in wanted]
    elif "*" in prefix or "?" in prefix:
        candidates = [service for service in services() if text_matches(prefix, service) or "*" in prefix]
    else:
        candidates = [prefix]
        if name == "*":
            return service_actions(prefix)
    return tuple(
        action for service in candidates for action in service_actions(service) if text_matches(wanted, action.lower())
    )


def resource_fits(action: str, resource: Leaf) -> Answer:
    """Return whether a resource pattern of a statement can name a resource that the action works on.

    NO means that the grant of this action has no effect. YES is only said of ``*``, as the rest depends on what exists.
    """
    if isinstance(resource, Known) and resource.value == "*":
        return Answer.YES
    types = resource_types(action)
    if types is None:
        return Answer.MAYBE
    if not types and isinstance(resource, Known):
        text = known_text_parts(resource) or ""
        if text.split(":", 5)[2:3] == [action.partition(":")[0].lower()] and text.split(":", 5)[5:] == ["*"]:
            # Some services ask for all of their own where an action knows no resources.
            return Answer.MAYBE
    also = ALSO_ACCEPTED.get(canonical_action(action) or "")
    if also is not None:
        types = (*types, ResourceType("", also, False))
    return Answer.MAYBE if any(_may_name(resource, kind) for kind in types) else Answer.NO


def _may_name(resource: Leaf, kind: ResourceType) -> bool:
    if resource_matches(resource, Known(kind.arn)) is Answer.NO:
        return False
    if kind.name == "bucket" and kind.arn.endswith(":s3:::*") and isinstance(resource, Known):
        # The name of a bucket has no slash, so that an object's ARN is none of a bucket.
        return not (isinstance(resource.value, str) and "/" in resource.value)
    return True


def _verb(name: str) -> str:
    """Return the first word of an action's name: ``Get`` of ``GetObject``."""
    end = next((place for place, character in enumerate(name) if place and character.isupper()), len(name))
    return name[:end]


def nearest(action: str) -> str | None:
    """Return the existing action or action pattern's service that the user most likely meant, None where nothing is near.

    The name of an API operation gives the one action of the service that the operation takes. A wrong prefix gives the same
    action of the service with the nearest prefix, if that has it.
    """
    if len(action) > LONGEST_PATTERN:
        return None
    # Imported here: it costs several milliseconds and only a misspelt action needs it.
    from difflib import get_close_matches

    prefix, colon, name = action.partition(":")
    if not colon:
        return None
    lowered = prefix.lower()
    if is_service(lowered):
        for operations in document("sdk_calls")["operations"].values():
            taken = [one for one in operations.get(name, {}).get("actions", ()) if one.startswith(f"{lowered}:")]
            if len(taken) == 1:
                return str(taken[0])
        by_lower = {candidate.lower(): candidate for candidate in service_actions(lowered)}
        longer = [candidate for candidate in by_lower if candidate.startswith(f"{lowered}:{name.lower()}")]
        if len(longer) == 1:
            return by_lower[longer[0]]
        verb = _verb(name)
        if any(_verb(candidate.partition(":")[2]) == verb for candidate in by_lower.values()):
            # Whoever writes a verb that exists means it: List is no misspelt Stop.
            by_lower = {candidate: spelt for candidate, spelt in by_lower.items() if _verb(spelt.partition(":")[2]) == verb}
        found = get_close_matches(f"{lowered}:{name.lower()}", by_lower, n=1, cutoff=NEAR_ENOUGH)
        return by_lower[found[0]] if found else None
    for candidate in get_close_matches(lowered, services(), n=3, cutoff=0.6):
        if canonical := canonical_action(f"{candidate}:{name}"):
            return canonical
    return None
