"""The commands."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from .arguments import parser, words

if TYPE_CHECKING:
    from ..api import Request, Result


def run(argv: Sequence[str]) -> int:
    """Parse the command line, carry the command out, and return the exit status."""
    try:
        arguments = parser().parse_args(list(argv))
    except SystemExit as stopped:  # argparse has printed what is wrong, or the help
        return 0 if stopped.code in (0, None) else 2
    command: Callable[[argparse.Namespace], int] = {
        "check": _check,
        "rules": _rules,
        "explain": _explain,
        "graph": _graph,
        "policy": _policy,
    }[arguments.command]
    try:
        return command(arguments)
    except BrokenPipeError:
        # The reader (``| head``) has enough. Standard output is gone, so Python must not try to flush it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f" at {Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame is not None else ""
        print(f"faaslint: internal error: {type(error).__name__}: {error}{place}; please report it", file=sys.stderr)
        return 4


def _complain(message: str) -> int:
    print(f"faaslint: {message}", file=sys.stderr)
    return 2


def _request(arguments: argparse.Namespace) -> Request:
    from ..api import Request
    from ..config import read_configuration

    settings = read_configuration(Path.cwd(), getattr(arguments, "config", None))
    allowed = set(words(getattr(arguments, "allow_packs", [])))
    settings.refuse_packs_outside(allowed)
    parameters = dict(arguments.param)
    return Request(
        paths=tuple(arguments.paths),
        as_of=getattr(arguments, "as_of", None) or settings.as_of or date.today(),
        select=words(getattr(arguments, "select", [])) or settings.select,
        ignore=(*settings.ignore, *words(getattr(arguments, "ignore", []))),
        profile=getattr(arguments, "profile", None) or settings.profile,
        parameters={**settings.parameters, **parameters},
        parameter_files=(*_beside(settings.path, settings.parameter_files), *arguments.parameter_file),
        environment=arguments.config_env or settings.environment,
        variable_files=(*_beside(settings.path, settings.variable_files), *arguments.var_file),
        terraform_workspace=arguments.workspace or settings.terraform_workspace,
        packs=settings.packs,
        rule_options=settings.rules,
        base=getattr(arguments, "base", ""),
        jobs=getattr(arguments, "jobs", 1),
        fail_on=settings.fail_on_level(getattr(arguments, "fail_on", None)),
    )


def _beside(settings: str, files: Sequence[str]) -> list[str]:
    """Return files that settings name, which are relative to the settings' own folder."""
    return [str(Path(settings).parent / file) for file in files]


def _check(arguments: argparse.Namespace) -> int:
    from ..api import UsageProblem, check
    from ..check.registry import PackProblem
    from ..config import ConfigurationProblem

    try:
        request = _request(arguments)
        result = check(request)
        if arguments.diff:
            from .mending import show_changes

            return show_changes(result, request, unsafe=arguments.unsafe_fixes)
        if arguments.fix:
            from .mending import mend

            result = mend(result, request, unsafe=arguments.unsafe_fixes)
    except (UsageProblem, ConfigurationProblem, PackProblem) as problem:
        return _complain(str(problem))
    targets: list[tuple[str, str]] = [(arguments.format, "-"), *arguments.output]
    if any(file == "-" for _, file in arguments.output):
        targets = arguments.output
    for name, file in targets:
        try:
            text = _rendered(name, result, arguments, to_terminal=file == "-" and sys.stdout.isatty())
        except Exception as error:
            print(f"faaslint: the {name} report failed ({type(error).__name__}: {error})", file=sys.stderr)
            return 4
        if file == "-":
            if isinstance(sys.stdout, io.TextIOWrapper):
                sys.stdout.reconfigure(errors="replace")  # a terminal that has no box-drawing characters gets "?"
            sys.stdout.write(text)
            sys.stdout.flush()
        else:
            try:
                Path(file).write_text(text, encoding="utf-8")
            except OSError as error:
                return _complain(f"the report can't be written to '{file}': {error.strerror}")
    return result.status


def _rendered(name: str, result: Result, arguments: argparse.Namespace, *, to_terminal: bool) -> str:
    if name == "json":
        from ..report.json import render as render_json

        return render_json(result.findings, result.info)
    if name == "sarif":
        from ..report.sarif import render as render_sarif

        return render_sarif(result.findings, result.info)
    from ..report.text import render as render_text

    colour = arguments.colour == "always" or (arguments.colour == "auto" and to_terminal and not os.environ.get("NO_COLOR"))
    return render_text(
        result.findings, result.info, colour=colour, width=_width(to_terminal), show_withheld=arguments.show_withheld
    )


def _width(to_terminal: bool) -> int:
    if not to_terminal:
        return 120
    import shutil

    return max(40, shutil.get_terminal_size((120, 40)).columns)


