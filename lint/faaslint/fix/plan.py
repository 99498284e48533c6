"""Which files change, and how: the edits and rewrites of findings, applied to the text of each file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from ..model.finding import Edit, Finding, Rewrite
from ..model.span import Span

ROUNDS: Final = 5
"""Mending one thing can make room for another, or move it; after this many rounds the rest waits for the next run."""


class Change(NamedTuple):
    """The new text of a file (path relative to the working directory), and how many findings that mends."""

    path: str
    before: str
    after: str
    mended: int


class Refused(Exception):
    """An edit or rewrite that can't be made where it is asked for; the message says why."""


def plan(findings: Iterable[Finding], text_of: Callable[[str], str | None], *, unsafe: bool) -> list[Change]:
    """Return what mends the findings that can be mended, by path.

    Only safe edits and rewrites take part unless ``unsafe``. The edits of one finding are made together or not at all, and
    of its rewrites those that can be made;
    where two findings would change the same text, the first one in the file goes and the other waits for another run. A
    file that could be parsed and could not be any more is left as it is.
    """
    by_path: dict[str, list[Finding]] = {}
    for finding in findings:
        parts: tuple[Edit | Rewrite, ...] = (*finding.edits, *finding.rewrites)
        paths = {one.span.path for one in parts}
        allowed = unsafe or all(one.safe for one in parts)
        if len(paths) == 1 and allowed:
            by_path.setdefault(paths.pop(), []).append(finding)
    changes: list[Change] = []
    for path, listed in sorted(by_path.items()):
        before = text_of(path)
        if before is None:
            continue
        after, mended = _changed(path, before, listed)
        if after != before and (_parses(path, after) or not _parses(path, before)):
            changes.append(Change(path, before, after, mended))
    return changes


def _changed(path: str, text: str, findings: Sequence[Finding]) -> tuple[str, int]:
    """Rewrites come first, from the last place to the first, so that no place moves before its turn; then the edits."""
    rewrites = [finding for finding in findings if finding.rewrites]
    edited = [finding for finding in findings if finding.edits and not finding.rewrites]
    mended = 0
    if rewrites:
        from .codemods import rewritten

        # An edit's place would have moved: edits of this file wait for another run.
        for finding in sorted(rewrites, key=lambda one: one.span, reverse=True):
            before = text
            for rewrite in sorted(finding.rewrites, key=_place, reverse=True):
                with suppress(Refused):
                    text = rewritten(text, rewrite)
            mended += text != before
        return text, mended
    chosen: list[tuple[int, int, str]] = []
    starts = _line_starts(text)
    for finding in sorted(edited, key=lambda one: one.span):
        try:
            pieces = [(*_reach(text, *_offsets(text, starts, edit.span), edit.text), edit.text) for edit in finding.edits]
        except Refused:
            continue
        if any(start < taken_end and taken < end for start, end, _ in pieces for taken, taken_end, _ in chosen):
            continue
        chosen += ((start, end, _in_quotes(text[start:end], new)) for start, end, new in pieces)
        mended += 1
    for start, end, new in sorted(chosen, reverse=True):
        text = text[:start] + new + text[end:]
    return text, mended


def _place(rewrite: Edit | Rewrite) -> Span:
    return rewrite.span


def _line_starts(text: str) -> list[int]:
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts


def _offsets(text: str, starts: Sequence[int], span: Span) -> tuple[int, int]:
    """Return where a span begins and ends in the text. Raises Refused where the text has no such place."""
    if not 1 <= span.line <= span.end_line <= len(starts):
        raise Refused("the file has no such line")
    start = starts[span.line - 1] + span.column - 1
    end = starts[span.end_line - 1] + span.end_column - 1
    if not start <= end <= len(text):
        raise Refused("the line has no such column")
    return start, end


def _reach(text: str, start: int, end: int, new: str) -> tuple[int, int]:
    """Widen what is taken out at the end of a line: the blanks before it go as well, and a line that held nothing else."""
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    if new or text[end:line_end].strip():
        return start, end
    while start and text[start - 1] in " \t":
        start -= 1
    alone = start == 0 or text[start - 1] == "\n"
    if alone:
        return start, min(line_end + 1, len(text))
    return start, line_end - text[end:line_end].endswith("\r")


def _in_quotes(old: str, new: str) -> str:
    """A text in quotes stays in quotes of the same kind."""
    quote = old[:1]
    if len(old) >= 2 and quote in ("'", '"') and old.endswith(quote) and not (len(new) >= 2 and new[:1] in ("'", '"')):
        return f"{quote}{new}{quote}"
    return new


def _parses(path: str, text: str) -> bool:
    from ..source.tree import ParseFailure

    suffix = path.rpartition(".")[2].lower()
    try:
        if suffix in ("yaml", "yml"):
            from ..source.yaml import parse_yaml

            parse_yaml(text, path, [])
        elif suffix == "json":
            from ..source.json import parse_json

            parse_json(text, path)
        elif suffix in ("tf", "tofu", "hcl"):
            from ..source.hcl import parse_hcl

            return not parse_hcl(text, path).problems
        elif suffix == "py":
            from ..source.python import parse_python

            parse_python(text, path)
    except ParseFailure:
        return False
    return True
