"""Ask and tell: programs that evaluate jobs themselves, kept alive by heartbeats beside them."""

import asyncio
import math
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from typing import Any, Self, TypeVar, cast

from hyperdock_client import calls
from hyperdock_client.documents import Asked, Beat, JobInfo, Json, Registration
from hyperdock_client.errors import HyperdockClientError, NotFound, Refused
from hyperdock_client.flows import (
    Asynchronous,
    Driver,
    Emit,
    Flow,
    Items,
    Pause,
    Synchronous,
    ask,
    mapped,
    operation,
)
from hyperdock_client.requests import Call

_LONGEST_WAIT = 20.0
_MOMENT = 0.1
_TRIES = 60
_BETWEEN_TRIES = 1.0
_CONFLICT = 409
_GONE = 410
T = TypeVar("T")


class EvaluatedJobOperations:
    """What a job that this program evaluates can be used for."""

    driver: Driver

    def __init__(self, desk: "Desk", asked: Asked) -> None:
        self.driver = desk.driver
        self._desk = desk
        self._asked = asked
        self._names: Json = {"job_id": asked.job_id, "attempt": asked.attempt}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}: {self.params}>"

    @property
    def id(self) -> str:
        """`<trial>.<number>`."""
        return self._asked.job_id

    @property
    def params(self) -> Json:
        """What to evaluate."""
        return self._asked.params

    @property
    def stop_requested(self) -> bool:
        """Whether the evaluation is to end early: nobody wants the result any more."""
        return self.id in self._desk.stops

    @operation
    def report(self, step: int, /, **values: float) -> Flow[None]:
        """Tells how it goes, e.g. `job.report(3, loss=0.2)`; is lost where nobody hears it."""
        try:
            call = calls.report(self._desk.id, **self._names, step=step, values=values)
            yield from ask(call)
        except Refused as error:
            if error.status != _CONFLICT:
                raise
            self._desk.stops.add(self.id)  # another attempt holds the lease
        except HyperdockClientError as error:
            if not error.may_pass:
                raise

    @operation
    def tell(
        self, loss: float, *, metrics: Mapping[str, Any] | None = None, graphs: Any = None
    ) -> Flow[JobInfo]:
        """Ends the job with its loss; as failed, where that is no finite number.

        Raises:
            Refused: it has ended otherwise, or the lease is lost, and no stop was asked for before.
        """
        if not math.isfinite(loss):
            return self._failed("non_finite_loss", f"the loss is {loss}")
        return self._end({"loss": float(loss), "metrics": metrics, "graphs": graphs})

    @operation
    def fail(self, reason: str | None = None, message: str | None = None) -> Flow[JobInfo]:
        """Ends the job as failed: these params cannot be evaluated."""
        return self._failed(reason, message)

    def _failed(self, reason: str | None, message: str | None) -> Flow[JobInfo]:
        failed = {"reason": reason, "message": message}
        return self._end({"failed": {key: text for key, text in failed.items() if text}})

    def _end(self, outcome: Json) -> Flow[JobInfo]:
        given = {key: value for key, value in outcome.items() if value is not None}
        try:
            return (yield from patient(calls.tell(self._desk.id, **self._names, **given)))
        except Refused as error:
            if error.status != _CONFLICT or not self.stop_requested:
                raise
            return (yield from ask(calls.job(self.id)))
        finally:
            self._desk.open.pop(self.id, None)


class EvaluatedJob(EvaluatedJobOperations, Synchronous):
    """A job that this program evaluates."""


class AsyncEvaluatedJob(EvaluatedJobOperations, Asynchronous):
    """A job that this program evaluates; what asks the gateway is awaited."""