def _rules(arguments: argparse.Namespace) -> int:
    from ..check.registry import PackProblem, load_packs

    if arguments.test is not None:
        return _test_pack(arguments.test, Path(arguments.fixtures))
    try:
        rules = load_packs(words(arguments.pack))
    except PackProblem as problem:
        return _complain(str(problem))
    if arguments.format == "json":
        print(json.dumps([_rule_data(rule) for rule in rules], indent=2, ensure_ascii=False))
        return 0
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        marks = [word for word, holds in (("strict", rule.profile == "strict"), ("--fix", rule.fixable)) if holds]
        said = f" ({', '.join(marks)})" if marks else ""
        print(f"{rule.id}  {rule.level.word:<7}  {rule.name:<{width}}  {rule.summary}{said}")
    return 0


def _test_pack(pack: str, folder: Path) -> int:
    from .. import testing
    from ..check.registry import PackProblem, load_packs

    root = folder.resolve()
    try:
        rules = {rule.name: rule for rule in load_packs((pack,)) if rule.pack == pack}
    except PackProblem as problem:
        return _complain(str(problem))
    fixtures = [fixture for fixture in testing.fixtures_in(root) if fixture.rule_name in rules]
    if not fixtures:
        return _complain(f"'{folder}' holds no fixtures of the rules of '{pack}'; name their folder with --fixtures")
    wrong = 0
    for fixture in fixtures:
        result = testing.run(fixture, root, (pack,))
        told = [*testing.differences(fixture, root, result), *testing.untrue(fixture, rules[fixture.rule_name], result)]
        told += testing.mended(fixture, root, (pack,))
        wrong += bool(told)
        print(f"{'FAILED' if told else 'ok    '}  {fixture.path.relative_to(root).as_posix()}")
        for line in told:
            print(f"        {line}")
    lacking = [line for rule in rules.values() for line in testing.unready(rule, fixtures)]
    for line in lacking:
        print(f"LACKS   {line}")
    print(f"{len(fixtures) - wrong} passed, {wrong} failed; {len(rules)} rules, {len(lacking)} things lacking")
    return 1 if wrong or lacking else 0


def _rule_data(rule: object) -> dict[str, object]:
    from ..check.rule import Rule

    assert isinstance(rule, Rule)
    return {
        "id": rule.id,
        "name": rule.name,
        "aliases": list(rule.aliases),
        "level": rule.level.word,
        "profile": rule.profile,
        "formats": list(rule.formats),
        "summary": rule.summary,
        "pack": rule.pack,
        "supersedes": list(rule.supersedes),
        "cwe": list(rule.cwe),
        "security_severity": rule.security_severity,
        "fixable": rule.fixable,
        "options": [
            {
                "name": option.name,
                "default": option.default,
                "meaning": option.meaning,
                "allowed": list(option.allowed),
            }
            for option in rule.options
        ],
        "sections": rule.sections(),
    }


def _explain(arguments: argparse.Namespace) -> int:
    from ..check.registry import load_packs

    wanted = arguments.rule
    rules = load_packs()
    found = next((rule for rule in rules if wanted.upper() == rule.id or wanted in (rule.name, *rule.aliases)), None)
    if found is None:
        import difflib

        near = difflib.get_close_matches(wanted, [word for rule in rules for word in (rule.id, rule.name)], 1, 0.6)
        return _complain(
            f"there is no rule '{wanted}'" + (f"; did you mean '{near[0]}'?" if near else "; see 'faaslint rules'")
        )
    if arguments.format == "json":
        print(json.dumps(_rule_data(found), indent=2, ensure_ascii=False))
        return 0
    profile = ", only under --profile strict" if found.profile == "strict" else ""
    print(f"{found.id} {found.name} ({found.level.word}{profile})\n\n{found.summary}")
    for heading, text in found.sections().items():
        print(f"\n{heading}\n{'-' * len(heading)}\n{text}")
    for option in found.options:
        allowed = f" (one of {', '.join(option.allowed)})" if option.allowed else ""
        print(f"\nOption {option.name} = {option.default!r}{allowed}\n{option.meaning}")
    return 0


def _graph(arguments: argparse.Namespace) -> int:
    from ..api import UsageProblem, graphs
    from ..config import ConfigurationProblem
    from ..graph.export import to_dot, to_json, to_mermaid
    from ..model.nodes import Unread

    try:
        made = graphs(_request(arguments))
    except (UsageProblem, ConfigurationProblem) as problem:
        return _complain(str(problem))
    write = {"json": to_json, "mermaid": to_mermaid, "dot": to_dot}[arguments.format]
    sys.stdout.write(write(made))
    return 3 if any(graph.all(Unread) for graph in made) else 0


def _policy(arguments: argparse.Namespace) -> int:
    from .policy import policy

    return policy(_request(arguments), arguments, _complain)
