"""The workers as the supervisor knows them: a fold of their streams."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from hyperdock_common.events import (
    Heartbeat,
    WorkerDrainSet,
    WorkerEvent,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker that takes jobs; each of its slots has `slot_gpus` devices of its own.

    One that is `draining` takes no more of them.
    """

    worker_id: str
    pool: str
    runtimes: frozenset[str]
    slots: int
    slot_gpus: int = 0
    draining: bool = False


Fleet: TypeAlias = Mapping[str, Worker]
"""The workers that are there, by id."""


def evolve_fleet(fleet: Fleet, event: WorkerEvent) -> Fleet:
    """The fleet after one more event of a worker."""
    others = {key: worker for key, worker in fleet.items() if key != event.worker_id}
    match event:
        case WorkerRegistered(worker_id=worker_id):
            worker = Worker(
                worker_id=worker_id,
                pool=event.pool,
                runtimes=frozenset(event.runtimes),
                slots=event.slots,
                slot_gpus=event.gpus // max(event.slots, 1),
            )
            return {**others, worker_id: worker}
        case WorkerLeft() | WorkerLost():
            return others
        case WorkerDrainSet(worker_id=worker_id, draining=draining):
            return {**others, worker_id: replace(fleet[worker_id], draining=draining)}
        case Heartbeat():
            return fleet
        case _:
            assert_never(event)
