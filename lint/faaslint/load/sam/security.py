"""Who may call the operations of a serverless API: the ``security`` of each, from its event and from the API's ``Auth``."""

from __future__ import annotations

from typing import Final

from ...model.span import Span
from ...model.value import ABSENT, Fields, Items, Known, Value, is_absent
from ..cloudformation.text import known_text
from .make import Content, made
from .serverless import mapping_of, wanted

AWS_IAM: Final = "AWS_IAM"
_KEY: Final = "api_key"
_NO_KEY: Final = "api_key_false"
_NONE: Final = "NONE"
"""Marks an operation that wants no authorizer although its API has a default one."""


class Guards:
    """What an API's ``Auth`` says of all its operations."""

    def __init__(self, auth: Fields, *, is_http: bool) -> None:
        self.auth = auth
        self.is_http = is_http
        self.authorizers = mapping_of(auth.get("Authorizers")) or Fields({})
        self.default = auth.get("DefaultAuthorizer")
        self.default_name = known_text(self.default)
        built_in = wanted(auth.get("EnableIamAuthorizer")) if is_http else self.default_name == AWS_IAM
        self.has_any = built_in or bool(self.authorizers.values)
        self.uses_key = wanted(auth.get("ApiKeyRequired"))
        self.uses_iam = built_in

    def of_event(self, event_auth: Value, span: Span) -> Value:
        """Return the ``security`` that an event's own ``Auth`` asks for; absent where it asks for nothing."""
        own = mapping_of(event_auth)
        if own is None:
            return event_auth
        entries: list[Content] = []
        authorizer = own.get("Authorizer")
        if self.is_http and is_absent(authorizer):
            authorizer = self.default
        name = known_text(authorizer)
        if name is not None:
            entries.append({name: self._scopes(name, own.get("AuthorizationScopes"))})
            self.uses_iam = self.uses_iam or name == AWS_IAM
        elif not is_absent(authorizer):
            return authorizer  # which authorizer guards the operation can't be known
        key = own.get("ApiKeyRequired")
        if not self.is_http and not is_absent(key):
            self.uses_key = self.uses_key or wanted(key)
            entries.append({_KEY if wanted(key) else _NO_KEY: []})
        return made(entries, span) if entries else ABSENT

    def of_operation(self, verb: str, written: Value, span: Span) -> Value:
        """Return the ``security`` of an operation after the API's defaults are applied to what it says itself."""
        present = _listed(written)
        if present is None:
            return written
        if self.is_http:
            return written if present or verb == "options" or not self._has_default() else self._defaulted([], span)
        if self._has_default() and (verb != "options" or not _refused(self.auth.get("AddDefaultAuthorizerToCorsPreflight"))):
            written = self._authorized(present, written, span)
            present = _listed(written)
            if present is None:
                return written
        if wanted(self.auth.get("ApiKeyRequired")):
            others = [entry for entry in present if not _has(entry, (_KEY, _NO_KEY))]
            is_free = any(_has(entry, (_NO_KEY,)) for entry in present)
            spares_preflight = verb == "options" and _refused(self.auth.get("AddApiKeyRequiredToCorsPreflight"))
            keyed = others if is_free or spares_preflight else [*others, made({_KEY: []}, span)]
            if len(keyed) != len(present) or others != present:
                return made(list(keyed), span)
        return written

    def _has_default(self) -> bool:
        return self.has_any and not is_absent(self.default)

    def _authorized(self, present: list[Value], written: Value, span: Span) -> Value:
        names = (AWS_IAM, *self.authorizers.values)
        others = [entry for entry in present if not _has(entry, names)]
        own = [entry for entry in present if _has(entry, names)]
        unguarded = next((index for index, entry in enumerate(others) if _has(entry, (_NONE,))), None)
        if unguarded is not None:
            del others[unguarded]
            return made(list(others), span) if others else written
        return made([*others, *own], span) if own else self._defaulted(others, span)

    def _defaulted(self, others: list[Value], span: Span) -> Value:
        if self.default_name is None:
            return self.default
        return made([*others, {self.default_name: self._scopes(self.default_name, ABSENT)}], span)

    def _scopes(self, name: str, own: Value) -> Content:
        entry = mapping_of(self.authorizers.get(name))
        if entry is None:
            return []
        scopes = entry.get("AuthorizationScopes") if is_absent(own) else own
        return [] if is_absent(scopes) else scopes


def _refused(value: Value) -> bool:
    return (known_text(value) or "").lower() == "false"


def _listed(value: Value) -> list[Value] | None:
    """Return the entries of a ``security``; None where they can't be known."""
    if is_absent(value):
        return []
    if isinstance(value, Known) and isinstance(value.value, Items) and value.value.openness is None:
        return [item.value for item in value.value.items]
    return None


def _has(entry: Value, names: tuple[str, ...]) -> bool:
    content = mapping_of(entry)
    return content is not None and any(name in content.values for name in names)
