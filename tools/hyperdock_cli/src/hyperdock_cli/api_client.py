"""The gateway for the commands: `hyperdock_client`, with each document as it was sent.

Pages print what the gateway said, and `--json` prints all of it: so mappings, and no types between.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeAlias, TypeVar

import httpx

from hyperdock_cli.faults import REFUSED, Fault
from hyperdock_client import Client, calls
from hyperdock_client.calls import LogChunk
from hyperdock_client.documents import Document, Event, JobInfo, TrialInfo, WorkerInfo
from hyperdock_client.jobs import saved
from hyperdock_client.requests import Call
from hyperdock_client.watching import followed_log, pages, recorded, whole_log
from hyperdock_common.json_types import JsonObject

Doc: TypeAlias = Mapping[str, Any]
T = TypeVar("T")


class ApiClient:
    """Calls one gateway.

    Every method raises `ApiError` where the gateway refuses, `Unreachable` where none answers.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client = Client(url, token, transport=transport, pause=pause)
        self.url = self._client.url
        self.close = self._client.close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, call: Call[T]) -> T:
        """What any call of the API is answered with."""
        return self._client.drive(call)

    def document(self, call: Call[Any]) -> Doc:
        """The document that a call is answered with, as it was sent."""
        found: Document = self._client.drive(call)
        return found.raw

    def recorded(self, call: Call[TrialInfo]) -> Doc:
        """The trial that a call submits, as soon as it can be seen."""
        return self._client.drive(recorded(self.ask(call))).raw

    def save(self, call: Call[None], to: Path) -> None:
        """Saves what a call is answered with: all of it, or nothing.

        Raises:
            Fault: there is no folder for it.
        """
        if not to.parent.is_dir():
            raise Fault(f"there is no folder {to.parent}", "make it first", code=REFUSED)
        self._client.drive(saved(call, to))

    def events(self, after: int, topics: tuple[str, ...]) -> Iterator[Doc]:
        """The events behind a position, and then live, without end."""
        return (each.raw for each in self._client.events(after=after, topics=topics))

    def history(self, **query: Any) -> Iterator[Event]:
        """The recorded events behind a position, up to now."""
        return self._client.history(**query)

    def health(self) -> Doc:
        """Whether the gateway is well, and which version it has."""
        return self._client.health().raw

    def submit(self, document: JsonObject, key: str | None = None) -> Doc:
        """Submits a trial document, once for each key; the trial as it was recorded."""
        return self._client.submit(document, key=key).info.raw

    def trials(self, state: str | None = None, **query: Any) -> Iterator[Doc]:
        """All trials, newest first unless told otherwise."""
        infos = pages(calls.trials, {"state": state, **query}, TrialInfo)
        return (each.raw for each in self._client.iterate(infos))

    def trial(self, trial_id: str, at: str | None = None) -> Doc:
        """One trial, as it is, or was at a moment."""
        return self._client.trial(trial_id, at=at).info.raw

    def spec(self, trial_id: str, at: str | None = None) -> Doc:
        """A trial's spec in full."""
        return self._client.drive(calls.spec(trial_id, at=at))

    def command_trial(self, trial_id: str, verb: str) -> Doc:
        """Asks to `stop`, `pause` or `resume` a trial; the trial after it."""
        return self._client.drive(calls.steer(trial_id, verb)).raw

    def jobs(
        self,
        trial_id: str,
        *,
        state: str | None = None,
        sort: str = "number",
        order: str = "asc",
        **query: Any,
    ) -> Iterator[Doc]:
        """A trial's jobs."""
        query |= {"state": state, "sort": sort, "order": order}
        infos = pages(partial(calls.jobs, trial_id), query, JobInfo)
        return (each.raw for each in self._client.iterate(infos))

    def first_jobs(
        self,
        trial_id: str,
        limit: int,
        *,
        state: str,
        sort: str,
        order: str,
        at: str | None = None,
    ) -> list[Doc]:
        """The first few of a trial's jobs in some order."""
        query = {"state": state, "sort": sort, "order": order, "limit": limit, "at": at}
        found: list[Doc] = self._client.drive(calls.jobs(trial_id, **query))["items"]
        return found

    def job(self, job_id: str, at: str | None = None) -> Doc:
        """One job, as it is, or was at a moment."""
        return self._client.job(job_id, at=at).info.raw

    def whole_log(self, job_id: str, attempt: int | None) -> Iterator[LogChunk]:
        """The pieces of a log, up to what is there now."""
        return self._client.iterate(whole_log(job_id, attempt))

    def followed_log(self, job_id: str, attempt: int | None) -> Iterator[LogChunk]:
        """The pieces of a log until its job (or that attempt) has ended."""
        return self._client.iterate(followed_log(job_id, attempt))

    def workers(self, **query: Any) -> list[Doc]:
        """All workers."""
        infos = pages(calls.workers, query, WorkerInfo)
        return [each.raw for each in self._client.iterate(infos)]
