"""What the engine is told about a job's container, in the words of its API."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hyperdock_common.errors import CannotStart
from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports.runner import Order
from hyperdock_worker.docker_engine.gpus import device_requests, devices
from hyperdock_worker.docker_engine.settings import NETWORKS, DockerSettings
from hyperdock_worker.target_environment import target_environment

FOLDER = "/hyperdock"
DATA = "/data"

LEAST_ENGINE_LOG = 32 << 20

WORKER_LABEL = "hyperdock.worker"
SLOT_LABEL = "hyperdock.slot"
HOLDER_LABEL = "hyperdock.holder"
NETWORK_LABEL = "hyperdock.network"
FILES_LABEL = "hyperdock.files"
GPUS_LABEL = "hyperdock.gpus"

COPIED, MOUNTED = "copied", "mounted"
"""How a container's files reach it, as its label tells the next process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one container finds its files.

    Attributes:
        mount: what is mounted there; None where they lie in the container itself.
        copied: whether they have to be copied.
    """

    mount: JsonObject | None
    copied: bool


_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_.-]")


def container_name(order: Order) -> str:
    """The one name that an attempt's container can have: the engine takes no name twice."""
    return safe_name(f"hyperdock-{order.offer.job_id}-{order.offer.attempt}")


def safe_name(text: str) -> str:
    """The text as the engine allows it in a name."""
    return _NOT_IN_NAMES.sub("_", text)


def network_of(order: Order, settings: DockerSettings) -> str:
    """The network that the job asks for, or the worker's default.

    Raises:
        CannotStart: it is none that jobs may use.
    """
    network = order.offer.network or settings.network
    if network not in NETWORKS:
        allowed = " or ".join(NETWORKS)
        raise CannotStart("cannot_start", f'network is "{network}", it may be {allowed}')
    return network


def is_privileged(order: Order, settings: DockerSettings) -> bool:
    """Whether the container is to be privileged.

    Raises:
        CannotStart: the trial asks for it and the worker's owner does not allow it.
    """
    if order.offer.privileged and not settings.allow_privileged:
        problem = "the trial asks for a privileged container, which this worker does not allow"
        raise CannotStart("cannot_start", problem)
    return order.offer.privileged


def container_config(
    order: Order, image_id: str, worker_id: str, settings: DockerSettings, place: Place
) -> JsonObject:
    """A container for the order, with a network of its own.

    Raises:
        CannotStart: the offer asks for what this worker does not give.
    """
    offer = order.offer
    gpus = devices(order, settings.slot_gpus)
    variables = target_environment(
        order,
        folder=FOLDER,
        data=DATA,
        of_the_operator=settings.environment,
        secrets=settings.secrets.variables(offer),
    )
    config: JsonObject = {
        "Image": image_id,
        "Env": [f"{name}={value}" for name, value in variables.items()],
        "Labels": _labels(order, worker_id, place, gpus),
        "HostConfig": {
            "NetworkMode": network_of(order, settings),
            "Mounts": _mounts(order, settings, place),
            "Init": True,  # so that TERM ends what has no handler, and nothing stays a zombie
            "LogConfig": log_config(settings),
            "PidsLimit": settings.pids_limit,
            **_limits(order),
            **device_requests(order, gpus),
            **_rights(privileged=is_privileged(order, settings)),
        },
    }
    if offer.command is not None:
        config["Cmd"] = list(offer.command)
    if offer.working_dir is not None:
        config["WorkingDir"] = offer.working_dir
    return config


def _labels(order: Order, worker_id: str, place: Place, gpus: Sequence[str]) -> JsonObject:
    return {
        WORKER_LABEL: worker_id,
        "hyperdock.trial": order.offer.trial_id,
        "hyperdock.job": order.offer.job_id,
        "hyperdock.attempt": str(order.offer.attempt),
        SLOT_LABEL: str(order.slot),
        FILES_LABEL: COPIED if place.copied else MOUNTED,
        GPUS_LABEL: ",".join(gpus),
    }


def join_network(config: JsonObject, holder_id: str, files: dict[str, str]) -> JsonObject:
    """The same container in the network of a holder.

    The engine would give it the holder's own /etc/hosts and so on, for writing: what one job wrote
    the next would read. So they are mounted again, for reading only.
    """
    host_config = config["HostConfig"]
    if not isinstance(host_config, dict) or not isinstance(host_config["Mounts"], list):
        raise TypeError("not a container's configuration")
    mounts = [bound(source, inside, read_only=True) for inside, source in files.items()]
    joined: JsonObject = {
        **host_config,
        "NetworkMode": f"container:{holder_id}",
        "Mounts": [*host_config["Mounts"], *mounts],
    }
    return {**config, "HostConfig": joined}


def log_config(settings: DockerSettings) -> Json:
    """Bounded on the engine's disk, yet never rotated before we have what we keep.

    Following a log over a rotation loses lines or ends early, so a file holds twice our limit: the
    engine adds some bytes to each line. It also outlasts a flood until we begin to read.
    """
    size = max(2 * settings.log_limit, LEAST_ENGINE_LOG)
    options = {"max-size": f"{math.ceil(size / 1024)}k", "max-file": "2"}
    if settings.log_driver == "local":
        options["compress"] = "false"  # it is thrown away soon
    return {"Type": settings.log_driver, "Config": dict[str, Json](options)}


def bound(source: str, inside: str, *, read_only: bool) -> JsonObject:
    """A folder of the engine's host; a mount, unlike a "bind", is refused where that is missing."""
    return {"Type": "bind", "Source": source, "Target": inside, "ReadOnly": read_only}


def own_folder(inside: str) -> JsonObject:
    """An empty folder of the container's own, whatever its image has there."""
    return {"Type": "volume", "Target": inside, "VolumeOptions": {"NoCopy": True}}


def gpus_of(labels: Mapping[str, str]) -> tuple[str, ...]:
    """The devices of a container, from its labels."""
    gpus = labels.get(GPUS_LABEL)
    return tuple(gpus.split(",")) if gpus else ()


def _mounts(order: Order, settings: DockerSettings, place: Place) -> Json:
    mounts: list[Json] = [] if place.mount is None else [place.mount]
    data = settings.data_roots.folder(order.offer.data)
    if data is not None:
        mounts.append(bound(data, DATA, read_only=True))
    return mounts


def _limits(order: Order) -> JsonObject:
    limits = order.offer.limits
    wanted: JsonObject = {}
    if limits.cpus is not None:
        wanted["NanoCpus"] = round(limits.cpus * 1e9)
    if limits.memory is not None:
        wanted["Memory"] = limits.memory
        wanted["MemorySwap"] = limits.memory  # memory and swap together: no swap
    if limits.shm_size is not None:
        wanted["ShmSize"] = limits.shm_size
    if order.offer.engine_runtime is not None:
        wanted["Runtime"] = order.offer.engine_runtime
    return wanted


def _rights(*, privileged: bool) -> JsonObject:
    if privileged:
        return {"Privileged": True}
    return {"CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges"]}
