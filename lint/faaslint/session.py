"""From paths to graphs: which files are looked at, where reading is confined, and what each root becomes."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .graph import Graph
from .graph.build.project import build_graph
from .load.discover import Discovery, discover
from .load.resource import Loaded
from .model.finding import Finding, Level, Notification
from .model.nodes import Unread
from .model.record import field, record, replace
from .model.span import Location, Span
from .source.workspace import Workspace

if TYPE_CHECKING:
    from .load.cloudformation.parameters import Given
    from .model.value import Value

MISSING = "There is no "
"""How the message about a path that does not exist begins."""


PLAN_SOURCES = 10
"""How many root modules of the run are tried as the sources of a plan that does not lie beside its own."""


class Counts(Protocol):
    """What counts files and takes notes while projects are read."""

    notifications: list[Notification]
    files: int
    passed_over: int


@record(frozen=False)
class Group:
    """The named paths that are read through one workspace.

    ``files`` are the named files: if there are any, only findings that touch one of them are shown.
    """

    workspace: Workspace
    root: str
    folder: str
    paths: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    whole: bool = False
    """Whether a folder is named too, so that everything is shown."""
    unquoted: set[str] = field(default_factory=set)
    """Files of which no line is shown: a plan holds its secrets in plain text."""

    def shown(self, path: str) -> str:
        """Return a workspace path as people see it: POSIX, relative to the working directory."""
        if not path:
            return path
        return os.path.relpath(os.path.join(self.root, path), self.folder).replace(os.sep, "/")

    def text_of(self, path: str) -> str | None:
        """Return a file as text to quote from, None where it can't be read or must not be shown."""
        return None if path in self.unquoted else self.workspace.text_or_none(path)

    def take(self, root: str, kind: str, covers: str, files: Iterable[str]) -> None:
        """Take note of a root that was read: of a plan, which folder it covers and which files it was made of."""
        if kind == "terraform-plan":
            self.unquoted.add(root)
        if covers and root in self.files:
            # Whoever names a plan asks about the files that it was made of.
            self.files |= set(files)

    def wants(self, finding: Finding) -> bool:
        """Return whether a finding is to be shown: it stands in a named file, or rests on one."""
        if self.whole or not self.files:
            return True
        places = (finding.span, *(one.span for one in finding.related), *(one.span for one in finding.route))
        return any(place.path in self.files for place in places)

    def display(self, finding: Finding) -> Finding:
        """Return the finding with its paths as people see them."""

        def moved(span: Span) -> Span:
            return span._replace(path=self.shown(span.path))

        def told(locations: Sequence[Location]) -> tuple[Location, ...]:
            return tuple(Location(moved(one.span), one.message) for one in locations)

        return replace(
            finding,
            span=moved(finding.span),
            related=told(finding.related),
            route=told(finding.route),
            edits=tuple(replace(edit, span=moved(edit.span)) for edit in finding.edits),
            rewrites=tuple(replace(rewrite, span=moved(rewrite.span)) for rewrite in finding.rewrites),
        )


def confined(paths: Sequence[str], folder: Path, notes: list[Notification]) -> list[Group]:
    """Return the named paths, grouped by the root that reading is confined to.

    That root is the git work tree that holds the path; without one the working directory if the path is below it, else the
    path itself (the folder of a file). A path that does not exist becomes a note.
    """
    groups: dict[str, Group] = {}
    here = os.path.realpath(folder)
    for path in paths:
        target = os.path.realpath(os.path.join(here, path))
        if not os.path.exists(target):
            notes.append(Notification(Level.ERROR, f"{MISSING}'{path}'; check the path.", path))
            continue
        is_folder = os.path.isdir(target)
        start = target if is_folder else os.path.dirname(target)
        root = _root_of(start, here)
        group = groups.get(root)
        if group is None:
            group = groups[root] = Group(Workspace.on_disk(Path(root)), root, here)
        inside = os.path.relpath(target, root).replace(os.sep, "/")
        group.paths.append(inside)
        if is_folder:
            group.whole = True
        else:
            group.files.add(inside)
    return list(groups.values())


