"""Check that findings stand where they say: ``python tools/positions.py FOLDER [--count 300] [--seed 1] [--show 50]``.

Draws findings of a strict run over a folder of real projects, and where there are fewer than asked for, places of attributes
that the graph would report a finding at. The text at each place must be the property that is named: its key, its value, or
a part of its value. A property that is not written stands at its resource's name. What a place holds is found out by other
means than the loaders': PyYAML's own node tree, and for HCL the text before the place.

Prints what fails, and ends with status 1 if anything does.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from faaslint import api
from faaslint.model.nodes import Node, Origin
from faaslint.model.span import Span
from faaslint.model.value import Choice, Known, Provenance, Unknown

AS_OF = date(2026, 11, 21)


PROGRAMS = (".ts", ".js", ".mjs", ".cjs")
CODE = ("ZipFile", "InlineCode")
DOCUMENT = "{}"
"""Under which values that are JSON text are found."""


class Drawn(NamedTuple):
    """Something that stands at a place: who says so, the property, and the places on the way to it."""

    who: str
    resource: str
    property: str
    span: Span
    way: tuple[Span, ...]


def main() -> int:
    """Run the check."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--count", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--show", type=int, default=0, help="print so many of the drawn places")
    given = arguments.parse_args()
    request = api.Request(paths=(".",), folder=given.folder, as_of=AS_OF, profile="strict", fail_on=None)
    drawn = draw(request, given.count, random.Random(given.seed))
    failed = 0
    for number, one in enumerate(drawn):
        complaint = wrong(given.folder, one)
        if complaint or number < given.show:
            print(f"{'FAIL' if complaint else 'ok  '} {described(given.folder, one)}{complaint}")
        failed += bool(complaint)
    findings = sum(not one.who.startswith("node ") for one in drawn)
    print(f"{len(drawn)} places ({findings} of findings, the others of attributes), {failed} wrong")
    return 1 if failed or not drawn else 0


def draw(request: api.Request, count: int, chance: random.Random) -> list[Drawn]:
    """Return a random choice of findings, filled up with attributes of nodes."""
    findings = [
        Drawn(one.rule, one.resource, one.property, one.span, tuple(place.span for place in one.related))
        for one in api.check(request).findings
    ]
    if len(findings) >= count:
        return chance.sample(findings, count)
    places = sorted(set(attributes(request)))
    return findings + chance.sample(places, min(count - len(findings), len(places)))


def attributes(request: api.Request) -> Iterator[Drawn]:
    """Yield the place of each attribute that the graph's nodes take from a file."""
    for graph in api.graphs(request):
        for node in (one for one in graph.nodes.values() if one.origin is Origin.USER):
            for attribute, spelling in node.spellings.items():
                yield from _attribute(node, attribute, spelling, graph.shown)


def _attribute(node: Node, attribute: str, spelling: str, shown: Any) -> Iterator[Drawn]:
    value = getattr(node, attribute, None)
    for leaf in (branch.value for branch in value.branches) if isinstance(value, Choice) else (value,):
        if not isinstance(leaf, (Known, Unknown)):
            continue
        if isinstance(leaf, Known) and (leaf.value is None or leaf.provenance is Provenance.SERVICE):
            continue
        place = node.at(attribute, leaf)
        way = tuple(span._replace(path=shown(span.path)) for span in leaf.trail)
        yield Drawn(
            f"node {type(node).__name__}", node.name, spelling, place.span._replace(path=shown(place.span.path)), way
        )


def wrong(folder: Path, one: Drawn) -> str:
    """Return what is wrong with a place, nothing where it is right."""
    text = text_at(folder, one.span)
    if text is None:
        return "  <- there is no such text"
    if not one.property:
        return "" if text.strip() or one.span.line == one.span.end_line else "  <- nothing stands there"
    if any(names(folder, span, one.property) for span in (one.span, *one.way)):
        return ""
    if one.span.path.endswith(PROGRAMS):
        # An app that writes its template: the finding stands at a call that makes a construct, by its id.
        return "" if re.search(r"\(\s*\w+,\s*[\"'`]", text) else "  <- makes no construct"
    if word(text) in one.resource.replace("/", ".").split(".") or word(text) in one.resource:
        return ""
    return f"  <- is not '{one.property}'"


def names(folder: Path, span: Span, property_path: str) -> bool:
    """Return whether a place is the key of a property, its value, or in its value."""
    text = text_at(folder, span)
    if text is None:
        return False
    *outer, key = re.sub(r"\[.*?\]", "", property_path).split(".")
    if _is(folder, span, text, key):
        return True
    # What is collected from a list (the targets of all actions) stands at the list.
    found = values_of(folder, span.path) if not span.path.endswith((".py", ".tf", *PROGRAMS)) else {}
    return any(begin == (span.line, span.column) for name in outer for begin, _ in found.get(name, ()))


