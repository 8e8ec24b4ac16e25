"""Many clients of the live feed, fast and slow ones, while a trial runs and a gateway is killed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.faults.system import free_port
from tests.integration.service_process import ServiceProcess, wait_for
from websockets.sync.client import connect

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

CLIENTS = Path(__file__).with_name("feed_clients.py")
FAST, SLEEPERS, PLODDERS = 75, 13, 12
"""In each of two processes: those who read on, who sleep too long, and who take a message at a
time."""
SLEEP = 11.0
JOBS, STEPS = 48, 10
VALUES = ", ".join(f'"{"validation " * 5}{number}": 0.5' for number in range(20))
TARGET = f"""
i=0; while [ $i -lt {STEPS} ]; do i=$((i+1)); sleep 0.05
echo '{{"step": '$i', {VALUES}}}' >> "$HYPERDOCK_DIR/metrics.jsonl"
done; echo 0.5 > "$HYPERDOCK_DIR/loss.json"
"""
TRIAL: Mapping[str, Any] = {
    "name": "watched by many",
    "command": ["sh", "-c", TARGET],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "algorithm": "random",
    "parallelism": 4,
    "budget": {"jobs": JOBS},
}
MEGABYTE = 2**20
MOST_MEMORY = 250 * MEGABYTE


class Gateway:
    """A gateway at a port that it has again after a restart."""

    def __init__(self, folder: Path, stack: ExitStack, *servers: str) -> None:
        self.port = free_port()
        self._stack = stack
        self._folder = folder
        self._options = (*servers, "--port", str(self.port))
        self._process = self._made()
        self.memory = 0
        self.seconds = 0.0

    def start(self) -> None:
        """Starts it, again if it was killed."""
        self._process = self._stack.enter_context(self._made())
        self._process.wait_ready()

    def _made(self) -> ServiceProcess:
        return ServiceProcess("gateway", self._folder, *self._options)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self.measure()
        self._process.kill()

    def has_cut_off(self) -> bool:
        """Whether it has ended a connection because nobody read."""
        self.measure()
        return bool(self._process.said("slow_reader_cut_off"))

    def measure(self) -> None:
        """Notes the memory that it has, and the processor's time that it has used."""
        assert self._process._process is not None
        folder = Path("/proc", str(self._process._process.pid))
        pages = int((folder / "statm").read_text().split()[1])
        self.memory = max(self.memory, pages * os.sysconf("SC_PAGE_SIZE"))
        used = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
        self.seconds = sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


@pytest.fixture
def gateway(tmp_path: Path, broker: Broker, mongodb: Database) -> Iterator[Gateway]:
    """A gateway in a system that has everything else, too."""
    folder = tmp_path / "services"
    servers = (
        "--rabbitmq", broker.url, "--rabbitmq-prefix", f"t{uuid4().hex[:8]}",
        "--mongodb", mongodb.url_of(f"t{uuid4().hex[:8]}"),
    )  # fmt: skip
    runs = ("--processes", "--no-docker", "--work", str(folder / "work"), "--slots", "4")
    with ExitStack() as stack:
        for kind, options in (("supervisor", ()), ("worker", runs)):
            service = ServiceProcess(kind, folder, *servers, "--health-port", "0", *options)
            stack.enter_context(service).wait_ready()
        made = Gateway(folder, stack, *servers)
        made.start()
        yield made