def earlier_graphs(group: Group, revision: str, inputs: Inputs) -> dict[tuple[str, str], Graph]:
    """Return the graphs of a group's projects as they are in a git revision, by root and kind. Raises InputProblem.

    What can't be read there is nothing that the user could mend now, so it is not reported.
    """
    from .source.revision import NoRevision, Revision

    try:
        tree = Workspace(Revision(group.root, revision))
    except NoRevision as problem:
        raise InputProblem(f"--base {revision}: {problem}") from None
    paths = [path for path in group.paths if tree.kind(path) is not None]
    before = Group(tree, group.root, group.folder, paths)
    found: dict[tuple[str, str], Graph] = {}
    for loaded, graph in projects_of(before, inputs, _Unheard()):
        graph.revision = revision
        found[loaded.root, loaded.kind] = graph
    return found


@record(frozen=False)
class _Unheard:
    """Counts and notes that no one asks for."""

    notifications: list[Notification] = field(default_factory=list)
    files: int = 0
    passed_over: int = 0


def _root_of(start: str, here: str) -> str:
    place = start
    while True:
        if os.path.exists(os.path.join(place, ".git")):
            return place
        parent = os.path.dirname(place)
        if parent == place:
            break
        place = parent
    return here if start == here or start.startswith(here.rstrip(os.sep) + os.sep) else start


@record(kw_only=True)
class Inputs:
    """What is set for a run beside its paths.

    ``parameters`` are values of template parameters and Terraform variables, by name. ``parameter_files`` are paths of
    CloudFormation parameter files, relative to the working directory; what ``parameters`` says goes before them, and the
    last file before the others. ``environment`` is the one of ``samconfig.toml`` that is meant, empty for its default.
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    parameter_files: Sequence[str] = ()
    environment: str = ""
    variable_files: Sequence[str] = ()
    """Paths of Terraform variable files, relative to the working directory; the last one goes before the others."""
    terraform_workspace: str = ""
    """The workspace of Terraform that is meant, empty where that is not said."""


class InputProblem(Exception):
    """A file that sets parameters and can't be used; the message says why."""


def template_parameters(group: Group, inputs: Inputs) -> Mapping[str, str | Given]:
    """Return what templates of a group are given. Raises InputProblem for a parameter file that can't be used."""
    if not inputs.parameter_files:
        return inputs.parameters
    from .load.cloudformation.deployment import settings_in
    from .load.cloudformation.document import parse_document
    from .load.cloudformation.parameters import given_text
    from .source.tree import ParseFailure

    given: dict[str, str | Given] = {}
    for name in inputs.parameter_files:
        shown, text = _named_file(group, name, "parameter file")
        try:
            settings = settings_in(parse_document(text, shown, []))
        except ParseFailure as failure:
            raise InputProblem(f"the parameter file '{name}', line {failure.span.line}: {failure.message}") from None
        given.update({one.name: given_text(one.text, (one.span,)) for one in settings})
    return {**given, **inputs.parameters}


def _named_file(group: Group, name: str, kind: str) -> tuple[str, str]:
    """Return how a file that the user names is shown, and its text. Raises InputProblem where it can't be read."""
    from .source.workspace import Unreadable

    path = os.path.realpath(os.path.join(group.folder, name))
    # The user names it, so it may lie anywhere; where it is in the project, findings can stand in it.
    inside = os.path.relpath(path, group.root).replace(os.sep, "/")
    shown = path if inside.startswith("../") or os.path.isabs(inside) else inside
    try:
        return shown, Workspace.on_disk(Path(path).parent).text(os.path.basename(path))
    except Unreadable as error:
        raise InputProblem(f"the {kind} '{name}' can't be read: {error}") from None


def projects_of(group: Group, inputs: Inputs, counts: Counts) -> Iterator[tuple[Loaded, Graph]]:
    """Yield each root that the group's paths lead to, loaded and as a graph. What can't be read is a node of the graph.

    Raises InputProblem for a parameter file that can't be used.
    """
    found = discovered(group, counts)
    reader = Reader(group)
    covered: set[str] = set()
    for path, load in loaders_of(group, found, inputs, covered):
        project, notes, _ = reader.read(path, load)
        counts.notifications += notes
        if project is not None:
            loaded, graph = project
            group.take(loaded.root, loaded.kind, loaded.covers, loaded.files)
            if loaded.covers:
                covered.add(loaded.covers)
            yield loaded, graph


