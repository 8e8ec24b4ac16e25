"""The `hyperdock` command as a process, for tests: to its end, in the background, in a terminal."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.state_folder import own_token, running_url
from hyperdock_client import Unreachable
from hyperdock_common.adapters.sqlite_log import SqliteEventLog

PATIENCE = 60.0
HYPERDOCK = [sys.executable, "-m", "hyperdock_cli"]
TARGET = """
import json, os, sys, time
folder = os.environ["HYPERDOCK_DIR"]
with open(f"{folder}/params.json") as file:
    params = json.load(file)
print("x is", params["x"], flush=True)
time.sleep(params["seconds"])
if params["fails"]:
    sys.exit(3)
with open(f"{folder}/loss.json", "w") as file:
    json.dump((params["x"] - 0.25) ** 2, file)
"""


def write_trial(folder: Path, *, jobs: int = 6, seconds: float = 0, fails: bool = False) -> Path:
    """A trial file beside its target."""
    (folder / "target.py").write_text(TARGET, encoding="utf-8")
    document = {
        "name": "bowl",
        "command": [sys.executable, "target.py"],
        "space": {
            "x": {"type": "float", "low": 0, "high": 1},
            "seconds": seconds,
            "fails": fails,
        },
        "algorithm": {"name": "random", "seed": 1},
        "budget": {"jobs": jobs},
        "parallelism": 2,
    }
    path = folder / "trial.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def words(state: Path, *rest: str) -> list[str]:
    """A command line on this state folder; what runs jobs does so without Docker."""
    engine = ["--no-docker", "--slots", "2"] if rest[0] in ("run", "up") else []
    return [*HYPERDOCK, "--state", str(state), *rest, *engine]


def hyperdock(state: Path, *rest: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        words(state, *rest), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextmanager
def started(state: Path, *rest: str) -> Iterator[subprocess.Popen[str]]:
    """A command that is still running; ended by force if it is at the end."""
    process = subprocess.Popen(
        words(state, *rest), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(what: str, true: Any) -> Any:
    """Waits for a condition; fails with its name when it does not come true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


def the_trial(state: Path) -> Any:
    """The only trial, as the system that runs on the folder shows it; None before there is one."""
    url = running_url(state)
    if url is None:
        return None
    with (
        ApiClient(url, token=own_token(state)) as client,
        suppress(Unreachable),
    ):  # it may just be ending
        return next(client.trials(), None)
    return None


def succeeded(state: Path, count: int) -> bool:
    """Whether so many jobs have succeeded."""
    found = the_trial(state)
    return found is not None and found["jobs"]["succeeded"] >= count


def recorded(state: Path, kind: type[Any]) -> list[Any]:
    """The recorded events of a kind; none where there is no log."""
    path = state / "events.db"
    if not path.exists():
        return []
    with closing(SqliteEventLog(path)) as log:
        return [each.event for each in log.read(0, 100_000) if isinstance(each.event, kind)]


class Terminal:
    """A command in a pseudo-terminal."""

    def __init__(self, argv: list[str]) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.execv(argv[0], argv)  # noqa: S606 - without a shell is how it shall be
        self.text = ""

    def wait_for(self, words: str) -> None:
        """Waits until the screen has shown these words since the last time."""
        end = time.monotonic() + PATIENCE
        while words not in self.text:
            assert time.monotonic() < end, f"waited in vain for {words!r} in {self.text!r}"
            if select.select([self._fd], [], [], 0.2)[0]:
                chunk = self._read()
                assert chunk, f"it ended without {words!r}: {self.text!r}"
                self.text += chunk
        self.text = self.text.partition(words)[2]

    def type(self, keys: str) -> None:
        """Types keys; the third letter of control is Ctrl-C."""
        os.write(self._fd, keys.encode())

    def rest(self) -> int:
        """Reads to the end; the exit code."""
        while chunk := self._read():
            self.text += chunk
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> str:
        try:
            return os.read(self._fd, 65536).decode(errors="replace")
        except OSError:  # so Linux says that the other end is closed
            return ""
