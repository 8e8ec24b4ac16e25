"""A job as the log has it now, read from the views and from what they lack."""

from hyperdock_common.history import history
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog, ViewStore
from hyperdock_common.projections import heartbeats, jobs


class JobDocuments:
    """Looks up jobs. The views may be behind the log: what they lack is folded here."""

    def __init__(self, views: ViewStore, log: EventLog) -> None:
        self._views = views
        self._log = log

    def last_seen(self, worker_id: str) -> float:
        """When the newest heartbeat was given that was taken in; 0 where there is none.

        Raises:
            StorageUnavailable: the views cannot be read now.
        """
        document = self._views.get(heartbeats.SCHEMA.name, worker_id)
        return float(str(document["last_seen"])) if document else 0.0

    def get(self, trial_id: str, job_id: str) -> JsonObject:
        """The job's document (see the jobs view), empty if there is no such job.

        Raises:
            StorageUnavailable: the views or the log cannot be read now.
        """
        view = jobs.SCHEMA.name
        position = self._views.position(view)
        folded = self._views.folded(view, [job_id]).get(job_id)
        document = None if folded is None else folded.document
        after = position if folded is None else folded.position
        for record in history(self._log, after=after, stream=f"trial-{trial_id}"):
            if job_id in jobs.keys(record.event):
                document = jobs.fold(document, record)
        return document or {}
