"""Very many workers on one small machine: is any lease lost falsely, and does any service grow?

Real servers; 2 supervisors (one stands by) and a gateway as processes of their own; 200 real
workers with a runner that does nothing, 50 to a process (see `fleet_workers.py` for what those
share); heartbeats every 5 s. One trial of 10,000 jobs, 200 at a time, goes through. In the end the
checker looks at the log and the views.

`steady` is the resident memory of a service in the last quarter of the run against the second one,
medians. Limits of the machine show in `jobs_per_second` and in the CPU seconds, not in lost leases.

Examples:
    bench/fleet.py
    bench/fleet.py --workers 40 --jobs 1000 --supervisors 1
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
import psutil

from hyperdock_common.adapters.mongodb import (
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
)
from hyperdock_common.checking import System, check_system
from hyperdock_common.history import history
from hyperdock_common.logging import configure_logging
from hyperdock_common.projections import PROJECTIONS, SCHEMAS
from hyperdock_common.testing.servers.mongodb import Database, free_port
from hyperdock_common.testing.servers.rabbitmq import Broker

_OPTIONS = "retryWrites=false"
"""The stand-in for MongoDB goes through its newest 10,000 writes at each retryable one."""
_HERE = Path(__file__).parent
_LOOK = 2.0
_SAY = 20.0
_PATIENCE = 120.0
_MB = 2**20


class Watch:
    """Samples memory and CPU of named processes, from a thread of its own."""

    def __init__(self, processes: Mapping[str, psutil.Process]) -> None:
        self._processes = processes
        self._stop = threading.Event()
        self.samples: list[dict[str, float]] = []
        self._before = self._cpu()
        self._thread = threading.Thread(target=self._run, name="watch")
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(_LOOK):
            self.samples.append(
                {name: each.memory_info().rss / _MB for name, each in self._processes.items()}
            )

    def _cpu(self) -> dict[str, float]:
        return {name: sum(each.cpu_times()[:2]) for name, each in self._processes.items()}

    def end(self) -> dict[str, dict[str, float]]:
        """What was seen, by service: memory (MB), its steadiness, CPU seconds."""
        self._stop.set()
        self._thread.join()
        after = self._cpu()
        return {name: self._figures(name, after[name]) for name in self._processes}

    def _figures(self, name: str, cpu: float) -> dict[str, float]:
        seen = [each[name] for each in self.samples]
        quarter = len(seen) // 4
        if not quarter:
            raise SystemExit("too short to see whether memory grows: take more jobs")
        second = statistics.median(seen[quarter : 2 * quarter])
        last = statistics.median(seen[-quarter:])
        return {
            "rss_mb_second_quarter": round(second, 1),
            "rss_mb_last_quarter": round(last, 1),
            "steady": round(last / second, 3),
            "cpu_seconds": round(cpu - self._before[name], 1),
        }


class Fleet:
    """The whole system: started by `with`, ended in good order."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self._folder = folder
        self._options = options
        self._stack = ExitStack()
        self._ours: list[subprocess.Popen[bytes]] = []
        self.processes: dict[str, psutil.Process] = {}

    def __enter__(self) -> Self:
        try:
            self._start_all()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start_all(self) -> None:
        database = self._stack.enter_context(Database(self._folder / "database"))
        broker = self._stack.enter_context(Broker(self._folder / "broker"))
        url = f"{database.url_of('fleet')}?{_OPTIONS}"
        self._servers = ["--mongodb", url, "--rabbitmq", broker.url]
        server = MongoServer(MongoSettings(url=url))
        self._stack.enter_context(server)
        self._stack.callback(self._end_ours)
        self.log, self.views = MongoEventLog(server), MongoViewStore(server, SCHEMAS)
        self.processes["database"] = psutil.Process(database.pid)
        self.processes["broker"] = _beam(self._folder / "broker")
        for number in range(1, self._options.supervisors + 1):
            self._start(f"supervisor-{number}", "-m", "hyperdock_supervisor")
        port = free_port()
        self._start("gateway", "-m", "hyperdock_gateway", "--port", str(port))
        self.api = self._stack.enter_context(
            httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30)
        )
        self._start_workers()

    def _start(self, name: str, *words: str) -> None:
        with (self._folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *words, *self._servers], stdout=log, stderr=log
            )
        self._ours.append(process)
        self.processes[name] = psutil.Process(process.pid)

    def _end_ours(self) -> None:
        """All at once: the last ones started are the workers, who have something to say."""
        for each in reversed(self._ours):
            each.terminate()
        for each in self._ours:
            try:
                each.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()

    def _start_workers(self) -> None:
        left, per_process = self._options.workers, self._options.per_process
        for first in range(0, left, per_process):
            self._start(
                f"workers-{first // per_process + 1}",
                *(str(_HERE / "fleet_workers.py"), "--folder", str(self._folder / "work")),
                *("--first", str(first), "--count", str(min(per_process, left - first))),
                *("--seconds", *map(str, self._options.seconds)),
            )

    def run_trial(self) -> float:
        """Submits the trial and waits for its end; the seconds that it took."""
        wait_for("the workers", lambda: len(self._workers()) >= self._options.workers)
        document = {
            "name": "fleet",
            "command": ["true"],
            "pool": "fleet",
            "space": {"x": {"type": "float", "low": 0, "high": 1}},
            "algorithm": "random",
            "budget": {"jobs": self._options.jobs},
            "parallelism": self._options.workers,
        }
        since = time.monotonic()
        trial_id = self.api.post("/trials", json=document).raise_for_status().json()["trial_id"]
        pause, said = threading.Event(), 0.0
        while (trial := self.api.get(f"/trials/{trial_id}").json())["state"] != "completed":
            if (passed := time.monotonic() - since) >= said:
                print(f"{passed:5.0f} s {trial['jobs']}", flush=True)
                said += _SAY
            pause.wait(1)
        return time.monotonic() - since

    def _workers(self) -> Sequence[Any]:
        try:
            answer = self.api.get("/workers", params={"limit": 500})
        except httpx.TransportError:
            return []
        found: Sequence[Any] = answer.json().get("items", [])
        return found

    def verdict(self) -> dict[str, Any]:
        """What the log says of lost leases, and what the checker finds."""
        head = self.log.head()
        wait_for(
            "the views",
            lambda: all(self.views.position(v.schema.name) >= head for v in PROJECTIONS),
        )
        said = Counter(type(record.event).__name__ for record in history(self.log))
        report = check_system(System(log=self.log, views=self.views, settled=True))
        for finding in report.findings:
            print(finding)
        return {
            "events": said.total(),
            "attempts_lost": said["AttemptLost"],
            "workers_lost": said["WorkerLost"],
            "jobs_ended_once": report.counts.ended_once,
            "findings": len(report.findings) + report.counts.unlisted,
        }


