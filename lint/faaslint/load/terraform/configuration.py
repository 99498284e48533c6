"""What the files of one module folder declare, before anything is evaluated."""

from __future__ import annotations

from ...model.record import field, record
from ...model.span import Span
from ...source.hcl import parse_hcl
from ...source.hcl_nodes import Attribute, Block, Body
from ...source.workspace import Unreadable, Workspace
from ..resource import Problem
from .sources import configuration_files


@record(frozen=False)
class Configuration:
    """One module folder. ``resources`` are keyed as references write them: ``aws_sqs_queue.q``, ``data.aws_region.r``.

    ``providers`` are keyed ``aws`` or ``aws.alias``. ``broken`` is the first place that could not be read: declarations
    may be missing.
    """

    folder: str
    files: list[str] = field(default_factory=list)
    variables: dict[str, Block] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    resources: dict[str, Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    providers: dict[str, Block] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: Span | None = None
    model: str = ""
    """The name of our model of a registry module, where this is one and no folder of the project."""

    def add(self, body: Body) -> None:
        """Take in the declarations of one file."""
        for problem in body.problems:
            self.problems.append(Problem(span=problem.span, message=f"syntax error: {problem.message}"))
            self.broken = self.broken or problem.span
        for block in body.blocks:
            self._declare(block)

    def _declare(self, block: Block) -> None:
        labels = [label.text for label in block.labels]
        match block.type, labels:
            case "resource", [kind, name]:
                self.resources.setdefault(f"{kind}.{name}", block)
            case "data" | "ephemeral", [kind, name]:
                self.resources.setdefault(f"{block.type}.{kind}.{name}", block)
            case "variable", [name]:
                self.variables.setdefault(name, block)
            case "output", [name]:
                self.outputs.setdefault(name, block)
            case "module", [name]:
                self.calls.setdefault(name, block)
            case "provider", [name]:
                alias = block.body.attributes.get("alias")
                value = getattr(alias.expression, "value", None) if alias is not None else None
                self.providers.setdefault(f"{name}.{value}" if isinstance(value, str) else name, block)
            case "locals", []:
                for attribute in block.body.attributes.values():
                    self.locals.setdefault(attribute.name, attribute)
            case _:
                # terraform, moved, import, check, removed: nothing that the analysis asks about.
                pass


def read_configuration(workspace: Workspace, folder: str) -> Configuration:
    """Read every configuration file of a folder. What can't be read is a problem, never an error."""
    configuration = Configuration(folder)
    for path in configuration_files(workspace, folder):
        configuration.files.append(path)
        start = Span(path, 1, 1, 1, 1)
        try:
            text = workspace.text(path)
        except Unreadable as error:
            configuration.problems.append(Problem(span=start, message=f"the file can't be read: {error}"))
            configuration.broken = configuration.broken or start
            continue
        if path.endswith(".json"):
            from ...source.hcl_json import parse_hcl_json

            configuration.add(parse_hcl_json(text, path))
        else:
            configuration.add(parse_hcl(text, path))
    return configuration
