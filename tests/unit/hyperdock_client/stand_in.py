"""A gateway of a few dozen lines on a real port: the API's contract, as far as clients see it.

Its trials are all `external`; a submission that says so has its jobs at once. What else it lacks,
the tests against the embedded system have.
"""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from hyperdock_common.web import WebServer, problem_response

Doc: TypeAlias = dict[str, Any]
TOKEN = "s3cret"  # noqa: S105 - of this test
PAGE = 2
ENOUGH = 4


class StandIn:
    """The gateway, and what a test may look at and change.

    Attributes:
        asked: how often each `METHOD /path` was asked for.
        bodies: the JSON bodies of POSTs and PATCHes, in order.
        answers: what to answer first with, before anything is done, by `METHOD /path`.
        events: all that was recorded; a position is a place in it, from 1.
        cut_after: so many frames after which a feed is cut off; 0 for never.
        login: whether a token is needed.
    """

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.headers: list[Doc] = []
        self.bodies: list[Any] = []
        self.answers: dict[str, list[Response]] = {}
        self.events: list[Doc] = []
        self.trials: dict[str, Doc] = {}
        self.jobs: dict[str, Doc] = {}
        self.keys: dict[str, Doc] = {}
        self.tickets: set[str] = set()
        self.evaluators: dict[str, str] = {}
        self.stops: list[str] = []
        self.beats: list[list[Doc]] = []
        self.left: list[str] = []
        self.feeds: list[str] = []
        self.cut_after = 0
        self.login = False
        self._numbers = itertools.count(1)
        self._server = WebServer(self._app(), "127.0.0.1", 0)
        self._server.start()
        self.url = self._server.url

    def stop(self) -> None:
        """Ends it."""
        self._server.stop()

    def record(self, type_: str, **data: Any) -> None:
        """Records an event."""
        self.events.append({"position": len(self.events) + 1, "type": type_, "data": data})

    def add_trial(self, **fields: Any) -> Doc:
        """A trial that is there."""
        trial_id = f"t{next(self._numbers)}"
        doc: Doc = {"trial_id": trial_id, "name": "x", "state": "running", "finished_at": None}
        doc |= {"budget": {"jobs": 4}, "jobs": {"queued": 0, "succeeded": 0, "surprises": 1}}
        self.trials[trial_id] = doc | {"tags": [], "best": None, "unheard_of": {"a": 1}} | fields
        self.record("trial.submitted.v1", trial_id=trial_id)
        return self.trials[trial_id]

    def add_job(self, trial_id: str, **fields: Any) -> Doc:
        """A job that waits."""
        number = sum(job["trial_id"] == trial_id for job in self.jobs.values()) + 1
        doc = {"job_id": f"{trial_id}.{number}", "trial_id": trial_id, "number": number}
        doc |= {"state": "pending", "params": {}, "attempt": 0, "loss": None, "finished_at": None}
        self.jobs[doc["job_id"]] = doc | fields
        return self.jobs[doc["job_id"]]

    def finish(self, trial_id: str) -> None:
        """Ends a trial."""
        self.trials[trial_id] |= {"state": "completed", "finished_at": 2.0}

    def _app(self) -> Starlette:
        routes = [
            ("GET", "/health", lambda _r, _b: {"status": "ok", "position": len(self.events)}),
            ("GET", "/me", lambda _r, _b: {"name": "ada", "scopes": ["read"]}),
            ("POST", "/tickets", self._ticket),
            ("GET", "/trials", lambda r, _b: self._page(r, self.trials)),
            ("POST", "/trials", self._submit),
            ("POST", "/trials/validate", lambda _r, b: {"valid": True, "spec": b}),
            ("GET", "/trials/{id}", lambda r, _b: self.trials.get(r.path_params["id"])),
            ("PATCH", "/trials/{id}", self._change),
            ("POST", "/trials/{id}/clone", self._submit),
            ("POST", "/trials/{id}/fork", self._submit),
            ("POST", "/trials/{id}/points", self._points),
            ("GET", "/trials/{id}/jobs", lambda r, _b: self._page(r, self.jobs)),
            ("GET", "/trials/{id}/export", lambda _r, _b: Response(b"number\n1\n")),
            ("POST", "/trials/{id}/evaluators", self._register),
            ("POST", "/trials/{id}/{verb}", self._steer),
            ("GET", "/jobs/{id}", lambda r, _b: self.jobs.get(r.path_params["id"])),
            ("GET", "/jobs/{id}/log", lambda _r, _b: Response()),
            ("GET", "/jobs/{id}/archive", lambda _r, _b: Response(b"gz" * 9)),
            ("POST", "/jobs/{id}/retry", lambda _r, _b: {"point_id": "p", "job_id": None}),
            ("POST", "/jobs/{id}/retract", self._retract),
            ("GET", "/workers", lambda _r, _b: {"items": [{"worker_id": "w"}]}),
            ("POST", "/workers/{id}/drain", lambda _r, _b: {"worker_id": "w", "draining": True}),
            ("GET", "/events", self._history),
            ("GET", "/events/{id}", lambda r, _b: self.events[int(r.path_params["id"]) - 1]),
            ("GET", "/jobs/{id}/why", self._why),
            ("GET", "/trials/{id}/why", self._why),
            ("GET", "/trials/{id}/columns", lambda r, _b: {"asked": dict(r.query_params)}),
            ("POST", "/evaluators/{id}/ask", self._ask),
            ("POST", "/evaluators/{id}/heartbeat", self._beat),
            ("POST", "/evaluators/{id}/report", lambda _r, _b: Response(status_code=202)),
            ("POST", "/evaluators/{id}/tell", self._tell),
            ("DELETE", "/evaluators/{id}", self._leave),
        ]
        made = [
            Route(f"/api/v1{path}", self._endpoint(method, answer), methods=[method])
            for method, path, answer in routes
        ]
        return Starlette(routes=[*made, WebSocketRoute("/api/v1/events", self._feed)])

    def _endpoint(self, method: str, answer: Callable[[Request, Any], Any]) -> Any:
        async def endpoint(request: Request) -> Response:
            named = f"{method} {request.url.path.removeprefix('/api/v1')}"
            self.asked[named] += 1
            self.headers.append(dict(request.headers))
            if ready := self.answers.get(named):
                return ready.pop(0)
            if self.login and request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return problem_response(401, "a token is needed")
            content = await request.body()
            body = await request.json() if content[:1] == b"{" else content or None
            if content:
                self.bodies.append(body)
            found = answer(request, body)
            if isinstance(found, Response):
                return found
            return problem_response(404, "no such") if found is None else JSONResponse(found)

        return endpoint

    def _once(self, request: Request, make: Callable[[], Doc]) -> Response:
        """What was made before with the same key, else something new."""
        key = request.headers["Idempotency-Key"]
        if key not in self.keys:
            self.keys[key] = make()
        return JSONResponse(self.keys[key], 201)

    def _submit(self, request: Request, body: Any) -> Response:
        if body == {"name": ""}:
            problem = {"field": "name", "problem": "is empty"}
            told = {"title": "Unprocessable", "detail": "name: is empty", "errors": [problem]}
            return JSONResponse(told, 422)
        fields = body.get("changes", body) if isinstance(body, dict) else {}

        def make() -> Doc:
            trial = self.add_trial()
            proposes = fields.get("external") or fields is not body
            for number in range(fields.get("budget", {}).get("jobs", 0) if proposes else 0):
                self.add_job(trial["trial_id"], params={"x": number / 10})
            return trial

        return self._once(request, make)

    def _change(self, request: Request, body: Any) -> Doc:
        self.trials[request.path_params["id"]] |= body
        return self.trials[request.path_params["id"]]

    def _points(self, request: Request, body: Any) -> Response:
        trial_id = request.path_params["id"]

        def make() -> Doc:
            jobs = [self.add_job(trial_id, params=each["params"]) for each in body["points"]]
            points = [{"point_id": f"p{job['number']}", "job_id": job["job_id"]} for job in jobs]
            return {"trial_id": trial_id, "points": points}

        return self._once(request, make)

    def _steer(self, request: Request, _: Any) -> Doc:
        state = {"stop": "stopping", "pause": "paused", "resume": "running"}
        doc = self.trials[request.path_params["id"]]
        return doc.__ior__({"state": state[request.path_params["verb"]]})

    def _retract(self, request: Request, body: Any) -> Doc:
        doc = self.jobs[request.path_params["id"]]
        retracted = {**body, "at": 1.0, "loss": doc["loss"]}
        return doc.__ior__({"loss": None, "retracted": retracted})

    def _page(self, request: Request, docs: dict[str, Doc]) -> Doc:
        known = {"state", "limit", "cursor", "tag", "sort", "order"}
        assert set(request.query_params) <= known, request.query_params
        start = int(request.query_params.get("cursor", 0))
        wanted = request.query_params.get("state")
        found = [each for each in docs.values() if wanted in (None, each["state"])]
        follows = str(start + PAGE) if len(found) > start + PAGE else None
        return {"items": found[start : start + PAGE], "next_cursor": follows, "position": 1}

    def _why(self, request: Request, _body: Any) -> Doc:
        at = request.query_params.get("at", "now")
        name = {"position": 1, "event_id": "a", "type": "trial.submitted.v1"}
        told = {**name, "position": 2, "at": 1.5, "text": f"of {at}", "because": name, "events": 3}
        return {"items": [told], "whole": False, "position": 9}

    def _history(self, request: Request, _: Any) -> Doc:
        after = int(request.query_params["after"])
        items = self.events[after : after + PAGE]
        return {"items": items, "next_after": after + len(items), "position": len(self.events)}

    def _ticket(self, _: Request, __: Any) -> Doc:
        ticket = f"ticket-{next(self._numbers)}"
        self.tickets.add(ticket)
        return {"ticket": ticket, "expires_at": 1.0}

    def _register(self, request: Request, body: Any) -> Response:
        doc = {"evaluator_id": body.get("name", "e"), "trial_id": request.path_params["id"]}
        self.evaluators[doc["evaluator_id"]] = doc["trial_id"]
        return JSONResponse(doc | {"heartbeat_seconds": 0.02, "lease_seconds": 1}, 201)

    def _ask(self, request: Request, _: Any) -> Response:
        trial = self.trials[self.evaluators[request.path_params["id"]]]
        jobs = [job for job in self.jobs.values() if job["trial_id"] == trial["trial_id"]]
        if trial["finished_at"] is not None:
            return problem_response(410, "the trial has ended")
        for job in jobs:
            if job["state"] == "pending":
                job |= {"state": "running", "attempt": job["attempt"] + 1}
                return JSONResponse(job)
        return Response(status_code=204)

    def _beat(self, _: Request, body: Any) -> Doc:
        self.beats.append(body["attempts"])
        return {"stop": self.stops, "trial_state": "running"}

    def _tell(self, _: Request, body: Any) -> Any:
        job = self.jobs[body["job_id"]]
        if job["state"] != "running" or job["attempt"] != body["attempt"]:
            return problem_response(409, "another attempt holds the lease")
        job |= {"state": "failed" if "failed" in body else "succeeded", "finished_at": 1.0}
        job |= {"loss": body.get("loss")}
        self._end_if_done(job["trial_id"])
        return job

    def _end_if_done(self, trial_id: str) -> None:
        jobs = [job for job in self.jobs.values() if job["trial_id"] == trial_id]
        told = [job for job in jobs if job["loss"] is not None]
        if len(jobs) >= ENOUGH and all(job["finished_at"] for job in jobs):
            best = min(told, key=lambda job: job["loss"])
            self.trials[trial_id]["best"] = {**best, "at": 1.0}
            self.finish(trial_id)

    def _leave(self, request: Request, _: Any) -> Response:
        self.left.append(request.path_params["id"])
        return Response(status_code=204)

    async def _feed(self, socket: WebSocket) -> None:
        query = socket.query_params
        sent, position = 0, int(query.get("after", len(self.events)))
        self.feeds.append(str(query))
        if "topics" in query and query["topics"] == "nonsense":
            response = problem_response(400, "topics: there is no topic nonsense")
            await socket.send_denial_response(response)
            return
        if self.login and query.get("ticket") not in self.tickets:
            await socket.send_denial_response(problem_response(401, "no ticket"))
            return
        self.tickets.discard(query.get("ticket", ""))
        await socket.accept()
        await socket.send_json({"kind": "alive", "position": position})
        start = max(0, position - 1)  # once more than was asked for: clients must not mind
        while not self.cut_after or sent < self.cut_after:
            for event in self.events[start : start + 1]:
                await socket.send_json({"kind": "event", **event})
                start, sent = start + 1, sent + 1
            await asyncio.sleep(0.005)
        self.cut_after = 0
        await socket.close(1013)
