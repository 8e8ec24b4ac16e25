"""The door: names, origins, headers, and what happens to faults of our own."""

import pytest
from tests.unit.hyperdock_gateway.world import DOCUMENT, Api, World

from hyperdock_common.service.admission import LOCAL_HOSTS


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:8080", "[::1]"]
)
def test_own_names_are_served(api: Api, host: str) -> None:
    """The names of this machine pass, with any port."""
    assert api.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:8080", "localhost.", "::1"]
)
def test_foreign_names_are_refused(api: Api, host: str) -> None:
    """A name that points here without being ours (DNS rebinding) gets nothing."""
    answer = api.get("/health", headers={"host": host})
    assert answer.status_code in {400, 421}
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("host", ["", "a b", "user@localhost", "localhost:port", "[::1", "a/b"])
def test_broken_names_are_refused(api: Api, host: str) -> None:
    """A Host header that is none is a bad request."""
    assert api.get("/health", headers={"host": host}).status_code == 400


def test_two_host_headers_are_refused(api: Api) -> None:
    """Nobody has to guess which of two names counts."""
    headers = [("host", "localhost"), ("host", "localhost")]
    assert api.get("/health", headers=headers).status_code == 400


def test_configured_names_are_served(api: Api) -> None:
    """Further names, or any, can be allowed."""
    headers = {"host": "hyper.lan:80"}
    for hosts in (LOCAL_HOSTS | {"Hyper.LAN"}, frozenset({"*"})):
        assert api.with_services(hosts=hosts).get("/health", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:8080"},
        {"origin": "http://127.0.0.1:8080.evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "file://127.0.0.1:8080"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_foreign_pages_cannot_change_anything(
    api: Api, world: World, headers: dict[str, str]
) -> None:
    """A request with side effects from a page of another origin is refused and does nothing."""
    trial_id = world.add_trial()
    assert api.post("/trials", json=DOCUMENT, headers=headers).status_code == 403
    assert api.post(f"/trials/{trial_id}/stop", headers=headers).status_code == 403
    assert world.log.head() == 1


def test_two_origins_are_refused(api: Api) -> None:
    """A second Origin header does not help."""
    headers = [("origin", "http://127.0.0.1:8080"), ("origin", "https://evil.example")]
    assert api.post("/trials", json=DOCUMENT, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("LOCALHOST", "http://localhost"),
        ("localhost", "http://localhost:80"),
        ("localhost:80", "http://localhost"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("localhost", "https://localhost"),
    ],
)
def test_own_pages_can(api: Api, host: str, origin: str) -> None:
    """The page that the gateway serves itself may submit."""
    headers = {"host": host, "origin": origin, "sec-fetch-site": "same-origin"}
    assert api.post("/trials", json=DOCUMENT, headers=headers).status_code == 201


def test_every_answer_carries_the_safety_headers(api: Api) -> None:
    """Good answers, problems and refusals alike are neither sniffed nor framed nor stored."""
    answers = [
        api.get("/health"),
        api.get("/nothing"),
        api.get("/health", headers={"host": "evil.example"}),
        api.post("/trials", json={}),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "camera=()" in answer.headers["permissions-policy"]
        assert "access-control-allow-origin" not in answer.headers


def test_pages_of_a_named_origin_may_read_answers(api: Api) -> None:
    """Good ones and refusals; what other pages get does not differ from what it was."""
    origin = "https://ui.example.org"
    named = api.with_services(origins=frozenset({origin}))
    for path in ("/health", "/nothing"):
        answer = named.get(path, headers={"origin": origin})
        assert answer.headers["access-control-allow-origin"] == origin
        assert "ETag" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        other = named.get(path, headers={"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers
        assert {answer.headers["vary"], other.headers["vary"]} == {"Origin"}
    assert "vary" not in api.get("/health", headers={"origin": origin}).headers


def test_a_question_of_a_named_origin_is_answered_at_the_door(api: Api) -> None:
    """Before any login: browsers ask without one."""
    origin = "https://ui.example.org"
    named = api.with_services(origins=frozenset({origin}))
    asks = {"origin": origin, "access-control-request-method": "DELETE"}
    answer = named.call("OPTIONS", "/api/v1/trials/x", headers=asks)
    assert answer.status_code == 204
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    plain = named.call("OPTIONS", "/api/v1/health", headers={"origin": origin})
    assert plain.status_code == 405
    foreign = named.call("OPTIONS", "/api/v1/health", headers={**asks, "origin": "https://e.x"})
    assert foreign.status_code == 405
    assert "access-control-allow-origin" not in foreign.headers


def test_faults_of_ours_show_no_traceback(api: Api) -> None:
    """An unexpected exception is a plain 500; what it was stays in the log."""

    class BrokenViews:
        def position(self, _view: str) -> int:
            raise RuntimeError("very private")

    answer = api.with_services(views=BrokenViews()).get("/trials")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "private" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/v1", "/api/v1/", "/api/v1/health/", "/api/v2/x"]
)
def test_unknown_paths_are_404_problems(api: Api, path: str) -> None:
    """A path that is none is a problem document, not a redirect or a page."""
    answer = api.call("GET", path)
    assert answer.status_code == 404
    assert answer.json()["title"] == "Not Found"


def test_wrong_methods_are_405_problems(api: Api) -> None:
    """A method that a path does not have is refused with those that it has."""
    answer = api.call("DELETE", "/api/v1/health")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.headers["content-type"] == "application/problem+json"
