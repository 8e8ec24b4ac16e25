"""What is done with the system: trials, by the `hyperdock` command, through the pages' port."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Final

from .commands import CHECKOUT, Failed, run

_HYPERDOCK: Final = CHECKOUT / ".venv" / "bin" / "hyperdock"
EXAMPLE: Final = CHECKOUT / "examples" / "awk-branin" / "trial.yaml"
AS_ROOT: Final = """\
name: files-of-root
image: hyperdock/test-shell
command: ["sh", "-c", "cd /hyperdock; umask 77; mkdir out/d; date >out/d/f; echo 1 >loss.json"]
space: {x: {type: float, low: 0, high: 1}}
budget: {jobs: 2}
"""
ENDLESS: Final = """\
name: endless
image: hyperdock/test-shell
command: ["sh", "-c", "trap 'exit 1' TERM; sleep 600 & wait"]
space: {x: {type: float, low: 0, high: 1}}
budget: {jobs: 6}
parallelism: 6
"""


class Client:
    """The command, with its own state folder and pointed at the system, as who may use it."""

    def __init__(self, url: str, folder: Path, token: str) -> None:
        self._environ = {"HYPERDOCK_TOKEN": token}
        self._place = ("--url", url, "--state", str(folder / "state"))
        self._folder = folder

    def complete(self, trial: Path, jobs: int) -> dict[str, Any]:
        """Runs a trial to its end.

        Raises:
            Failed: it did not complete, or not every job succeeded.
        """
        said = self._run("run", trial, "--new", "--json", "--set", f"budget.jobs={jobs}")
        outcome: dict[str, Any] = json.loads(said.splitlines()[-1])
        if outcome["state"] != "completed" or outcome["jobs"]["succeeded"] != jobs:
            raise Failed(f"{trial.name} ended as {outcome}")
        return outcome

    def begin(self, trial: Path) -> None:
        """Begins a trial and leaves it, as if the user's machine had gone."""
        words = [_HYPERDOCK, "run", trial, "--new", *self._place]
        watcher = subprocess.Popen(
            [str(word) for word in words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **self._environ},
        )
        assert watcher.stdout is not None  # noqa: S101
        with watcher, watcher.stdout as said:
            said.readline()  # it has been accepted, or refused
            watcher.kill()

    def workers(self) -> list[str]:
        """The ids of those that are alive."""
        listed = json.loads(self._run("worker", "list", "--json"))
        return [each["worker_id"] for each in listed if each["state"] == "alive"]

    def file(self, name: str, content: str) -> Path:
        """Writes a trial file."""
        path = self._folder / name
        path.write_text(content, "utf-8")
        return path

    def _run(self, *words: str | Path) -> str:
        return run([_HYPERDOCK, *words, *self._place], within=240, also=self._environ)
