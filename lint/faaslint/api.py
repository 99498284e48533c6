"""The engine as a library: give it paths, get findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .check.options import OptionProblem, Settings, settings_of
from .check.registry import load_packs
from .check.rule import AnyRule, Context, Profile
from .check.run import Outcome, run_rules
from .check.scope import Looker, Scope
from .check.triage import Draft, detailed, drafts_of, joined, report_order
from .checked import Checked, Rulebook, checked
from .graph import Graph
from .model.finding import Finding, Level, Notification, Project, RunInfo, Tally, Withheld
from .model.nodes import Function, Origin, Suppression
from .model.read import text_of
from .model.record import field, record, replace
from .model.value import branches
from .session import (
    MISSING,
    InputProblem,
    Inputs,
    Reader,
    confined,
    discovered,
    earlier_graphs,
    loaders_of,
    projects_of,
)

if TYPE_CHECKING:
    from .model.privilege import FunctionPrivilege
    from .model.span import Span
    from .session import Group

__all__ = ["Privileges", "Request", "Result", "UsageProblem", "check", "graphs", "privileges"]


@record(kw_only=True)
class Request:
    """What to check and how.

    ``paths`` are files or folders, relative to ``folder`` (the working directory). ``select`` and ``ignore`` are rule ids,
    names or id prefixes. ``parameters`` are values of template parameters and Terraform variables; ``parameter_files`` are
    CloudFormation parameter files, relative to ``folder``, and ``environment`` is the one of ``samconfig.toml`` that is
    meant (empty: its default). ``as_of`` is the date that the run speaks for.
    """

    paths: Sequence[str] = (".",)
    folder: Path = field(default_factory=Path.cwd)
    as_of: date
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: Profile = "default"
    parameters: Mapping[str, str] = field(default_factory=dict)
    parameter_files: Sequence[str] = ()
    environment: str = ""
    variable_files: Sequence[str] = ()
    """Terraform variable files, relative to ``folder``."""
    terraform_workspace: str = ""
    """What ``terraform.workspace`` is; empty: not known."""
    packs: tuple[str, ...] = ()
    rule_options: Settings = field(default_factory=dict)
    base: str = ""
    """A git revision: the same projects as they are there tell what a deployment changes."""
    jobs: int = 1
    """In how many processes roots are checked. With more than one, a script that asks for it needs the guard that
    ``multiprocessing`` asks of scripts (``if __name__ == "__main__":``). A run with ``base`` takes one."""
    fail_on: Level | None = Level.ERROR
    """The lowest level that fails the run; None for ``never``."""


@record
class Result:
    """Findings in the order of the report, what the run looked at, and the exit status that it earns."""

    findings: tuple[Finding, ...]
    info: RunInfo
    status: int


@record
class Privileges:
    """What functions need and are granted, each with what shows a path to people, and what could not be read."""

    functions: tuple[tuple[FunctionPrivilege, Callable[[str], str]], ...]
    notifications: tuple[Notification, ...]
    incomplete: bool
    """Whether some input could not be analysed (exit status 3)."""
    internal: bool
    """Whether something failed that is our fault (exit status 4)."""


class UsageProblem(Exception):
    """A request that can't be carried out; the message says why and what to do."""


@record(frozen=False)
class _Gathered:
    """What has come together so far, over all workspaces and roots."""

    findings: list[Finding] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    withheld: list[tuple[str, str, Withheld]] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    files: int = 0
    passed_over: int = 0
    missing: bool = False

    def take(self, outcome: Outcome | Checked) -> None:
        """Add what a run of rules counted."""
        for rule, tally in outcome.tallies.items():
            total = self.tallies.setdefault(rule, Tally())
            total.good += tally.good
            total.finding += tally.finding
            total.withheld += tally.withheld
        self.withheld += outcome.withheld
        self.notifications += outcome.notifications


