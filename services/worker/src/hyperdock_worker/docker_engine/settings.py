"""How the Docker runner is set up: one frozen object."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hyperdock_worker.data_root import DataRoots
from hyperdock_worker.docker_engine.address import Tls
from hyperdock_worker.secrets import Secrets

NETWORKS = ("none", "bridge")
FILES = ("auto", "bind", "copy")


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerSettings:
    """The Docker runner's settings; sizes in bytes.

    Attributes:
        url: the engine, e.g. `unix:///run/docker.sock`; None for Docker's default socket.
        tls: the certificates for an engine on the network; see `address.engine_address`.
        files: how targets get their files: `bind` mounts the worker's folder (also that of a
            worker in a container, where a volume holds it), `copy` copies them in and out, and
            `auto` binds wherever the engine is seen to see the folder.
        slots: how many jobs run at once; a holder is kept ready for each slot.
        network: `none` or `bridge`, for trials that name no network.
        holders: whether jobs join the network namespace of an idle holder container, one after
            the other on each slot, which halves the time of a start.
        holder_image: a local image for the holders; None looks for a known one. Never pulled.
        allow_privileged: whether trials may ask for privileged containers, that is: for root on
            this host.
        pids_limit: processes and threads in a container.
        log_limit: bytes that are kept from the beginning of a target's output.
        log_driver: the engine's log driver; `local` or `json-file`.
        disk_limit: bytes that copied files may hold where the trial names no limit of its own.
        slot_gpus: the device ids that a slot's jobs use; without any, the engine chooses.
        environment: variables that the operator gives every target; a trial's own win.
        data_roots: trials' data lie below them, on the engine's host.
        secrets: what trials may name.
    """

    url: str | None = None
    tls: Tls | None = None
    files: str = "auto"
    slots: int = 1
    network: str = "none"
    holders: bool = True
    holder_image: str | None = None
    allow_privileged: bool = False
    pids_limit: int = 4096
    log_limit: int = 32 << 20
    log_driver: str = "local"
    disk_limit: int = 20 * 2**30
    slot_gpus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    data_roots: DataRoots = field(default_factory=DataRoots)
    secrets: Secrets = field(default_factory=Secrets)

    def __post_init__(self) -> None:
        if self.network not in NETWORKS:
            raise ValueError(f"network is {self.network!r}, it must be one of {NETWORKS}")
        if self.files not in FILES:
            raise ValueError(f"files is {self.files!r}, it must be one of {FILES}")
