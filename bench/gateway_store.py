"""A store as long work leaves it: real events, appended to the log and folded into the views.

One large trial, whose jobs all ran to their end, and many small ones. What is shown of a job is
about as large as with the Docker runner.
"""

import random
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from hyperdock_common.events import (
    Envelope,
    Event,
    Failed,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobStarted,
    Outcome,
    Succeeded,
    TrialSubmitted,
    WorkerRegistered,
    stream_of,
)
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import PROJECTIONS, project
from hyperdock_common.spec import dump_trial, parse_trial, seeded

LARGE = "large-aaaaaa"
_SMALL_JOBS = 3
_WORKERS = 8
_BEGAN = 1_700_000_000.0
_SPACE = {
    "lr": {"type": "float", "low": 0.00001, "high": 1, "log": True},
    "depth": {"type": "int", "low": 1, "high": 12},
    "dropout": {"type": "float", "low": 0, "high": 0.7},
    "optimizer": {"type": "choice", "values": ["adam", "sgd", "rmsprop"]},
}


def fill(log: EventLog, views: ViewStore, *, jobs: int, trials: int, batch: int = 2000) -> None:
    """Puts a trial of so many jobs into an empty store, and small ones for the rest of `trials`."""
    chance = random.Random(7)  # noqa: S311 - no secret
    envelopes = _envelopes(_events(jobs, trials, chance), chance)
    head = log.head()
    while chunk := list(islice(envelopes, batch)):
        records = log.append(head, chunk)
        head = records[-1].position
        for projection in PROJECTIONS:
            project(projection, views, records)


def _envelopes(events: Iterable[Event], chance: random.Random) -> Iterator[Envelope]:
    for number, event in enumerate(events):
        yield Envelope(
            event_id=f"{chance.getrandbits(128):032x}",
            stream=stream_of(event),
            event=event,
            occurred_at=_BEGAN + number / 10,
            producer="bench",
        )


def _events(jobs: int, trials: int, chance: random.Random) -> Iterator[Event]:
    for number in range(_WORKERS):
        yield WorkerRegistered(
            worker_id=_worker(number),
            host=f"host-{number}",
            pool="default",
            slots=4,
            runtimes=["docker"],
            version="1",
        )
    for number in range(trials - 1):
        yield from _trial(f"small-{number:06}", _SMALL_JOBS, chance)
    yield from _trial(LARGE, jobs, chance)


def _trial(trial_id: str, jobs: int, chance: random.Random) -> Iterator[Event]:
    document = {
        "name": trial_id,
        "image": "registry.example.org/team/target:1.2",
        "space": _SPACE,
        "budget": {"jobs": jobs},
        "parallelism": 1,
        "tags": ["bench"],
    }
    yield TrialSubmitted(trial_id=trial_id, spec=dump_trial(seeded(parse_trial(document), 7)))
    for number in range(1, jobs + 1):
        yield from _job(trial_id, number, chance)


def _job(trial_id: str, number: int, chance: random.Random) -> Iterator[Event]:
    job: dict[str, Any] = {"trial_id": trial_id, "job_id": f"{trial_id}.{number}"}
    worker_id = _worker(number)
    params: dict[str, Any] = {
        "lr": 10 ** chance.uniform(-5, 0),
        "depth": chance.randint(1, 12),
        "dropout": chance.uniform(0, 0.7),
        "optimizer": chance.choice(["adam", "sgd", "rmsprop"]),
    }
    container = f"{chance.getrandbits(256):064x}"
    yield JobProposed(**job, number=number, params=params)
    yield JobClaimed(**job, attempt=1, worker_id=worker_id, slot=number % 4)
    yield JobStarted(
        **job,
        attempt=1,
        worker_id=worker_id,
        runner={"host": worker_id, "container": container, "image": f"sha256:{container}"},
    )
    yield JobFinished(
        **job,
        attempt=1,
        worker_id=worker_id,
        outcome=_outcome(chance),
        metrics={"accuracy": chance.random(), "epochs": number % 50},
        runner={"code": 0, "seconds": chance.uniform(1, 90), "peak_memory": 2**20 * (number % 512)},
    )


def _outcome(chance: random.Random) -> Outcome:
    if chance.random() < 0.05:
        return Failed(reason="exit-code", message="the target ended with exit code 1")
    return Succeeded(loss=chance.random())


def _worker(number: int) -> str:
    return f"worker-{number % _WORKERS:02}"
