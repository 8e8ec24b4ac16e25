"""What the engine tells about containers and images, without its ways of saying it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hyperdock_common.errors import HyperdockError


class Refused(HyperdockError):
    """Raised when the engine answers a request with an error."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A local image."""

    id: str
    digest: str
    has_entrypoint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A container in a list."""

    id: str
    name: str
    state: str
    labels: Mapping[str, str]
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container as it was when the engine was asked.

    Attributes:
        state: `created`, `running`, `paused`, `exited`, `dead`, …
        code: its exit code, 0 while it runs.
        pid: its first process on the engine's host, 0 when it does not run.
        started_at, finished_at: seconds since the epoch, None where it did not come to that.
        network_files: the files on the engine's host that it sees as its /etc/hosts and so on.
        mounts: what is mounted in it: the place in the container, and that on the engine's host.
    """

    id: str
    name: str
    state: str
    labels: Mapping[str, str]
    code: int
    out_of_memory: bool
    pid: int
    started_at: float | None
    finished_at: float | None
    image: str
    network: str
    network_files: Mapping[str, str] = field(default_factory=dict)
    mounts: Mapping[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Whether its processes are there."""
        return self.state in {"running", "paused", "restarting"}

    @property
    def was_started(self) -> bool:
        """Whether it runs or ever ran."""
        return self.state != "created"

    @property
    def seconds(self) -> float | None:
        """How long it ran."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max(0.0, self.finished_at - self.started_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A file or folder in a container; `plain` says that it is a regular file."""

    size: int
    modified: str
    plain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineEvent:
    """Something that happened to a container: `die` (then with its exit code) or `oom`."""

    action: str
    container: str
    at: float
    code: int | None


def moment(written: str) -> float | None:
    """Seconds since the epoch of the engine's time stamps; its zero time is None."""
    if not written or written.startswith("0001-"):
        return None
    return datetime.fromisoformat(written).timestamp()