@pytest.fixture
def clients(gateway: Gateway) -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes full of clients."""
    url = f"ws://127.0.0.1:{gateway.port}/api/v1/events"
    numbers = [str(each) for each in (FAST, SLEEPERS, PLODDERS, SLEEP)]
    command = [sys.executable, str(CLIENTS), url, *numbers]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    yield started
    for each in started:
        each.kill()
        each.communicate()


@pytest.mark.slow
def test_many_clients_hear_every_event_once(
    gateway: Gateway, clients: list[subprocess.Popen[str]]
) -> None:
    """Two hundred, fifty of them slow, have no gap and nothing twice, though the gateway dies."""
    begin = time.monotonic()
    with httpx.Client(base_url=f"http://127.0.0.1:{gateway.port}/api/v1", timeout=30) as api:
        trial_id = api.post("/trials", json=TRIAL).json()["trial_id"]
        wait_for(lambda: _done(api, gateway, trial_id) >= JOBS // 3)
        gateway.kill()
        gateway.start()
        wait_for(lambda: _done(api, gateway, trial_id) == JOBS, "the trial does not end")
        wait_for(lambda: api.get(f"/trials/{trial_id}").json()["finished_at"])
        end = api.get("/health").json()["position"]
    wait_for(gateway.has_cut_off, "nobody is cut off for sleeping")
    for each in clients:
        assert each.stdin is not None
        each.stdin.write(f"{end}\n")
        each.stdin.flush()
    told = [each.communicate(timeout=60)[0] for each in clients]
    gateway.measure()
    heard = [json.loads(text) for text in told]
    numbers = {
        "clients": sum(each["clients"] for each in heard),
        "events": end,
        "received": sum(each["events"] for each in heard),
        "seconds": round(time.monotonic() - begin, 1),
        "gateway_megabytes": gateway.memory // MEGABYTE,
        "gateway_processor_seconds": gateway.seconds,
        "by_process": heard,
    }
    sys.stdout.write(f"{json.dumps(numbers)}\n")
    for each in heard:
        assert each["positions"] == [end]
        assert (each["gaps"], each["doubles"], each["wrong_alive"]) == (0, 0, 0)
        assert each["events"] == each["clients"] * end
    assert sum(each["closed"].get("1013", 0) for each in heard), "no sleeper was cut off"
    assert end > JOBS * (STEPS + 4)
    assert gateway.memory < MOST_MEMORY


@pytest.mark.slow
def test_who_hears_of_an_event_can_ask_at_once(gateway: Gateway) -> None:
    """What the views show is never older than what was heard, though they are written later."""
    waited: list[float] = []
    feed = connect(f"ws://127.0.0.1:{gateway.port}/api/v1/events", proxy=None)
    with httpx.Client(base_url=f"http://127.0.0.1:{gateway.port}/api/v1", timeout=30) as api, feed:
        trial = api.post("/trials", json={**TRIAL, "budget": {"jobs": 12}}).json()
        heard: dict[str, Any] = {"type": None}
        while heard["type"] != "trial.finished.v1":
            heard = json.loads(feed.recv(30))
            if heard["kind"] == "event":
                waited.append(time.time() - heard["recorded_at"])
                _check_shown(api, heard["type"], heard["data"])
            heard.setdefault("type", None)
    assert heard["data"]["trial_id"] == trial["trial_id"]
    sys.stdout.write(f"median from record to reader: {1000 * median(waited):.0f} ms\n")


def _check_shown(api: httpx.Client, kind: str, data: Mapping[str, Any]) -> None:
    """Asks for what an event has changed, at once."""
    match kind:
        case "trial.submitted.v1":
            assert api.get(f"/trials/{data['trial_id']}/spec").status_code == 200
        case "trial.finished.v1":
            assert api.get(f"/trials/{data['trial_id']}").json()["finished_at"] is not None
        case "job.claimed.v1":
            job = api.get(f"/jobs/{data['job_id']}").json()
            assert job["attempt"] >= data["attempt"]
        case "job.metric_reported.v1":
            steps = api.get(f"/jobs/{data['job_id']}/metrics").json()["items"]
            assert data["step"] in {each["step"] for each in steps}
        case "job.finished.v1":
            assert api.get(f"/jobs/{data['job_id']}").json()["finished_at"] is not None
        case _:
            pass


def _done(api: httpx.Client, gateway: Gateway, trial_id: str) -> int:
    gateway.measure()
    jobs: dict[str, int] = api.get(f"/trials/{trial_id}").json()["jobs"]
    return jobs["succeeded"]
