"""A trial as a thing to work with: what was read last, and what can be done with it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from hyperdock_client import calls
from hyperdock_client.documents import Best, JobInfo, Json, Point, TrialInfo, Why
from hyperdock_client.evaluators import AsyncEvaluator, Evaluator
from hyperdock_client.flows import (
    Asynchronous,
    Driver,
    Flow,
    Items,
    Synchronous,
    ask,
    gathered,
    iteration,
    mapped,
    operation,
)
from hyperdock_client.frames import to_frame
from hyperdock_client.jobs import AsyncJob, Job, new_key, saved
from hyperdock_client.requests import Call
from hyperdock_client.watching import Line, ended, pages, recorded

if TYPE_CHECKING:
    from pandas import DataFrame  # type: ignore[import-untyped]

TrialT = TypeVar("TrialT")
JobT = TypeVar("JobT", Job, AsyncJob)

_MOST_POINTS = 1000
_FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".gz": "bundle"}


class TrialOperations(Generic[TrialT, JobT]):
    """What `Trial` and `AsyncTrial` can do.

    Attributes:
        info: the trial as it was read last.
    """

    _job: Callable[[Driver, JobInfo], JobT]

    def __init__(self, driver: Driver, info: TrialInfo) -> None:
        self.driver = driver
        self.info = info

    def __repr__(self) -> str:
        best = f", best {self.best.loss:.6g}" if self.best else ""
        return f"<{type(self).__name__} {self.id}: {self.state}{best}>"

    @property
    def id(self) -> str:
        """What the gateway calls it."""
        return self.info.trial_id

    @property
    def state(self) -> str:
        """`running`, `paused`, `stopping`, `completed`, `stopped` or `failed`."""
        return self.info.state

    @property
    def best(self) -> Best | None:
        """Its best job."""
        return self.info.best

    @operation
    def refresh(self) -> Call[TrialT]:
        """Reads it again."""
        return calls.trial(self.id).then(self._take)

    @operation
    def wait(
        self,
        timeout: float | None = None,
        *,
        progress: bool | Callable[[TrialInfo], None] = False,
    ) -> Flow[TrialT]:
        """Returns when it has ended.

        Args:
            timeout: raise `StillRunning` after so many seconds.
            progress: True for a line that tells how it goes, or what to call at each change.
        """
        line = Line().show if progress else None
        show = line if isinstance(progress, bool) else progress
        return self._taken(ended(self.id, timeout, show))

    @operation
    def spec(self, *, at: int | str | None = None) -> Call[Json]:
        """Its spec in full."""
        return calls.spec(self.id, at=at)

    @operation
    def why(self, *, at: int | str | None = None) -> Call[Why]:
        """Why it is as it is (or was, `at` a position of the log or a time), in sentences."""
        return calls.why_trial(self.id, at=at)

    @operation
    def stop(self) -> Call[TrialT]:
        """Ends it: what waits is cancelled, what runs is ended."""
        return calls.steer(self.id, "stop").then(self._take)

    @operation
    def pause(self) -> Call[TrialT]:
        """Lets no further jobs begin."""
        return calls.steer(self.id, "pause").then(self._take)

    @operation
    def resume(self) -> Call[TrialT]:
        """Lets it go on after a pause."""
        return calls.steer(self.id, "resume").then(self._take)

    @operation
    def change(
        self,
        *,
        budget: Mapping[str, Any] | None = None,
        parallelism: int | None = None,
        priority: int | None = None,
    ) -> Call[TrialT]:
        """Changes it while it is open; `budget` replaces all of the budget."""
        fields = {"budget": budget, "parallelism": parallelism, "priority": priority}
        return calls.change(self.id, **fields).then(self._take)

    @operation
    def annotate(
        self, *, notes: str | None = None, tags: Iterable[str] | None = None
    ) -> Call[TrialT]:
        """Writes notes, or other tags."""
        given = None if tags is None else list(tags)
        return calls.change(self.id, notes=notes, tags=given).then(self._take)

    @operation
    def archive(self, *, archived: bool = True) -> Call[TrialT]:
        """Takes it out of the lists, or puts it back."""
        return calls.change(self.id, archived=archived).then(self._take)

    @operation
    def clone(
        self,
        changes: Mapping[str, Any] | None = None,
        /,
        *,
        key: str | None = None,
        **fields: Any,
    ) -> Flow[TrialT]:
        """Submits another one like it, with changes (a merge patch over its spec)."""
        info = yield from ask(calls.clone(self.id, {**(changes or {}), **fields}, key or new_key()))
        return self._other((yield from recorded(info)))

    @operation
    def fork(
        self,
        changes: Mapping[str, Any] | None = None,
        /,
        *,
        at: int | str | None = None,
        after_job: int | None = None,
        results: bool = True,
        fill: Mapping[str, Any] | None = None,
        key: str | None = None,
        **fields: Any,
    ) -> Flow[TrialT]:
        """Submits a trial that goes on from a moment of this one, with its results by then.

        Args:
            changes: a merge patch over the spec, as for `clone`; so are more fields.
            at: a position of the log, or a time as in RFC 3339; now, where none is named.
            after_job: in place of `at`: when the job of this number had ended.
            results: whether the results that counted then become known points.
            fill: values, nested as params are, for parameters that the results lack.
            key: the same call with the same key is done once.
            **fields: more changes, by the field.
        """
        body: dict[str, Any] = {"changes": {**(changes or {}), **fields}, "results": results}
        given = {"at": at, "after_job": after_job, "fill": fill}
        body |= {name: value for name, value in given.items() if value is not None}
        info = yield from ask(calls.fork(self.id, body, key or new_key()))
        return self._other((yield from recorded(info)))

    @operation
    def enqueue(self, *params: Mapping[str, Any], key: str | None = None) -> Flow[list[Point]]:
        """Runs these params before what the optimizer proposes."""
        return self._add([{"params": each} for each in params], key)

    @operation
    def import_points(
        self, points: Iterable[Mapping[str, Any]], *, key: str | None = None
    ) -> Flow[list[Point]]:
        """Adds known results, each `{"params": …, "loss": …}`: the optimizer begins with them."""
        return self._add(list(points), key)

    @iteration
    def jobs(
        self,
        *,
        state: str | None = None,
        worker_id: str | None = None,
        origin: str | None = None,
        loss_min: float | None = None,
        loss_max: float | None = None,
        params: str | None = None,
        sort: str | None = None,
        order: str | None = None,
        at: int | str | None = None,
    ) -> Items[JobT]:
        """Its jobs, by number unless told otherwise.

        Args:
            state: only those in this state.
            worker_id: only those that this worker ran last.
            origin: `optimizer`, `enqueued`, `imported` or `retry`.
            loss_min: only those with at least this loss.
            loss_max: only those with at most this loss.
            params: conditions that they meet, e.g. `lr>=0.001,model.depth<5`.
            sort: `number`, `loss`, `finished_at`, or a param such as `params.lr`.
            order: `asc` or `desc`.
            at: as of this moment: a position of the log, or a time as in RFC 3339.
        """
        query: dict[str, Any] = {"state": state, "worker_id": worker_id, "origin": origin}
        query |= {"params": params, "sort": sort, "order": order, "at": at}
        infos = self._jobs(**query, loss_min=loss_min, loss_max=loss_max)
        return mapped(infos, lambda info: self._job(self.driver, info))

    @operation
    def job(self, number: int, *, at: int | str | None = None) -> Call[JobT]:
        """One of its jobs."""
        call = calls.job(f"{self.id}.{number}", at=at)
        return call.then(lambda info: self._job(self.driver, info))

    @operation
    def columns(
        self, start: int = 1, stop: int | None = None, *, at: int | str | None = None
    ) -> Call[Json]:
        """Its jobs from one number to another (5,000 unless told, 10,000 at most), field by field.

        Far less than the jobs themselves, and all lists are as long as `number`; `proposed` says
        how far numbers go.
        """
        return calls.columns(self.id, **{"from": start, "to": stop, "at": at})

    @operation
    def dataframe(self, *, at: int | str | None = None) -> "Flow[DataFrame]":
        """Its jobs as a pandas `DataFrame`, one row each; params as columns `params.…`.

        Raises:
            ImportError: pandas is not installed.
        """
        return to_frame((yield from gathered(self._jobs(at=at))))

    @operation
    def export(
        self,
        to: str | Path,
        format: str | None = None,  # noqa: A002
        *,
        at: int | str | None = None,
    ) -> Flow[Path]:
        """Saves it as `csv` or `jsonl`, one row a job, or all there is as a `bundle` (.tar.gz)."""
        kind = format or _FORMATS.get(Path(to).suffix)
        if kind is None:
            raise ValueError(f"name a format, or a file that ends in one of {', '.join(_FORMATS)}")
        return saved(calls.export(self.id, kind, at=at), to)

    @operation
    def download_best(self, to: str | Path) -> Flow[Path]:
        """Saves the files of its best job as a .tar.gz."""
        return saved(calls.best_archive(self.id), to)

    def _jobs(self, **query: Any) -> Items[JobInfo]:
        def call(**page: Any) -> Call[Json]:
            return calls.jobs(self.id, **page)

        return pages(call, query, JobInfo)

    def _add(self, points: list[Any], key: str | None) -> Flow[list[Point]]:
        key, added = key or new_key(), []
        for start in range(0, len(points), _MOST_POINTS):
            some = points[start : start + _MOST_POINTS]
            part = f"{key}-{start}" if start else key
            added += yield from ask(calls.add_points(self.id, some, part))
        return added

    def _taken(self, flow: Flow[TrialInfo]) -> Flow[TrialT]:
        return self._take((yield from flow))

    def _take(self, info: TrialInfo) -> TrialT:
        self.info = info if info.state else self.info
        return cast("TrialT", self)

    def _other(self, info: TrialInfo) -> TrialT:
        return cast("TrialT", type(self)(self.driver, info))


class Trial(TrialOperations["Trial", Job], Synchronous):
    """A trial."""

    _job = Job

    def evaluator(self, name: str | None = None, *, slots: int = 1) -> Evaluator:
        """This program as one that evaluates jobs itself, for `with`; the trial is `external`."""
        return Evaluator(self.driver, self.id, name, slots)


class AsyncTrial(TrialOperations["AsyncTrial", AsyncJob], Asynchronous):
    """A trial; what asks the gateway is awaited."""

    _job = AsyncJob

    def evaluator(self, name: str | None = None, *, slots: int = 1) -> AsyncEvaluator:
        """This program as one that evaluates jobs itself, for `async with`."""
        return AsyncEvaluator(self.driver, self.id, name, slots)
