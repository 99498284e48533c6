"""The report for people: findings by file, the source with the span underlined, the route as a tree, one line of summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from ..model.finding import Finding, Level, Notification, RunInfo
from ..model.span import Location
from .excerpt import excerpt
from .shown import counted, notifications_in_order, plain, shown, without_lone_surrogates

Line: TypeAlias = list[tuple[str, str]]
"""A line of output: pieces of text, each with the name of its style."""

NARROWEST: Final = 40
"""Output is never laid out for less than this many columns."""

WIDEST_TEXT: Final = 110
"""Sentences are wrapped here even on a wider terminal: longer lines are hard to read."""

DEEPEST_STEP: Final = 8
"""Steps of a route are indented one deeper each, up to this many."""

_LEVEL_STYLES: Final = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold cyan"}
_MARK_STYLES: Final = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}
_PATH: Final = "bold"
_FAINT: Final = "dim"


def render(findings: Sequence[Finding], info: RunInfo, *, colour: bool, width: int, show_withheld: bool) -> str:
    """Return the report as text with a line feed at the end.

    ``width`` is in columns. ``colour`` adds the escape sequences of an ANSI terminal; nothing else in the text is one,
    whatever the analysed files hold. ``show_withheld`` lists where a rule could not know, and why.
    """
    width = max(width, NARROWEST)
    listed = shown(findings)
    lines: list[Line] = []
    for path, group in groupby(listed, key=lambda finding: finding.span.path):
        lines.append([(plain(path), _PATH)])
        for finding in group:
            lines += _finding(finding, width)
            lines.append([])
    notes = _not_yet_said(info, listed)
    if notes:
        lines.append([("the run", _PATH)])
        for note in notes:
            lines += _notification(note, width)
        lines.append([])
    if show_withheld and info.withheld:
        lines += _withheld(info, width)
        lines.append([])
    lines.append([(_summary(findings, listed, info), "")])
    return _written(lines, colour)


def _finding(finding: Finding, width: int) -> Iterator[Line]:
    span = finding.span
    yield [
        (f"  {span.line}:{span.column}", ""),
        ("  ", ""),
        (finding.level.word, _LEVEL_STYLES[finding.level]),
        ("  ", ""),
        (plain(finding.rule), "bold"),
        (f" {plain(finding.name)}", _FAINT),
    ]
    for text in _wrapped(plain(finding.message), width - 4):
        yield [("    " + text, "")]
    margin = len(str(span.line + max(len(finding.snippet) - 1, 0)))
    for number, source, marks in excerpt(span, finding.snippet, width - margin - 8):
        yield [(f"    {number or '':>{margin}} │ ", _FAINT), (source, "")]
        if marks:
            yield [(f"    {'':>{margin}} │ ", _FAINT), (marks, _MARK_STYLES[finding.level])]
    if finding.condition:
        for text in _wrapped("when " + plain(finding.condition), width - 4):
            yield [("    " + text, "italic")]
    yield from _route(finding.route, width)
    on_the_way = {step.span for step in finding.route}
    for location in finding.related:
        if location.span in on_the_way:
            continue  # the route has shown it
        yield from _pointed(location, "    see ", width)


def _route(route: Sequence[Location], width: int) -> Iterator[Line]:
    for depth, step in enumerate(route):
        indent = "    " + "   " * min(max(depth - 1, 0), DEEPEST_STEP)
        yield from _pointed(step, indent + ("└─ " if depth else ""), width)


def _pointed(location: Location, lead: str, width: int) -> Iterator[Line]:
    """Yield a place and what is said of it, the sentence going on below itself where it is long."""
    where = plain(f"{location.span.path}:{location.span.line}") if location.span.path else ""
    said = plain(location.message)
    pieces: Line = [(lead, _FAINT), (where, _PATH)]
    column = len(lead) + len(where) + 2
    if not said:
        yield pieces
    elif not where or column > width // 2:
        # The place takes half of the line already: the sentence begins below it.
        if where:
            yield pieces
            lead = " " * len(lead)
        for index, text in enumerate(_wrapped(said, width - len(lead))):
            yield [(" " * len(lead) if index else lead, _FAINT), (text, "")]
    else:
        for index, text in enumerate(_wrapped(said, width - column)):
            yield [(" " * column + text, "")] if index else [*pieces, ("  " + text, "")]


def _not_yet_said(info: RunInfo, findings: Iterable[Finding]) -> list[Notification]:
    """Return the notifications without those that a finding about the same unreadable place says already."""
    said = {(finding.span.path, finding.span.line) for finding in findings if finding.rule == "FL001"}
    return [note for note in notifications_in_order(info) if note.internal or (note.path, note.line) not in said]


def _notification(note: Notification, width: int) -> Iterator[Line]:
    word = "internal error" if note.internal else note.level.word
    where = plain(note.path) + (f":{note.line}" if note.line else "") if note.path else ""
    yield [("  ", ""), (word, _LEVEL_STYLES[note.level]), ("  " if where else "", ""), (where, "")]
    for text in _wrapped(plain(note.message), width - 4):
        yield [("    " + text, "")]


def _withheld(info: RunInfo, width: int) -> Iterator[Line]:
    names = {rule.id: rule.name for rule in info.rules}
    answers = sorted(
        {
            (rule, answer.where.path if answer.where else "", answer.where.line if answer.where else 0, resource, answer.why)
            for rule, resource, answer in info.withheld
        }
    )
    yield [("withheld", _PATH), ("  where a rule could not know", _FAINT)]
    for rule, group in groupby(answers, key=lambda answer: answer[0]):
        yield [("  " + plain(rule), "bold"), (" " + plain(names.get(rule, "")), _FAINT)]
        for _, path, line, resource, why in group:
            where = f"{plain(path)}:{line}  " if path else ""
            for index, text in enumerate(_wrapped(f"{where}'{plain(resource)}': {plain(why)}", width - 6)):
                yield [("      " if index else "    ", ""), (text, "")]


def _summary(findings: Sequence[Finding], listed: Sequence[Finding], info: RunInfo) -> str:
    counts = [_several(count, level.word) for level, count in counted(listed).items() if count]
    said = ", ".join(counts) if counts else "No findings"
    hidden = len(findings) - len(listed)
    if hidden:
        said += f" ({hidden} suppressed)"
    functions = sum(project.functions for project in info.projects)
    resources = sum(project.resources for project in info.projects)
    looked = f"{_several(info.files, 'file')}, {_several(functions, 'function')}, {_several(resources, 'resource')}"
    parts = [f"{said} in {looked}", f"{_several(info.passed_over, 'file')} passed over"]
    unanalysed = sum(1 for note in info.notifications if note.level is Level.ERROR)
    if unanalysed:
        parts.append(f"{_several(unanalysed, 'problem')} kept the analysis from being complete")
    return "; ".join(parts) + "."


def _several(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _wrapped(text: str, width: int) -> list[str]:
    """Return a sentence in lines of at most ``width`` columns; a word is cut only where it is longer than a line."""
    width = max(min(width, WIDEST_TEXT), 20)
    if len(text) <= width:
        return [text]
    from textwrap import wrap

    return wrap(text, width, break_on_hyphens=False)


def _written(lines: Iterable[Line], colour: bool) -> str:
    """Return the lines as text: with rich's escape sequences, or as they are."""
    if colour:
        lines = list(lines)
        # Without findings there is nothing to colour, and rich is not worth its import.
        colour = any(style for line in lines for _, style in line)
    if not colour:
        written = ("".join(text for text, _ in line).rstrip() for line in lines)
        return without_lone_surrogates("\n".join(_no_command(line) for line in written)) + "\n"
    from .colour import coloured

    return without_lone_surrogates("\n".join(coloured(line) for line in lines)) + "\n"


def _no_command(line: str) -> str:
    """Return a line that GitHub's runner does not take for a command: a file may be called ``::stop-commands::x``."""
    stripped = line.lstrip()
    if stripped.startswith(("::", "##[")):
        indent = line[: len(line) - len(stripped)]
        return f"{indent}\\x{ord(stripped[0]):02x}{stripped[1:]}"
    return line
