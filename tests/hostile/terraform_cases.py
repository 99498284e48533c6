"""Terraform input that is meant to hurt: each case writes files into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .cases import TERRAFORM_FUNCTION

SECRET = "root:x:0:0:not-for-any-report"


def a_huge_range(folder: Path) -> None:
    loop = "{\n  for_each = toset([for n in range(5000000) : tostring(n)])\n"
    (folder / "main.tf").write_text(TERRAFORM_FUNCTION.replace("{\n", loop, 1))


def a_product_of_sets(folder: Path) -> None:
    sets = ", ".join(["range(1000)"] * 4)
    loop = f'{{\n  for_each = toset([for p in setproduct({sets}) : join("-", p)])\n'
    (folder / "main.tf").write_text(TERRAFORM_FUNCTION.replace("{\n", loop, 1))


def a_hundred_thousand_lines(folder: Path) -> None:
    queue = 'resource "aws_sqs_queue" "q{}" {{\n  name = "q{}"\n}}\n'
    (folder / "main.tf").write_text("".join(queue.format(n, n) for n in range(33_334)))


def a_template_outside(folder: Path) -> None:
    (folder.parent.parent / "outside.txt").write_text(SECRET)
    path = "${path.module}/../../outside.txt"
    outside = f'templatefile("{path}", {{}})'
    (folder / "main.tf").write_text(
        TERRAFORM_FUNCTION.replace('"nodejs22.x"', outside).replace('"index.handler"', f'file("{path}")')
    )


def a_link_to_the_outside(folder: Path) -> None:
    (folder.parent.parent / "outside.txt").write_text(SECRET)
    (folder / "inside.txt").symlink_to(folder.parent.parent / "outside.txt")
    (folder / "main.tf").write_text(TERRAFORM_FUNCTION.replace('"nodejs22.x"', 'file("${path.module}/inside.txt")'))


def a_loop_of_links(folder: Path) -> None:
    (folder / "main.tf").write_text('module "m" {\n  source = "./again/again/again"\n}\n' + TERRAFORM_FUNCTION)
    (folder / "again").symlink_to(folder, target_is_directory=True)
    (folder / "there").symlink_to(folder / "back")
    (folder / "back").symlink_to(folder / "there")


def two_thousand_modules(folder: Path) -> None:
    calls = []
    for number in range(2_000):
        inner = folder / "modules" / f"m{number}"
        inner.mkdir(parents=True)
        (inner / "main.tf").write_text(f'resource "aws_sqs_queue" "q" {{\n  name = "q{number}"\n}}\n')
        calls.append(f'module "m{number}" {{\n  source = "./modules/m{number}"\n}}\n')
    (folder / "main.tf").write_text("".join(calls))


def modules_that_double(folder: Path) -> None:
    for level in range(20):
        inner = folder / f"l{level}"
        inner.mkdir()
        (inner / "main.tf").write_text(
            "".join(f'module "{name}" {{\n  source = "../l{level + 1}"\n}}\n' for name in ("a", "b"))
        )
    (folder / "l20").mkdir()
    (folder / "l20" / "main.tf").write_text('resource "aws_sqs_queue" "q" {}\n')
    (folder / "main.tf").write_text('module "m" {\n  source = "./l0"\n}\n')


def _plan(values: Any) -> str:
    resource = {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q", "values": values}
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": {"resources": [resource]}},
        }
    )


def a_plan_of_seventy_megabytes(folder: Path) -> None:
    (folder / "plan.json").write_text(_plan({"name": "q" * 70_000_000}))


def a_plan_with_a_long_name(folder: Path) -> None:
    (folder / "plan.json").write_text(_plan({"name": "q" * 50_000_000}))


def a_plan_of_ten_million_values(folder: Path) -> None:
    (folder / "plan.json").write_text(_plan({"name": "HERE"}).replace('"HERE"', "[" + "0," * 10_000_000 + "0]"))


def a_deep_plan(folder: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    (folder / "plan.json").write_text(_plan({"name": "HERE"}).replace('"HERE"', deep))


def a_plan_of_modules_in_modules(folder: Path) -> None:
    module = '{"child_modules": [' * 60 + "]}" * 60
    (folder / "plan.json").write_text(_plan({}).replace('{"resources"', f'{{"child_modules": [{module}], "resources"', 1))


def a_plan_whose_references_go_in_a_circle(folder: Path) -> None:
    plan = json.loads(_plan({}))
    inner = {"outputs": {"x": {"expression": {"references": ["var.x"]}}}}
    call = {"source": "./m", "expressions": {"x": {"references": ["module.m.x", "module.m"]}}, "module": inner}
    block = {"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q"}
    block["expressions"] = {"name": {"references": ["module.m.x", "module.m"]}}  # type: ignore[assignment]  # plain JSON
    plan["configuration"] = {"root_module": {"resources": [block], "module_calls": {"m": call}}}
    plan["resource_changes"] = [{"address": "aws_sqs_queue.q", "change": {"after_unknown": {"name": True}}}]
    (folder / "plan.json").write_text(json.dumps(plan))


def overrides_without_end(folder: Path) -> None:
    (folder / "main.tf").write_text(TERRAFORM_FUNCTION)
    for number in range(300):
        body = "".join(f"  x{n} {{\n    y = {number}\n  }}\n" for n in range(20))
        (folder / f"o{number:03}_override.tf").write_text(f'resource "aws_lambda_function" "f" {{\n{body}}}\n')


TOLD: dict[str, Callable[[Path], None]] = {
    "for_each over a huge range": a_huge_range,
    "for_each over a huge product": a_product_of_sets,
    "a file of 100 000 lines": a_hundred_thousand_lines,
    "a loop of links": a_loop_of_links,
    "a directory of 2 000 modules": two_thousand_modules,
    "modules that double at each of twenty levels": modules_that_double,
    "a plan of 70 MB": a_plan_of_seventy_megabytes,
    "a plan of ten million values": a_plan_of_ten_million_values,
    "a plan nested 100 000 deep": a_deep_plan,
}
"""What is more than is looked at: one word says so."""

BORNE: dict[str, Callable[[Path], None]] = {
    "a template outside the project": a_template_outside,
    "a link to a file outside the project": a_link_to_the_outside,
    "a plan with a name of 50 MB": a_plan_with_a_long_name,
    "a plan of modules in modules": a_plan_of_modules_in_modules,
    "a plan whose references go in a circle": a_plan_whose_references_go_in_a_circle,
    "three hundred override files": overrides_without_end,
}
"""What is simply not known, or harmless."""
