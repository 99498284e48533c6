"""Draw findings over real projects for people to read, and count what a team would see.

    python tools/reading_sample.py [--count 400] [--seed 1] [--as-of 2026-11-21] [--previous OLD] --into CHECKLIST FOLDER...

Each FOLDER is checked as a whole, under the strict profile and under the default one. The sample is stratified by rule:
every error is drawn, and the other rules share the rest evenly (what a rule with few findings leaves goes to the others). In
which order the findings of a rule are drawn does not depend on other rules, so a new rule does not change what was read.

CHECKLIST gets the drawn findings as markdown: path and line, message, the places that it rests on, and the source around,
each with an empty box. A decided box of OLD, an earlier checklist (``[x]`` right, ``[d] why`` disputed), is kept.

Printed: a table of rules (findings, share decided, read, disputed), errors of one cause, and the noise of the default
profile: warnings and errors per project with functions, and per function.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from faaslint.api import Request, Result, check
from faaslint.model.finding import Finding, Level
from faaslint.model.span import Span
from faaslint.testing import sharing_a_cause

AROUND = 6
"""Lines of source that are shown before and behind a finding."""
AROUND_RELATED = 2
TWO_CAUSES = Path(__file__).with_name("two_causes.json")
BOX = re.compile(r"^- \[(.)\] `([^`]+)`(.*)$")


class Drawn(NamedTuple):
    """A finding of a folder; ``key`` tells it from all others and stays the same from run to run."""

    folder: Path
    finding: Finding

    @property
    def key(self) -> str:
        one = self.finding
        return f"{self.folder.name}/{one.span.path}:{one.span.line} {one.rule} {one.resource} {one.property}".rstrip()


class Verdict(NamedTuple):
    """What a reader said of a finding: the mark in its box, and why."""

    mark: str
    why: str


def order(drawn: Drawn, seed: int) -> str:
    """Return where a finding stands in the draw of its rule: it hangs on the seed and the finding only."""
    return hashlib.sha256(f"{seed} {drawn.key}".encode()).hexdigest()


def sample(findings: Iterable[Drawn], count: int, seed: int) -> list[Drawn]:
    """Return every error, and of the other findings as many of each rule as bring the whole to ``count``."""
    of_rule: dict[str, list[Drawn]] = defaultdict(list)
    chosen: list[Drawn] = []
    for one in sorted(findings, key=lambda one: order(one, seed)):
        if one.finding.level is Level.ERROR:
            chosen.append(one)
        else:
            of_rule[one.finding.rule].append(one)
    left = count - len(chosen)
    queues = [of_rule[rule] for rule in sorted(of_rule, key=lambda rule: len(of_rule[rule]))]
    for place, queue in enumerate(queues):
        share = math.ceil(left / (len(queues) - place)) if left > 0 else 0
        chosen += queue[:share]
        left -= min(share, len(queue))
    return sorted(chosen, key=lambda one: (one.finding.rule, -one.finding.level, one.key))


def verdicts(path: Path | None) -> dict[str, Verdict]:
    """Return what an earlier checklist says, by the keys of its findings."""
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    boxes = [match for line in lines if (match := BOX.match(line))]
    return {match[2]: Verdict(match[1], match[3].strip()) for match in boxes if match[1].strip()}


def source(folder: Path, span: Span, around: int) -> list[str]:
    """Return the numbered lines of and around a place; those of the place are marked."""
    path = folder / span.path
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    last = min(span.end_line, span.line + 20)
    shown = range(max(1, span.line - around), min(len(lines), last + around) + 1)
    return [f"    {'>' if span.line <= number <= last else ' '}{number:5} {lines[number - 1][:160]}" for number in shown]


def entry(drawn: Drawn, verdict: Verdict | None) -> list[str]:
    """Return what the checklist says of one finding."""
    finding = drawn.finding
    box = f"[{verdict.mark}] `{drawn.key}` {verdict.why}".rstrip() if verdict else f"[ ] `{drawn.key}`"
    lines = [f"- {box}", f"  {finding.level.word}: {finding.message}", "", *source(drawn.folder, finding.span, AROUND)]
    for one in (*finding.related, *finding.route):
        lines += ["", f"  {one.message} ({one.span.path}:{one.span.line})", ""]
        lines += source(drawn.folder, one.span, AROUND_RELATED)
    return [*lines, ""]


def table(results: Sequence[Result], read: Sequence[Drawn], said: dict[str, Verdict]) -> list[str]:
    """Return a line for each rule: findings by level, share of its questions that were decided, read, disputed."""
    levels: Counter[tuple[str, Level]] = Counter((one.rule, one.level) for result in results for one in result.findings)
    lines = ["| rule | errors | warnings | notes | decided | drawn | read | disputed |", "|---|---|---|---|---|---|---|---|"]
    for rule in results[0].info.rules:
        tallies = [result.info.tallies[rule.id] for result in results]
        decided = sum(tally.good + tally.finding for tally in tallies)
        asked = decided + sum(tally.withheld for tally in tallies)
        drawn = [one for one in read if one.finding.rule == rule.id]
        marks = [said[one.key].mark for one in drawn if one.key in said]
        counts = " | ".join(str(levels[rule.id, level]) for level in sorted(Level, reverse=True))
        share = f"{decided / asked:.0%} of {asked}" if asked else "–"
        lines.append(f"| {rule.id} {rule.name} | {counts} | {share} | {len(drawn)} | {len(marks)} | {marks.count('d')} |")
    return lines


def noise(folder: Path, result: Result) -> list[str]:
    """Return how many findings a team would see under the default profile: per project with functions, and per function."""
    seen: dict[str, Counter[Level]] = defaultdict(Counter)
    for one in result.findings:
        seen[one.project][one.level] += 1
    lines = []
    projects = [one for one in result.info.projects if one.functions]
    for level in (Level.WARNING, Level.ERROR):
        counts = sorted(seen[one.root][level] for one in projects)
        rates = sorted(seen[one.root][level] / one.functions for one in projects)
        if not counts:
            continue
        at = math.ceil(0.95 * len(counts)) - 1
        lines.append(
            f"{folder.name}: {len(counts)} projects, {level.word}s in the median {statistics.median(counts):g}, "
            f"p95 {counts[at]}, most {counts[-1]}; a function: median {statistics.median(rates):.2g}, p95 {rates[at]:.2g}"
        )
    most = sorted(projects, key=lambda one: -seen[one.root][Level.WARNING])[:5]
    lines.append("  most warnings: " + ", ".join(f"{one.root} ({seen[one.root][Level.WARNING]})" for one in most))
    return lines


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--count", type=int, default=400)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 21))
    arguments.add_argument("--previous", type=Path, help="an earlier checklist, whose decided boxes are kept")
    arguments.add_argument("--into", type=Path, required=True, help="the checklist to write")
    arguments.add_argument("folders", nargs="+", type=Path)
    options = arguments.parse_args()
    said = verdicts(options.previous)
    allowed = json.loads(TWO_CAUSES.read_text(encoding="utf-8"))
    results: list[Result] = []
    everything: list[Drawn] = []
    sharing: list[str] = []
    for folder in options.folders:
        request = Request(folder=folder.resolve(), as_of=options.as_of, profile="strict")
        results.append(check(request))
        everything += [Drawn(folder, one) for one in results[-1].findings]
        sharing += [
            f"{folder.name}/{first.span.path}:{first.span.line}: "
            f"{first.rule} {first.message} / {second.rule} {second.message}"
            for first, second in sharing_a_cause(results[-1].findings)
            if " ".join(sorted((first.rule, second.rule))) not in allowed
        ]
        ordinary = check(Request(folder=folder.resolve(), as_of=options.as_of))
        print("\n".join(noise(folder, ordinary)), flush=True)
    drawn = sample(everything, options.count, options.seed)
    lines = table(results, drawn, said)
    print("\n".join(["", *lines, "", f"errors of one cause: {len(sharing)}", *sharing]))
    print(f"findings: {len(everything)}; drawn: {len(drawn)}; read: {sum(one.key in said for one in drawn)}")
    text = [line for one in drawn for line in entry(one, said.get(one.key))]
    options.into.write_text("\n".join(["# Findings to read", "", *text]), encoding="utf-8")
    return 1 if sharing else 0


if __name__ == "__main__":
    sys.exit(main())
