"""The gateway as the commands see it: documents are handed on as they were sent."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from hyperdock_cli.api_client import ApiClient


def client(answer: Callable[[httpx.Request], httpx.Response]) -> ApiClient:
    """A client whose pauses take no time."""
    transport = httpx.MockTransport(answer)
    return ApiClient("http://gate:1/", transport=transport, pause=lambda _: None)


TRIAL = {"trial_id": "t", "state": "running", "new": 1}
JOB = {"job_id": "t.1", "trial_id": "t", "new": 2}
WORKER = {"worker_id": "w", "new": 3}


def page(item: dict[str, Any]) -> dict[str, Any]:
    """A list of one."""
    return {"items": [item], "next_cursor": None}


@pytest.mark.parametrize(
    ("asked", "sent", "call", "found"),
    [
        ("GET /trials/t", TRIAL, lambda api: api.trial("t"), TRIAL),
        ("GET /trials/t/spec", {"a": 1}, lambda api: api.spec("t"), {"a": 1}),
        ("POST /trials", TRIAL, lambda api: api.submit({"name": "a"}, "key"), TRIAL),
        ("POST /trials/t/pause", TRIAL, lambda api: api.command_trial("t", "pause"), TRIAL),
        ("GET /jobs/t.1", JOB, lambda api: api.job("t.1"), JOB),
        ("GET /trials", page(TRIAL), lambda api: list(api.trials("running")), [TRIAL]),
        ("GET /trials/t/jobs", page(JOB), lambda api: list(api.jobs("t")), [JOB]),
        ("GET /workers", page(WORKER), lambda api: api.workers(), [WORKER]),
    ],
)
def test_calls_go_where_the_api_has_them(
    asked: str, sent: object, call: Callable[[ApiClient], object], found: object
) -> None:
    """Each call is the right request; fields that this version does not know are not lost."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url.path.removeprefix('/api/v1')}")
        return httpx.Response(200, json=sent)

    assert call(client(answer)) == found
    assert seen == [asked]


def test_the_token_is_sent() -> None:
    """With every request."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer t0ken"
        return httpx.Response(200, json={"status": "ok"})

    ApiClient("http://gate:1", token="t0ken", transport=httpx.MockTransport(answer)).health()  # noqa: S106


def test_the_first_jobs_are_one_page() -> None:
    """No further one is read."""

    def answer(request: httpx.Request) -> httpx.Response:
        wanted = {"state": "succeeded", "sort": "loss", "order": "asc", "limit": "1"}
        assert dict(request.url.params) == wanted
        return httpx.Response(200, json={"items": [JOB], "next_cursor": "more"})

    found = client(answer).first_jobs("t", 1, state="succeeded", sort="loss", order="asc")
    assert found == [JOB]
