"""``faaslint policy``: what functions need, and the minimal policy of each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from ..api import Request
    from ..model.privilege import FunctionPrivilege


def policy(request: Request, arguments: argparse.Namespace, complain: Callable[[str], int]) -> int:
    """Print the privileges of the functions of a request, and return the exit status."""
    from ..api import UsageProblem, privileges
    from ..config import ConfigurationProblem

    try:
        result = privileges(request, arguments.function)
    except (UsageProblem, ConfigurationProblem) as problem:
        return complain(str(problem))
    functions = [(found, shown) for found, shown in result.functions if _fits(found, arguments.format)]
    left_out = len(result.functions) - len(functions)
    if left_out and not functions:
        return complain(f"--format {arguments.format} is not for functions of this kind of project; use json or yaml")
    if left_out:
        print(
            f"faaslint: {left_out} functions of another kind of project are left out of --format {arguments.format}",
            file=sys.stderr,
        )
    if arguments.format == "json":
        from ..report.policy import render_json as render
    elif arguments.format == "text":
        from ..report.policy import render_text as render
    elif arguments.format == "yaml":
        from ..report.policy_template import render_yaml as render
    elif arguments.format == "sam":
        from ..report.policy_template import render_sam as render
    else:
        from ..report.policy_template import render_terraform as render
    sys.stdout.write(render(functions))
    for note in result.notifications:
        print(f"faaslint: {note.path}:{note.line}: {note.message}", file=sys.stderr)
    if result.internal:
        return 4
    if result.incomplete:
        return 3
    if arguments.check and any(not found.is_minimal for found, _ in result.functions):
        return 1
    return 0


def _fits(found: FunctionPrivilege, name: str) -> bool:
    """Whether a function's project is of a kind that has the notation of a format."""
    terraform = found.language.startswith("terraform")
    return (name != "sam" or not terraform) and (name != "terraform" or terraform)
