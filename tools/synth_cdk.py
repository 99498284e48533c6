"""Synthesise the CDK apps of the fixtures anew: ``python tools/synth_cdk.py [--check] [APP …]``.

Each app is copied out of the project, the CDK is installed beside it (npm, and pip for the app in Python), the app is run
as the CDK's own command would run it, and what it writes becomes the fixture's ``cdk.out``. With ``--check`` nothing is
written: the exit status is 1 where the fixture is not what the app gives, 3 where the CDK can't be installed or run here.

Only what depends on the machine is changed: the working folder becomes ``/app``. Left out is what the analysis never
reads and what is large: the construct tree, the report on feature flags, the code of the CDK's own functions.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
NEUTRAL = "/app"
AS_THE_COMMAND_SETS = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:version-reporting": False,
    "aws:cdk:bundling-stacks": ["**"],
}
DROPPED_FILES = ("tree.json", "validation-report.json")
DROPPED_ARTIFACTS = ("Tree", "aws-cdk-lib/feature-flag-report")


class App(NamedTuple):
    """An app among the fixtures: its folder, the folder of its package.json, and how the CDK is asked."""

    folder: str
    packages: str
    context: dict[str, Any]
    debug: bool = False


APPS = {
    "delivery": App("fixtures/projects/cdk/delivery", "fixtures/projects/cdk", AS_THE_COMMAND_SETS, debug=True),
    # Run without the command, an app writes no paths into its templates.
    "storefront": App("fixtures/projects/cdk/storefront", "fixtures/projects/cdk", {}),
    "ledger": App("fixtures/projects/cdk/ledger", "fixtures/projects/cdk", AS_THE_COMMAND_SETS),
    # Old versions record where a construct was made only if asked to.
    "legacy": App("fixtures/projects/cdk/legacy", "fixtures/projects/cdk/legacy", AS_THE_COMMAND_SETS, debug=True),
    "orders": App("fixtures/projects/orders/cdk", "fixtures/projects/cdk", AS_THE_COMMAND_SETS),
}


def installed(app: App, work: Path) -> Path:
    """Return a folder that has the packages of an app; two apps with the same packages share it."""
    home = work / app.packages.replace("/", "-")
    if not home.exists():
        home.mkdir()
        shutil.copy(ROOT / app.packages / "package.json", home)
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=home, check=True, stdout=subprocess.DEVNULL
        )
    requirements = ROOT / app.folder / "requirements.txt"
    if requirements.exists() and not (home / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", home / "python"], check=True)
        subprocess.run([home / "python" / "bin" / "pip", "install", "-q", "-r", requirements], check=True)
    return home


def synthesised(app: App, work: Path) -> Path:
    """Return a fresh ``cdk.out`` of an app."""
    home = installed(app, work)
    folder = home / Path(app.folder).name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / app.folder, folder, ignore=shutil.ignore_patterns("cdk.out", "__pycache__"))
    output = folder / "cdk.out"
    paths = [str(home / "python" / "bin"), str(home / "node_modules" / ".bin"), os.environ["PATH"]]
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith(("CDK_", "AWS_", "PYTHON"))},
        "PATH": os.pathsep.join(paths),
        "CDK_OUTDIR": str(output),
        "CDK_CONTEXT_JSON": json.dumps(app.context),
        "PYTHONDONTWRITEBYTECODE": "1",
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
        **({"CDK_DEBUG": "true"} if app.debug else {}),
    }
    command = json.loads((folder / "cdk.json").read_text(encoding="utf-8"))["app"]
    done = subprocess.run(command, shell=True, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{app.folder} can't be synthesised:\n{done.stderr[-2000:]}")
    _prune(output)
    for path in output.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(str(home).encode(), NEUTRAL.encode()))
    return output


def _prune(output: Path) -> None:
    for manifest in sorted(output.rglob("manifest.json")):
        if not (manifest.parent / "cdk.out").exists():
            continue
        for name in DROPPED_FILES:
            (manifest.parent / name).unlink(missing_ok=True)
        document = json.loads(manifest.read_text(encoding="utf-8"))
        for name in DROPPED_ARTIFACTS:
            document["artifacts"].pop(name, None)
        # The newest release of a package that the CDK depends on decides this, whatever release of the CDK is asked for.
        document.pop("minimumCliVersion", None)
        manifest.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        for listed in manifest.parent.glob("*.assets.json"):
            for asset in json.loads(listed.read_text(encoding="utf-8"))["files"].values():
                folder = manifest.parent / asset["source"]["path"]
                if folder.is_dir() and _is_library_code(folder):
                    shutil.rmtree(folder)


def _is_library_code(folder: Path) -> bool:
    """Return whether an asset is code of the CDK's own: minified, on one line of thousands of characters."""
    return any(
        path.name == "__entrypoint__.js" or (path.suffix == ".js" and max(map(len, path.read_text().split("\n"))) > 2_000)
        for path in folder.iterdir()
        if path.is_file()
    )


def differences(fresh: Path, kept: Path) -> list[str]:
    """Return the files that differ between two folders."""
    names = {path.relative_to(top).as_posix() for top in (fresh, kept) for path in top.rglob("*") if path.is_file()}
    return sorted(
        name
        for name in names
        if not (fresh / name).is_file()
        or not (kept / name).is_file()
        or (fresh / name).read_bytes() != (kept / name).read_bytes()
    )


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("apps", nargs="*", metavar="APP", help=f"one of {', '.join(APPS)}; all of them by default")
    parser.add_argument("--check", action="store_true", help="write nothing; say what is not current")
    parser.add_argument("--work", type=Path, help="a folder to install into and to keep")
    arguments = parser.parse_args()
    if shutil.which("npm") is None:
        print("npm is not installed: the CDK can't be had", file=sys.stderr)
        return 3
    work = arguments.work or Path(tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    status = 0
    try:
        for name in arguments.apps or APPS:
            app = APPS[name]
            kept = ROOT / app.folder / "cdk.out"
            try:
                fresh = synthesised(app, work.resolve())
            except (subprocess.CalledProcessError, RuntimeError, OSError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                status = 3
                continue
            stale = differences(fresh, kept)
            if arguments.check:
                status = status or (1 if stale else 0)
                print(f"{name}: " + (f"not current: {', '.join(stale)}" if stale else "current"))
            else:
                shutil.rmtree(kept, ignore_errors=True)
                shutil.copytree(fresh, kept)
                print(f"{name}: {len(stale)} files changed")
    finally:
        if arguments.work is None:
            shutil.rmtree(work, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