def check(request: Request) -> Result:
    """Check what a request names. Raises UsageProblem and PackProblem; input that can't be read is a finding."""
    everything = load_packs(request.packs)
    rules = selected(everything, request)
    try:
        settings = settings_of(everything, request.rule_options)
    except OptionProblem as problem:
        raise UsageProblem(str(problem)) from None
    context = Context(as_of=request.as_of, profile=request.profile)
    gathered = _Gathered(tallies={rule.id: Tally() for rule in rules})
    for group in confined(request.paths, request.folder, gathered.notifications):
        try:
            _check_group(group, request, rules, everything, context, settings, gathered)
        except InputProblem as problem:
            raise UsageProblem(str(problem)) from None
    gathered.missing = any(note.message.startswith(MISSING) for note in gathered.notifications)
    findings = tuple(sorted(gathered.findings, key=report_order))
    info = RunInfo(
        version=__version__,
        rules=tuple(rule.info() for rule in rules),
        projects=tuple(sorted(gathered.projects, key=lambda project: (project.root, project.kind))),
        notifications=tuple(gathered.notifications),
        tallies=dict(sorted(gathered.tallies.items())),
        withheld=tuple(gathered.withheld),
        files=gathered.files,
        passed_over=gathered.passed_over,
    )
    return Result(findings, info, _status(findings, gathered, request))


def graphs(request: Request) -> list[Graph]:
    """Return the graph of each project that a request names, without running a rule."""
    notes: list[Notification] = []
    made = list(_all_graphs(request, notes))
    if any(note.message.startswith(MISSING) for note in notes):
        raise UsageProblem(notes[0].message)
    return made


def _all_graphs(request: Request, notes: list[Notification]) -> Iterator[Graph]:
    for group in confined(request.paths, request.folder, notes):
        try:
            for _, graph in projects_of(group, _inputs(request), _Gathered(notifications=notes)):
                graph.shown = group.shown
                yield graph
        except InputProblem as problem:
            raise UsageProblem(str(problem)) from None


def _inputs(request: Request) -> Inputs:
    return Inputs(
        parameters=request.parameters,
        parameter_files=request.parameter_files,
        environment=request.environment,
        variable_files=request.variable_files,
        terraform_workspace=request.terraform_workspace,
    )


def privileges(request: Request, names: Sequence[str] = ()) -> Privileges:
    """Return what each function of a request needs and is granted, and its minimal policy.

    ``names`` are functions, by the name that the template gives them (logical id, Terraform address) or by their function
    name; none means all. Raises UsageProblem for a path that does not exist and for a name that no function has.
    """
    from .privilege.minimal import privilege_of

    notes: list[Notification] = []
    found: list[tuple[FunctionPrivilege, Callable[[str], str]]] = []
    every: list[str] = []
    for graph in _all_graphs(request, notes):
        for function in graph.all(Function):
            if function.origin is Origin.CDK:
                continue
            own = {function.name, function.id, *_function_names(function)}
            every += own
            if not names or own & set(names):
                found.append((privilege_of(function, graph), graph.shown))
    if any(note.message.startswith(MISSING) for note in notes):
        raise UsageProblem(notes[0].message)
    for name in names:
        if name not in every:
            raise UsageProblem(f"no function is called '{name}'" + _did_you_mean(name, every))
    errors = [note for note in notes if note.level is Level.ERROR]
    return Privileges(tuple(found), tuple(errors), bool(errors), any(note.internal for note in errors))


def _function_names(function: Function) -> list[str]:
    return [text for _, leaf in branches(function.function_name) if (text := text_of(leaf))]


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, 0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def selected(rules: Sequence[AnyRule], request: Request) -> tuple[AnyRule, ...]:
    """Return the rules that a request enables. Raises UsageProblem for a word that names none.

    A rule of the strict profile is on when the profile is strict, or when it is selected by its own id or name.
    """
    for word in (*request.select, *request.ignore):
        if not any(_names(word, rule) for rule in rules):
            raise UsageProblem(f"'{word}' is no rule, rule name or id prefix; see 'faaslint rules'")
    return tuple(
        rule
        for rule in rules
        if not any(_names(word, rule) for word in request.ignore)
        and (
            any(
                _names(word, rule, exactly=rule.profile == "strict" and request.profile != "strict")
                for word in request.select
            )
            if request.select
            else rule.profile == "default" or request.profile == "strict"
        )
    )


