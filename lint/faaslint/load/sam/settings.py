"""What ``samconfig.toml`` (or ``.yaml``) says of a deployment: its region, and the parameters that it overrides."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from ...model.record import field, record
from ...model.span import Span
from ...model.value import Known, Provenance
from ...source.tree import Mapping as TreeMapping
from ...source.tree import ParseFailure, Scalar, Tree
from ...source.tree import Sequence as TreeSequence
from ...source.workspace import Unreadable, Workspace
from ..cloudformation.deployment import Setting, settings_in
from ..cloudformation.document import parse_document

SECTIONS: Final = ("deploy", "global")
"""The tables that ``sam deploy`` reads, the more specific first."""
DEFAULT: Final = "default"
"""The environment that is meant where none is named."""
_TEMPLATES: Final = ("template.yaml", "template.yml", "template.json")
"""The templates that are meant where the settings name none."""
_FILE: Final = "file://"
_BUILT: Final = ".aws-sam/"


@record(frozen=False)
class Deployment:
    """What the settings beside a template say. ``path`` is theirs, empty where there are none."""

    path: str = ""
    region: Known | None = None
    parameters: list[Setting] = field(default_factory=list)
    environments: tuple[str, ...] = ()


def read_deployment(workspace: Workspace, paths: Iterable[str], template: str, environment: str = "") -> Deployment:
    """Return what ``sam deploy`` uses for a template, by the first of some settings files that is about it.

    Settings that can't be read say nothing: they are the deployment tool's, not a part of the project.
    """
    for path in paths:
        found = _read(workspace, path, template, environment or DEFAULT)
        if found is not None:
            return found
    return Deployment()


def _read(workspace: Workspace, path: str, template: str, environment: str) -> Deployment | None:
    """Return what one file says of a template, None where it is about another one."""
    try:
        text = workspace.text(path)
        document = _toml(text, path) if path.endswith(".toml") else parse_document(text, path, [])
    except (Unreadable, ValueError, RecursionError, ParseFailure):
        return None
    found = Deployment(path, environments=tuple(name for name, tree in _entries(document) if isinstance(tree, TreeMapping)))
    tables = [_at(document, environment, section, "parameters") for section in SECTIONS]
    named = next((place for table in (*tables, *_templates(document, environment)) if (place := _template(table))), "")
    if not _is_meant(workspace, path, template, named):
        return None
    for table in tables:
        region = table.get("region") if isinstance(table, TreeMapping) else None
        if found.region is None and isinstance(region, Scalar) and isinstance(region.value, str) and region.value:
            found.region = Known(region.value, (region.span,), Provenance.GIVEN)
        listed = table.get("parameter_overrides") if isinstance(table, TreeMapping) else None
        if listed is not None and not found.parameters:
            try:
                found.parameters = settings_in(_file(workspace, path, listed) or listed)
            except ParseFailure:
                continue
    if path.endswith(".toml"):
        _place(found, text, environment)
    return found


def _templates(document: Tree, environment: str) -> Iterator[Tree | None]:
    yield from (_at(document, environment, section, "parameters") for section in ("build", "validate", "package"))


def _template(table: Tree | None) -> str:
    for key in ("template_file", "template"):
        place = table.get(key) if isinstance(table, TreeMapping) else None
        if isinstance(place, Scalar) and isinstance(place.value, str) and not place.value.startswith(_BUILT):
            return place.value
    return ""


def _is_meant(workspace: Workspace, path: str, template: str, named: str) -> bool:
    folder = posixpath.dirname(path)
    if named:
        return workspace.join(folder, named) == template
    if posixpath.dirname(template) != folder:
        return False
    usual = [posixpath.join(folder, name) for name in _TEMPLATES]
    return template in usual or not any(workspace.is_file(one) for one in usual)


def _entries(tree: Tree | None) -> Sequence[tuple[str, Tree]]:
    return [(str(key.value), value) for key, value in tree.entries] if isinstance(tree, TreeMapping) else ()


def _at(tree: Tree | None, *names: str) -> Tree | None:
    for name in names:
        tree = tree.get(name) if isinstance(tree, TreeMapping) else None
    return tree


def _toml(text: str, path: str) -> Tree:
    """Return a TOML document as a tree. The parser keeps no positions; what is used gets its place in :func:`_place`."""
    # Imported when first needed: most templates have no settings beside them.
    import tomllib

    start = Span(path, 1, 1, 1, 1)

    def tree(value: Any) -> Tree:
        if isinstance(value, dict):
            return TreeMapping([(Scalar(str(name), start), tree(inner)) for name, inner in value.items()], start)
        if isinstance(value, list):
            return TreeSequence([tree(inner) for inner in value], start)
        return Scalar(value if isinstance(value, (str, int, float, bool)) else str(value), start)

    return tree(tomllib.loads(text))


def _file(workspace: Workspace, path: str, listed: Tree) -> Tree | None:
    """Return the content of a file that overrides name by ``file://``. Raises ParseFailure."""
    text = listed.value if isinstance(listed, Scalar) else None
    if not isinstance(text, str) or not text.startswith(_FILE):
        return None
    place = workspace.join(posixpath.dirname(path), text.removeprefix(_FILE))
    content = workspace.text_or_none(place) if place is not None else None
    return parse_document(content, place, []) if content is not None and place is not None else None


def _place(found: Deployment, text: str, environment: str) -> None:
    """Say where in a TOML text the settings stand: after the heading of their table, behind their names."""
    for section in reversed(SECTIONS):
        heading = re.search(
            rf"^[ \t]*\[[ \t]*[\"']?{re.escape(environment)}[\"']?[ \t]*\.[ \t]*{section}\b", text, re.MULTILINE
        )
        start = heading.end() if heading is not None else 0
        found.parameters = [
            one._replace(span=_span(text, start, one.name, one.text, found.path) or one.span)
            if one.span.path == found.path
            else one
            for one in found.parameters
        ]
        if found.region is not None:
            span = _span(text, start, "region", str(found.region.value), found.path)
            if span is not None:
                found.region = Known(found.region.value, (span,), Provenance.GIVEN)


def _span(text: str, start: int, name: str, value: str, path: str) -> Span | None:
    key = re.compile(rf"(?<![A-Za-z0-9_]){re.escape(name)}(?:,ParameterValue)?[\"']?\s*=\s*[\"'\\]*")
    for match in key.finditer(text, start):
        if text.startswith(value, match.end()):
            line = text.count("\n", 0, match.end()) + 1
            column = match.end() - (text.rfind("\n", 0, match.end()) + 1) + 1
            return Span(path, line, column, line, column + len(value))
    return None