def wait_for(what: str, condition: Any) -> None:
    """Looks now and then.

    Raises:
        SystemExit: it takes too long.
    """
    deadline = time.monotonic() + _PATIENCE
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: it takes too long")
        pause.wait(0.2)


def _beam(folder: Path) -> psutil.Process:
    """The broker's own process among those that its scripts start."""
    return next(
        each
        for each in psutil.process_iter(["name", "cmdline"])
        if "beam" in (each.info["name"] or "")
        and str(folder) in " ".join(each.info["cmdline"] or [])
    )


def main() -> None:
    """Measures and prints; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--supervisors", type=int, default=2)
    parser.add_argument("--per-process", type=int, default=50, help="workers in a process")
    parser.add_argument("--seconds", type=float, nargs=2, default=[0.5, 2.0], help="of a job")
    options = parser.parse_args()
    configure_logging(level="warning")
    with tempfile.TemporaryDirectory(prefix="hd-fleet") as name, Fleet(Path(name), options) as it:
        watch = Watch(it.processes)
        try:
            seconds = it.run_trial()
        finally:
            services = watch.end()
        for service, figures in services.items():
            print(f"{service:14} {figures}")
        found = it.verdict()
    rate = {"jobs_per_second": round(options.jobs / seconds, 1), "seconds": round(seconds, 1)}
    chosen = {"workers": options.workers, "jobs": options.jobs}
    print(json.dumps({**chosen, **rate, **found, "services": services}))


if __name__ == "__main__":
    main()
