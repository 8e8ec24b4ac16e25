"""Idle containers whose network namespace a slot's jobs join, one after the other.

Making a network namespace is half of a container's start. A holder keeps one per slot. Two jobs
never run in one holder, and a job only joins it when the kernel shows no socket left in it; else
it gets a network of its own, and the slot a new holder meanwhile.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import uuid4

import structlog

from hyperdock_common.errors import HyperdockError, RunnerUnavailable
from hyperdock_common.json_types import JsonObject
from hyperdock_worker.docker_engine.chores import Chores
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.namespace import SYSCTLS, can_be_seen, is_clean, sockets
from hyperdock_worker.docker_engine.options import (
    HOLDER_LABEL,
    NETWORK_LABEL,
    SLOT_LABEL,
    safe_name,
)
from hyperdock_worker.docker_engine.settings import DockerSettings
from hyperdock_worker.docker_engine.state import Container, Image, Listed, Refused

_log = structlog.get_logger()

OWN_IMAGE = "hyperdock/holder:latest"
PAUSE = "pause"
WITH_SLEEP = ("busybox:latest", "hyperdock/base-busybox:latest")
FOR_EVER = "2000000000"
MEMORY = 32 << 20
RETRY = 60.0


@dataclass(slots=True)
class Holder:
    """A holder.

    Attributes:
        files: the /etc/hosts and so on that come with its network, on the engine's host.
        idle_sockets: how many sockets were in it before any job, None if nobody knows.
        occupant: the container that runs in its network.
    """

    id: str
    slot: int
    network: str
    pid: int
    files: dict[str, str] = field(default_factory=dict)
    idle_sockets: int | None = None
    occupant: str | None = None


class Holders:
    """The holders of one worker, at most one for each slot and network."""

    def __init__(
        self, engine: Engine, worker_id: str, settings: DockerSettings, chores: Chores
    ) -> None:
        self._engine = engine
        self._worker_id = worker_id
        self._settings = settings
        self._chores = chores
        self._holders: dict[tuple[int, str], Holder] = {}
        self._being_made: set[tuple[int, str]] = set()
        self._enabled = settings.holders
        self._sysctls = SYSCTLS
        self._not_before = 0.0
        self._lock = threading.Lock()

    def take(self, slot: int, network: str) -> Holder | None:
        """The slot's holder for one job, until it is given back; None if there is none to use."""
        with self._lock:
            holder = self._holders.get((slot, network))
            if holder is not None and holder.occupant is not None:
                return None
            if holder is not None and is_clean(holder.pid, holder.id, holder.idle_sockets):
                holder.occupant = "taken"
                return holder
        if holder is not None:
            _log.info("holder_replaced", slot=slot, reason="it is gone or holds sockets")
            self.drop(holder)
        self.prepare(slot, network)
        return None

    def give_back(self, holder: Holder) -> None:
        """The job that joined has ended for certain."""
        with self._lock:
            holder.occupant = None

    def drop(self, holder: Holder) -> None:
        """Removes a holder soon: nobody is to join it any more."""
        with self._lock:
            if self._holders.get((holder.slot, holder.network)) is holder:
                del self._holders[holder.slot, holder.network]
        self._chores.add(lambda: self._engine.remove(holder.id))

    def prepare(self, slot: int, network: str) -> None:
        """Has a holder made soon, unless there is one."""
        key = (slot, network)
        with self._lock:
            if not self._enabled or key in self._holders or key in self._being_made:
                return
            if time.monotonic() < self._not_before:
                return
            self._being_made.add(key)
        self._chores.add(lambda: self._make(slot, network))

    def adopt(self, running: Iterable[Listed]) -> dict[str, Holder]:
        """Finds the holders of an earlier process and removes those that nobody needs.

        Args:
            running: this worker's containers that run.

        Returns:
            The holders that are in use, by the container that is in them.

        Raises:
            RunnerUnavailable: the engine does not answer.
        """
        occupants = {each.network.removeprefix("container:"): each.id for each in running}
        in_use = {}
        for listed in self._engine.list([f"{HOLDER_LABEL}={self._worker_id}"]):
            holder = self._known_again(listed, occupants.get(listed.id))
            if holder is None:
                self._engine.remove(listed.id)
            elif holder.occupant is not None:
                in_use[holder.occupant] = holder
        return in_use

    def close(self) -> None:
        """Removes the holders that no job is in; the engine may be gone."""
        with self._lock:
            self._enabled = False
            free = [each for each in self._holders.values() if each.occupant is None]
            self._holders.clear()
        for holder in free:
            try:
                self._engine.remove(holder.id)
            except HyperdockError as error:
                _log.warning("holder_left_behind", container=holder.id, error=str(error))

    def _known_again(self, listed: Listed, occupant: str | None) -> Holder | None:
        """The holder, if it is of further use."""
        if listed.state != "running" or not (self._enabled or occupant):
            return None
        slot, network = int(listed.labels[SLOT_LABEL]), listed.labels[NETWORK_LABEL]
        with self._lock:
            spare = (slot, network) in self._holders or slot >= self._settings.slots
        if occupant is None and spare:
            return None
        container = self._engine.inspect(listed.id)
        return None if container is None else self._kept(container, slot, network, occupant)

    def _kept(self, made: Container, slot: int, network: str, occupant: str | None) -> Holder:
        holder = Holder(
            id=made.id,
            slot=slot,
            network=network,
            pid=made.pid,
            files=dict(made.network_files),
            idle_sockets=None if occupant else sockets(made.pid),
            occupant=occupant,
        )
        with self._lock:
            self._holders[slot, network] = holder
        return holder

    def _make(self, slot: int, network: str) -> None:
        try:
            if (image := self._image()) is not None:
                self._started(image, slot, network)
        except Refused as refusal:
            if self._sysctls and "sysctl" in refusal.message:
                self._sysctls = {}  # this kernel or runtime has none for a namespace
            else:
                self._postpone(refusal.message)
        finally:
            with self._lock:
                self._being_made.discard((slot, network))

    def _started(self, image: Image, slot: int, network: str) -> None:
        name = safe_name(f"hyperdock-holder-{self._worker_id}-{slot}-{uuid4().hex[:6]}")
        container = self._engine.create(name, self._config(image, slot, network))
        try:
            self._engine.start(container)
            made = self._engine.inspect(container)
        except (Refused, RunnerUnavailable):
            self._chores.add(lambda: self._engine.remove(container))
            raise
        if made is None or not made.runs:
            raise Refused(0, f"the holder image {image.digest} does not keep running")
        if not can_be_seen(made.pid, container):
            self._engine.remove(container)
            self._enabled = False
            _log.warning("holders_off", reason="the engine's processes cannot be seen from here")
            return
        with self._lock:
            wanted = self._enabled
        if wanted:
            self._kept(made, slot, network, None)
        else:
            self._engine.remove(container)

    def _config(self, image: Image, slot: int, network: str) -> JsonObject:
        config: JsonObject = {
            "Image": image.id,
            "Labels": {
                HOLDER_LABEL: self._worker_id,
                SLOT_LABEL: str(slot),
                NETWORK_LABEL: network,
            },
            "HostConfig": {
                "NetworkMode": network,
                "Sysctls": dict(self._sysctls),
                "CapDrop": ["ALL"],
                "SecurityOpt": ["no-new-privileges"],
                "ReadonlyRootfs": True,
                "PidsLimit": 16,
                "Memory": MEMORY,
                "LogConfig": {"Type": "none", "Config": {}},
            },
        }
        if not image.has_entrypoint:
            config["Cmd"] = ["sleep", FOR_EVER]
        return config

    def _image(self) -> Image | None:
        """The image for holders; None if there is none on this host."""
        wanted = self._settings.holder_image
        name = wanted or _known_image(self._engine.image_names())
        image = self._engine.image(name) if name else None
        if image is None:
            self._postpone(f"no image for holders on this host (wanted: {wanted or 'any known'})")
        return image

    def _postpone(self, reason: str) -> None:
        """Tries no holder for a while: jobs start with plain networking."""
        self._not_before = time.monotonic() + RETRY
        _log.info("no_holder", reason=reason, next_try_in=RETRY)


def _known_image(names: Iterable[str]) -> str | None:
    """The best of the local images that can hold a namespace."""
    local = sorted(names, reverse=True)
    pauses = [each for each in local if each.rpartition("/")[2].partition(":")[0] == PAUSE]
    candidates = [OWN_IMAGE, *pauses, *WITH_SLEEP]
    return next((each for each in candidates if each in local), None)
