"""What the resources of one template add to together while they are transformed."""

from __future__ import annotations

from typing import NamedTuple

from .gateway import Gateways
from .publish import Deployments
from .wiring import Wires


class Shared(NamedTuple):
    """The APIs that events add to, the resources that events change, and the deployments that share an application."""

    gateways: Gateways
    wires: Wires
    deployments: Deployments
