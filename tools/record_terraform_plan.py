"""Let Terraform plan the configuration of the differential test, and record what ``terraform show -json`` says of it.

    python tools/record_terraform_plan.py           write tests/differential/terraform_plan/plan.json
    python tools/record_terraform_plan.py --check   only say whether the recorded plan is current

Needs the ``terraform`` program; the configuration uses what is built into it, so no provider, no network, no state.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from record_terraform_answers import environment, terraform

FOLDER = Path(__file__).parent.parent / "tests" / "differential" / "terraform_plan"
PLAN = FOLDER / "plan.json"


def plan(program: str) -> str:
    """Return the plan's JSON as it is recorded: indented, without the time."""
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / "root"
        shutil.copytree(FOLDER, root, ignore=shutil.ignore_patterns("plan.json"))
        settings = environment(Path(work))

        def run(*arguments: str) -> str:
            command = [program, *arguments]
            return subprocess.run(command, cwd=root, env=settings, capture_output=True, text=True, check=True).stdout

        run("init", "-input=false", "-no-color")
        run("plan", "-input=false", "-no-color", "-out=plan.bin")
        content = json.loads(run("show", "-json", "plan.bin"))
    del content["timestamp"]
    return json.dumps(in_order(content), indent=1, ensure_ascii=False) + "\n"


def in_order(content: Any) -> Any:
    """Return the content with the lists sorted that Terraform writes in any order: modules, and relevant attributes."""
    if isinstance(content, dict):
        return {
            name: sorted(map(in_order, entry), key=json.dumps)
            if name in ("child_modules", "relevant_attributes")
            else in_order(entry)
            for name, entry in content.items()
        }
    return [in_order(one) for one in content] if isinstance(content, list) else content


def main() -> int:
    program = terraform()
    if program is None:
        print("not checked: terraform is not installed", file=sys.stderr)
        return 3
    text = plan(program)
    if "--check" in sys.argv[1:]:
        current = PLAN.exists() and PLAN.read_text(encoding="utf-8") == text
        print("the recorded plan is current" if current else "the recorded plan is not what terraform says")
        return 0 if current else 1
    PLAN.write_text(text, encoding="utf-8")
    print(f"the plan of Terraform {json.loads(text)['terraform_version']} is in {PLAN.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
