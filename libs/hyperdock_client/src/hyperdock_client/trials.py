"""A trial as a thing to work with: what was read last, and what can be done with it."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from hyperdock_client import calls
from hyperdock_client.documents import Best, JobInfo, Json, Point, TrialInfo
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
    def spec(self) -> Call[Json]:
        """Its spec in full."""
        return calls.spec(self.id)

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
        """
        query = {"state": state, "worker_id": worker_id, "origin": origin, "params": params}
        query |= {"sort": sort, "order": order}
        infos = self._jobs(**query, loss_min=loss_min, loss_max=loss_max)
        return mapped(infos, lambda info: self._job(self.driver, info))

    @operation
    def job(self, number: int) -> Call[JobT]:
        """One of its jobs."""
        return calls.job(f"{self.id}.{number}").then(lambda info: self._job(self.driver, info))

    @operation
    def columns(self, start: int = 1, stop: int | None = None) -> Call[Json]:
        """Its jobs from one number to another (5,000 unless told, 10,000 at most), field by field.

        Far less than the jobs themselves, and all lists are as long as `number`; `proposed` says
        how far numbers go.
        """
        return calls.columns(self.id, **{"from": start, "to": stop})

    @operation
    def dataframe(self) -> "Flow[DataFrame]":
        """Its jobs as a pandas `DataFrame`, one row each; params as columns `params.…`.

        Raises:
            ImportError: pandas is not installed.
        """
        return to_frame((yield from gathered(self._jobs())))

    @operation
    def export(self, to: str | Path, format: str | None = None) -> Flow[Path]:  # noqa: A002
        """Saves it as `csv` or `jsonl`, one row a job, or all there is as a `bundle` (.tar.gz)."""
        kind = format or _FORMATS.get(Path(to).suffix)
        if kind is None:
            raise ValueError(f"name a format, or a file that ends in one of {', '.join(_FORMATS)}")
        return saved(calls.export(self.id, kind), to)

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
