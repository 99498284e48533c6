"""Write the pages of the rules, or check that they are current: ``python tools/docs.py [--check]``.

A page is made from the rule's docstring and its fixtures; its example is a fixture itself, with the real output.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from faaslint import api
from faaslint.check.registry import load_packs
from faaslint.check.rule import AnyRule
from faaslint.report.text import render
from graph_page import graph_page
from sam_properties import PAGE as SAM_PAGE
from sam_properties import page as sam_page

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "rules"
GRAPH_PAGE = ROOT / "docs" / "graph.md"
FIXTURES = ROOT / "fixtures" / "rules"
AS_OF = date(2026, 11, 21)
LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".tf": "hcl", ".py": "python"}
PEERS = Path(__file__).with_name("peers.json")
PLAIN = ("bad_sam", "bad_cloudformation")
"""Fixtures that show the common case, before those of a single clause."""

EXAMPLE_LINES = 60
"""An example longer than this is cut to the lines around its findings."""


def example_of(rule: AnyRule) -> Path | None:
    """Return the fixture that a rule's page shows: its plainest bad one, for SAM where there is one."""
    folder = next(iter(FIXTURES.glob(f"*/{rule.name.replace('-', '_')}")), None)
    if folder is None:
        return None
    found = [path for path in folder.iterdir() if path.name.startswith("bad_") and not path.name.endswith(".expect.json")]
    return min(found, key=lambda path: (*(path.stem != plain for plain in PLAIN), path.is_dir(), path.name), default=None)


def page(rule: AnyRule) -> str:
    profile = "only under `--profile strict`" if rule.profile == "strict" else "always"
    lines = [
        f"# {rule.id} {rule.name}",
        "",
        "<!-- Made by tools/docs.py from the rule and its fixtures. -->",
        "",
        rule.summary,
        "",
        f"Level: **{rule.level.word}** · runs {profile} · formats: {', '.join(rule.formats)}"
        + (" · `--fix` mends some cases" if rule.fixable else ""),
    ]
    for heading, text in rule.sections().items():
        lines += ["", f"## {heading}", "", text]
    if rule.options:
        lines += ["", "## Options", ""]
        for option in rule.options:
            allowed = f" One of {', '.join(f'`{word}`' for word in option.allowed)}." if option.allowed else ""
            lines.append(f"- `{option.name}` (default `{option.default}`): {option.meaning}{allowed}")
    differences = beside_others(rule)
    if differences:
        opening = "On some of the examples that they publish it differs on purpose:"
        lines += ["", "## Beside other linters", "", opening, "", *(f"- {one}." for one in differences)]
    example = example_of(rule)
    if example is not None:
        lines += ["", "## Example", "", *shown(example), "", "```text", *output(rule, example), "```"]
    return "\n".join(lines).rstrip() + "\n"


def beside_others(rule: AnyRule) -> list[str]:
    """Return why a rule differs from others on purpose, each with the names of those (``tools/peers.py`` compares)."""
    reasons: dict[str, set[str]] = {}
    for question in json.loads(PEERS.read_text(encoding="utf-8")):
        if rule.id in question["rules"]:
            for reason in question.get("on_purpose", {}).values():
                reasons.setdefault(reason, set()).add(question["peer"])
    return [f"{reason} ({', '.join(sorted(peers))})" for reason, peers in sorted(reasons.items())]


def shown(example: Path) -> list[str]:
    lines: list[str] = []
    files = [example] if example.is_file() else sorted(path for path in example.rglob("*") if path.is_file())
    for path in files:
        language = LANGUAGES.get(path.suffix, "text")
        if path.suffix == ".zip":
            continue
        content = path.read_text(encoding="utf-8").rstrip().splitlines()
        if len(content) > EXAMPLE_LINES:
            content = [*content[:EXAMPLE_LINES], "# …"]
        lines += [f"`{path.relative_to(ROOT).as_posix()}`", "", f"```{language}", *content, "```", ""]
    return lines[:-1]


def output(rule: AnyRule, example: Path) -> list[str]:
    request = api.Request(
        paths=(example.relative_to(ROOT).as_posix(),), folder=ROOT, as_of=AS_OF, select=(rule.id,), profile="strict"
    )
    result = api.check(request)
    return render(result.findings, result.info, colour=False, width=120, show_withheld=False).rstrip().splitlines()


def index(rules: tuple[AnyRule, ...]) -> str:
    rows = [f"| [{rule.id}]({rule.id}.md) | {rule.name} | {rule.level.word} | {rule.summary} |" for rule in rules]
    return "\n".join(
        [
            "# Rules",
            "",
            "<!-- Made by tools/docs.py. -->",
            "",
            "| id | name | level | speaks when |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="change nothing; fail if a page is not current")
    only_check = arguments.parse_args().check
    rules = load_packs()
    pages = {PAGES / f"{rule.id}.md": page(rule) for rule in rules}
    pages |= {PAGES / "README.md": index(rules), GRAPH_PAGE: graph_page(), SAM_PAGE: sam_page()}
    PAGES.mkdir(parents=True, exist_ok=True)
    present = {
        path: path.read_text(encoding="utf-8") for path in (*PAGES.glob("*.md"), GRAPH_PAGE, SAM_PAGE) if path.is_file()
    }
    stale = sorted(path for path, text in pages.items() if present.get(path) != text)
    left_over = sorted(set(present) - set(pages))
    if only_check:
        for path in stale:
            print(f"{path.relative_to(ROOT).as_posix()} is not current; run 'python tools/docs.py'")
        for path in left_over:
            print(f"{path.relative_to(ROOT).as_posix()} belongs to no rule; remove it")
        return 1 if stale or left_over else 0
    for path in stale:
        path.write_text(pages[path], encoding="utf-8")
    for path in left_over:
        path.unlink()
    print(f"{len(stale)} pages written, {len(pages) - len(stale)} were current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
