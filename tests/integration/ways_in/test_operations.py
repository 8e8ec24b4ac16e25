"""Every operation of the API, present and future, asked by whoever has no right to it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from tests.integration.ways_in.place import EXTERNAL, UI, Place
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

pytestmark = pytest.mark.slow

NOWHERE = {
    "trial_id": "none-000000",
    "job_id": "none-000000.1",
    "worker_id": "none",
    "evaluator_id": "none",
    "event": "none",
    "path": "loss.json",
}
OPEN = {"/health", "/openapi.json", "/docs"}
LINKED = {"get_log", "download_log", "get_file", "download_archive", "download_best"}
UNSAFE = {"Authorization": "Bearer hd_wrong"}


@dataclass(frozen=True)
class Way:
    """One operation, as the OpenAPI document describes it."""

    method: str
    path: str
    id: str
    scope: str | None
    tickets: bool

    def ask(self, client: httpx.Client, ids: dict[str, str], **more: Any) -> httpx.Response:
        """Asks for it, with a body where one may be wanted."""
        path = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], self.path)
        body: dict[str, Any] | None = {} if self.method in {"POST", "PATCH"} else None
        return client.request(self.method, path, json=body, **more)


@pytest.fixture(scope="module")
def ways(place: Place) -> list[Way]:
    """All of them, from the gateway itself."""
    with place.client() as client:
        document = client.get("/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            security = operation["security"]
            scope = next((each["token"][0] for each in security if "token" in each), None)
            tickets = any("ticket" in each for each in security)
            way = Way(method.upper(), path, operation["operationId"], scope, tickets)
            found.append(way)
    assert len(found) > 40
    assert {way.path for way in found if way.scope is None} == OPEN
    assert {way.id for way in found if way.tickets} >= LINKED
    assert all(way.method == "GET" for way in found if way.tickets)
    return found


@pytest.fixture(scope="module")
def there(place: Place) -> dict[str, str]:
    """Ids of what there is."""
    job_id = place.run('echo hello > "$HYPERDOCK_DIR/out/file"')
    token = place.token("submit")
    with place.client(token) as client:
        trial_id = client.post("/trials", json=EXTERNAL).json()["trial_id"]
        evaluator = client.post(f"/trials/{trial_id}/evaluators", json={}).json()
        gone = client.delete(f"/evaluators/{evaluator['evaluator_id']}")  # nobody is to miss it
        assert gone.status_code == 204
        job = client.get(f"/jobs/{job_id}").json()
    return {
        "trial_id": job_id.rpartition(".")[0],
        "job_id": job_id,
        "worker_id": job["worker_id"],
        "evaluator_id": evaluator["evaluator_id"],
        "event": "1",
        "path": "out/file",
    }


@pytest.fixture(autouse=True)
def traceless(place: Place, there: dict[str, str]) -> Iterator[None]:
    """Invariant 9: whatever is refused here leaves no trace in the log."""
    assert there
    head = place.head()
    yield
    assert place.head() == head


def refused(way: Way, place: Place, there: dict[str, str], secret: str | None) -> httpx.Response:
    """The refusal, which is the same whether there is such a thing or not."""
    with place.client(secret) as client:
        first, second = way.ask(client, there), way.ask(client, NOWHERE)
    assert first.content == second.content, f"{way.id} tells what there is"
    assert first.headers["content-type"] == "application/problem+json", way.id
    assert first.headers["x-content-type-options"] == "nosniff", way.id
    return first


def test_nothing_but_what_is_open_answers_without_a_token(
    place: Place, ways: list[Way], there: dict[str, str]
) -> None:
    """401, with how to log in; also for HEAD, and also for a token that is none."""
    for way in ways:
        if way.scope is None:
            continue
        answer = refused(way, place, there, None)
        assert answer.status_code == 401, way.id
        assert answer.headers["www-authenticate"] == "Bearer", way.id
        with place.client() as client:
            assert way.ask(client, there, headers=UNSAFE).status_code == 401, way.id
        if way.method == "GET":
            with place.client() as client:
                assert client.head(way.path).status_code == 401, way.id


@pytest.mark.parametrize(("scope", "above"), [("read", {"submit", "admin"}), ("submit", {"admin"})])
def test_no_scope_is_enough_for_what_needs_more(
    place: Place, ways: list[Way], there: dict[str, str], scope: str, above: set[str]
) -> None:
    """403, and the scope that it takes; before anybody looks whether there is such a thing."""
    token = place.token(scope)
    asked = [way for way in ways if way.scope in above]
    assert asked
    for way in asked:
        answer = refused(way, place, there, token)
        assert answer.status_code == 403, way.id
        assert f"`{way.scope}`" in answer.json()["detail"], way.id


@pytest.mark.parametrize("kind", ["expired", "revoked"])
def test_a_token_that_has_ended_opens_nothing(
    place: Place, ways: list[Way], there: dict[str, str], kind: str
) -> None:
    """Whatever it could before."""
    token = place.token("admin", **({"expires_at": time.time() - 1} if kind == "expired" else {}))
    if kind == "revoked":
        place.revoke(token)
    for way in ways:
        if way.scope is not None:
            answer = refused(way, place, there, token)
            assert answer.status_code == 401, way.id
            assert "invalid_token" in answer.headers["www-authenticate"], way.id


def test_a_ticket_opens_what_is_made_for_links_and_once(
    place: Place, ways: list[Way], there: dict[str, str]
) -> None:
    """Everything else is closed to it, whatever the token behind it may do."""
    token = place.token("admin")
    for way in ways:
        if way.scope is None:
            continue
        ticket = {"ticket": place.ticket(token)}
        with place.client() as client:
            statuses = [way.ask(client, there, params=ticket).status_code for _ in range(2)]
        assert statuses == [200 if way.tickets else 401, 401], way.id
    with place.client() as client:
        ticket = {"ticket": place.ticket(token)}
        assert client.get(f"{place.gateway.url}/metrics", params=ticket).status_code == 401


def test_the_live_feed_and_the_metrics_are_as_closed(place: Place) -> None:
    """They are no operations of the document, and not forgotten."""
    url = place.gateway.url
    with place.client() as client:
        assert client.get(f"{url}/metrics").status_code == 401
    ended = place.token("admin")
    place.revoke(ended)
    for query, headers, status in [
        ("", {}, 401),
        ("", {"authorization": f"Bearer {ended}"}, 401),
        (f"?ticket={place.ticket(place.token('read'))}", {"origin": "https://evil.example"}, 403),
        ("", {"origin": UI}, 401),
    ]:
        sent = {"x-forwarded-for": place.address(), **headers}
        address = f"ws{url.removeprefix('http')}/api/v1/events{query}"
        with (
            pytest.raises(InvalidStatus) as error,
            connect(address, proxy=None, additional_headers=sent),
        ):
            pass
        answer = error.value.response
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