def _is(folder: Path, span: Span, text: str, key: str) -> bool:
    if word(text) == key or (span.path.endswith((".tf", ".tf.json")) and text.split(None, 1)[:1] == [key]):
        return True
    if span.path.endswith(".tf"):
        return _in_hcl(lines_of(folder, span.path), span, key) or _by_reference(folder, span.path, key)
    if span.path.endswith((".yaml", ".yml", ".json", ".template", ".toml")):
        place = (span.line, span.column)
        found = values_of(folder, span.path)
        if any(begin <= place < end for begin, end in found.get(key, ())):
            return True
        if any(begin <= place < end for name in CODE for begin, end in found.get(name, ())):
            # Inline code: the finding names the function that is read, as it does in a source file.
            return text.strip() != "" and text == text.strip()
        if any(begin < place < end for begin, end in found.get(DOCUMENT, ())):
            return _in_hcl(lines_of(folder, span.path), span, key)
        if any(begin[1] == span.column and begin <= place < end for begin, end in found.get("Resources", ())):
            # What another resource lacks, such as a log group's retention, stands at that one's name.
            return True
        # What the transform makes of an event stands at the event's name.
        return (
            any(begin <= place < end for begin, end in found.get("Events", ()))
            and re.match(r"\s*:", after(folder, span)) is not None
        )
    return span.path.endswith(".py")


def _by_reference(folder: Path, path: str, key: str) -> bool:
    """Return whether a module sets a property to what stands elsewhere: the place is then the innermost one."""
    reference = re.compile(rf"^\s*{re.escape(key)}\s*=.*\b(?:data|local|var|module|aws_\w+)\.", re.MULTILINE)
    return any(reference.search(one.read_text(encoding="utf-8")) for one in (folder / path).parent.glob("*.tf"))


def after(folder: Path, span: Span) -> str:
    """Return the text behind a span, in its line."""
    return lines_of(folder, span.path)[span.end_line - 1][span.end_column - 1 :]


def _in_hcl(lines: list[str], span: Span, key: str) -> bool:
    """Return whether the nearest assignment or block of that name above a place still holds it."""
    assignment = re.compile(rf"(?<![\w.-])\"?{re.escape(key)}\"?\s*(?:=|:|\{{|\")")
    before = [*lines[: span.line - 1], lines[span.line - 1][: span.column - 1]]
    depth = 0
    for line in reversed(before[-200:]):
        bare = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
        if depth <= 0 and assignment.search(line):
            return True
        depth += bare.count("}") + bare.count("]") + bare.count(")")
        depth -= bare.count("{") + bare.count("[") + bare.count("(")
    return False


def word(text: str) -> str:
    """Return a key without its quotes."""
    return text.strip().strip("\"'").rstrip(":")


@cache
def lines_of(folder: Path, path: str) -> list[str]:
    """Return the lines of a file."""
    return (folder / path).read_bytes().decode("utf-8-sig", "replace").split("\n")


def text_at(folder: Path, span: Span) -> str | None:
    """Return the text of a span, None where the file has none there."""
    lines = lines_of(folder, span.path)
    if not (1 <= span.line <= span.end_line <= len(lines)) or span.column > len(lines[span.line - 1]) + 1:
        return None
    if span.line == span.end_line:
        return lines[span.line - 1][span.column - 1 : span.end_column - 1]
    inner = lines[span.line : span.end_line - 1]
    return "\n".join([lines[span.line - 1][span.column - 1 :], *inner, lines[span.end_line - 1][: span.end_column - 1]])


@cache
def values_of(folder: Path, path: str) -> dict[str, list[tuple[tuple[int, int], tuple[int, int]]]]:
    """Return, by key, where the values of that key begin and end in a YAML or JSON file."""
    found: dict[str, list[tuple[tuple[int, int], tuple[int, int]]]] = {}
    try:
        pending: list[Any] = [yaml.compose("\n".join(lines_of(folder, path)).replace("\t", " "), Loader=yaml.SafeLoader)]
    except yaml.YAMLError:
        return found
    while pending:
        node = pending.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                begin = (value.start_mark.line + 1, value.start_mark.column + 1)
                end = (value.end_mark.line + 1, value.end_mark.column + 2)
                found.setdefault(str(key.value), []).append((begin, end))
                pending.append(value)
        elif isinstance(node, yaml.SequenceNode):
            pending += node.value
        elif isinstance(node.value, str) and node.value.lstrip().startswith(("{", "[")):
            begin = (node.start_mark.line + 1, node.start_mark.column + 1)
            found.setdefault(DOCUMENT, []).append((begin, (node.end_mark.line + 1, node.end_mark.column + 2)))
    return found


def described(folder: Path, one: Drawn) -> str:
    """Return a place in one line."""
    text = (text_at(folder, one.span) or "").split("\n")[0]
    return f"{one.who} {one.resource} {one.property}: {one.span.path}:{one.span.line}:{one.span.column} | {text[:60]}"


if __name__ == "__main__":
    sys.exit(main())
