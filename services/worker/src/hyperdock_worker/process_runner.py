"""Runs targets as local processes: a trial's `command`, without any container.

Each target runs in a session of its own under a small shim (see local_process.shim), so neither
the worker's end nor its kill -9 ends it, and the next worker finds it by the record in its folder.
What the target starts is found by a variable that it inherits, wherever it went.
"""

import os
import platform
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.offer import JobOffer
from hyperdock_common.ports.runner import Exit, Order, Running
from hyperdock_worker.data_root import DataRoots
from hyperdock_worker.local_process.files import AttemptFiles, Started
from hyperdock_worker.local_process.processes import identity, kill, with_variables
from hyperdock_worker.local_process.shim import Waiting, spawn
from hyperdock_worker.local_process.target import Target
from hyperdock_worker.secrets import Secrets
from hyperdock_worker.target_environment import DIR, target_environment

WORKER = "HYPERDOCK_WORKER"
INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ"),
    *("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_NUMERIC"),
    *("LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CUDA_VISIBLE_DEVICES"),
)
"""What a program needs to find itself, its libraries and its user; nothing that may be secret."""

DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"
LOG_LIMIT = 32 << 20
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


class ProcessRunner:
    """The port Runner, without isolation: targets run as the worker's user, with its files.

    Args:
        worker_id: marks the processes, so that the worker finds its own after a restart.
        environ: the worker's environment; targets inherit the few variables of `INHERITED`.
        log_limit: bytes of output that are kept from the beginning of each target's output.
        environment: variables that the operator gives every target; a trial's own win.
        data_roots: trials' data lie below them; None for any absolute path.
        secrets: what trials may name; None for nothing.
    """

    def __init__(
        self,
        worker_id: str,
        *,
        environ: Mapping[str, str],
        log_limit: int = LOG_LIMIT,
        environment: Mapping[str, str] = _NO_VARIABLES,
        data_roots: DataRoots | None = None,
        secrets: Secrets | None = None,
    ) -> None:
        self._worker_id = worker_id
        self._inherited = {name: environ[name] for name in INHERITED if name in environ}
        self._inherited.setdefault("PATH", DEFAULT_PATH)
        self._log_limit = log_limit
        self._environment = environment
        self._data_roots = data_roots or DataRoots()
        self._secrets = secrets or Secrets()
        self._targets: dict[str, Target] = {}
        self._lock = threading.Lock()

    def check(self) -> None:
        """Says whether targets could be started now."""
        if not os.access("/bin/sh", os.X_OK):
            raise RunnerUnavailable("there is no /bin/sh, which every local target is started by")

    def start(self, order: Order) -> Running:
        """Starts a target, or finds the one that was started in this folder before."""
        files = AttemptFiles(order.folder)
        if files.recorded() is None:
            waiting = self._spawn(order, files)
            try:
                files.record(_started(waiting))
            except FileExistsError:
                waiting.drop()
            except OSError as error:
                waiting.drop()
                raise RunnerUnavailable(f"the start cannot be recorded: {error}") from error
            else:
                waiting.go()
        return self._attached(order, files).running

    def adopt(self, orders: Sequence[Order]) -> Sequence[Running]:
        """Finds the targets of an earlier process by the records in their folders."""
        found = []
        for order in orders:
            files = AttemptFiles(order.folder)
            if files.recorded() is not None:
                found.append(self._attached(order, files).running)
        self._kill_all_but({str(AttemptFiles(each.order.folder).target) for each in found})
        return found

    def wait(self, running: Running, timeout: float) -> Exit | None:
        """The exit as soon as there is one, None after `timeout` seconds without one."""
        return self._targets[running.handle].wait(timeout)

    def stop(self, running: Running, *, force: bool) -> None:
        """TERM to the target's process group, or KILL to everything that it started."""
        if target := self._targets.get(running.handle):
            target.stop(force=force)

    def discard(self, running: Running) -> None:
        """Forgets an ended target; what of it should still run is killed."""
        with self._lock:
            target = self._targets.pop(running.handle, None)
        if target is not None:
            target.discard()

    def close(self) -> None:
        """Lets go of all targets; running ones go on."""
        with self._lock:
            targets = list(self._targets.values())
            self._targets.clear()
        for target in targets:
            target.close()

    def _attached(self, order: Order, files: AttemptFiles) -> Target:
        handle = str(files.target)
        with self._lock:
            target = self._targets.get(handle)
            started = files.recorded()
            if target is None and started is not None:
                running = Running(
                    order=order,
                    started_at=started.at,
                    handle=handle,
                    info={"host": platform.node(), "pid": started.pid},
                )
                target = Target(
                    running, files, started, self._log_limit, self._secrets.redaction(order.offer)
                )
                self._targets[handle] = target
        if target is None:
            raise RunnerUnavailable(f"the record in {order.folder.path} is gone")
        return target

    def _spawn(self, order: Order, files: AttemptFiles) -> Waiting:
        offer = order.offer
        data = _checked_folder("data", self._data_roots.folder(offer.data))
        variables = target_environment(
            order,
            folder=str(files.target),
            data=data or "",
            of_the_operator=self._environment,
            secrets=self._secrets.variables(offer),
        )
        environment = {**self._inherited, **variables, WORKER: self._worker_id}
        folder = _checked_folder("working_dir", offer.working_dir) or str(files.target)
        # What is not found is told with the path: where that is a secret, it is not searched.
        path = DEFAULT_PATH if "PATH" in offer.secrets else environment["PATH"]
        program = _program(offer, folder, path)
        try:
            return spawn(
                [program, *(offer.command or ())[1:]],
                folder=folder,
                exit_file=files.exit_code,
                output=files.output,
                environment=environment,
            )
        except ValueError as error:  # a NUL in an argument or variable
            raise CannotStart("cannot_start", f"the command cannot be run: {error}") from error
        except OSError as error:
            raise RunnerUnavailable(f"no process can be started: {error}") from error

    def _kill_all_but(self, folders: set[str]) -> None:
        """Kills what this worker once started and no order covers."""
        for pid, variables in with_variables({WORKER: self._worker_id}):
            if variables.get(DIR) not in folders:
                kill(pid)


