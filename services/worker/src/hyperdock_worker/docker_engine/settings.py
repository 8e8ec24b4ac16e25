"""How the Docker runner is set up: one frozen object."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NETWORKS = ("none", "bridge")


@dataclass(frozen=True, slots=True, kw_only=True)
class DockerSettings:
    """The Docker runner's settings; sizes in bytes.

    Attributes:
        url: the engine, e.g. `unix:///run/docker.sock`; None for Docker's default socket.
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
        slot_gpus: the device ids that a slot's jobs use; without any, the engine chooses.
    """

    url: str | None = None
    slots: int = 1
    network: str = "none"
    holders: bool = True
    holder_image: str | None = None
    allow_privileged: bool = False
    pids_limit: int = 4096
    log_limit: int = 32 << 20
    log_driver: str = "local"
    slot_gpus: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.network not in NETWORKS:
            raise ValueError(f"network is {self.network!r}, it must be one of {NETWORKS}")
