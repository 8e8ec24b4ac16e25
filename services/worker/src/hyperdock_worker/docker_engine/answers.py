"""From the engine's own words to ours: what it answers and tells, as `state` has it."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from hyperdock_worker.docker_engine.state import (
    Container,
    EngineEvent,
    Image,
    Listed,
    Stat,
    moment,
)

_NETWORK_FILES = {
    "/etc/hosts": "HostsPath",
    "/etc/hostname": "HostnamePath",
    "/etc/resolv.conf": "ResolvConfPath",
}
_KIND = 0x8F280000
"""The bits of a file's mode (as Go has them) that say that it is no plain file."""


def image(found: Mapping[str, Any]) -> Image:
    """An inspected image."""
    config = found.get("Config") or {}
    return Image(
        id=found["Id"],
        digest=(found.get("RepoDigests") or [found["Id"]])[0],
        has_entrypoint=bool(config.get("Entrypoint")),
    )


def event(sent: Mapping[str, Any]) -> EngineEvent:
    """Something that happened to a container."""
    attributes = sent.get("Actor", {}).get("Attributes", {})
    code = attributes.get("exitCode")
    return EngineEvent(
        action=str(sent.get("Action")),
        container=str(sent.get("Actor", {}).get("ID")),
        at=int(sent.get("timeNano", 0)) / 1e9,
        code=int(code) if code is not None else None,
    )


def listed(found: Mapping[str, Any]) -> Listed:
    """A container in a list."""
    return Listed(
        id=found["Id"],
        name=found["Names"][0].lstrip("/"),
        state=found["State"],
        labels=found.get("Labels") or {},
        network=found["HostConfig"]["NetworkMode"],
    )


def container(found: Mapping[str, Any]) -> Container:
    """An inspected container."""
    state = found["State"]
    return Container(
        id=found["Id"],
        name=found["Name"].lstrip("/"),
        state=state["Status"],
        labels=found["Config"].get("Labels") or {},
        code=int(state["ExitCode"]),
        out_of_memory=bool(state["OOMKilled"]),
        pid=int(state["Pid"]),
        started_at=moment(state["StartedAt"]),
        finished_at=moment(state["FinishedAt"]),
        image=str(found["Image"]),
        network=found["HostConfig"]["NetworkMode"],
        network_files={
            inside: found[name] for inside, name in _NETWORK_FILES.items() if found.get(name)
        },
        mounts={
            each["Destination"]: each["Source"]
            for each in found.get("Mounts") or []
            if each.get("Source")
        },
    )


def stat(header: str) -> Stat:
    """What the engine says of a file in a container."""
    said = json.loads(base64.b64decode(header))
    return Stat(
        size=int(said["size"]), modified=str(said["mtime"]), plain=not int(said["mode"]) & _KIND
    )
