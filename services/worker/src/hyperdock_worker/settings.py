"""How a worker is set up: one frozen object."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from hyperdock_worker.secrets import Secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """A worker's settings; durations in seconds, sizes in bytes.

    Attributes:
        worker_id: stays the same over restarts, so that the worker finds its own targets again.
        work: the folder of attempts that are not harvested yet.
        heartbeat: between two signs of life.
        claim_timeout: how long a slot waits to see who won a claim, once it is published.
        grace: between TERM and KILL.
        disk_limit: what an attempt's folder may hold where the trial names no limit of its own.
        gpus: devices of this worker; each slot has an equal share of them.
        look_up: about how often what is in hand is compared with the log.
        look: how often a running attempt is looked after (stop requests, metrics, timeouts).
        secrets: what trials may name; hidden in all that is told of their jobs.
    """

    worker_id: str
    host: str
    version: str
    work: Path
    pool: str = "default"
    slots: int = 1
    gpus: int = 0
    heartbeat: float = 5.0
    claim_timeout: float = 15.0
    grace: float = 10.0
    disk_limit: int = 20 * 2**30
    look_up: float = 15.0
    look: float = 0.25
    secrets: Secrets = field(default_factory=Secrets)

    def lines(self, runtimes: Iterable[str]) -> list[str]:
        """The lines of offers that a slot takes from, for these runtimes (see `JobOffer.line`)."""
        counts = range(1, self.gpus // max(self.slots, 1) + 1)
        return [line for each in runtimes for line in (each, *(f"{each}-gpu{n}" for n in counts))]
