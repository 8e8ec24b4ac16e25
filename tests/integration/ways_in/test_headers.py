"""Headers that carry other headers, two requests in one, names that are not ours, false senders."""

import re
from collections.abc import Iterator

import httpx
import pytest
from tests.integration.ways_in.place import EXTERNAL, UI, Place, Reply, read_all

pytestmark = pytest.mark.slow

HOST = b"Host: 127.0.0.1"
GET_ME = b"GET /api/v1/me HTTP/1.1"
SUBMIT = b"POST /api/v1/trials HTTP/1.1"
JSON = b"Content-Type: application/json"
SAFETY = (
    b"x-content-type-options: nosniff", b"x-frame-options: deny", b"cache-control: no-",
    b"referrer-policy: no-referrer", b"content-security-policy: default-src 'none'",
    b"cross-origin-resource-policy: same-origin",
)  # fmt: skip
INJECTIONS = (
    b"a\r\nX-Injected: 1", b"a\nX-Injected: 1", b"a\rX-Injected: 1", b"a\r\n X-Injected: 1",
    b"a%0d%0aX-Injected: 1", b"a\\r\\nX-Injected: 1", b"a\x00b", b"\xff\xfe", b"\x7f", b"a\x0bb",
    b"\xe5\x98\x8a\xe5\x98\x8dX-Injected: 1", b"a\xc2\x85X-Injected: 1", b"", b"x" * 60_000,
)  # fmt: skip
ECHOED = (
    b"Idempotency-Key", b"Origin", b"Host", b"If-None-Match", b"Authorization", b"X-Forwarded-For",
    b"X-Forwarded-Host", b"X-Forwarded-Proto", b"Forwarded", b"Content-Type", b"Accept", b"Cookie",
    b"Access-Control-Request-Method", b"Sec-Fetch-Site", b"Content-Encoding", b"Referer",
)  # fmt: skip


@pytest.fixture(scope="module")
def token(place: Place) -> str:
    """Of somebody who may submit."""
    return place.token("submit")


@pytest.fixture
def login(place: Place, token: str) -> list[bytes]:
    """Says who asks, and from where."""
    return [
        f"Authorization: Bearer {token}".encode(),
        f"X-Forwarded-For: {place.address()}".encode(),
    ]


@pytest.fixture(autouse=True)
def traceless(place: Place) -> Iterator[None]:
    """Nothing of all this is recorded."""
    head = place.head()
    yield
    assert place.head() == head


@pytest.mark.parametrize("name", ECHOED)
def test_no_header_becomes_another_one(place: Place, login: list[bytes], name: bytes) -> None:
    """Of the answer, in whatever way a line's end is written; and no fault comes of it."""
    for value in INJECTIONS:
        lines = [HOST, JSON, *login, name + b": " + value, b"Content-Length: 2"]
        reply = place.raw(SUBMIT, *lines, body=b"{}")
        assert re.search(rb"\nx-injected:", reply.head) is None
        assert 400 <= reply.status < 500, (value, reply.whole[:500])


@pytest.mark.parametrize(
    "line",
    [
        b"Transfer-Encoding: chunked", b"Transfer-Encoding: CHUNKED", b"transfer-encoding:chunked",
        b"Transfer-Encoding : chunked", b"Transfer-Encoding: xchunked", b" Transfer-Encoding: gzip",
        b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding:\x0bchunked", b"X: x\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"Content-Length: 6",
        b"Content-Length: 4, 6", b"Content-Length: +4", b"Content-Length: 0x4", b"Content-Length: ",
        b"Content-Length: -4", b"Content-Length: 4 4", b"Content-Length\x00: 6",
    ],
)  # fmt: skip
def test_no_second_request_hides_in_a_body(place: Place, login: list[bytes], line: bytes) -> None:
    """Where two lengths could be meant, there is one answer, and the connection is over."""
    hidden = b"0\r\n\r\nGET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    lines = [SUBMIT, HOST, JSON, *login, b"Content-Length: 4", line, b"", hidden]
    with place.wire(*lines) as wire:
        answers = read_all(wire)
    assert answers.startswith(b"HTTP/1.1 4"), answers
    assert answers.count(b"HTTP/1.1 ") == 1
    assert b'"position"' not in answers


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\n{}\r\n0\r\n\r\n", b"2\r\n{}X\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"\r\n" * 9,
        b"f" * 40 + b"\r\n", b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\nHost: evil\r\n\r\n",
    ],
)  # fmt: skip
def test_chunks_that_are_none_end_the_connection(
    place: Place, login: list[bytes], body: bytes
) -> None:
    """With an answer, and without a fault in the log; trailers mean nothing."""
    for lines in ([*login], []):
        head = [SUBMIT, HOST, JSON, *lines, b"Transfer-Encoding: chunked"]
        reply = place.raw(*head, body=body)
        assert reply.status in {400, 401, 422}
    assert "Exception in ASGI" not in place.gateway.log
    assert not place.gateway.said("request_failed")


