"""Every read of the client can ask as of a moment of the past."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hyperdock_client import Client

TRIAL = {"trial_id": "t", "name": "n", "state": "running"}
JOB = {"job_id": "t.1", "trial_id": "t", "number": 1, "state": "pending"}
EMPTY: dict[str, object] = {"items": [], "next_cursor": None, "next_after": 0, "position": 3}
ANSWERS = {
    "/trials/t": TRIAL,
    "/jobs/t.1": JOB,
    "/workers/w": {"worker_id": "w"},
    "/trials/t/spec": {},
    "/trials/t/columns": {},
}
READS: dict[str, Callable[[Client, Any], object]] = {
    "/trials": lambda client, at: list(client.trials(at=at)),
    "/trials/t": lambda client, at: client.trial("t", at=at),
    "/trials/t/spec": lambda client, at: client.trial("t").spec(at=at),
    "/trials/t/columns": lambda client, at: client.trial("t").columns(at=at),
    "/trials/t/jobs": lambda client, at: list(client.trial("t").jobs(at=at)),
    "/trials/t/export": lambda client, at: client.trial("t").export("jobs.csv", at=at),
    "/jobs": lambda client, at: list(client.jobs(at=at)),
    "/jobs/t.1": lambda client, at: client.trial("t").job(1, at=at),
    "/jobs/t.1/metrics": lambda client, at: client.job("t.1").metrics(at=at),
    "/workers": lambda client, at: list(client.workers(at=at)),
    "/workers/w": lambda client, at: client.worker("w", at=at),
    "/events": lambda client, at: list(client.history(at=at)),
}


class Asked:
    """A gateway that has nothing, and what was asked of it last."""

    def __init__(self) -> None:
        self.url = httpx.URL()

    def answer(self, request: httpx.Request) -> httpx.Response:
        """What is there."""
        self.url = request.url
        return httpx.Response(200, json=ANSWERS.get(self.path, EMPTY))

    @property
    def path(self) -> str:
        """Below the API."""
        return self.url.path.removeprefix("/api/v1")


@pytest.fixture
def asked() -> Asked:
    """Nothing yet."""
    return Asked()


@pytest.fixture
def client(asked: Asked) -> Iterator[Client]:
    """A client of that gateway."""
    with Client("http://127.0.0.1:1", transport=httpx.MockTransport(asked.answer)) as made:
        yield made


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("at", [42, "2026-01-31T12:00:00+02:00"])
def test_a_read_names_its_moment(
    client: Client,
    asked: Asked,
    path: str,
    at: int | str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A position or a time; what has a sign in it arrives as it was written."""
    monkeypatch.chdir(tmp_path)
    READS[path](client, at)
    assert asked.path == path
    assert asked.url.params.get_list("at") == [str(at)]


@pytest.mark.parametrize("path", READS)
def test_a_read_without_one_is_of_now(
    client: Client, asked: Asked, path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gateways of earlier releases are not asked for what they do not know."""
    monkeypatch.chdir(tmp_path)
    READS[path](client, None)
    assert asked.path == path
    assert "at" not in asked.url.params
