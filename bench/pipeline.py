"""The distributed pipeline against the raw limit of its servers, in the same run.

* throughput: events per second from a publisher to the views, through the broker, the supervisor's
  process, the log and the projections; against publishing as many confirmed messages with pika and
  inserting as many documents with pymongo, one after the other, with nothing in between;
* latency: from publishing the end of a job to the delivery of the next offer, and the gap on a slot
  between the end of one job and the start of the next (a real worker, a runner that does nothing).

Starts a RabbitMQ and a database of its own (see hyperdock_common.testing.servers).

Examples:
    bench/pipeline.py
    bench/pipeline.py --events 5000 --jobs 100
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from noop_runner import NoOpRunner
from raw_servers import insert_documents, publish_confirmed

from hyperdock_common.adapters.mongodb.artifacts import MongoArtifactStore
from hyperdock_common.adapters.mongodb.connection import MongoServer, MongoSettings
from hyperdock_common.adapters.mongodb.log import MongoEventLog
from hyperdock_common.adapters.mongodb.views import MongoViewStore
from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.events import (
    Envelope,
    Event,
    JobClaimed,
    JobFinished,
    MetricReported,
    TrialSubmitted,
    WorkerRegistered,
    stream_of,
)
from hyperdock_common.events.codec import encode
from hyperdock_common.logging import configure_logging
from hyperdock_common.offer import JobOffer
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.spec import dump_trial, parse_trial, seeded
from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.worker import Stores, Worker

_PATIENCE = 300.0
_BATCH = 1000  # as many as the raw loop has unconfirmed at once


class TimedBus(RabbitBus):
    """Notes when a job's end was published and when the next offer came."""

    def __init__(self, settings: RabbitSettings, name: str) -> None:
        super().__init__(settings, name=name)
        self.finished: list[float] = []
        self.offered: list[float] = []
        self.claimed: list[float] = []

    def publish(self, batch: Sequence[Envelope], timeout: float = 30.0) -> None:
        """See `Inbox.publish`."""
        if any(isinstance(each.event, JobFinished) for each in batch):
            self.finished.append(time.monotonic())
        if any(isinstance(each.event, JobClaimed) for each in batch):
            self.claimed.append(time.monotonic())
        super().publish(batch, timeout)

    def take(self, pool: str, lines: Any, timeout: float) -> JobOffer | None:
        """See `JobQueue.take`."""
        offer = super().take(pool, lines, timeout)
        if offer is not None:
            self.offered.append(time.monotonic())
        return offer


