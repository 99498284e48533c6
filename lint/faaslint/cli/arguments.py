"""What can be said on the command line."""

from __future__ import annotations

import argparse
import re
from datetime import date

from .. import __version__

FORMATS = ("text", "json", "sarif")
GRAPH_FORMATS = ("json", "mermaid", "dot")
POLICY_FORMATS = ("text", "json", "yaml", "sam", "terraform")

_MOST_JOBS = 60
"""Most processes of one run: Windows can wait for 63 things at once."""

STATUS = """exit status (the first that applies):
  2  the command line or the configuration is wrong
  4  an internal error: a rule or a report failed; please report it
  3  some input of a project could not be analysed
  1  there are findings at or above --fail-on
  0  none of these
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="faaslint",
        description="Check serverless configurations (SAM, CloudFormation, Terraform) and the handlers that they run.",
        epilog=STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"faaslint {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    check = commands.add_parser(
        "check",
        help="check projects and report what is wrong",
        description="Check files or folders. A file chooses the projects it belongs to, and only findings that touch the "
        "named files are shown.",
        epilog=STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _project_arguments(check)
    check.add_argument("--format", choices=FORMATS, default="text", help="what goes to standard output (default: text)")
    check.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT:FILE",
        type=_output,
        help="also write a report to a file, or to standard output with '-'; may be repeated",
    )
    check.add_argument(
        "--select", action="append", default=[], metavar="IDS", help="only these rules (ids, prefixes, names)"
    )
    check.add_argument("--ignore", action="append", default=[], metavar="IDS", help="not these rules")
    check.add_argument(
        "--fail-on",
        choices=("error", "warning", "note", "never"),
        help="the lowest level that makes the exit status 1 (default: error)",
    )
    check.add_argument("--profile", choices=("default", "strict"), help="strict adds the rules that are opinions")
    check.add_argument("--as-of", type=_date, metavar="DATE", help="judge runtimes as of this day (default: today)")
    check.add_argument(
        "--base", metavar="REVISION", default="", help="compare with this git revision: what a deployment would change"
    )
    check.add_argument(
        "--jobs",
        type=_jobs,
        default=1,
        metavar="N",
        help="check projects in N processes, 'auto' for as many as there are processors; with --base it is one (default: 1)",
    )
    mend = check.add_mutually_exclusive_group()
    mend.add_argument("--fix", action="store_true", help="mend what can be mended safely, and report the rest")
    mend.add_argument("--diff", action="store_true", help="print what --fix would change, change nothing")
    check.add_argument(
        "--unsafe-fixes", action="store_true", help="with --fix or --diff: also what may change what the program does"
    )
    check.add_argument("--show-withheld", action="store_true", help="list where a rule could not know, and why")
    check.add_argument("--colour", "--color", choices=("auto", "always", "never"), default="auto", dest="colour")
    check.add_argument("--config", metavar="FILE", help="read this configuration instead of searching for one")
    check.add_argument(
        "--allow-packs", action="append", default=[], metavar="NAMES", help="rule packs that the configuration may use"
    )

    rules = commands.add_parser("rules", help="list the rules", allow_abbrev=False)
    rules.add_argument("--format", choices=("text", "json"), default="text")
    rules.add_argument("--pack", action="append", default=[], metavar="NAMES", help="also the rules of these packs")
    rules.add_argument("--test", metavar="PACK", help="run a pack's rules on its fixtures instead, and say what differs")
    rules.add_argument(
        "--fixtures", metavar="FOLDER", default="fixtures/rules", help="where the fixtures are (default: fixtures/rules)"
    )

    explain = commands.add_parser("explain", help="explain a rule", allow_abbrev=False)
    explain.add_argument("rule", metavar="ID", help="a rule's id or name")
    explain.add_argument("--format", choices=("text", "json"), default="text")

    graph = commands.add_parser("graph", help="print the graph of a project", allow_abbrev=False)
    _project_arguments(graph)
    graph.add_argument("--format", choices=GRAPH_FORMATS, default="json")

    policy = commands.add_parser(
        "policy",
        help="print what functions need, and the minimal policy of each",
        description="Compare what the source and the configuration of each function need with what its role grants, and "
        "print the minimal policy with references of the template's own language.",
        allow_abbrev=False,
    )
    _project_arguments(policy)
    policy.add_argument(
        "--function", action="append", default=[], metavar="NAME", help="only this function; may be repeated"
    )
    policy.add_argument("--format", choices=POLICY_FORMATS, default="text")
    policy.add_argument("--check", action="store_true", help="exit 1 if a role grants more or less than its function needs")
    return top


def _project_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="*", metavar="PATH", default=["."], help="files or folders (default: here)")
    command.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        type=_parameter,
        help="the value of a template parameter or Terraform variable; may be repeated",
    )
    command.add_argument(
        "--parameter-file",
        action="append",
        default=[],
        metavar="FILE",
        help="a CloudFormation parameter file (JSON or YAML); may be repeated, and --param goes before it",
    )
    command.add_argument(
        "--var-file",
        action="append",
        default=[],
        metavar="FILE",
        help="a Terraform variable file (.tfvars or .tfvars.json); may be repeated, and --param goes before it",
    )
    command.add_argument("--workspace", metavar="NAME", help="the Terraform workspace that is meant: terraform.workspace")
    command.add_argument(
        "--config-env", metavar="NAME", help="the environment of samconfig.toml that is meant (default: default)"
    )


def _output(text: str) -> tuple[str, str]:
    name, colon, file = text.partition(":")
    if not colon or not file or name not in FORMATS:
        raise argparse.ArgumentTypeError(f"'{text}' is not FORMAT:FILE with one of {', '.join(FORMATS)}")
    return name, file


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=VALUE")
    return name.strip(), value


def _jobs(text: str) -> int:
    if text == "auto":
        import os

        # The processors that this process may use, where the system tells: a container often has fewer than the machine.
        usable = getattr(os, "sched_getaffinity", None)
        return len(usable(0)) if usable is not None else os.cpu_count() or 1
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"'{text}' is neither 'auto' nor a number from 1 to {_MOST_JOBS}")
    return int(text)


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a day such as 2026-01-31")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day of the calendar") from None


def words(values: list[str]) -> tuple[str, ...]:
    """Split repeated and comma-separated values into words."""
    return tuple(word for value in values for word in re.split(r"[,\s]+", value) if word)