def _names(word: str, rule: AnyRule, *, exactly: bool = False) -> bool:
    if word.upper() == rule.id or word in (rule.name, *rule.aliases) or word.upper() == "ALL":
        return True
    return not exactly and word.isalnum() and rule.id.startswith(word.upper())


def _check_group(
    group: Group,
    request: Request,
    rules: Sequence[AnyRule],
    everything: Sequence[AnyRule],
    context: Context,
    settings: Settings,
    gathered: _Gathered,
) -> None:
    on_resources = tuple(rule for rule in rules if rule.visits is not Suppression)
    scope = Scope(group.workspace)
    drafts: list[Draft] = []
    for one in _each_root(group, request, Rulebook(on_resources, context, settings), gathered):
        gathered.take(one)
        drafts += one.drafts
        if one.project is not None and one.seen is not None:
            gathered.projects.append(one.project)
            scope.add(one.seen)
            group.take(one.seen.root, one.seen.kind, one.covers, one.files)
    kept = scope.unsuppressed(_without_repeats(joined(drafts)))
    kept += _unused_suppressions(group, scope, rules, everything, context, settings, gathered)
    shown = [finding for finding in kept if group.wants(finding)]
    gathered.findings += (group.display(finding) for finding in detailed(shown, group.text_of))


def _each_root(group: Group, request: Request, rulebook: Rulebook, gathered: _Gathered) -> Iterator[Checked]:
    """Yield what the check of each root of a group came to, in their order, however many processes check them."""
    inputs = _inputs(request)
    if request.base:
        rulebook = replace(rulebook, earlier=earlier_graphs(group, request.base, inputs))
    found = discovered(group, gathered)
    if request.jobs > 1 and not request.base:
        from .workers import checked_by

        yield from checked_by(request.jobs, group, found, inputs, rulebook, request.packs)
        return
    reader, looker = Reader(group), Looker(group.workspace)
    covered: set[str] = set()
    for path, load in loaders_of(group, found, inputs, covered):
        one = checked(reader, looker, path, load, rulebook)
        covered.add(one.covers)
        yield one


def _unused_suppressions(
    group: Group,
    scope: Scope,
    rules: Sequence[AnyRule],
    everything: Sequence[AnyRule],
    context: Context,
    settings: Settings,
    gathered: _Gathered,
) -> list[Finding]:
    """Run the rules that visit suppressions, which only now are known to be used or not."""
    second = [rule for rule in rules if rule.visits is Suppression]
    found: list[Finding] = []
    for root, kind, nodes in scope.suppressions(everything, {rule.id for rule in rules}):
        graph = Graph(root, kind)
        for node in nodes:
            graph.add(node)
        outcome = run_rules(graph, second, context, settings)
        gathered.take(outcome)
        found += joined(drafts_of(outcome.claims, group.shown(root)))
    return found


def _without_repeats(findings: Sequence[Finding]) -> list[Finding]:
    """A file that two roots share (a module, a handler) makes one mistake, whichever root shows it."""
    seen: dict[tuple[str, Span, str], Finding] = {}
    for finding in findings:
        seen.setdefault((finding.rule, finding.span, finding.message), finding)
    return list(seen.values())


def _status(findings: Sequence[Finding], gathered: _Gathered, request: Request) -> int:
    if gathered.missing:
        return 2
    if any(note.internal for note in gathered.notifications):
        return 4
    if any(note.level is Level.ERROR for note in gathered.notifications):
        return 3
    if request.fail_on is not None and any(finding.level >= request.fail_on for finding in findings):
        return 1
    return 0
