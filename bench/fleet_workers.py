"""Some of the simulated workers of `fleet.py`, in a process of their own, until SIGTERM.

They are real workers; only the runner does nothing, for a while. Each has a bus of its own (two
connections, as any worker has), a folder of its own and threads of its own. The workers of one
process share the client of the database and its few connections: with hundreds of them the stand-in
for MongoDB that is used here stood still for seconds at a time.
"""

import argparse
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from noop_runner import NoOpRunner

from hyperdock_common.adapters.mongodb import (
    MongoArtifactStore,
    MongoEventLog,
    MongoServer,
    MongoSettings,
    MongoViewStore,
)
from hyperdock_common.adapters.rabbitmq import RabbitBus, RabbitSettings
from hyperdock_common.logging import configure_logging
from hyperdock_common.projections import SCHEMAS
from hyperdock_worker.settings import WorkerSettings
from hyperdock_worker.worker import Stores, Worker

_CONNECTIONS = 4
_STACK_BYTES = 512 * 1024


def make_worker(name: str, stores: Stores, folder: Path, low: float, high: float) -> Worker:
    """A worker with one slot, whose jobs take between `low` and `high` seconds."""
    chance = random.Random(name)  # noqa: S311 - no secret
    settings = WorkerSettings(
        worker_id=name, host="fleet", version="1", work=folder / name, pool="fleet"
    )
    return Worker(settings, stores, {"process": NoOpRunner(lambda: chance.uniform(low, high))})


def run(options: argparse.Namespace, stop: threading.Event) -> None:
    """Lives until it is to stop."""
    numbers = range(options.first, options.first + options.count)
    with MongoServer(MongoSettings(url=f"{options.mongodb}&maxPoolSize={_CONNECTIONS}")) as server:
        log, views = MongoEventLog(server), MongoViewStore(server, SCHEMAS)
        artifacts = MongoArtifactStore(server)
        buses = {
            f"worker-{number:03}": RabbitBus(RabbitSettings(url=options.rabbitmq), name=f"{number}")
            for number in numbers
        }
        workers = [
            make_worker(
                name,
                Stores(log=log, bus=bus, views=views, artifacts=artifacts),
                options.folder,
                *options.seconds,
            )
            for name, bus in buses.items()
        ]
        for worker in workers:
            worker.start()
        stop.wait()
        with ThreadPoolExecutor(len(workers)) as pool:
            list(pool.map(Worker.stop, workers))
            list(pool.map(RabbitBus.close, buses.values()))


def main() -> None:
    """Reads the command line and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mongodb", required=True, help="with options")
    parser.add_argument("--rabbitmq", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--first", type=int, required=True, help="the first worker's number")
    parser.add_argument("--count", type=int, required=True, help="how many")
    parser.add_argument("--seconds", type=float, nargs=2, required=True, help="of a job")
    options = parser.parse_args()
    configure_logging(level="warning")
    threading.stack_size(_STACK_BYTES)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run(options, stop)


if __name__ == "__main__":
    main()
