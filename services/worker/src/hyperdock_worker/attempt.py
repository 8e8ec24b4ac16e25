"""The life of one attempt: start (or adopt), look after, end, judge; then the harvest."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.events import (
    AttemptLost,
    Cancelled,
    Envelope,
    Failed,
    JobFinished,
    JobStarted,
    MetricReported,
    Outcome,
    Succeeded,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Exit, Order, Running
from hyperdock_worker.contract import MetricsReader, Result, folder_size, read_result
from hyperdock_worker.harvest import Harvest
from hyperdock_worker.result_redaction import without_secrets
from hyperdock_worker.tools import Tools
from hyperdock_worker.tracker import Orders

_log = structlog.get_logger()
_START_PATIENCE = 30.0
_DISK_LOOK = 5.0
_AGAIN = 1.0


@dataclass(slots=True)
class _Ending:
    """Why a running target is being ended by us, and when it began."""

    outcome: Outcome | None
    since: float


class Attempt:
    """One attempt in the hands of one slot's thread."""

    def __init__(self, order: Order, tools: Tools, stop: threading.Event) -> None:
        self._order = order
        self._offer = order.offer
        self._tools = tools
        self._stop = stop
        self._runner = tools.runners[order.offer.runtime]
        self._orders: Orders = tools.tracker.watch(order.offer.job_id, order.offer.attempt)
        self._metrics = MetricsReader(order.folder.target)
        self._ending: _Ending | None = None
        self._began = time.monotonic()
        self._harvest = Harvest(order, tools, self._orders, stop)
        self.engine_away = False
        self._disk_looked_at = time.monotonic()

    def run(self) -> None:
        """From the claim to the confirmed end; or until told to stop, the target left running."""
        try:
            running = self._start()
        except CannotStart as error:
            failed = Failed(reason=error.reason, message=self._hiding()(error.message))
            self._harvest.begin(self._finished(failed))
        except RunnerUnavailable as error:
            self._give_back(self._hiding()(f"the engine does not answer: {error}"))
        else:
            if running is None:
                self._end_unstarted()
            else:
                self.attend(running)

    def attend(self, running: Running) -> None:
        """From a running (or ended) target to the confirmed end."""
        self._take_up(running)
        self._tools.shipper.add(self._order)
        while not self._stop.is_set():
            ended = self._runner.wait(running, self._tools.settings.look)
            self._report_metrics(final=ended is not None)
            if ended is not None:
                self._end(ended)
                return
            self._look_after(running)

    def complete(self, report: Envelope, running: Running | None) -> None:
        """Hands over what an earlier process judged, with all that it may not have come to say."""
        if running is not None:
            self._take_up(running)
        self._report_metrics(final=True)
        self._harvest.hand_over(report)

    def abandon(self, reason: str) -> None:
        """Gives the attempt back after something went wrong here."""
        if self._harvest.running is not None:
            self._stop_target(self._harvest.running, force=True)
        self._give_back(reason)

    def _start(self) -> Running | None:
        """Starts the target; an engine that is away for a moment is waited for.

        None where it must not start any more.
        """
        give_up = time.monotonic() + _START_PATIENCE
        while not (self._stop.is_set() or self._orders.forbid_start):
            try:
                return self._runner.start(self._order)
            except RunnerUnavailable:
                self.engine_away = True
                if time.monotonic() > give_up:
                    raise
                self._stop.wait(_AGAIN)
        return None

    def _take_up(self, running: Running) -> None:
        """From here on its time is counted by a clock that nobody sets."""
        self._began = time.monotonic() - max(0.0, time.time() - running.started_at)
        self._harvest.running = running
        self._say(JobStarted(**self._names(), runner=running.info), "started")

    def _end_unstarted(self) -> None:
        if self._orders.void:
            self._harvest.let_go()
        elif self._orders.stop_reason is not None:
            self._harvest.begin(self._finished(Cancelled(reason=self._orders.stop_reason)))
        else:
            self._give_back("the worker stopped before it was begun")

    def _look_after(self, running: Running) -> None:
        if self._ending is None:
            self._ending = self._reason_to_end()
            if self._ending is not None:
                self._stop_target(running, force=False)
        elif time.monotonic() - self._ending.since > self._tools.settings.grace:
            self._stop_target(running, force=True)

    def _reason_to_end(self) -> _Ending | None:
        now = time.monotonic()
        if self._orders.void or self._orders.give_back:
            return _Ending(None, now)
        if self._orders.stop_reason is not None:
            return _Ending(Cancelled(reason=self._orders.stop_reason), now)
        timeout = self._offer.timeout
        if timeout is not None and now - self._began > timeout:
            message = f"it ran longer than {timeout:g} s; raise `timeout` or make it faster"
            return _Ending(Failed(reason="timeout", message=message), now)
        limit = self._offer.limits.disk or self._tools.settings.disk_limit
        if now - self._disk_looked_at > _DISK_LOOK and self._too_large(limit):
            return _Ending(_disk_limit(limit), now)
        return None

    def _too_large(self, limit: int) -> bool:
        self._disk_looked_at = time.monotonic()
        return folder_size(self._order.folder.path, limit) > limit

    def _stop_target(self, running: Running, *, force: bool) -> None:
        try:
            self._runner.stop(running, force=force)
        except RunnerUnavailable as error:
            _log.warning("stop_failed", job=self._offer.job_id, error=str(error))

    def _end(self, ended: Exit) -> None:
        if self._orders.job_ended or (self._orders.void and self._ending is not None):
            self._harvest.let_go()
        elif ended.lost is not None and self._ending is None:
            self.engine_away = True
            self._give_back(ended.lost)
        elif self._is_handed_back(ended):
            self._give_back("handed back: its worker ends")
        else:
            self._conclude(self._judge(ended))

    def _conclude(self, finished: JobFinished) -> None:
        """Reports an end; of a lost lease only a success: an earlier process may have ended it."""
        if self._orders.void and not isinstance(finished.outcome, Succeeded):
            self._harvest.let_go()
        else:
            self._harvest.begin(finished)

    def _is_handed_back(self, ended: Exit) -> bool:
        """Whether it was ended only because the worker does; a result that is there counts."""
        if not self._orders.give_back or self._ending is None or self._ending.outcome is not None:
            return False
        return not isinstance(read_result(self._order.folder.target, ended).outcome, Succeeded)

    def _judge(self, ended: Exit) -> JobFinished:
        """How the job ended, given how its target did and why we ended it, if we did."""
        found = read_result(self._order.folder.target, ended)
        result = without_secrets(found, self._tools.settings.secrets.redaction(self._offer))
        info = _exit_info(ended, result)
        limit = self._offer.limits.disk or self._tools.settings.disk_limit
        if self._too_large(limit):
            return self._finished(_disk_limit(limit), runner=info)
        outcome: Outcome = result.outcome
        if not isinstance(outcome, Succeeded):
            outcome = self._why_ended(outcome)
        return self._finished(outcome, metrics=result.metrics, graphs=result.graphs, runner=info)

    def _hiding(self) -> Callable[[str], str]:
        return self._tools.settings.secrets.redaction(self._offer).hide_text

    def _why_ended(self, failure: Outcome) -> Outcome:
        """What a failure is: a process before may have ended what was to stop."""
        if self._ending is not None:
            return self._ending.outcome or Cancelled()
        if self._orders.stop_reason is not None:
            return Cancelled(reason=self._orders.stop_reason)
        return failure

    def _give_back(self, reason: str) -> None:
        self._harvest.give_back(AttemptLost(**self._names(), reason=reason))

    def _finished(self, outcome: Outcome, **more: Any) -> JobFinished:
        return JobFinished(**self._names(), outcome=outcome, **more)

    def _report_metrics(self, *, final: bool) -> None:
        points = self._metrics.read_new(final=final)
        hide = self._hiding() if points else str
        for index, point in points:
            values = {hide(name): value for name, value in point.values.items()}
            metric = MetricReported(**self._names(), step=point.step, values=values)
            self._say(metric, index)
            self._harvest.has_metrics = True

    def _say(self, event: JobStarted | MetricReported, *identity: object) -> None:
        offer = self._offer
        reporter = self._tools.reporter
        envelope = reporter.envelope(event, offer.job_id, offer.attempt, *identity)
        reporter.say(envelope, hurry=False)

    def _names(self) -> dict[str, Any]:
        return {
            "trial_id": self._offer.trial_id,
            "job_id": self._offer.job_id,
            "attempt": self._offer.attempt,
            "worker_id": self._tools.settings.worker_id,
        }


def _disk_limit(limit: int) -> Failed:
    message = f"it wrote more than {limit // 2**20} MiB; raise `resources.disk` or write less"
    return Failed(reason="disk_limit", message=message)


def _exit_info(ended: Exit, result: Result) -> JsonObject:
    info: JsonObject = {
        "exit_code": ended.code,
        "out_of_memory": ended.out_of_memory,
        "seconds": ended.seconds,
        **ended.info,
    }
    return info | ({"warnings": list(result.warnings)} if result.warnings else {})
