"""Flows that go on for a while: pages of lists, a trial until it ends, a log while it grows."""

import time
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeVar

from hyperdock_client import calls
from hyperdock_client.calls import LogChunk
from hyperdock_client.documents import Document, Json, TrialInfo
from hyperdock_client.errors import HyperdockClientError, NotFound, StillRunning
from hyperdock_client.flows import Emit, Flow, Items, Pause, Step, ask
from hyperdock_client.requests import Call, convert

_PAGE = 200
_QUICK, _SLOW, _GROWTH = 0.1, 1.0, 1.3
_LOST_PATIENCE = 300.0
_RECORDING = 50
_LOG_PERIOD = 0.3
_LIVE = ("pending", "running")

D = TypeVar("D", bound=Document)


def pages(call: Callable[..., Call[Json]], query: Mapping[str, Any], kind: type[D]) -> Items[D]:
    """The items of a list, read page by page."""
    cursor: str | None = None
    while True:
        page = yield from ask(call(**{"limit": _PAGE, **query, "cursor": cursor}))
        for item in page["items"]:
            yield Emit(convert(item, kind))
        cursor = page.get("next_cursor")
        if cursor is None:
            return


def recorded(info: TrialInfo) -> Flow[TrialInfo]:
    """The trial as soon as it can be seen: a submission is durable before it is shown."""
    for _ in range(_RECORDING):
        if info.state:
            break
        yield Pause(_QUICK)
        try:
            info = yield from ask(calls.trial(info.trial_id))
        except NotFound:
            continue
    return info


def ended(
    trial_id: str, timeout: float | None, show: Callable[[TrialInfo], None] | None
) -> Flow[TrialInfo]:
    """Waits until a trial has ended, and shows how it goes.

    Raises:
        StillRunning: it has not ended in time.
        HyperdockClientError: there is no such trial, or no gateway for minutes.
    """
    begun = heard = time.monotonic()
    shown, pause = None, _QUICK
    while True:
        try:
            info = yield from ask(calls.trial(trial_id))
        except HyperdockClientError as error:
            if not error.may_pass or time.monotonic() - heard > _LOST_PATIENCE:
                raise
        else:
            heard = time.monotonic()
            pause = _QUICK if info != shown else min(pause * _GROWTH, _SLOW)
            if show and info != shown:
                show(info)
            shown = info
            if info.finished_at is not None:
                return info
        left = _SLOW if timeout is None else begun + timeout - time.monotonic()
        if left <= 0:
            raise StillRunning(f"trial {trial_id} has not ended in {timeout:g} s")
        yield Pause(min(pause, left))


class Line:
    """Progress in one line that is written over and over: in a terminal, and in a notebook."""

    def __init__(self) -> None:
        self._width = 0

    def show(self, info: TrialInfo) -> None:
        """Writes it."""
        jobs, total = info.jobs, info.budget.get("jobs")
        text = f"{info.trial_id}: {jobs.ended}{f'/{total}' if total else ''} jobs done"
        text += f", {jobs.running} running, {jobs.failed} failed"
        text += f", best {info.best.loss:.6g}" if info.best else ""
        text += f" ({info.state})"
        end = "" if info.finished_at is None else "\n"
        print(f"\r{text:<{self._width}}", end=end, flush=True)  # noqa: T201 - what it is for
        self._width = len(text)


def whole_log(job_id: str, attempt: int | None) -> Items[LogChunk]:
    """The pieces of a log, up to what is there now."""
    offset = 0
    while True:
        chunk = yield from ask(calls.log(job_id, attempt, offset))
        if not chunk.data:
            return
        yield Emit(chunk)
        offset, attempt = chunk.next_offset, attempt or chunk.attempt or None


def followed_log(job_id: str, attempt: int | None) -> Items[LogChunk]:
    """The pieces of a log until its job (or that attempt) has ended; goes on to new attempts."""
    job = yield from ask(calls.job(job_id))
    offset = 0
    while True:
        current = attempt or job.attempt
        if current:
            offset = yield from _rest(job_id, current, offset)
        if job.state not in _LIVE or (attempt and attempt < job.attempt):
            return
        yield Pause(_LOG_PERIOD)
        job = yield from ask(calls.job(job_id))
        if not attempt and job.attempt != current:
            if current:  # what the lost attempt still said
                yield from _rest(job_id, current, offset)
            offset = 0


def _rest(job_id: str, attempt: int, offset: int) -> Generator[Step | Emit[LogChunk], Any, int]:
    while True:
        try:
            chunk = yield from ask(calls.log(job_id, attempt, offset))
        except NotFound as error:
            if error.was_there:
                raise
            return offset  # it has not begun to speak
        if not chunk.data:
            return offset
        yield Emit(chunk)
        offset = chunk.next_offset
