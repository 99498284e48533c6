"""What the files of one module folder declare, before anything is evaluated."""

from __future__ import annotations

from ...model.record import field, record
from ...model.span import Span
from ...source.hcl import parse_hcl
from ...source.hcl_nodes import Attribute, Block, Body
from ...source.workspace import Unreadable, Workspace
from ..resource import Problem
from .overrides import overridden
from .sources import configuration_files, override_files


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

    def add(self, body: Body, override: bool = False) -> None:
        """Take in the declarations of one file, or what an override file changes of those that are there."""
        for problem in body.problems:
            self.problems.append(Problem(span=problem.span, message=f"syntax error: {problem.message}"))
            self.broken = self.broken or problem.span
        for block in body.blocks:
            if block.type == "locals" and not block.labels:
                for attribute in block.body.attributes.values():
                    if override or attribute.name not in self.locals:
                        self.locals[attribute.name] = attribute
                    else:
                        self._told(attribute.key, f"local '{attribute.name}' is declared twice; the first one counts")
                continue
            place = self._place(block)
            if place is not None:
                self._declare(block, *place, override)

    def _place(self, block: Block) -> tuple[dict[str, Block], str] | None:
        """Return where a block is kept and by which name, None for what the analysis does not ask about."""
        labels = [label.text for label in block.labels]
        match block.type, labels:
            case "resource", [kind, name]:
                return self.resources, f"{kind}.{name}"
            case "data" | "ephemeral", [kind, name]:
                return self.resources, f"{block.type}.{kind}.{name}"
            case "variable", [name]:
                return self.variables, name
            case "output", [name]:
                return self.outputs, name
            case "module", [name]:
                return self.calls, name
            case "provider", [name]:
                alias = block.body.attributes.get("alias")
                value = getattr(alias.expression, "value", None) if alias is not None else None
                return self.providers, f"{name}.{value}" if isinstance(value, str) else name
            case ("resource" | "data" | "ephemeral" | "variable" | "output" | "module" | "provider") as kind, _:
                wanted = "a type and a name" if kind in ("resource", "data", "ephemeral") else "one name"
                self._told(block.key, f"the {kind} block is passed over: it needs {wanted}")
            case _:
                # terraform, moved, import, check, removed: nothing that the analysis asks about.
                pass
        return None

    def _declare(self, block: Block, kept: dict[str, Block], name: str, override: bool) -> None:
        base = kept.get(name)
        if base is None and override:
            self._told(block.key, f"there is no {block.type} '{name}' that this block could override")
        elif base is None:
            kept[name] = block
        elif override:
            kept[name] = overridden(base, block)
        else:
            self._told(block.key, f"{block.type} '{name}' is declared twice; the first one counts")

    def _told(self, span: Span, message: str) -> None:
        self.problems.append(Problem(span=span, message=message, fatal=False))


def read_configuration(workspace: Workspace, folder: str) -> Configuration:
    """Read every configuration file of a folder. What can't be read is a problem, never an error."""
    configuration = Configuration(folder)
    overrides = override_files(workspace, folder)
    for path in (*configuration_files(workspace, folder), *overrides):
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

            body = parse_hcl_json(text, path)
        else:
            body = parse_hcl(text, path)
        configuration.add(body, path in overrides)
    return configuration