def _started(waiting: Waiting) -> Started:
    return Started(pid=waiting.pid, identity=identity(waiting.pid) or "", at=time.time())


def _checked_folder(field: str, folder: str | None) -> str | None:
    """The folder, if it is one.

    Raises:
        CannotStart: it is not there, or depends on where the worker was started.
    """
    if folder is None:
        return None
    if not Path(folder).is_absolute():
        raise CannotStart("cannot_start", f'{field} "{folder}" is not an absolute path')
    if not os.path.isdir(folder):  # noqa: PTH112 - unlike Path.is_dir it never raises
        raise CannotStart(
            "cannot_start", f'{field} "{folder}" is not a folder on the host {platform.node()}'
        )
    return folder


def _program(offer: JobOffer, folder: str, path: str) -> str:
    """The program's file, found as the shell would find it.

    Raises:
        CannotStart: there is none, or it is not executable.
    """
    if not offer.command:
        raise CannotStart("cannot_start", "the trial names no command to run as a local process")
    name = offer.command[0]
    if "/" not in name:
        found = shutil.which(name, path=path)
        if found is None:
            problem = f'the program "{name}" was not found on {platform.node()} (PATH={path})'
            raise CannotStart("cannot_start", problem)
        return str(Path(folder, found))
    file = os.path.join(folder, name)  # noqa: PTH118 - a Path would drop the "./"
    if not os.path.isfile(file):  # noqa: PTH113
        problem = f'the program "{name}" is not on {platform.node()} (working folder: {folder})'
        raise CannotStart("cannot_start", problem)
    if not os.access(file, os.X_OK):
        raise CannotStart("cannot_start", f"{file} is not executable: chmod +x it")
    return file
