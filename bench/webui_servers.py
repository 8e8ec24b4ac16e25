"""The servers that are compared, each in a process of its own, and the jobs that both have."""

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
from gateway_process import open_stores
from gateway_store import LARGE, fill

from hyperdock_gateway.auth.tokens import Token, Tokens, dump_tokens, key_of, secret_of

TRIALS: Final = 20
_CHUNK: Final = 10_000  # jobs; more the gateway does not give at once
_HERE: Final = Path(__file__).parent
_PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """One that listens, and writes when it is told to (see `webui_live.py`)."""

    url: str
    process: subprocess.Popen[str]

    def live(self, rate: float) -> None:
        """Begins to write so often a second."""
        self._say(f"live {rate}")

    def rest(self) -> list[tuple[int, float]]:
        """Ends that; the new jobs, and when each was recorded."""
        self._say("rest")
        assert self.process.stdout is not None
        return [(number, at) for number, at in json.loads(self.process.stdout.readline())]

    @contextmanager
    def alone(self, other: "Server") -> Iterator[None]:
        """Has the machine for itself: the other one stands still meanwhile."""
        still = psutil.Process(other.process.pid)
        still.suspend()
        try:
            yield
        finally:
            still.resume()

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()


class Servers:
    """Starts them."""

    def __init__(self, folder: Path, kept: Path | None) -> None:
        self._folder = folder
        self._kept = kept or folder / "kept"
        chance = random.Random(5)  # noqa: S311 - of a server that lives for minutes
        self.token = secret_of(chance.randbytes(32))
        self._tokens = folder / "tokens.json"
        token = Token(name="bench", key=key_of(self.token), scopes=("read",), created_at=0.0)
        self._tokens.write_text(dump_tokens(Tokens((token,))))
        self._tokens.chmod(0o600)

    def both(self, jobs: int, stack: ExitStack) -> tuple[Server, Server]:
        """Ours and theirs, with the same jobs; they end with the stack."""
        ours = self.ours(jobs, stack)
        columns = self._folder / f"{jobs}.json"
        columns.write_text(json.dumps(self._columns(ours.url, jobs)))
        began = time.perf_counter()
        theirs = self._start(stack, "webui_optuna.py", "--jobs", columns, "--studies", TRIALS)
        print(f"{jobs} trials in memory in {time.perf_counter() - began:.0f} s", flush=True)
        return ours, theirs

    def ours(self, jobs: int, stack: ExitStack) -> Server:
        """Ours with so many jobs; it ends with the stack."""
        store = shutil.copytree(self._filled(jobs), self._folder / f"{jobs}")  # more comes into it
        return self._start(stack, "webui_gateway.py", "--folder", store, "--tokens", self._tokens)

    def _filled(self, jobs: int) -> Path:
        """A store as `fill` leaves it, from an earlier time or new."""
        store = self._kept / f"{jobs}-{TRIALS}"
        if not store.exists():
            part = self._kept / "part"
            part.mkdir(parents=True)
            began = time.perf_counter()
            with ExitStack() as stores:
                fill(*open_stores(part, None, stores), jobs=jobs, trials=TRIALS)
            part.rename(store)
            print(f"{jobs} jobs recorded in {time.perf_counter() - began:.0f} s", flush=True)
        return store

    def _columns(self, url: str, jobs: int) -> dict[str, Any]:
        """The jobs as our gateway tells them."""
        whole: dict[str, Any] = {"params": {}}
        with httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {self.token}"}, timeout=60
        ) as api:
            for first in range(1, jobs + 1, _CHUNK):
                last = min(first + _CHUNK - 1, jobs)
                found = api.get(f"/trials/{LARGE}/columns", params={"from": first, "to": last})
                part = found.raise_for_status().json()
                for name in ("state", "loss", "started_at", "finished_at"):
                    whole.setdefault(name, []).extend(part[name])
                for name, values in part["params"].items():
                    whole["params"].setdefault(name, []).extend(values)
        return whole

    def _start(self, stack: ExitStack, script: str, *options: object) -> Server:
        process = subprocess.Popen(
            [sys.executable, str(_HERE / script), *map(str, options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stack.callback(_end, process)
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            raise SystemExit(f"{script} did not start")
        return Server(url, process)


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
