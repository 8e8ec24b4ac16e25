"""A service as a process of its own, as its command starts it, with a log that can be read."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

PATIENCE = 60.0
T = TypeVar("T")


class ServiceProcess:
    """One of the four commands; ends with the test.

    Args:
        kind: `supervisor`, `worker`, `gateway` or `webui`.
        folder: where its log goes.
        options: of the command.
        environ: variables instead of this process's own.
    """

    def __init__(
        self, kind: str, folder: Path, *options: str, environ: Mapping[str, str] | None = None
    ) -> None:
        self.kind = kind
        folder.mkdir(exist_ok=True)
        count = len(list(folder.glob(f"{kind}-*.log")))
        self._log = folder / f"{kind}-{count + 1}.log"
        self._command = [sys.executable, "-m", f"hyperdock_{kind}", *options]
        self._environ = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **(environ or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Starts it; it need not be ready yet."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, "--logformat", "json"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self._environ,
            )
        return self

    def terminate(self) -> int:
        """Ends it in good order; its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def said(self, event: str) -> list[dict[str, Any]]:
        """The lines of its log that tell this."""
        lines = [line for line in self._log.read_text().splitlines() if line.startswith("{")]
        return [line for line in map(json.loads, lines) if line.get("event") == event]

    @property
    def log(self) -> str:
        """All that it said."""
        return self._log.read_text()

    @property
    def url(self) -> str:
        """Where it tells its health, and serves what it serves."""

        def found() -> str | None:
            assert self._process is not None
            if self._process.poll() is not None:
                raise AssertionError(f"the {self.kind} ended:\n{self.log}")
            for event in ("gateway_serves", "webui_serves", "health_served"):
                for line in self.said(event):
                    return str(line.get("url") or f"http://127.0.0.1:{line['port']}")
            return None

        return wait_for(found, f"the {self.kind} serves nothing")

    def health(self, path: str = "/readyz") -> tuple[int, dict[str, Any]]:
        """Status and body of its answer to a probe."""
        answer = httpx.get(self.url + path, timeout=10)
        return answer.status_code, answer.json()

    def wait_ready(self, *, ready: bool = True) -> dict[str, Any]:
        """Waits until it is ready, or is not; what it then says."""
        wanted = 200 if ready else 503

        def found() -> dict[str, Any] | None:
            status, body = self.health()
            return body if status == wanted else None

        return wait_for(found, f"the {self.kind} does not say {wanted}:\n{self.log}")


def wait_for(probe: Callable[[], T | None], problem: str = "waited in vain") -> T:
    """The first thing other than None and False that the probe finds."""
    give_up = time.monotonic() + PATIENCE
    while not (found := probe()):
        if time.monotonic() > give_up:
            raise TimeoutError(problem)
        time.sleep(0.05)
    return found
