"""Functions that read files: only inside the workspace, which confines them. Paths are relative to the root module."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from ....model.span import Span
from ....model.value import Choice, Fields, Known, Leaf, Unknown, Value
from ....source.hcl import parse_template
from ....source.hcl_nodes import Text
from ....source.limits import PACKAGE_FILES, TEXT_LENGTH
from ....source.workspace import Unreadable
from ..kinds import SetItems
from ..leaves import as_items, known, lift, text_of, unknown, via
from ..scope import Scope
from ..session import Declared, Fragment
from .failure import Fails

if TYPE_CHECKING:
    from ..evaluate import Evaluator


def workspace_path(evaluator: Evaluator, path: str) -> str | None:
    """Return the workspace's name for a path that Terraform sees from the root module, None where that leaves it."""
    session = evaluator.session
    return session.workspace.join(session.root, path) if path else None


def _read(evaluator: Evaluator, leaf: Leaf, span: Span) -> tuple[str, str] | Unknown:
    """Return the name and the text of a file, or why there is none."""
    path = text_of(leaf)
    if path is None:
        return unknown(leaf.why if isinstance(leaf, Unknown) else "the path is known only after deployment", span)
    place = workspace_path(evaluator, path)
    if place is None:
        return unknown(f"the file {path} lies outside the project, so it is not read", span)
    try:
        text = evaluator.session.workspace.text(place)
    except Unreadable as error:
        return unknown(f"the file {path} can't be read: {error}", span)
    if len(text) > TEXT_LENGTH:
        return unknown(f"the file {path} is too long", span)
    return place, text


def _as_text(path: str, text: str) -> Text:
    count = text.count("\n") + 1
    lines = tuple(Span(path, line, 1, line, 1) for line in range(1, count + 1))
    return Text(text, lines[0], lines)


