"""From the end of an attempt to the moment when nothing of it is kept on this worker.

In this order, each step safe to repeat after a crash: the report is kept on the disk, the files
are stored, the event is confirmed, the target's traces and the folder go. A result of a lost lease
takes the same way: the files of each attempt are stored apart, so they are where they must be if
it decides the job, and in nobody's way if another attempt does.
"""

import shutil
import threading
from collections.abc import Callable
from functools import partial

import structlog

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import AttemptLost, Envelope, Failed, JobFinished
from hyperdock_common.ports import Order, Running
from hyperdock_worker.beside import Beside
from hyperdock_worker.contract import prepare
from hyperdock_worker.tools import Tools
from hyperdock_worker.tracker import Orders

_log = structlog.get_logger()
_AGAIN = 1.0


class Harvest:
    """Hands over how an attempt ended.

    Attributes:
        running: what was started, if anything was.
        has_metrics: some were said; they may not be in the log yet.
    """

    def __init__(self, order: Order, tools: Tools, orders: Orders, stop: threading.Event) -> None:
        self._order = order
        self._offer = order.offer
        self._tools = tools
        self._orders = orders
        self._stop = stop
        self.running: Running | None = None
        self.has_metrics = False

    def begin(self, finished: JobFinished) -> None:
        """Keeps the report and hands it over."""
        offer = self._offer
        report = self._tools.reporter.envelope(finished, offer.job_id, offer.attempt)
        if self._achieve(lambda: self._tools.folders.keep_report(self._order, report)):
            self.hand_over(report)

    def hand_over(self, report: Envelope) -> None:
        """Hands over a kept report.

        Metrics are read from the files: these stay here until those are in the log.
        """
        if self.has_metrics and not self._tools.reporter.wait(self._stop):
            return
        if self._achieve(lambda: self._store(report)):
            self.say_last(report)

    def give_back(self, lost: AttemptLost) -> None:
        """Says that the attempt is lost, and lets go of it."""
        offer = self._offer
        self.say_last(self._tools.reporter.envelope(lost, offer.job_id, offer.attempt))

    def say_last(self, report: Envelope) -> None:
        """Says an event after which nothing is kept here."""
        if self._tools.reporter.say_and_wait(report, self._stop):
            self.let_go()

    def let_go(self) -> None:
        """Keeps nothing of an attempt whose end is confirmed, or that nobody wants."""
        self._tools.shipper.forget(self._order)
        self._tools.tracker.unwatch(self._offer.job_id, self._offer.attempt)
        self._tools.tidy(self._remove)

    def _achieve(self, step: Callable[[], None]) -> bool:
        """Takes a step, again if it must be; false where it is not to be taken (any more)."""
        while not self._stop.is_set():
            if self._orders.job_ended:
                self.let_go()
                return False
            try:
                step()
            except (StorageUnavailable, OSError) as error:
                _log.error("result_not_stored", job=self._offer.job_id, error=str(error))
                self._stop.wait(_AGAIN)
            else:
                return True
        return False

    def _store(self, report: Envelope) -> None:
        """Stores the log's end and the files, beside each other: the slot waits for both."""
        offer, folder = self._offer, self._order.folder
        if _wrote_too_much(report):
            shutil.rmtree(folder.target, ignore_errors=True)
            prepare(folder.target, offer.params)
        log = Beside(partial(self._tools.shipper.finish, self._order), "worker-log-end")
        artifacts = self._tools.artifacts
        try:
            artifacts.put_folder(offer.trial_id, offer.job_id, offer.attempt, folder.target)
        finally:
            log.join()

    def _remove(self) -> None:
        if self.running is not None:
            self._tools.runners[self._offer.runtime].discard(self.running)
        self._tools.folders.remove(self._order)


def _wrote_too_much(report: Envelope) -> bool:
    match report.event:
        case JobFinished(outcome=Failed(reason="disk_limit")):
            return True
        case _:
            return False
