"""Hashes and identifiers made of texts and of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Leaf, Unknown, Value
from ....source.limits import TEXT_LENGTH
from ....source.workspace import Unreadable
from ..leaves import known, lift, text_of, unknown
from ..scope import Scope
from .failure import Fails
from .files import workspace_path

if TYPE_CHECKING:
    from ..evaluate import Evaluator

_NAMES: Final = ("md5", "sha1", "sha256", "sha512")


def _hexadecimal(name: str, content: bytes) -> str:
    import hashlib

    return hashlib.new(name, content, usedforsecurity=False).hexdigest()


def _base64(name: str, content: bytes) -> str:
    import base64
    import hashlib

    return base64.b64encode(hashlib.new(name, content, usedforsecurity=False).digest()).decode()


def _of_text(write: Callable[[str, bytes], str], name: str) -> Callable[[Sequence[Leaf], Span], Leaf | None]:
    def apply(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
        text = text_of(leaves[0]) if len(leaves) == 1 else None
        if text is None or len(text) > TEXT_LENGTH:
            return None
        return known(write(name, text.encode("utf-8", "replace")), span, leaves)

    return apply


def _of_file(write: Callable[[str, bytes], str], name: str) -> Callable[[Evaluator, Sequence[Value], Span, Scope], Value]:
    def apply(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
        def read(leaves: Sequence[Leaf]) -> Value:
            leaf = leaves[0]
            path = text_of(leaf)
            if path is None:
                return unknown(leaf.why if isinstance(leaf, Unknown) else "the path is known only after deployment", span)
            place = workspace_path(evaluator, path)
            if place is None:
                return unknown(f"the file {path} lies outside the project, so it is not read", span)
            symbol = f"the content of {place} in {name} as {write.__name__}"
            try:
                content = evaluator.session.workspace.read(place)
            except Unreadable as error:
                return unknown(f"the file {path} can't be read: {error}", span, symbol)
            if len(content) > TEXT_LENGTH:
                return unknown(f"the file {path} is too long", span, symbol)
            return known(write(name, content), span, leaves)

        return lift(read, values[:1], span) if values else unknown("an argument is missing", span)

    return apply


def _encoded(name: str, content: bytes) -> str:
    import base64

    return base64.b64encode(content).decode()


def _uuidv5(leaves: Sequence[Leaf], span: Span) -> Leaf | None:
    space, name = (text_of(leaf) for leaf in leaves) if len(leaves) == 2 else (None, None)
    if space is None or name is None:
        return None
    import uuid

    namespaces = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    namespace = namespaces.get(space)
    if namespace is None:
        try:
            namespace = uuid.UUID(space)
        except ValueError:
            raise Fails(f"'{space}' is no namespace") from None
    return known(str(uuid.uuid5(namespace, name)), span, leaves)


HASH_FUNCTIONS: Final[dict[str, Callable[[Sequence[Leaf], Span], Leaf | None]]] = {
    **{name: _of_text(_hexadecimal, name) for name in _NAMES},
    "base64sha256": _of_text(_base64, "sha256"),
    "base64sha512": _of_text(_base64, "sha512"),
    "uuidv5": _uuidv5,
}

FILE_HASH_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    **{f"file{name}": _of_file(_hexadecimal, name) for name in _NAMES},
    "filebase64sha256": _of_file(_base64, "sha256"),
    "filebase64sha512": _of_file(_base64, "sha512"),
    "filebase64": _of_file(_encoded, "base64"),
}