class Desk:
    """What an evaluator knows: who it is, which jobs it has, which of them are to stop."""

    def __init__(self, driver: Driver, registration: Registration, slots: int) -> None:
        self.driver = driver
        self.id = registration.evaluator_id
        self.period = registration.heartbeat_seconds
        self.lease = registration.lease_seconds
        self.slots = slots
        self.open: dict[str, Json] = {}
        self.stops: set[str] = set()
        self.over: HyperdockClientError | None = None
        """Why there will be no further jobs for this evaluator."""

    def asking(self) -> Items[Asked]:
        """Jobs, until the trial has ended."""
        busy = 0.0
        while self.over is None:
            if len(self.open) >= self.slots:
                waiting = ", ".join(self.open)
                raise ValueError(f"tell what came of {waiting} before you ask for another job")
            try:
                asked = yield from patient(calls.ask(self.id, _LONGEST_WAIT))
                busy = 0.0
            except NotFound as error:
                if error.status == _GONE:
                    return
                raise
            except Refused as error:  # busy with a job whose answer was lost, until its lease ends
                busy += _BETWEEN_TRIES
                if error.status != _CONFLICT or busy > 2 * self.lease:
                    raise
                yield Pause(_BETWEEN_TRIES)
                continue
            if asked is None:
                yield Pause(_MOMENT)
                continue
            self.open[asked.job_id] = {"job_id": asked.job_id, "attempt": asked.attempt}
            yield Emit(asked)
        raise self.over

    def beating(self) -> Flow[None]:
        """Keeps the leases alive, once."""
        try:
            beat: Beat = yield from ask(calls.beat(self.id, list(self.open.values())))
            self.stops.update(beat.stop)
        except HyperdockClientError as error:
            if not error.may_pass:  # else the next one may get through
                self.over = error
                self.stops.update(self.open)


def patient(call: Call[T]) -> Flow[T]:
    """Does a call that must not be lost because a gateway starts anew: tries for a while."""
    for _ in range(_TRIES):
        try:
            return (yield from ask(call))
        except HyperdockClientError as error:
            if not error.may_pass:
                raise
            yield Pause(_BETWEEN_TRIES)
    return (yield from ask(call))


def leaving(desk: Desk) -> Flow[None]:
    """Gives up what is open. Should nobody hear it, the leases end by themselves."""
    with suppress(HyperdockClientError):
        yield from ask(calls.leave(desk.id))


class _Seat:
    """What both evaluators have in common."""

    def __init__(self, driver: Driver, trial_id: str, name: str | None, slots: int) -> None:
        self._driver = driver
        self._registering = calls.evaluate(trial_id, name, slots)
        self._slots = slots
        self._taken: Desk | None = None

    @property
    def id(self) -> str:
        """What the gateway calls it; also the id of a worker."""
        return self._desk.id

    @property
    def _desk(self) -> Desk:
        if self._taken is None:
            raise ValueError("an evaluator is used in a `with` statement")
        return self._taken


class Evaluator(_Seat):
    """Gives out a trial's jobs to evaluate: `with trial.evaluator() as evaluator: for job in …`.

    Leaving the `with` gives up the jobs that were not told about; others may then have them.
    """

    def __enter__(self) -> Self:
        self._taken = Desk(self._driver, self._driver.drive(self._registering), self._slots)
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeats", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join()
        self._driver.drive(leaving(self._desk))

    def __iter__(self) -> Iterator[EvaluatedJob]:
        desk = self._desk
        jobs = mapped(desk.asking(), lambda asked: EvaluatedJob(desk, asked))
        return cast("Iterator[EvaluatedJob]", self._driver.iterate(jobs))

    def _beat(self) -> None:
        while not self._left.wait(self._desk.period):
            self._driver.drive(self._desk.beating())


class AsyncEvaluator(_Seat):
    """The same for `async with` and `async for`."""

    async def __aenter__(self) -> Self:
        self._taken = Desk(self._driver, await self._driver.drive(self._registering), self._slots)
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._driver.drive(leaving(self._desk))

    def __aiter__(self) -> AsyncIterator[AsyncEvaluatedJob]:
        desk = self._desk
        jobs = mapped(desk.asking(), lambda asked: AsyncEvaluatedJob(desk, asked))
        return cast("AsyncIterator[AsyncEvaluatedJob]", self._driver.iterate(jobs))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._desk.period)
            await self._driver.drive(self._desk.beating())