def discovered(group: Group, counts: Counts) -> Discovery:
    """Return the roots that the group's paths lead to, and count what was looked at."""
    found = discover(group.workspace, group.paths)
    counts.files += found.files_seen
    counts.passed_over += found.passed_over
    counts.notifications += (replace(note, path=group.shown(note.path) if note.path else "") for note in found.notifications)
    return found


class Read(NamedTuple):
    """What reading a root gave: no project where that failed. ``problems`` are handlers' files that can't be read."""

    project: tuple[Loaded, Graph] | None
    notifications: list[Notification]
    problems: list[tuple[Span, str]]


class Reader:
    """Reads the roots of a group, one after another; what is read of handlers is shared between them.

    ``told`` are the handlers' files that can't be read and that a root has told of: the next one does not.
    """

    def __init__(self, group: Group) -> None:
        from .handlers import Analyser

        self.group = group
        self.told: set[tuple[Span, str]] = set()
        self._analyser = Analyser(group.workspace)

    def read(self, path: str, load: Callable[[], Loaded]) -> Read:
        """Return a root, loaded and as a graph, with what there is to say about it."""
        from .load.packages import Packages

        group = self.group
        notes: list[Notification] = []
        try:
            loaded = load()
            graph = build_graph(loaded, self._analyser)
            graph.measure = Packages(group.workspace, loaded.root).of
        except Exception as error:
            # A defect of ours in one root must not lose the findings of the others.
            message = (
                f"'{group.shown(path)}' could not be analysed: an internal error ({type(error).__name__}: {error}); "
                "please report it."
            )
            self._analyser.take_problems()
            return Read(None, [Notification(Level.ERROR, message, group.shown(path), internal=True)], [])
        problems = [problem for problem in self._analyser.take_problems() if problem not in self.told]
        self.told.update(problems)
        for span, message in problems:
            graph.add_unread(span, message)
        for problem in loaded.problems:
            if problem.fatal:
                graph.add_unread(problem.span, problem.message)
            else:
                notes.append(Notification(Level.NOTE, problem.message, group.shown(problem.span.path), problem.span.line))
        for unread in graph.all(Unread):
            notes.append(Notification(Level.ERROR, unread.message, group.shown(unread.span.path), unread.span.line))
        return Read((loaded, graph), notes, problems)


def loaders_of(
    group: Group, found: Discovery, inputs: Inputs, covered: set[str]
) -> Iterator[tuple[str, Callable[[], Loaded]]]:
    """Yield each root with the loader of its kind, imported when the first one is met.

    A folder that is in ``covered`` when its turn comes is left out: a plan of it was read.
    """
    workspace = group.workspace
    given = template_parameters(group, inputs)
    variable_files = [_named_file(group, name, "variable file") for name in inputs.variable_files]
    if found.templates:
        from .load.cloudformation import load_template
        from .load.cloudformation.exports import Exports, is_asked_for

        imported: Callable[[str], Value | None] | None = None

        def load_one(path: str) -> Loaded:
            return load_template(workspace, path, given, inputs.environment, imported=imported)

        if len(found.templates) > 1 and is_asked_for(workspace, found.templates):
            imported = Exports(workspace, found.templates, load_one).value
        for path in found.templates:
            yield path, partial(load_one, path)
    for path in found.plans:
        from .load.terraform import load_plan

        beside = posixpath.dirname(path) or "."
        folders = (beside, *found.terraform[:PLAN_SOURCES])
        yield (
            path,
            partial(load_plan, workspace, path, inputs.parameters, folders, variable_files, inputs.terraform_workspace),
        )
    for folder in found.assemblies:
        from .load.cdk.load import assembly_loaders

        yield from assembly_loaders(workspace, folder, given)
    for folder in found.terraform:
        if folder in covered:
            continue
        from .load.terraform import load_terraform

        yield (
            folder,
            partial(load_terraform, workspace, folder, inputs.parameters, variable_files, inputs.terraform_workspace),
        )
    for path in found.units:
        from .load.terraform import load_terragrunt

        yield (
            path,
            partial(load_terragrunt, workspace, path, inputs.parameters, variable_files, inputs.terraform_workspace),
        )
