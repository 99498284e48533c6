"""Reading a file of a project as a tree, whichever of the two template languages it is in."""

from __future__ import annotations

import posixpath
import re
from weakref import WeakKeyDictionary

from ...model.span import Span
from ...source.tree import ParseFailure, Tree
from ...source.workspace import Unreadable, Workspace


def parse_document(text: str, path: str, repeated: list[ParseFailure] | None = None) -> Tree:
    """Parse YAML or JSON, by the file's extension, or by how the text begins. Raises ParseFailure."""
    extension = posixpath.splitext(path)[1].lower()
    if extension == ".json" or (extension not in (".yaml", ".yml") and text.lstrip()[:1] == "{"):
        # Imported when first needed: most projects hold only one of the two.
        from ...source.json import parse_json

        return parse_json(text, path, repeated)
    from ...source.yaml import parse_yaml

    try:
        return parse_yaml(text, path, repeated)
    except ParseFailure:
        if not text.lstrip().startswith("{"):
            raise
        # JSON may be called YAML, and is not always: tabs, surrogate pairs and long keys are its own.
        from ...source.json import parse_json

        try:
            return parse_json(text, path, repeated)
        except ParseFailure:
            pass
        raise


_read_ahead: WeakKeyDictionary[Workspace, dict[str, tuple[Tree, list[ParseFailure]]]] = WeakKeyDictionary()
"""What discovery parsed and no loader has asked for yet: parsing is a third of the cost of a template."""


def read_document(
    workspace: Workspace, path: str, repeated: list[ParseFailure] | None = None, *, filled_in: bool = False
) -> Tree:
    """Read and parse a file. Raises ParseFailure, also where the file can't be read.

    ``repeated`` collects repeated keys, of which the last counts; without it they are failures. ``filled_in`` says that
    placeholders (``${name}``) are filled in before the file is used, so they may stand where JSON wants a value.
    """
    ahead = _read_ahead.get(workspace, {}).pop(path, None)
    if ahead is not None and repeated is not None:
        repeated += ahead[1]
        return ahead[0]
    try:
        text = workspace.text(path)
    except Unreadable as error:
        raise ParseFailure(f"the file can't be read: {error}", Span(path, 1, 1, 1, 1)) from None
    try:
        return parse_document(text, path, repeated)
    except ParseFailure:
        if not filled_in or (quoted := _quoted(text)) == text:
            raise
    return parse_document(quoted, path, repeated)


def _quoted(text: str) -> str:
    """Return JSON with a text in the place of each bare placeholder: as long, so that everything keeps its place."""

    def as_text(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name is None else f'"${{{name[:-1]}"'

    return re.sub(r'"(?:[^"\\\n]|\\.)*"|\$\{([^{}"\s]+)\}', as_text, text)


def read_ahead(workspace: Workspace, path: str) -> Tree:
    """Read and parse a file whose loader will ask for it next. Raises ParseFailure."""
    repeated: list[ParseFailure] = []
    tree = read_document(workspace, path, repeated)
    _read_ahead.setdefault(workspace, {})[path] = (tree, repeated)
    return tree
