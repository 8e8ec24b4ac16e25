"""What an earlier process of a worker left, and what the log says of it, for the adoption tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.unit.hyperdock_worker.taps import Outage, Tap, tapped
from tests.unit.hyperdock_worker.workshop import Workshop, offer

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobStopRequested,
    Succeeded,
)
from hyperdock_common.ports import Order
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, project
from hyperdock_common.testing.builders import envelopes
from hyperdock_worker.adoption import Adopted, find_adopted, resume
from hyperdock_worker.job_documents import JobDocuments

JOB = offer()
NAMES: Mapping[str, Any] = {"trial_id": JOB.trial_id, "job_id": JOB.job_id}
PROPOSED = JobProposed(**NAMES, number=1, params=JOB.params)
CLAIMED = JobClaimed(**NAMES, attempt=1, worker_id="w1", slot=0)
LOST = AttemptLost(**NAMES, attempt=1, worker_id="w1", reason="silent")
TAKEN = JobClaimed(**NAMES, attempt=2, worker_id="w2", slot=0)
STOP = JobStopRequested(**NAMES, reason="user")
ENDED = JobFinished(**NAMES, attempt=2, worker_id="w2", outcome=Succeeded(loss=1.0))


class Past:
    """What an earlier process left, and what the log says of it."""

    def __init__(self, workshop: Workshop, folder: Path) -> None:
        self.workshop = workshop
        self.log = SqliteEventLog(folder / "log.sqlite")
        self.views = SqliteViewStore(folder / "views.sqlite", SCHEMAS)

    def close(self) -> None:
        """Lets go of the files."""
        self.views.close()
        self.log.close()

    def holds(self, *events: Event, folded: bool = True) -> None:
        """Records events; the views may not have been told."""
        records = self.log.append(self.log.head(), envelopes(events))
        jobs = next(each for each in PROJECTIONS if each.schema.name == "jobs")
        if folded:
            project(jobs, self.views, records)

    def left(self, *, started: bool = True) -> Order:
        """An attempt that has begun, perhaps with a target."""
        order = self.workshop.folders.create(JOB, 0)
        if started:
            self.workshop.tools.runners["process"].start(order)
        return order

    def find(self, tap: Tap | None = None) -> Sequence[Adopted] | None:
        """What goes on; the stores may have a tap."""
        pass_on = tap or Outage(StorageUnavailable(""), lasts=False)
        views, log = tapped(self.views, pass_on), tapped(self.log, pass_on)
        documents = JobDocuments(views, log)
        return find_adopted(self.workshop.tools, documents, self.workshop.stop)

    def goes_on(self) -> None:
        """Finds the one attempt that goes on, and goes on with it."""
        (found,) = self.find() or []
        self.workshop.live_order(found.order, lambda attempt: resume(found, attempt))

    def is_gone(self) -> bool:
        """Whether nothing of it is left, neither a target nor a folder; waits for it."""
        return self.workshop.nothing_is_left() and not self.workshop.engine.running
