"""An all-in-one Hyperdock as a process of its own, to be driven, killed and started again."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from hyperdock_cli.state_folder import own_token
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import RecordedEvent
from hyperdock_common.history import history

PATIENCE = 120.0
T = TypeVar("T")


class AllInOne:
    """`hyperdock up` on a state folder."""

    def __init__(self, state: Path, *options: str) -> None:
        self.state = state
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.api = httpx.Client()

    def start(self) -> Self:
        """Starts it and waits until it answers."""
        command = [sys.executable, "-m", "hyperdock_cli", "--state", str(self.state), "up"]
        self.state.mkdir(exist_ok=True)
        with (self.state.parent / "up.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", "0", *self._options],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        url = wait_for(self._url)
        headers = {"Authorization": f"Bearer {own_token(self.state)}"}
        self.api = httpx.Client(base_url=f"{url}/api/v1", timeout=30, headers=headers)
        return self

    def kill(self) -> None:
        """Ends it as a power cut would: KILL, at once."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it in good order."""
        self._end(signal.SIGTERM)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()

    def submit(self, **document: Any) -> str:
        """Submits a trial; its id."""
        answer = self.api.post("/trials", json=document)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["trial_id"])

    def trial(self, trial_id: str) -> dict[str, Any]:
        """The trial's document."""
        answer = self.api.get(f"/trials/{trial_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def jobs(self, trial_id: str) -> list[dict[str, Any]]:
        """All job documents of a trial, by number."""
        answer = self.api.get(f"/trials/{trial_id}/jobs", params={"limit": 500})
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    def finished(self, trial_id: str) -> dict[str, Any]:
        """The trial's document once it has ended."""
        return wait_for(lambda: _if_finished(self.trial(trial_id)))

    def _url(self) -> str | None:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError((self.state.parent / "up.log").read_text())
        try:
            held = json.loads((self.state / "lock").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return held["url"] if held["pid"] == self._process.pid else None

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        os.kill(self._process.pid, how)
        self._process.wait(PATIENCE)
        self._process = None
        self.api.close()


def wait_for(probe: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """The first thing other than None and False that the probe finds."""
    give_up = time.monotonic() + patience
    while not (found := probe()):
        if time.monotonic() > give_up:
            raise TimeoutError(f"waited {patience} s in vain")
        time.sleep(0.05)
    return found


def _if_finished(trial: dict[str, Any]) -> dict[str, Any] | None:
    return trial if trial["finished_at"] is not None else None


def events_of(state: Path) -> Iterator[RecordedEvent]:
    """The recorded events of a state folder that nobody runs on."""
    log = SqliteEventLog(state / "events.db")
    try:
        yield from history(log)
    finally:
        log.close()
