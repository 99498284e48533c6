"""One root, checked: what of it the whole run needs, small enough to be handed from one process to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .check.options import Settings
from .check.rule import AnyRule, Context
from .check.run import run_rules
from .check.scope import Looker, Seen
from .check.triage import Draft, drafts_of
from .graph import Graph
from .load.resource import Loaded
from .model.finding import Notification, Project, Tally, Withheld
from .model.nodes import Function, Origin
from .model.record import field, record, replace
from .model.span import Span
from .session import Reader


@record
class Rulebook:
    """The rules that are run on each root, and how."""

    rules: tuple[AnyRule, ...]
    context: Context
    settings: Settings
    earlier: Mapping[tuple[str, str], Graph] = field(default_factory=dict)
    """The graphs of an earlier revision, by root and kind."""


@record(frozen=False)
class Checked:
    """What the check of a root came to. It holds nothing of the root's graph.

    ``project`` and ``seen`` are None where the root could not be analysed at all; the notifications say why.
    """

    notifications: list[Notification]
    project: Project | None = None
    seen: Seen | None = None
    drafts: list[Draft] = field(default_factory=list)
    """Its findings, not yet joined with those of the other roots."""
    tallies: dict[str, Tally] = field(default_factory=dict)
    withheld: list[tuple[str, str, Withheld]] = field(default_factory=list)
    problems: list[tuple[Span, str]] = field(default_factory=list)
    """The handlers' files that can't be read and that it tells of."""
    covers: str = ""
    files: tuple[str, ...] = ()
    """The files of a plan's folder."""


def checked(reader: Reader, looker: Looker, path: str, load: Callable[[], Loaded], rulebook: Rulebook) -> Checked:
    """Check one root."""
    project, notifications, problems = reader.read(path, load)
    if project is None:
        return Checked(notifications)
    loaded, graph = project
    graph.earlier = rulebook.earlier.get((loaded.root, loaded.kind))
    outcome = run_rules(graph, rulebook.rules, rulebook.context, rulebook.settings)
    shown = reader.group.shown(loaded.root)
    functions = sum(1 for function in graph.all(Function) if function.origin is not Origin.CDK)
    return Checked(
        [*notifications, *(replace(note, path=reader.group.shown(note.path)) for note in outcome.notifications)],
        project=Project(shown, loaded.kind, functions, len(loaded.resources)),
        seen=looker.look(loaded, graph),
        drafts=list(drafts_of(outcome.claims, shown)),
        tallies=outcome.tallies,
        withheld=outcome.withheld,
        problems=problems,
        covers=loaded.covers,
        files=tuple(loaded.files) if loaded.covers else (),
    )
