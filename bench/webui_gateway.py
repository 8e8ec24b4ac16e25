"""The gateway and the pages in one process, as `hyperdock up` has them; and facts at a steady rate.

What is recorded meanwhile goes the way that the supervisor's facts go there: into the log, through
the views, over the bus in memory to the live feed. Obeys lines on its input (see `webui_live.py`).
"""

import argparse
import random
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any, Final

from gateway_process import open_stores, services_over
from gateway_store import LARGE
from webui_live import obey

from hyperdock_common.events import (
    Envelope,
    Event,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobStarted,
    Succeeded,
    stream_of,
)
from hyperdock_common.logging import configure_logging
from hyperdock_common.ports import EventBus, EventLog, ViewStore
from hyperdock_common.projections import PROJECTIONS, project
from hyperdock_common.web import WebServer
from hyperdock_gateway.app import make_app
from hyperdock_webui import routes

_AT_ONCE: Final = 8  # jobs that run


class Recorder:
    """Records facts of the large trial one by one."""

    def __init__(self, log: EventLog, views: ViewStore, bus: EventBus) -> None:
        self._log, self._views, self._bus = log, views, bus
        self._chance = random.Random(11)  # noqa: S311 - no secret
        trial: Any = views.get("trials", LARGE)
        self._facts = self._all(trial["jobs"]["proposed"] + 1)
        self._head = log.head()

    def record(self) -> tuple[int, float] | None:
        """The next fact. Returns the number of a new job, and when it was recorded."""
        event = next(self._facts)
        envelope = Envelope(
            event_id=f"{self._chance.getrandbits(128):032x}",
            stream=stream_of(event),
            event=event,
            occurred_at=time.time(),
            producer="bench",
        )
        records = self._log.append(self._head, [envelope])
        self._head = records[-1].position
        for projection in PROJECTIONS:
            project(projection, self._views, records)
        self._bus.relay(records)
        if not isinstance(event, JobProposed):
            return None
        return event.number, records[-1].recorded_at

    def _all(self, first: int) -> Iterator[Event]:
        for number in count(first):
            job: dict[str, Any] = {"trial_id": LARGE, "job_id": f"{LARGE}.{number}"}
            held: dict[str, Any] = {**job, "attempt": 1, "worker_id": "worker-00"}
            yield JobProposed(**job, number=number, params=self._params())
            yield JobClaimed(**held, slot=number % _AT_ONCE)
            yield JobStarted(**held, runner={"host": "host-0"})
            if (ended := number - _AT_ONCE) >= first:
                outcome = Succeeded(loss=self._chance.random())
                done = {**held, "job_id": f"{LARGE}.{ended}"}
                yield JobFinished(**done, outcome=outcome, metrics={"accuracy": 0.5})

    def _params(self) -> dict[str, Any]:
        return {
            "lr": 10 ** self._chance.uniform(-5, 0),
            "depth": self._chance.randint(1, 12),
            "dropout": self._chance.uniform(0, 0.7),
            "optimizer": self._chance.choice(["adam", "sgd", "rmsprop"]),
        }


def main() -> None:
    """Serves until its input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="of the store")
    parser.add_argument("--tokens", type=Path, required=True, help="the file of the tokens")
    options = parser.parse_args()
    configure_logging(level="warning")
    with ExitStack() as stack:
        log, views = open_stores(options.folder, None, stack)
        services = services_over(options, log, views, stack)
        server = WebServer(make_app(services, mounts=routes()), "127.0.0.1", 0)
        server.start()
        stack.callback(server.stop)
        print(server.url, flush=True)
        obey(Recorder(log, views, services.bus).record, threading.Event())


if __name__ == "__main__":
    main()
