"""What the commands reach out of this process by. Tests give their own `Outside`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_cli.state_folder import StateFolder, own_token, running_url
from hyperdock_common.errors import HyperdockError, StateFolderInUse
from hyperdock_common.service.retention_options import KEEP_PULSES, MOST_PULSES, RETENTION_EVERY

if TYPE_CHECKING:  # take time to load, which `hyperdock --help` need not
    from hyperdock_cli.api_client import ApiClient
    from hyperdock_cli.thread_failures import ThreadFailures


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How to start an all-in-one system.

    Attributes:
        state: the folder of everything that survives a restart.
        port: 0 for any free one.
        allow_host: names beside its own that the gateway answers to; `*` for any.
        slots: how many jobs run at once; None for the number of GPUs, else of processors.
        gpus: how many (`4`) or which (`0,2`) each slot has its own of; empty for none.
        docker: None to use Docker where an engine answers.
        docker_host: the engine's URL; None for Docker's default socket.
        holders: jobs of a slot share its network namespace, one after the other.
        files: how containers get their files: `auto`, `bind` or `copy`.
        network: what a container gets whose trial names none: `bridge` or `none`.
        data_root: folders that trials may read, with their names if they have some.
        secrets: the folder of the secrets that trials may name.
        policy: the file of what trials may be and have; None: everything is allowed.
        login: whether the gateway asks for a token; without it only this machine may reach it.
        notify: the file of who is told what; None: nobody is told.
        keep_logs_for: seconds; None: logs of targets are kept however old they are.
        keep_logs_size: bytes of all logs together; None: without limit.
        retention_every: seconds between two looks at the logs.
        keep_pulses: seconds that heartbeats are kept.
        most_pulses: how many of them.
    """

    state: Path
    host: str = "127.0.0.1"
    port: int = 0
    allow_host: tuple[str, ...] = ()
    slots: int | None = None
    gpus: str = ""
    pool: str = "default"
    docker: bool | None = None
    docker_host: str | None = None
    holders: bool = True
    files: str = "auto"
    network: str = "bridge"
    allow_privileged: bool = False
    data_root: tuple[tuple[str | None, PurePosixPath], ...] = ()
    secrets: Path | None = None
    policy: Path | None = None
    with_page: bool = True
    login: bool = True
    notify: Path | None = None
    keep_logs_for: float | None = None
    keep_logs_size: int | None = None
    retention_every: float = RETENTION_EVERY
    keep_pulses: float = KEEP_PULSES
    most_pulses: int = MOST_PULSES


class RunningSystem(Protocol):
    """An all-in-one system in this process."""

    @property
    def url(self) -> str:
        """Where its gateway answers."""

    @property
    def token(self) -> str | None:
        """What its gateway asks this machine's command line for; None: nothing."""

    @property
    def engine(self) -> str:
        """What runs its targets, in words."""

    def problems(self) -> list[str]:
        """What is in its way now, in sentences."""

    def stop(self) -> None:
        """Ends it; running jobs go on and are picked up at the next start. May be repeated."""


class Started:
    """A system in this process, with the problems of its threads among its own."""

    def __init__(self, system: RunningSystem, failures: "ThreadFailures") -> None:
        self._system = system
        self._failures = failures
        self.stop = system.stop

    @property
    def url(self) -> str:
        """Where its gateway answers."""
        return self._system.url

    @property
    def token(self) -> str | None:
        """What its gateway asks for."""
        return self._system.token

    @property
    def engine(self) -> str:
        """What runs its targets, in words."""
        return self._system.engine

    def problems(self) -> list[str]:
        """What is in its way now, in sentences."""
        return [*self._system.problems(), *self._failures.problems()]


def start_here(launch: Launch) -> RunningSystem:
    """Starts an all-in-one system in this process.

    Raises:
        StateFolderInUse: another process holds the state folder.
        Fault: the port is in use, the state folder or the policy cannot be used, no Docker engine
            answers.
    """
    from hyperdock_cli.embedded import start_embedded  # noqa: PLC0415 - slow
    from hyperdock_cli.service_log import log_to  # noqa: PLC0415 - slow, too
    from hyperdock_cli.thread_failures import ThreadFailures  # noqa: PLC0415

    folder = StateFolder(launch.state)
    try:
        folder.create()
        log_to(folder.service_log)
        failures = ThreadFailures()
        failures.catch()
        return Started(start_embedded(launch), failures)
    except ValueError as error:
        raise Fault(str(error), "see --gpus and --slots", code=REFUSED) from error
    except StateFolderInUse:
        raise
    except (HyperdockError, OSError) as error:
        raise Fault(str(error), code=REFUSED) from error


def connect(url: str, token: str | None = None) -> "ApiClient":
    """A client of the gateway at a URL, which may ask for a token."""
    from hyperdock_cli.api_client import ApiClient  # noqa: PLC0415 - slow

    return ApiClient(url, token=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """Everything beyond this process: a system to start, find or call, the clock, a pause."""

    start: Callable[[Launch], RunningSystem] = start_here
    running_url: Callable[[Path], str | None] = running_url
    own_token: Callable[[Path], str | None] = own_token
    connect: Callable[[str, str | None], "ApiClient"] = connect
    now: Callable[[], float] = time.time
    pause: Callable[[float], None] = time.sleep
