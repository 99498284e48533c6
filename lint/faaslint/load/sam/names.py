"""The names of what the transform generates, so that references to it resolve."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final

from ...model.value import Reference

_ALIAS: Final = re.compile(r"(?!^[0-9]+$)[a-zA-Z0-9\-_]+$")

IMPLICIT_REST: Final = "ServerlessRestApi"
IMPLICIT_HTTP: Final = "ServerlessHttpApi"

_STANDING: Final = (
    IMPLICIT_REST,
    IMPLICIT_HTTP,
    "ServerlessDeploymentApplication",
    "CodeDeployServiceRole",
    "ServerlessUsagePlan",
    "ServerlessApiKey",
)

_REFERABLE: Final = {
    "AWS::Serverless::Function": ("Alias", "Version", "DestinationTopic", "DestinationQueue"),
    "AWS::Serverless::Api": ("Stage", "Deployment", "DomainName", "UsagePlan", "UsagePlanKey", "ApiKey"),
    "AWS::Serverless::HttpApi": ("Stage", "DomainName"),
    "AWS::Serverless::WebSocketApi": ("Stage", "DomainName"),
    "AWS::Serverless::StateMachine": ("Alias", "Version"),
}
"""What templates may name as ``!Ref MyFunction.Alias``."""


def alias_address(function: str, alias: str) -> str:
    """Return the logical id of a published alias."""
    name = alias.replace("-", "D").replace("_", "U") if _ALIAS.match(alias) else ""
    return f"{function}Alias{name}"


def hashed(prefix: str, content: str) -> str:
    """Return a logical id that ends with a hash, as the transform's own: the first ten digits of the content's SHA-1."""
    return prefix + (hashlib.sha1(content.encode()).hexdigest()[:10] if content else "")


def version_address(function: str) -> str:
    """Return the address of a published version. The transform adds a hash of the deployed code, which is not known here."""
    return f"{function}Version"


class Names:
    """Resolves references in a template that the transform applies to.

    ``generated`` gives the logical id of a part that the transform makes for a resource, None where it makes none.
    """

    def __init__(self, types: dict[str, str], generated: Callable[[str, str], str | None]) -> None:
        self._types = types
        self._generated = generated
        self._open: set[tuple[str, str]] = set()
        self._serverless = tuple(name for name, kind in types.items() if kind.startswith("AWS::Serverless::"))

    def resolve(self, name: str, attribute: str) -> Reference | None:
        """Return what a reference means, None where nothing has that name."""
        if name in self._types:
            part, _, rest = attribute.partition(".")
            address = self._part(name, part)
            return Reference(name, attribute) if address is None else Reference(address, rest or "Ref")
        owner, _, part = name.partition(".")
        if part and owner in self._types:
            address = self._part(owner, part)
            return Reference(address, attribute) if address is not None else None
        if name.startswith(_STANDING) or (self._serverless and name.startswith(self._serverless)):
            return Reference(name, attribute)
        return None

    def _part(self, name: str, part: str) -> str | None:
        if part not in _REFERABLE.get(self._types[name], ()) or (name, part) in self._open:
            return None  # a name that is asked for while it is being found out depends on itself
        self._open.add((name, part))
        try:
            return self._generated(name, part)
        finally:
            self._open.discard((name, part))
