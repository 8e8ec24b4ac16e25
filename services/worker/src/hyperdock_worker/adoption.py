"""After a restart: what became of the attempts that an earlier process of this worker left."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from hyperdock_common.events import Envelope
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Order, Runner, Running
from hyperdock_worker.attempt import Attempt
from hyperdock_worker.job_documents import JobDocuments
from hyperdock_worker.patience import until_it_answers
from hyperdock_worker.tools import Tools

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """An attempt that goes on: its target runs or has ended, or its report was not confirmed."""

    order: Order
    running: Running | None
    report: Envelope | None


def find_adopted(
    tools: Tools, documents: JobDocuments, stop: threading.Event
) -> Sequence[Adopted] | None:
    """The attempts of an earlier process that are still ours; all others are removed.

    Called after the worker follows the feed, so that what happens meanwhile is not missed.

    Returns:
        None where `stop` came first: then nothing was removed.
    """
    adopted = []
    orders = tools.folders.orders()
    for order in orders:
        tools.tracker.watch(order.offer.job_id, order.offer.attempt)
    for order in orders:
        if order.offer.runtime not in tools.runners:
            remedy = "start this worker as it was started before"
            _log.warning("attempt_left_alone", folder=str(order.folder.path), remedy=remedy)
    for runtime, runner in tools.runners.items():
        theirs = [each for each in orders if each.offer.runtime == runtime]
        running = until_it_answers(partial(runner.adopt, theirs), stop)
        for found in _found(tools, theirs, running or []):
            offer = found.order.offer
            job = until_it_answers(partial(documents.get, offer.trial_id, offer.job_id), stop)
            if job is None:
                return None
            if _goes_on(found, job, tools):
                adopted.append(found)
            else:
                begun = found.running is not None
                tools.tracker.unwatch(offer.job_id, offer.attempt, begun=begun)
                _remove(found, runner, tools)
    _log.info("attempts_adopted", count=len(adopted))
    return None if stop.is_set() else adopted


def resume(found: Adopted, attempt: Attempt) -> None:
    """Goes on with an adopted attempt where the earlier process was."""
    if found.report is not None:
        attempt.complete(found.report, found.running)
    elif found.running is not None:
        attempt.attend(found.running)


def _found(tools: Tools, orders: Sequence[Order], running: Sequence[Running]) -> Iterator[Adopted]:
    by_folder = {each.order.folder: each for each in running}
    for order in orders:
        yield Adopted(
            order=order,
            running=by_folder.get(order.folder),
            report=tools.folders.kept_report(order),
        )


def _goes_on(found: Adopted, job: JsonObject, tools: Tools) -> bool:
    """Whether anyone may still want this attempt's result; notes what was ordered meanwhile."""
    offer = found.order.offer
    ours = job and (job["attempt"], job["worker_id"]) == (
        offer.attempt,
        tools.settings.worker_id,
    )
    if not job or (found.report is None and found.running is None):
        return False
    if job["finished_at"] is not None:
        return bool(ours) and found.report is not None
    orders = tools.tracker.watch(offer.job_id, offer.attempt)
    orders.void = orders.void or not ours
    if isinstance(job["stop_requested"], str):
        orders.stop_reason = job["stop_requested"]
    return True


def _remove(found: Adopted, runner: Runner, tools: Tools) -> None:
    """Removes what nobody wants.

    At once where nothing was started: the attempt may be claimed again, in the same folder.
    """
    if found.running is None:
        tools.folders.remove(found.order)
        return
    running = found.running

    def chore() -> None:
        runner.discard(running)
        tools.folders.remove(found.order)

    tools.tidy(chore)