class Bench:
    """The servers, a supervisor's process, and what talks to them from here."""

    def __init__(self, folder: Path, broker: Broker, database: Database) -> None:
        self.folder = folder
        self.broker = broker
        self.url = f"{database.url_of('bench')}?retryWrites=false"  # see fleet.py
        self.server = MongoServer(MongoSettings(url=self.url))
        self.log = MongoEventLog(self.server)
        self.views = MongoViewStore(self.server, SCHEMAS)
        self.bus = TimedBus(RabbitSettings(url=broker.url), "bench")

    @contextmanager
    def supervisor(self) -> Iterator[None]:
        """A supervisor at work."""
        servers = ["--mongodb", self.url, "--rabbitmq", self.broker.url]
        with (self.folder / "supervisor.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "hyperdock_supervisor", *servers], stdout=log, stderr=log
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    def say(self, *events: Event) -> None:
        """Publishes events."""
        self.bus.publish([enveloped(each) for each in events])

    def submit(self, trial_id: str, jobs: int, pool: str) -> None:
        """Submits a trial of one job after the other."""
        document = {
            "name": trial_id,
            "command": ["true"],
            "pool": pool,
            "space": {"x": {"type": "float", "low": 0, "high": 1}},
            "algorithm": "random",
            "budget": {"jobs": jobs},
            "parallelism": 1,
        }
        spec = dump_trial(seeded(parse_trial(document), 7))
        self.say(TrialSubmitted(trial_id=trial_id, spec=spec))

    def throughput(self, count: int) -> dict[str, float]:
        """Events per second from here to the views."""
        lease = self._lease()
        events = [
            enveloped(MetricReported(**lease, step=step, values={"loss": step / count}))
            for step in range(count)
        ]
        before = self.log.head()
        since = time.monotonic()
        for first in range(0, count, _BATCH):
            self.bus.publish(events[first : first + _BATCH])
        published = time.monotonic() - since
        wait_for(lambda: self.log.head() >= before + count)
        recorded = time.monotonic() - since
        wait_for(lambda: all(self.views.position(s.name) >= before + count for s in SHOWN))
        seconds = time.monotonic() - since
        bodies = [encode(each) for each in events]
        raw_publish = publish_confirmed(self.broker.url, bodies)
        raw_insert = insert_documents(self.url, [json.loads(each) for each in bodies])
        return {
            "events_per_second": round(count / seconds),
            "published_per_second": round(count / published),
            "recorded_per_second": round(count / recorded),
            "raw_publish_per_second": round(count / raw_publish),
            "raw_insert_per_second": round(count / raw_insert),
            "publish_to_view_ratio": round((raw_publish + raw_insert) / seconds, 3),
        }

    def _lease(self) -> dict[str, Any]:
        """A claimed job, for which metrics can be reported."""
        worker: dict[str, Any] = {"worker_id": "reporter", "host": "here", "version": "1"}
        self.say(WorkerRegistered(**worker, pool="metrics", slots=1, runtimes=["process"]))
        self.submit("metrics", 1, "metrics")
        offer = self.bus.take("metrics", ["process"], _PATIENCE)
        if offer is None:
            raise SystemExit("no offer came: see supervisor.log")
        lease: dict[str, Any] = {"trial_id": offer.trial_id, "job_id": offer.job_id, "attempt": 1}
        lease |= {"worker_id": "reporter"}
        self.say(JobClaimed(**lease, slot=0))
        return lease

    def latency(self, jobs: int) -> dict[str, float]:
        """Milliseconds between one job and the next on a slot."""
        runner = NoOpRunner()
        settings = WorkerSettings(
            worker_id="slot", host="here", version="1", work=self.folder / "work", pool="slot"
        )
        stores = Stores(
            log=self.log,
            bus=self.bus,
            views=self.views,
            artifacts=MongoArtifactStore(self.server),
        )
        worker = Worker(settings, stores, {"process": runner})
        self.bus.finished.clear()
        self.bus.offered.clear()
        self.bus.claimed.clear()
        worker.start()
        self.submit("jobs", jobs, "slot")
        wait_for(lambda: len(self.bus.finished) >= jobs)
        worker.stop()
        nexts = [
            1000 * (b - a) for a, b in zip(self.bus.finished, self.bus.offered[1:], strict=False)
        ]
        numbers = sorted(runner.starts, key=lambda job: runner.starts[job])
        starts, ends = ([each[job] for job in numbers] for each in (runner.starts, runner.ends))
        gaps = [
            1000 * (runner.starts[after] - runner.ends[before])
            for before, after in itertools.pairwise(numbers)
        ]
        return {
            "finish_to_next_ms_p50": round(statistics.median(nexts), 1),
            "finish_to_next_ms_p99": round(statistics.quantiles(nexts, n=100)[98], 1),
            "gap_ms": round(statistics.median(gaps), 1),
            "end_to_publish_ms": between(ends, self.bus.finished),
            "offer_to_claim_ms": between(self.bus.offered, self.bus.claimed),
            "claim_to_start_ms": between(self.bus.claimed, starts),
            "gap_ms_p99": round(statistics.quantiles(gaps, n=100)[98], 1),
        }


SHOWN = [schema for schema in SCHEMAS if schema.name in {"trials", "jobs", "curves"}]


def between(before: Sequence[float], after: Sequence[float]) -> float:
    """The median of the milliseconds from each of the one to its partner among the other."""
    return round(statistics.median(1000 * (b - a) for a, b in zip(before, after, strict=False)), 1)


def enveloped(event: Event) -> Envelope:
    """An event on its way."""
    return Envelope(
        event_id=str(uuid4()),
        stream=stream_of(event),
        event=event,
        occurred_at=time.time(),
        producer="bench",
    )


def wait_for(condition: Any) -> None:
    """Looks every few milliseconds.

    Raises:
        SystemExit: it takes too long.
    """
    deadline = time.monotonic() + _PATIENCE
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("it takes too long: see the supervisor's log")
        pause.wait(0.01)


def main() -> None:
    """Measures and prints; the last line is one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=300)
    chosen = parser.parse_args()
    configure_logging(level="warning")
    with tempfile.TemporaryDirectory(prefix="hd-pipeline") as name:
        folder = Path(name)
        with Database(folder / "database") as database, Broker(folder) as broker:
            bench = Bench(folder, broker, database)
            with bench.supervisor():
                found = bench.latency(chosen.jobs)
                print(found, flush=True)
                found |= bench.throughput(chosen.events)
            bench.bus.close()
            bench.server.close()
    print(json.dumps({**found, "events": chosen.events, "jobs": chosen.jobs}))


if __name__ == "__main__":
    main()
