"""What can be done at a gateway, apart from what is done with a trial or a job."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

from hyperdock_client import calls
from hyperdock_client.documents import (
    Event,
    Health,
    JobInfo,
    Json,
    Me,
    TrialInfo,
    Validation,
    WorkerInfo,
)
from hyperdock_client.flows import Driver, Emit, Flow, Items, ask, iteration, mapped, operation
from hyperdock_client.jobs import AsyncJob, Job, new_key
from hyperdock_client.requests import Call, convert
from hyperdock_client.trials import AsyncTrial, Trial
from hyperdock_client.watching import pages, recorded

TrialT = TypeVar("TrialT", Trial, AsyncTrial)
JobT = TypeVar("JobT", Job, AsyncJob)
Source: TypeAlias = Mapping[str, Any] | str | Path

_YAML, _JSON = "application/yaml", "application/json"
_MEDIA = {".yaml": _YAML, ".yml": _YAML, ".json": _JSON}
_MOST_EVENTS = 1000


class ClientOperations(Generic[TrialT, JobT]):
    """What `Client` and `AsyncClient` can do."""

    driver: Driver
    _trial: type[TrialT]
    _job: type[JobT]

    @operation
    def health(self) -> Call[Health]:
        """Whether the gateway is well, and which version it has."""
        return calls.health()

    @operation
    def me(self) -> Call[Me]:
        """Whom the gateway takes us for."""
        return calls.me()

    @operation
    def policy(self) -> Call[Json]:
        """What the operator allows."""
        return calls.policy()

    @operation
    def retention(self) -> Call[Json]:
        """How long and how much of the targets' logs is kept, and what that removed lately."""
        return calls.retention()

    @operation
    def set_aside(self) -> Call[list[Json]]:
        """The messages that nobody could make sense of, with their reasons."""
        return calls.set_aside()

    @operation
    def submit(
        self, source: Source | None = None, /, *, key: str | None = None, **fields: Any
    ) -> Flow[TrialT]:
        """Submits a trial: a mapping, the fields themselves, or a .yaml or .json file.

        Args:
            source: a trial document, or the path of one; `fields` are added to a mapping.
            key: the same call with the same key is one submission, also in another process.
            **fields: what a trial file has, e.g. `name`, `image`, `space`, `budget`.
        """
        body, media = _body(source, fields)
        info = yield from ask(calls.submit(body, media, key or new_key()))
        return self._trial(self.driver, (yield from recorded(info)))

    @operation
    def validate(self, source: Source | None = None, /, **fields: Any) -> Call[Validation]:
        """What the gateway makes of a trial, without submitting it.

        Raises:
            Refused: it would not accept it; `problems` names every field at fault.
        """
        return calls.validate(*_body(source, fields))

    @iteration
    def trials(
        self,
        *,
        state: str | None = None,
        tag: str | None = None,
        name: str | None = None,
        archived: str | None = None,
        sort: str | None = None,
        order: str | None = None,
        at: int | str | None = None,
    ) -> Items[TrialT]:
        """The trials, newest first unless told otherwise.

        Args:
            state: only those in this state.
            tag: only those with it.
            name: a part of theirs.
            archived: `true`, `false` (unless told) or `any`.
            sort: `submitted_at`, `updated_at`, `finished_at` or `name`.
            order: `asc` or `desc`.
            at: as of this moment: a position of the log, or a time as in RFC 3339.
        """
        query: dict[str, Any] = {"state": state, "tag": tag, "name": name, "archived": archived}
        query |= {"sort": sort, "order": order, "at": at}
        infos = pages(calls.trials, query, TrialInfo)
        return mapped(infos, lambda info: self._trial(self.driver, info))

    @operation
    def trial(self, trial_id: str, *, at: int | str | None = None) -> Call[TrialT]:
        """One trial, as it is, or was: see `trials`."""
        return calls.trial(trial_id, at=at).then(lambda info: self._trial(self.driver, info))

    @iteration
    def jobs(
        self,
        *,
        trial_id: str | None = None,
        state: str | None = None,
        worker_id: str | None = None,
        sort: str | None = None,
        order: str | None = None,
        at: int | str | None = None,
    ) -> Items[JobT]:
        """The jobs of all trials, newest first unless told otherwise."""
        query = {"trial_id": trial_id, "state": state, "worker_id": worker_id, "at": at}
        infos = pages(_all_jobs, {**query, "sort": sort, "order": order}, JobInfo)
        return mapped(infos, lambda info: self._job(self.driver, info))

    @operation
    def job(self, job_id: str, *, at: int | str | None = None) -> Call[JobT]:
        """One job, as it is, or was."""
        return calls.job(job_id, at=at).then(lambda info: self._job(self.driver, info))

    @iteration
    def workers(
        self,
        *,
        state: str | None = None,
        pool: str | None = None,
        at: int | str | None = None,
    ) -> Items[WorkerInfo]:
        """The workers. When they were last heard of is known of now only, not of a moment."""
        return pages(calls.workers, {"state": state, "pool": pool, "at": at}, WorkerInfo)

    @operation
    def worker(self, worker_id: str, *, at: int | str | None = None) -> Call[WorkerInfo]:
        """One worker."""
        return calls.worker(worker_id, at=at)

    @operation
    def drain(self, worker_id: str) -> Call[WorkerInfo]:
        """Lets a worker take no further jobs."""
        return calls.steer_worker(worker_id, "drain")

    @operation
    def undrain(self, worker_id: str) -> Call[WorkerInfo]:
        """Lets it take jobs again."""
        return calls.steer_worker(worker_id, "undrain")

    @operation
    def event(self, named: int | str) -> Call[Event]:
        """One recorded event, by its position or its id."""
        return calls.event(str(named))

    @iteration
    def history(
        self,
        *,
        after: int = 0,
        stream: str | None = None,
        type: str | None = None,  # noqa: A002
        at: int | str | None = None,
    ) -> Items[Event]:
        """The recorded events behind a position, up to now, or up to a moment."""
        while True:
            query = {"after": after, "stream": stream, "type": type, "limit": _MOST_EVENTS}
            page = yield from ask(calls.history(**query, at=at))
            for item in page["items"]:
                yield Emit(convert(item, Event))
            if not page["items"] or page["next_after"] <= after:
                return
            after = page["next_after"]


def _all_jobs(**query: Any) -> Call[Json]:
    return calls.jobs(None, **query)


def _body(source: Source | None, fields: Mapping[str, Any]) -> tuple[Any, str]:
    """What to send, and its media type."""
    if source is None or isinstance(source, Mapping):
        return {**(source or {}), **fields}, _JSON
    path = Path(source)
    media = _MEDIA.get(path.suffix.lower())
    if media is None:
        raise ValueError(f"a trial is a mapping, or a file that ends in {', '.join(_MEDIA)}")
    content = path.read_bytes()
    if not fields:
        return content, media
    if media == _YAML:
        raise ValueError("fields cannot be added to a YAML file; read it yourself")
    return {**json.loads(content), **fields}, _JSON
