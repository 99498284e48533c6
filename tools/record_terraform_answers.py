"""Ask ``terraform console`` what the expressions of the differential corpus are worth, and record its answers.

    python tools/record_terraform_answers.py           write tests/differential/terraform/answers.json
    python tools/record_terraform_answers.py --check   only say whether the recorded answers are current

Needs the ``terraform`` program; no provider, no network, no state.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tests" / "differential" / "terraform"
ANSWERS = FOLDER / "answers.json"
FAILS = {"fails": True}
UNKNOWN = {"unknown": True}
_MARK = "<expression fails>"


def expressions() -> list[str]:
    """Return the corpus, in order."""
    lines = (FOLDER / "expressions.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("# ")]


def terraform() -> str | None:
    """Return the path of the program, None where it is not installed."""
    return shutil.which("terraform")


def environment(work: Path) -> dict[str, str]:
    """Return the environment of a run that reads no settings of the user, with its files in ``work``."""
    settings = work / "cli.tfrc"
    settings.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}
    return {
        **kept,
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_DATA_DIR": str(work / "data"),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }


def version(program: str) -> str:
    """Return the version of the program."""
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(
            [program, "version", "-json"], env=environment(Path(work)), capture_output=True, text=True, check=True
        )
    found = json.loads(done.stdout)["terraform_version"]
    assert isinstance(found, str)
    return found


def functions(program: str) -> list[str]:
    """Return the names of all functions of the language."""
    with tempfile.TemporaryDirectory() as work:
        done = subprocess.run(
            [program, "metadata", "functions", "-json"],
            env=environment(Path(work)),
            capture_output=True,
            text=True,
            check=True,
        )
    return sorted(name for name in json.loads(done.stdout)["function_signatures"] if "::" not in name)


def ask(program: str, wanted: Sequence[str], folder: Path = FOLDER) -> dict[str, object]:
    """Return the answer to each expression: ``{"value": …}``, ``FAILS`` or ``UNKNOWN``.

    One run of the console answers all that it does not refuse before it evaluates anything.
    """
    answers: dict[str, object] = {}
    wanted = ["true", *wanted]
    with tempfile.TemporaryDirectory() as work:
        copy = Path(work) / "root"
        shutil.copytree(folder, copy)
        settings = environment(Path(work))
        pending = [list(wanted)]
        while pending:
            batch = pending.pop()
            # Only texts without line ends and quotes come back unchanged, so the answers are wrapped in base64.
            members = ", ".join(f'nonsensitive(base64encode(try(jsonencode([{each}]), "{_MARK}")))' for each in batch)
            done = subprocess.run(
                [program, "console"],
                input=f'join(" ", [{members}])\n',
                cwd=copy,
                env=settings,
                capture_output=True,
                text=True,
            )
            shown = done.stdout.strip()
            # One whose answer is not known yet makes all of it "(known after apply)".
            found = shown.strip('"').split() if shown.startswith('"') else []
            if len(found) == len(batch):
                for expression, line in zip(batch, found, strict=True):
                    text = base64.b64decode(line, validate=True).decode()
                    answers[expression] = FAILS if text == _MARK else {"value": json.loads(text)[0]}
            elif len(batch) > 1:
                # One that is refused before anything is evaluated takes the others with it.
                middle = len(batch) // 2
                pending += [batch[middle:], batch[:middle]]
            else:
                answers[batch[0]] = UNKNOWN if shown.startswith("(") else FAILS
    if answers["true"] != {"value": True}:
        raise RuntimeError(f"terraform console does not answer: {done.stderr}")
    return {each: answers[each] for each in wanted[1:]}


def main() -> int:
    program = terraform()
    if program is None:
        print("not checked: terraform is not installed", file=sys.stderr)
        return 3
    found = {"version": version(program), "functions": functions(program), "answers": ask(program, expressions())}
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if "--check" in sys.argv[1:]:
        current = ANSWERS.exists() and ANSWERS.read_text(encoding="utf-8") == text
        print("the recorded answers are current" if current else "the recorded answers are not what terraform says")
        return 0 if current else 1
    ANSWERS.write_text(text, encoding="utf-8")
    print(f"{len(expressions())} answers of Terraform {found['version']} in {ANSWERS.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
