"""Reading a file of a project as a tree, whichever of the two template languages it is in."""

from __future__ import annotations

import posixpath

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

    return parse_yaml(text, path, repeated)


def read_document(workspace: Workspace, path: str, repeated: list[ParseFailure] | None = None) -> Tree:
    """Read and parse a file. Raises ParseFailure, also where the file can't be read."""
    try:
        text = workspace.text(path)
    except Unreadable as error:
        raise ParseFailure(f"the file can't be read: {error}", Span(path, 1, 1, 1, 1)) from None
    return parse_document(text, path, repeated)
