"""The small shell that stands between the worker and a target.

It outlives the worker and writes the target's exit code to a file, so that a worker that was
killed can still learn it. And it starts the target only when told to on its standard input: a
worker that dies before it has recorded the process has then started nothing.
"""

import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = """
trap : TERM INT HUP        # meant for the target: the shim stays to tell how it ended
exit_file=$1 folder=$2
shift 2
read -r go || exit 125     # the start was not recorded, so it never happened
cd -- "$folder" && "$@" </dev/null
code=$?
echo "$code" >"$exit_file"
exit "$code"
"""

# What Python ignores for itself, and what whoever started us may have made it ignore.
_BACK_TO_DEFAULT = [
    getattr(signal, name)
    for name in ("SIGPIPE", "SIGXFSZ", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A shim that runs and waits for `go`."""

    pid: int
    _pipe: int

    def go(self) -> None:
        """Lets it start the target."""
        with contextlib.suppress(BrokenPipeError):  # killed already: its end will be noticed
            os.write(self._pipe, b"go\n")
        os.close(self._pipe)

    def drop(self) -> None:
        """Ends it; no target was started."""
        os.close(self._pipe)
        os.waitpid(self.pid, 0)


def spawn(
    command: Sequence[str],
    *,
    folder: str,
    exit_file: Path,
    output: Path,
    environment: Mapping[str, str],
) -> Waiting:
    """Starts a shim in a session of its own.

    Args:
        command: the target; the program is given by its path.
        folder: where the target runs.
        exit_file: gets the exit code and a line feed; without the line feed it is not complete.
        output: gets what the target prints.
        environment: the target's environment.
    """
    ours, theirs = os.pipe()
    log = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        pid = os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", SCRIPT, "hyperdock", str(exit_file), folder, *command],
            environment,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, ours, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
            setsigmask=[],
            setsigdef=_BACK_TO_DEFAULT,
        )
    except BaseException:
        os.close(theirs)
        raise
    finally:
        os.close(ours)
        os.close(log)
    return Waiting(pid=pid, _pipe=theirs)


def exit_code(exit_file: Path) -> int | None:
    """The exit code that a shim wrote, None if it wrote none (or not all of it)."""
    try:
        written = exit_file.read_text()
    except FileNotFoundError:
        return None
    return int(written) if written.endswith("\n") else None