def _file(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def read(leaves: Sequence[Leaf]) -> Value:
        found = _read(evaluator, leaves[0], span)
        if isinstance(found, Unknown):
            return found
        path, text = found
        inside = _as_text(path, text)
        whole = Span(path, 1, 1, len(inside.lines), len(text) - text.rfind("\n"))
        value = Known(text, (span, whole))
        evaluator.session.layouts[whole, text] = (Fragment(value, inside, whole),)
        return value

    return lift(read, values[:1], span) if values else unknown("an argument is missing", span)


def _templatefile(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if len(values) != 2:
        raise Fails("templatefile needs a path and a mapping")
    path, bound = values
    if isinstance(path, Choice) or isinstance(bound, Choice):
        return unknown("the template depends on a condition", span)
    found = _read(evaluator, path, span)
    if isinstance(found, Unknown):
        return found
    content = bound.value if isinstance(bound, Known) else None
    if not isinstance(content, Fields):
        return unknown(bound.why if isinstance(bound, Unknown) else "the template's variables are not a mapping", span)
    return render_template(evaluator, *found, content, scope, span)


def _templatestring(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    if len(values) != 2:
        raise Fails("templatestring needs a text and a mapping")
    template, bound = values
    content = bound.value if isinstance(bound, Known) else None
    text = text_of(template) if isinstance(template, Known) else None
    if text is None or not isinstance(content, Fields):
        return unknown("the template is known only when Terraform runs", span)
    place = template.trail[-1] if template.trail else span
    return render_template(evaluator, place.path, text, content, scope, span)


def render_template(evaluator: Evaluator, path: str, text: str, names: Fields, scope: Scope, span: Span) -> Value:
    """Return what a template file becomes with these names bound."""
    parts = parse_template(text, path)
    if parts is None:
        return unknown(f"the template {path} can't be read", span)
    token = ("template", path)
    session = evaluator.session
    if token in session.active:
        return unknown(f"the template {path} contains itself", span)
    session.active.add(token)
    whole = Span(path, 1, 1, text.count("\n") + 1, len(text) - text.rfind("\n"))
    try:
        value = evaluator.compose(parts, Scope(scope.module, names.values, tag=scope.tag), whole)
    finally:
        session.active.discard(token)
    return via(value, span)


def rendered(evaluator: Evaluator, address: str, declared: Declared, span: Span) -> Value:
    """Return what ``data.template_file.x.rendered`` is."""
    from ..resources import evaluated

    attributes = declared.block.body.attributes
    if "template" not in attributes:
        return unknown("the template is not given", span)
    template = evaluated(evaluator, address, declared, "template")
    bound = evaluated(evaluator, address, declared, "vars") if "vars" in attributes else Known(Fields({}))
    if not isinstance(template, Known) or not isinstance(bound, Known):
        return unknown("the template is known only when Terraform runs", span)
    if not isinstance(template.value, str) or not isinstance(bound.value, Fields):
        # A text that already has its holes filled needs no variables.
        return template
    path = template.trail[-1].path if template.trail else span.path
    return render_template(evaluator, path, template.value, bound.value, declared.instance.scope, span)


def _fileexists(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def exists(leaves: Sequence[Leaf]) -> Value:
        path = text_of(leaves[0])
        place = workspace_path(evaluator, path) if path is not None else None
        if place is None:
            return unknown("the path leads out of the project", span)
        return known(evaluator.session.workspace.is_file(place), span, leaves)

    return lift(exists, values[:1], span) if values else unknown("an argument is missing", span)


def _fileset(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
    def listed(leaves: Sequence[Leaf]) -> Value:
        path, pattern = (text_of(leaf) for leaf in leaves)
        place = workspace_path(evaluator, path) if path is not None else None
        if place is None or pattern is None:
            return unknown("which files there are is not known", span)
        names = _matching(evaluator, place, pattern)
        if names is None:
            return unknown("there are too many files, or the pattern is not read here", span)
        return known(SetItems(as_items(known(name, span, leaves) for name in names).items), span, leaves)

    return lift(listed, values, span) if len(values) == 2 else unknown("an argument is missing", span)


def _matching(evaluator: Evaluator, folder: str, pattern: str) -> list[str] | None:
    """Return the files below a folder that match, sorted, as seen from it; None past the limit."""
    compiled = _glob(pattern)
    if compiled is None:
        return None
    deep = "**" in pattern
    levels = pattern.count("/") + 1
    found: list[str] = []
    pending = [("", 1)]
    visited = 0
    while pending:
        inner, level = pending.pop()
        try:
            names = evaluator.session.workspace.entries(posixpath.normpath(posixpath.join(folder, inner)))
        except Unreadable:
            continue
        for name in names:
            visited += 1
            if visited > PACKAGE_FILES:
                return None
            full = inner + name
            if name.endswith("/"):
                if deep or level < levels:
                    pending.append((full, level + 1))
            elif compiled.fullmatch(full):
                found.append(full)
    return sorted(found)


def _glob(pattern: str) -> re.Pattern[str] | None:
    """Compile a file pattern (``*``, ``**``, ``?``, ``{a,b}``); None for one with brackets or too many stars."""
    if len(pattern) > 200 or pattern.count("*") > 6 or any(mark in pattern for mark in "[]\\"):
        return None
    pieces: list[str] = []
    depth = 0
    for token in re.findall(r"\*\*/|\*\*|\*|\?|[{},]|[^*?{},]+", pattern):
        if token == "**/":
            pieces.append("(?:[^/]+/)*")
        elif token == "**":
            pieces.append(".*")
        elif token == "*":
            pieces.append("[^/]*")
        elif token == "?":
            pieces.append("[^/]")
        elif token == "{":
            depth += 1
            pieces.append("(?:")
        elif token == "}" and depth:
            depth -= 1
            pieces.append(")")
        elif token == "," and depth:
            pieces.append("|")
        else:
            pieces.append(re.escape(token))
    try:
        return re.compile("".join(pieces))
    except re.error:
        return None


def _of_path(function: Callable[[str], str]) -> Callable[[Evaluator, Sequence[Value], Span, Scope], Value]:
    def apply(evaluator: Evaluator, values: Sequence[Value], span: Span, scope: Scope) -> Value:
        def one(leaves: Sequence[Leaf]) -> Value:
            path = text_of(leaves[0])
            if path is None or path.startswith("~"):
                return unknown("the path is known only when Terraform runs", span)
            return known(function(path), span, leaves)

        return lift(one, values[:1], span) if values else unknown("an argument is missing", span)

    return apply


FILE_FUNCTIONS: Final[dict[str, Callable[[Evaluator, Sequence[Value], Span, Scope], Value]]] = {
    "file": _file,
    "templatefile": _templatefile,
    "fileexists": _fileexists,
    "fileset": _fileset,
    # Absolute paths differ between machines; as seen from the root module they mean the same files.
    "abspath": _of_path(posixpath.normpath),
    "pathexpand": _of_path(lambda path: path),
    "templatestring": _templatestring,
    "basename": _of_path(lambda path: posixpath.basename(path.rstrip("/")) or ("/" if path else ".")),
    "dirname": _of_path(lambda path: posixpath.dirname(path) or "."),
}
