"""Write the table of boto3's resource objects and waiters that handler analysis reads.

Run with boto3 installed: ``python tools/build_sdk_resources.py``. The sources are the JSON models inside the boto3 and
botocore packages (Apache-2.0); only names and how they map to each other are kept.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import botocore
from boto3.resources.model import ResourceModel
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel

TARGET = Path(__file__).parent.parent / "lint" / "faaslint" / "handlers" / "python" / "data"


def parameters(request: Any, identifiers: list[str]) -> dict[str, Any]:
    """Return which parameters of a request are identifiers (their index) or constants (a list of one)."""
    found: dict[str, Any] = {}
    for parameter in request.params if request is not None else ():
        if parameter.source == "identifier":
            found[parameter.target] = identifiers.index(xform_name(parameter.name))
        elif parameter.source == "string":
            found[parameter.target] = [parameter.value]
    return found


def describe(model: ResourceModel, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return one resource type: its identifiers, and the methods, resources and collections that it has."""
    identifiers = [identifier.name for identifier in model.identifiers]
    table: dict[str, Any] = {"identifiers": identifiers}
    aliases = {one.member_name: one.name for one in model.identifiers if one.member_name and one.member_name != one.name}
    if aliases:
        table["aliases"] = aliases
    if model.load is not None:
        table["load"] = [xform_name(model.load.request.operation), parameters(model.load.request, identifiers), ""]
    actions = {}
    for action in model.actions:
        made = action.resource.type if action.resource is not None else ""
        actions[action.name] = [
            xform_name(action.request.operation),
            parameters(action.request, identifiers),
            made,
        ]
    if actions:
        table["actions"] = actions
    subresources = {}
    for one in (*model.subresources, *model.references):
        sources = [
            identifiers.index(xform_name(item.name)) if item.source == "identifier" else -1
            for item in one.resource.identifiers
        ]
        inputs = all(item.source in ("identifier", "input") for item in one.resource.identifiers)
        subresources[one.name] = [one.resource.type, sources, inputs]
    if subresources:
        table["resources"] = subresources
    collections = {}
    for one in model.collections:
        element = [xform_name(item["name"]) for item in definitions[one.resource.type].get("identifiers", ())]
        batch = {
            action.name: [xform_name(action.request.operation), parameters(action.request, element), ""]
            for action in one.batch_actions
        }
        collections[one.name] = [
            xform_name(one.request.operation),
            parameters(one.request, identifiers),
            one.resource.type,
            [
                identifiers.index(xform_name(item.name)) if item.source == "identifier" else -1
                for item in one.resource.identifiers
            ],
            batch,
        ]
    if collections:
        table["collections"] = collections
    waiters = {waiter.name: xform_name(waiter.waiter_name) for waiter in model.waiters}
    if waiters:
        table["waiters"] = waiters
    return table


def main() -> None:
    """Write both tables."""
    loader = Loader(extra_search_paths=[str(Path(boto3.__file__).parent / "data")])
    services: dict[str, Any] = {}
    client_loader = boto3.session.Session()._session.get_component("data_loader")
    for service in sorted(boto3.session.Session().get_available_resources()):
        content = loader.load_service_model(service, "resources-1")
        client = client_loader.load_service_model(service, "service-2")
        shapes = ServiceModel(client)
        types: dict[str, Any] = {}
        for name, definition in (("", content["service"]), *sorted(content["resources"].items())):
            model = ResourceModel(name or service, definition, content["resources"])
            model.load_rename_map(shapes.shape_for(model.shape) if model.shape else None)
            types[name] = describe(model, content["resources"])
        services[service] = types
    waiters: dict[str, dict[str, str]] = {}
    for service in sorted(client_loader.list_available_services("service-2")):
        try:
            content = client_loader.load_service_model(service, "waiters-2")
        except botocore.exceptions.UnknownServiceError:
            continue
        found = {xform_name(name): xform_name(one["operation"]) for name, one in sorted(content["waiters"].items())}
        if found:
            waiters[service] = found
    source = f"boto3 {boto3.__version__}, botocore {botocore.__version__} (Apache-2.0): names only"
    TARGET.mkdir(exist_ok=True)
    for name, table in (("resources", services), ("waiters", waiters)):
        text = json.dumps({"source": source, "services": table}, sort_keys=True, separators=(",", ":"))
        (TARGET / f"sdk_{name}.json").write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