@pytest.mark.parametrize(
    "host",
    [b"evil.example", b"127.0.0.1.evil.example", b"127.0.0.1:80@evil", b"localhost.evil", b"[::2]",
     b"2130706433", b"0x7f.1", b"127.1", b"0.0.0.0", b"169.254.169.254", b"gateway", b"*"],
)  # fmt: skip
def test_names_that_are_not_ours_are_refused(place: Place, login: list[bytes], host: bytes) -> None:
    """A page whose name leads to this machine gets nothing, with a good token, too."""
    told = [b"X-Forwarded-Host: 127.0.0.1", b"Forwarded: host=127.0.0.1", b"X-Host: 127.0.0.1"]
    reply = place.raw(GET_ME, b"Host: " + host, *told, *login)
    assert reply.status in {400, 421}
    assert b'"scopes"' not in reply.body


def test_a_false_sender_changes_nothing(place: Place) -> None:
    """Without a proxy that is trusted nobody gets around the limit by saying who they are."""
    with httpx.Client(base_url=f"{place.plain.url}/api/v1") as client:
        for number in range(10):
            false = {"x-forwarded-for": f"10.1.1.{number}", "forwarded": f"for=10.1.1.{number}"}
            wrong = {"authorization": f"Bearer hd_guess{number}", "x-real-ip": f"10.1.1.{number}"}
            assert client.get("/me", headers={**false, **wrong}).status_code == 401
        good = {"authorization": f"Bearer {place.token('read')}"}
        for sender in ("10.9.9.9", "127.0.0.1", "::1", "unknown", "1" * 1000):
            answer = client.get("/me", headers={**good, "x-forwarded-for": sender})
            assert answer.status_code == 429
    (line,) = place.plain.said("too_many_failed_logins")
    assert line["client"] == "127.0.0.1"
    assert "10.1.1." not in place.plain.log


