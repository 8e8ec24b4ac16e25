"""A gateway without a server: the real folds over events that a test records, behind httpx."""

import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from hyperdock_cli.api_client import ApiClient
from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import (
    Envelope,
    Event,
    RecordedEvent,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialPaused,
    TrialResumed,
    TrialStopRequested,
    TrialSubmitted,
    stream_of,
)
from hyperdock_common.events.codec import envelope_to_wire
from hyperdock_common.projections import PROJECTIONS
from hyperdock_common.spec import dump_trial, parse_trial, seeded

_PREFIX = "/api/v1/"


class FakeGateway:
    """Answers like the gateway of one supervisor whose decisions the test makes.

    Attributes:
        clock: seconds since 1970, moved by the test and by `pause`.
        calls: method and path of each request, in order.
        queries: of each request.
        bodies: what was sent as JSON.
        canned: what other requests are answered with: a status, and JSON or bytes.
        login: whether it says that it asks for a token.
        logs: what each job's target wrote.
        on_pause: called when somebody pauses.
        down: so many further requests find no server.
        broken: so many further requests are answered with 503.
        lost_answers: so many further submissions are recorded, but answered with 503.
        refused_submissions: so many further submissions are answered with 503.
    """

    url = "http://fake:1"

    def __init__(self, *events: Event) -> None:
        self.clock = 1_000.0
        self.calls: list[tuple[str, str]] = []
        self.queries: list[dict[str, str]] = []
        self.bodies: list[Any] = []
        self.canned: dict[tuple[str, str], tuple[int, Any]] = {}
        self.login = False
        self.logs: dict[str, bytes] = {}
        self.on_pause: Callable[[], None] = lambda: None
        self.down = 0
        self.broken = 0
        self.lost_answers = 0
        self.refused_submissions = 0
        self._position = 0
        self._views: dict[str, dict[str, Any]] = {each.schema.name: {} for each in PROJECTIONS}
        self._events_told: list[dict[str, Any]] = []
        self._keys: dict[str, str] = {}
        self._steps: deque[Sequence[Event]] = deque()
        self.record(*events)

    def record(self, *events: Event) -> None:
        """Folds events, one second apart."""
        for event in events:
            self._position += 1
            self.clock += 1
            envelope = Envelope(
                event_id=str(self._position),
                stream=stream_of(event),
                event=event,
                occurred_at=self.clock,
                producer="test",
            )
            record = RecordedEvent(
                position=self._position, recorded_at=self.clock, envelope=envelope
            )
            self._fold(record)
            wire = envelope_to_wire(envelope)
            self._events_told.append(
                {"position": self._position, "recorded_at": self.clock, **wire}
            )

    def later(self, *steps: Sequence[Event]) -> None:
        """Each further look at a trial finds one more step recorded."""
        self._steps.extend(steps)

    def connect(self, _url: str = "", _token: str | None = None) -> ApiClient:
        """A client of it."""
        transport = httpx.MockTransport(self._answer)
        return ApiClient(self.url, transport=transport, pause=self.pause)

    def now(self) -> float:
        """The clock."""
        return self.clock

    def pause(self, seconds: float) -> None:
        """Lets time pass."""
        self.clock += seconds
        self.on_pause()

    def trial(self, trial_id: str) -> dict[str, Any]:
        """A trial as the API shows it."""
        doc = dict(self._views["trials"][trial_id])
        live = doc.pop("live")
        since = self._views["jobs"]
        running = [
            {"job_id": key, **job, "since": since[key]["started_at"]} for key, job in live.items()
        ]
        notes = self._views["notes"].get(trial_id) or {"notes": ""}
        return {**doc, "running": running, "location": f"/results/{trial_id}", **notes}

    def _fold(self, record: RecordedEvent) -> None:
        for projection in PROJECTIONS:
            view = self._views[projection.schema.name]
            for key in projection.keys(record.event):
                view[key] = projection.fold(view.get(key), record)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        call = (request.method, request.url.path.removeprefix(_PREFIX))
        self.calls.append(call)
        self.queries.append(dict(request.url.params))
        if request.content:
            self.bodies.append(json.loads(request.content))
        if self.down:
            self.down -= 1
            raise httpx.ConnectError("connection refused")
        if self.broken:
            self.broken -= 1
            return _problem(503, "the disk is full")
        if call in self.canned:
            return _canned(*self.canned[call])
        parts = request.url.path.removeprefix(_PREFIX).split("/")
        match request.method, parts:
            case "PATCH", ["trials", trial_id]:
                return self._change(trial_id, json.loads(request.content))
            case "POST", ["trials"]:
                return self._submit(json.loads(request.content), request.headers["Idempotency-Key"])
            case "POST", ["trials", trial_id, verb]:
                return self._steer(trial_id, verb)
            case _, ["trials", _]:
                self.record(*(self._steps.popleft() if self._steps else ()))
        return self._show(parts, request.url.params)

    def _show(self, parts: list[str], query: httpx.QueryParams) -> httpx.Response:
        match parts:
            case ["trials"]:
                found = [self.trial(key) for key in reversed(self._views["trials"])]
                archived = {"true": (True,), "any": (True, False)}.get(
                    query.get("archived", ""), (False,)
                )
                return _items(
                    [
                        each
                        for each in found
                        if query.get("state") in (None, each["state"])
                        and each["archived"] in archived
                    ]
                )
            case ["health"]:
                told = {"status": "ok", "position": self._position, "login": self.login}
                return httpx.Response(200, json=told)
            case ["events", *named]:
                return self._event(named[0]) if named else self._events(query)
            case ["workers"]:
                return _items(
                    [{**each, "last_seen": self.clock} for each in self._views["workers"].values()]
                )
            case ["trials", trial_id] if trial_id in self._views["trials"]:
                return httpx.Response(200, json=self.trial(trial_id))
            case ["trials", trial_id, "spec"] if trial_id in self._views["specs"]:
                return httpx.Response(200, json=self._views["specs"][trial_id])
            case ["trials", trial_id, "jobs"]:
                return _items(self._jobs(trial_id, query))
            case ["jobs", job_id] if job_id in self._views["jobs"]:
                return httpx.Response(200, json=self._views["jobs"][job_id])
            case ["jobs", job_id, "log"] if job_id in self._views["jobs"]:
                return self._log(job_id, query)
            case _:
                return _problem(404, f"there is no {'/'.join(parts)}")

    def _jobs(self, trial_id: str, query: httpx.QueryParams) -> list[dict[str, Any]]:
        jobs = [
            each
            for each in self._views["jobs"].values()
            if each["trial_id"] == trial_id and query.get("state") in (None, each["state"])
        ]
        jobs.sort(key=lambda each: each[query["sort"]], reverse=query["order"] == "desc")
        return jobs[: int(query["limit"])]

    def _log(self, job_id: str, query: httpx.QueryParams) -> httpx.Response:
        offset = int(query.get("offset", 0))
        chunk = self.logs.get(job_id, b"")[offset : offset + 10]
        headers = {
            "X-Log-Next": str(offset + len(chunk)),
            "X-Log-Attempt": query.get("attempt", "1"),
        }
        return httpx.Response(200, content=chunk, headers=headers)

    def _submit(self, document: Any, key: str) -> httpx.Response:
        if self.refused_submissions:
            self.refused_submissions -= 1
            return _problem(503, "the disk is full")
        try:
            spec = seeded(parse_trial(document), 7)
        except InvalidTrial as error:
            return _problem(422, str(error))
        if key not in self._keys:
            trial_id = self._keys[key] = f"{spec.name}-new{len(self._views['trials'])}"
            self.record(TrialSubmitted(trial_id=trial_id, spec=dump_trial(spec)))
        if self.lost_answers:
            self.lost_answers -= 1
            return _problem(503, "not confirmed in 10 s")
        return httpx.Response(201, json=self.trial(self._keys[key]))

    def _change(self, trial_id: str, body: dict[str, Any]) -> httpx.Response:
        if "archived" in body:
            self.record(TrialArchived(trial_id=trial_id, archived=body["archived"]))
        elif "notes" in body or "tags" in body:
            self.record(TrialAnnotated(trial_id=trial_id, **body))
        else:
            self.record(TrialChanged(trial_id=trial_id, **body))
        return httpx.Response(200, json=self.trial(trial_id))

    def _events(self, query: httpx.QueryParams) -> httpx.Response:
        if "before" in query:
            return self._events_before(query)
        after, kind = int(query["after"]), query.get("type")
        found = [
            each
            for each in self._events_told
            if each["position"] > after
            and query.get("stream") in (None, each["stream"])
            and kind in (None, each["type"], each["type"].rpartition(".v")[0])
        ][: int(query["limit"])]
        told = {"items": found, "next_after": self._position, "position": self._position}
        return httpx.Response(200, json=told)

    def _events_before(self, query: httpx.QueryParams) -> httpx.Response:
        below, limit = int(query["before"]), int(query["limit"])
        found = [
            each
            for each in reversed(self._events_told)
            if each["position"] < below and query.get("stream") in (None, each["stream"])
        ]
        rest = found[limit:]
        told = {
            "items": found[:limit],
            "next_before": rest[0]["position"] + 1 if rest else None,
            "position": self._position,
        }
        return httpx.Response(200, json=told)

    def _event(self, named: str) -> httpx.Response:
        for each in self._events_told:
            if named in (str(each["position"]), each["event_id"]):
                return httpx.Response(200, json=each)
        return _problem(404, f"there is no event {named}")

    def _steer(self, trial_id: str, verb: str) -> httpx.Response:
        trial = self.trial(trial_id)
        if trial["finished_at"]:
            return _problem(409, f"trial {trial_id} has ended already ({trial['state']})")
        match verb:
            case "stop":
                self.record(TrialStopRequested(trial_id=trial_id, end="stopped", reason="user"))
            case "pause":
                self.record(TrialPaused(trial_id=trial_id))
            case _:
                self.record(TrialResumed(trial_id=trial_id))
        return httpx.Response(200, json=self.trial(trial_id))


def _canned(status: int, content: Any) -> httpx.Response:
    if isinstance(content, bytes):
        return httpx.Response(status, content=content)
    return httpx.Response(status, json=content)


def _items(found: list[dict[str, Any]]) -> httpx.Response:
    return httpx.Response(200, json={"items": found, "next_cursor": None})


def _problem(status: int, detail: str) -> httpx.Response:
    problem = {"title": "Refused", "status": status, "detail": detail, "errors": []}
    return httpx.Response(status, json=problem)
