"""A rule pack of someone else: installed by pip, tested by its author, used and refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "fixtures" / "packs" / "acme"
NAME = "acme-faaslint-rules"
BAD = PACK / "fixtures" / "naming" / "function_name_prefix" / "bad_cloudformation.yaml"

pytestmark = pytest.mark.integration


def installed(project: Path, target: Path) -> Path:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, "--target", str(target), str(project)], check=True, timeout=120)
    return target


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A copy, so that building leaves nothing in the work tree.
    copy = tmp_path_factory.mktemp("acme") / "pack"
    subprocess.run(["cp", "-R", str(PACK), str(copy)], check=True)
    return installed(copy, tmp_path_factory.mktemp("site"))


def faaslint(site: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(one for one in (os.environ.get("PYTHONPATH", ""), str(site)) if one)
    return subprocess.run(
        [sys.executable, "-m", "faaslint", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def configured(folder: Path, text: str) -> Path:
    (folder / "template.yaml").write_bytes(BAD.read_bytes())
    (folder / "faaslint.toml").write_text(text, encoding="utf-8")
    return folder


def test_its_author_tests_it_with_the_same_harness(site: Path) -> None:
    run = faaslint(site, PACK, "rules", "--test", NAME, "--fixtures", "fixtures")
    assert run.stdout.splitlines()[-1] == "6 passed, 0 failed; 1 rules, 0 things lacking", run.stdout + run.stderr
    assert run.returncode == 0


def test_a_fixture_that_marks_the_wrong_line_fails(site: Path, tmp_path: Path) -> None:
    folder = tmp_path / "naming" / "function_name_prefix"
    folder.mkdir(parents=True)
    text = BAD.read_text(encoding="utf-8")
    (folder / "bad_cloudformation.yaml").write_text(text.replace("  # expect: ACME001", ""), encoding="utf-8")
    run = faaslint(site, tmp_path, "rules", "--test", NAME, "--fixtures", ".")
    assert run.returncode == 1
    assert "ACME001 speaks at naming/function_name_prefix/bad_cloudformation.yaml:6 and is not expected" in run.stdout
    assert "ACME001 has no good_* fixture" in run.stdout


def test_it_is_used_where_it_is_named_and_allowed(site: Path, tmp_path: Path) -> None:
    configured(tmp_path, f'packs = ["{NAME}"]\n[rules.ACME001]\nprefix = "shop-"\n')
    run = faaslint(site, tmp_path, "check", "--allow-packs", NAME, "--format", "json")
    found = [one for one in json.loads(run.stdout)["findings"] if one["rule"] == "ACME001"]
    assert [one["message"] for one in found] == [
        "The name of function 'Orders' does not begin with 'shop-'; put that before it."
    ]


def test_a_repository_cannot_choose_a_pack_by_itself(site: Path, tmp_path: Path) -> None:
    configured(tmp_path, f'packs = ["{NAME}"]\n')
    run = faaslint(site, tmp_path, "check")
    assert (run.returncode, f"--allow-packs {NAME}" in run.stderr) == (2, True)


def test_an_id_that_is_taken_is_refused(site: Path, tmp_path: Path) -> None:
    source = tmp_path / "pack"
    subprocess.run(["cp", "-R", str(PACK), str(source)], check=True)
    module = source / "acme_faaslint_rules" / "function_name_prefix.py"
    module.write_text(module.read_text(encoding="utf-8").replace("ACME001", "FL101"), encoding="utf-8")
    other = installed(source, tmp_path / "site")
    run = faaslint(other, tmp_path, "rules", "--pack", NAME)
    assert run.returncode == 2
    assert "'FL101' is declared by both" in run.stderr