def everything(place: Place, login: list[bytes]) -> dict[str, Reply]:
    """One answer of each kind."""
    upgrade = [b"Connection: Upgrade", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13"]
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    events = b"GET /api/v1/events HTTP/1.1"
    compressed = b"Content-Encoding: gzip"
    return {
        "200": place.raw(GET_ME, HOST, *login),
        "no HTTP": place.raw(b"\x16\x03\x01", HOST),
        "400": place.raw(b"GET /api/v1/me?x=1 HTTP/1.1", HOST, *login),
        "401": place.raw(GET_ME, HOST),
        "403": place.raw(b"GET /api/v1/set-aside HTTP/1.1", HOST, *login),
        "404": place.raw(b"GET /api/v1/nothing HTTP/1.1", HOST, *login),
        "404 of a page": place.raw(b"GET /nothing HTTP/1.1", HOST),
        "405": place.raw(b"PUT /api/v1/me HTTP/1.1", HOST, *login),
        "413": place.raw(SUBMIT, HOST, JSON, *login, b"Content-Length: 99999999"),
        "415": place.raw(SUBMIT, HOST, JSON, *login, compressed, b"Content-Length: 2", body=b"{}"),
        "421": place.raw(GET_ME, b"Host: evil.example", *login),
        "422": place.raw(SUBMIT, HOST, JSON, *login, b"Content-Length: 2", body=b"{}"),
        "TRACE": place.raw(b"TRACE /api/v1/me HTTP/1.1", HOST, *login),
        "CONNECT": place.raw(b"CONNECT evil:443 HTTP/1.1", HOST, *login),
        "OPTIONS": place.raw(b"OPTIONS /api/v1/me HTTP/1.1", HOST, *login),
        "docs": place.raw(b"GET /api/v1/docs HTTP/1.1", HOST),
        "WebSocket 401": place.raw(events, HOST, *upgrade, key),
        "WebSocket 403": place.raw(events, HOST, *upgrade, key, b"Origin: https://evil", *login),
        "WebSocket 404": place.raw(b"GET /x HTTP/1.1", HOST, *upgrade, key, *login),
        "WebSocket without a key": place.raw(events, HOST, *upgrade, *login),
        "WebSocket with a body": place.raw(events, HOST, *upgrade, key, b"Content-Length: 1"),
        "WebSocket of 12": place.raw(events, HOST, *upgrade[:2], key, b"Sec-WebSocket-Version: 12"),
    }


def test_every_answer_is_safe_and_tells_nothing_of_the_server(
    place: Place, login: list[bytes]
) -> None:
    """Whatever its status: no browser guesses, frames, keeps or passes anything on."""
    for kind, reply in everything(place, login).items():
        assert reply.status, kind
        assert kind[:3] in {str(reply.status), "no ", "TRA", "CON", "OPT", "doc", "Web"}, kind
        lines = reply.head.split(b"\r\n")
        for wanted in SAFETY:
            found = [line for line in lines if line.startswith(wanted)]
            assert len(found) == 1, (kind, wanted, reply.head)
        assert not [line for line in lines if line.startswith((b"server:", b"x-powered-by:"))]
        assert b"uvicorn" not in reply.whole.lower()
        assert b"python" not in reply.head
        assert b"Traceback" not in reply.whole
    probe = httpx.get(f"{place.gateway.url}/livez")
    assert probe.headers["x-content-type-options"] == "nosniff"
    assert "server" not in probe.headers


FOREIGN = (
    "https://evil.example", "null", "http://ui.example.org", "https://ui.example.org:8443",
    "https://ui.example.org.", "https://ui.example.org.evil.example", "https://x.ui.example.org",
    "https://UI.example.org/", "https://ui.example.org/path", "file://", "*", "about:blank",
    "https://ui.example.org https://evil.example", "chrome-extension://abc", "https://ui.example.or",
    "https://ui-example.org", "wss://ui.example.org", "https://127.0.0.1", "http://127.0.0.1:1",
    "http://localhost.evil.example", "data:", "http://[::1]",
)  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_foreign_pages_change_nothing_and_read_nothing(
    place: Place, token: str, origin: str
) -> None:
    """Whatever they ask for, with whatever token; and a browser is told no word of permission."""
    with place.client(token, origin=origin) as client:
        for method, path in (
            ("POST", "/trials"), ("PATCH", "/trials/none"), ("DELETE", "/trials/none"),
            ("POST", "/tickets"), ("PUT", "/trials"), ("POST", "/nothing"),
        ):  # fmt: skip
            body = dict(EXTERNAL) if method != "DELETE" else None
            answer = client.request(method, path, json=body)
            assert answer.status_code == 403, (method, path)
            assert not told(answer)
        for asked in ("GET", "POST", "DELETE"):
            wants = {"access-control-request-method": asked}
            assert not told(client.options("/trials", headers=wants))
        assert not told(client.get("/trials"))


def test_a_page_that_is_named_is_named_exactly(place: Place, token: str) -> None:
    """Never `*`, never with cookies, and only where it asks itself."""
    wants = {"access-control-request-method": "DELETE"}
    with place.client(token, origin=UI) as client:
        for answer in (client.options("/trials/none", headers=wants), client.get("/trials")):
            assert answer.headers["access-control-allow-origin"] == UI
            assert "access-control-allow-credentials" not in answer.headers
            assert "origin" in answer.headers["vary"].lower()
        assert client.request("DELETE", "/trials/none").status_code == 404
    with place.client(token) as client:
        assert not told(client.get("/trials"))


def told(answer: httpx.Response) -> list[str]:
    """What an answer permits other pages."""
    return [name for name in answer.headers if name.startswith("access-control-")]
