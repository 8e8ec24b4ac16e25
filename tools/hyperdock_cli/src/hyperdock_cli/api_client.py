"""The REST API as typed calls: the only place of the command line that speaks HTTP."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self, TypeAlias
from urllib.parse import quote, urlsplit

import httpx

from hyperdock_cli.api_errors import ApiError, ApiUnreachable
from hyperdock_common.errors import Problem
from hyperdock_common.json_types import JsonObject

Doc: TypeAlias = Mapping[str, Any]

_RETRY_AFTER = (0.1, 0.3, 1.0)
_LOST = (httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChunk:
    """A piece of an attempt's log, and the offset at which the next one begins."""

    data: bytes
    next_offset: int
    attempt: int


class ApiClient:
    """Calls one gateway. Reads are repeated when the connection fails, writes never are.

    Every method raises `ApiError` where the gateway refuses, `ApiUnreachable` where none answers.
    """

    def __init__(
        self,
        url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self._pause = pause
        self._http = httpx.Client(
            base_url=f"{self.url}/api/v1",
            transport=transport,
            timeout=httpx.Timeout(30, connect=5),
            trust_env=urlsplit(self.url).hostname not in _LOOPBACK,  # no proxy for ourselves
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def health(self) -> Doc:
        """Whether the gateway is well, and which version it has."""
        return self._get("/health")

    def submit(self, document: JsonObject) -> Doc:
        """Submits a trial document; the trial as it was recorded."""
        return _document(self._send("POST", "/trials", json=document))

    def trials(self, state: str | None = None) -> Iterator[Doc]:
        """All trials, newest first, read page by page."""
        return self._items("/trials", {"state": state})

    def trial(self, trial_id: str) -> Doc:
        """One trial."""
        return self._get(_path("trials", trial_id))

    def spec(self, trial_id: str) -> Doc:
        """A trial's spec in full."""
        return self._get(_path("trials", trial_id, "spec"))

    def command_trial(self, trial_id: str, verb: str) -> Doc:
        """Asks to `stop`, `pause` or `resume` a trial; the trial after it."""
        return _document(self._send("POST", _path("trials", trial_id, verb)))

    def jobs(
        self, trial_id: str, *, state: str | None = None, sort: str = "number", order: str = "asc"
    ) -> Iterator[Doc]:
        """A trial's jobs, read page by page."""
        query = {"state": state, "sort": sort, "order": order}
        return self._items(_path("trials", trial_id, "jobs"), query)

    def first_jobs(
        self, trial_id: str, limit: int, *, state: str, sort: str, order: str
    ) -> list[Doc]:
        """The first few of a trial's jobs in some order."""
        query = {"state": state, "sort": sort, "order": order, "limit": limit}
        found: list[Doc] = self._get(_path("trials", trial_id, "jobs"), query)["items"]
        return found

    def job(self, job_id: str) -> Doc:
        """One job."""
        return self._get(_path("jobs", job_id))

    def log(self, job_id: str, *, attempt: int | None = None, offset: int = 0) -> LogChunk:
        """A piece of the log of a job's attempt (the newest unless told)."""
        query = _given({"attempt": attempt, "offset": offset})
        answer = self._read(_path("jobs", job_id, "log"), query)
        return LogChunk(
            data=answer.content,
            next_offset=int(answer.headers.get("X-Log-Next", offset + len(answer.content))),
            attempt=int(answer.headers.get("X-Log-Attempt", attempt or 0)),
        )

    def workers(self) -> list[Doc]:
        """All workers."""
        return list(self._items("/workers", {}))

    def _items(self, path: str, query: Mapping[str, Any]) -> Iterator[Doc]:
        cursor: str | None = None
        while True:
            page = self._get(path, {**query, "limit": _PAGE, "cursor": cursor})
            yield from page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                return

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Doc:
        return _document(self._read(path, _given(query or {})))

    def _read(self, path: str, query: Mapping[str, Any]) -> httpx.Response:
        for seconds in _RETRY_AFTER:
            try:
                return self._send("GET", path, params=dict(query))
            except ApiUnreachable:
                self._pause(seconds)
        return self._send("GET", path, params=dict(query))

    def _send(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **how)
        except _LOST as error:
            raise ApiUnreachable(self.url, str(error) or type(error).__name__) from error
        except httpx.HTTPError as error:
            raise ApiError(504, "no answer", f"{self.url}: {error}") from error
        if answer.is_error:
            raise _refusal(answer)
        return answer


def _path(*parts: str) -> str:
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _document(answer: httpx.Response) -> Doc:
    try:
        document = answer.json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        place = answer.request.url
        raise ApiError(answer.status_code, "no Hyperdock gateway", f"{place} gave no JSON object")
    return document


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return ApiError(answer.status_code, f"{answer.status_code} {answer.reason_phrase}")
    problems = tuple(
        Problem(str(each.get("field", "")), str(each.get("problem", "")))
        for each in problem.get("errors") or ()
    )
    title = str(problem.get("title") or answer.reason_phrase)
    return ApiError(answer.status_code, title, str(problem.get("detail") or ""), problems)
