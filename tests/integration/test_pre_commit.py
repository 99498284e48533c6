"""The hooks, run by the real pre-commit: it clones this project, installs it, and runs it on another repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
NEEDED = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", ".pre-commit-hooks.yaml", "lint", "rules")
"""What an installation of this project is built from."""

FAULTY = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: app.handler
      CodeUri: src/
      MemorySize: 64
"""
CLEAN = FAULTY.replace("MemorySize: 64", "MemorySize: 256").replace("Billing", "Shipping")
HANDLER = "def handler(event, context):\n    return {}\n"
WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make test}]\n"

pytestmark = pytest.mark.integration


class Repository:
    """A git repository in a folder of the test."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "PRE_COMMIT_HOME": str(home),
            "PRE_COMMIT_COLOR": "never",
        }

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
        finished = self.run("git", *who, *arguments)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.strip()

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "work")
        return self.git("rev-parse", "HEAD")

    def pre_commit(self, *arguments: str) -> tuple[int, str]:
        finished = self.run(sys.executable, "-m", "pre_commit", *arguments)
        return finished.returncode, finished.stdout + finished.stderr


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def hooks(tmp_path: Path) -> Repository:
    """This project's work tree, as a repository that pre-commit can clone."""
    repository = Repository(tmp_path / "hooks", tmp_path / "home")
    repository.folder.mkdir()
    for name in NEEDED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, repository.folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*_cache"))
        else:
            shutil.copy(source, repository.folder / name)
    repository.git("init", "--quiet")
    repository.commit()
    return repository


@pytest.fixture
def project(tmp_path: Path) -> Repository:
    """A repository with a faulty and a clean project, and files that are no template at all."""
    repository = Repository(tmp_path / "project", tmp_path / "home")
    write(repository.folder / "billing/template.yaml", FAULTY)
    write(repository.folder / "billing/src/app.py", HANDLER)
    write(repository.folder / "shipping/template.yaml", CLEAN)
    write(repository.folder / "shipping/src/app.py", HANDLER)
    write(repository.folder / ".github/workflows/test.yml", WORKFLOW)
    write(repository.folder / "package.json", '{"name": "orders", "private": true}\n')
    write(repository.folder / "setup.py", "import setuptools\n\nsetuptools.setup()\n")
    repository.git("init", "--quiet")
    repository.commit()
    return repository


def test_a_person_can_try_the_hooks(hooks: Repository, project: Repository) -> None:
    """Both hooks see a commit of the clean project only: one speaks of that commit, the other of the whole repository."""
    status, output = project.pre_commit(
        "try-repo", str(hooks.folder), "--verbose", "--files", "shipping/template.yaml", "package.json"
    )
    assert status == 1, output
    changed, whole = output.split("- hook id: faaslint-project")
    assert "- hook id: faaslint\n" in changed
    assert "FL101" not in changed
    assert "exit code" not in changed
    assert "- exit code: 1" in whole
    assert "FL101" in whole
    assert "billing/template.yaml" in whole


def test_the_hook_speaks_of_the_files_of_a_commit(hooks: Repository, project: Repository) -> None:
    revision = hooks.git("rev-parse", "HEAD")
    write(
        project.folder / ".pre-commit-config.yaml",
        f"repos:\n  - repo: {hooks.folder}\n    rev: {revision}\n    hooks: [{{id: faaslint, verbose: true}}]\n",
    )
    project.commit()

    def hook(*files: str) -> tuple[int, str]:
        return project.pre_commit("run", *(("--files", *files) if files else ("--all-files",)))

    status, output = hook("billing/template.yaml", "shipping/template.yaml")
    assert status == 1, output
    assert "FL101" in output
    assert "billing/template.yaml" in output

    status, output = hook("shipping/template.yaml", "shipping/src/app.py")
    assert status == 0, output
    assert "FL101" not in output

    status, output = hook(".github/workflows/test.yml", "package.json", "setup.py")
    assert status == 0, output
    assert "FL001" not in output

    status, output = hook()
    assert status == 1, output

    write(project.folder / "billing/template.yaml", FAULTY.replace("64", "256"))
    status, output = hook()
    assert status == 0, output
