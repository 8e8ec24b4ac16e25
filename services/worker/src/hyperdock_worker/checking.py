"""Which containers of targets there are on an engine, whoever made them: for the checker.

It only lists; nothing is made, touched or removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from hyperdock_common.checking import TargetContainer
from hyperdock_common.errors import RunnerUnavailable
from hyperdock_worker.docker_engine.address import Tls
from hyperdock_worker.docker_engine.client import Engine
from hyperdock_worker.docker_engine.options import WORKER_LABEL
from hyperdock_worker.docker_engine.state import Listed, Refused

_TRIAL, _JOB, _ATTEMPT = "hyperdock.trial", "hyperdock.job", "hyperdock.attempt"
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineFacts:
    """What an engine is and can do.

    Attributes:
        name: of the system that it runs on.
        rootless: whether it runs without root, where some limits may not hold.
        nvidia: whether it can give containers NVIDIA's GPUs.
    """

    name: str
    version: str
    processors: int
    rootless: bool
    nvidia: bool


class EngineContainers:
    """The targets' containers of one engine; call it for those that are there now.

    Args:
        url: the engine; None for Docker's default socket.
        tls: the certificates for an engine on the network.
    """

    def __init__(self, url: str | None = None, tls: Tls | None = None) -> None:
        self._engine = Engine(url, _TIMEOUT, tls=tls)

    def __call__(self) -> Sequence[TargetContainer]:
        """Lists them.

        Raises:
            RunnerUnavailable: the engine does not answer.
        """
        try:
            listed = self._engine.list([_JOB])
        except Refused as refusal:
            raise RunnerUnavailable(f"the Docker engine failed: {refusal}") from refusal
        return [_target(each) for each in listed]

    def ping(self) -> None:
        """Returns if the engine answers soon.

        Raises:
            RunnerUnavailable: it does not.
        """
        self._engine.ping()

    def facts(self) -> EngineFacts:
        """What it is and can do.

        Raises:
            RunnerUnavailable: the engine does not answer.
        """
        try:
            found: Mapping[str, Any] = self._engine.info()
        except Refused as refusal:
            raise RunnerUnavailable(f"the Docker engine failed: {refusal}") from refusal
        options = " ".join(found.get("SecurityOptions") or ())
        devices = " ".join(str(each) for each in found.get("DiscoveredDevices") or ())
        return EngineFacts(
            name=str(found.get("OperatingSystem") or "an engine"),
            version=str(found.get("ServerVersion") or ""),
            processors=int(found.get("NCPU") or 0),
            rootless="rootless" in options,
            nvidia="nvidia" in (found.get("Runtimes") or {}) or "nvidia.com/gpu" in devices,
        )

    def close(self) -> None:
        """Closes the connections."""
        self._engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _target(container: Listed) -> TargetContainer:
    labels = container.labels
    attempt = labels.get(_ATTEMPT, "")
    return TargetContainer(
        id=container.id,
        name=container.name,
        worker_id=labels.get(WORKER_LABEL, ""),
        trial_id=labels.get(_TRIAL, ""),
        job_id=labels[_JOB],
        attempt=int(attempt) if attempt.isdecimal() else 0,
        runs=container.state in {"running", "paused", "restarting"},
    )
