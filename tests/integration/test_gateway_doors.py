"""The doors of a gateway that runs: who gets in, with what, from which page, and how often."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import httpx
import pytest
from tests.integration.service_process import ServiceProcess, wait_for
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker
from hyperdock_gateway.auth.tickets import Tickets
from hyperdock_gateway.auth.token_file import changing, read_tokens
from hyperdock_gateway.auth.tokens import Token, key_of, secret_of

pytestmark = pytest.mark.slow

UI = "https://ui.example.org"
RATE = 20
LINK = "/jobs/none.1/log"
"""What a ticket opens; there is no such job, as whoever is let in is told."""

TRIAL: Mapping[str, Any] = {
    "name": "doors",
    "command": ["true"],
    "space": {"x": {"type": "float", "low": 0, "high": 1}},
    "budget": {"jobs": 1},
}


@dataclass
class Doors:
    """A gateway with a login, debugging aloud; each test is a client at an address of its own."""

    gateway: ServiceProcess
    webui: ServiceProcess
    tokens: Path
    secrets: dict[str, str]

    @property
    def url(self) -> str:
        """Where the gateway is."""
        return self.gateway.url

    def token(self, scope: str, **more: Any) -> tuple[str, str]:
        """The name and the secret of a new token, as soon as it counts."""
        name, secret = f"t-{uuid4().hex[:8]}", secret_of(os.urandom(32))
        self.secrets[name] = secret
        made = Token(name=name, key=key_of(secret), scopes=(scope,), created_at=0.0, **more)
        with changing(self.tokens) as write:
            write(read_tokens(self.tokens).with_token(made))
        if made.keys(time.time()):
            self.wait_for_status(secret, 200)
        return name, secret

    def wait_for_status(self, secret: str, status: int) -> None:
        """Waits until a token opens the door, or does not."""

        def found() -> bool:
            with self.client(secret) as client:
                return client.get("/me").status_code == status

        wait_for(found, f"the token never got {status}:\n{self.gateway.log}")

    def client(self, secret: str | None = None, **headers: str) -> httpx.Client:
        """Somebody at an address where nobody was before."""
        address = ".".join(str(each) for each in (10, *secrets.token_bytes(3)))
        sent = {"x-forwarded-for": address, **headers}
        if secret is not None:
            sent["authorization"] = f"Bearer {secret}"
        return httpx.Client(base_url=f"{self.url}/api/v1", headers=sent, timeout=30)

    def ticket(self, secret: str) -> str:
        """A new ticket."""
        with self.client(secret) as client:
            answer = client.post("/tickets")
        assert answer.status_code == 201, answer.text
        text = str(answer.json()["ticket"])
        self.secrets[text] = text
        return text

    @contextmanager
    def listen(self, query: str, url: str | None = None, **how: Any) -> Iterator[ClientConnection]:
        """A WebSocket."""
        address = (url or self.url).replace("http", "ws", 1)
        with connect(f"{address}/api/v1/events{query}", proxy=None, **how) as feed:
            yield feed

    def refused(self, query: str, url: str | None = None, **how: Any) -> int:
        """The status that a WebSocket is refused with before it is one."""
        with pytest.raises(InvalidStatus) as error, self.listen(query, url, **how):
            pass
        return error.value.response.status_code

    def raw(self, *lines: bytes, method: bytes = b"GET", path: bytes = b"/api/v1/me") -> bytes:
        """The answer to a request as it is written here, byte by byte."""
        place = urlsplit(self.url)
        with socket.create_connection((place.hostname, place.port), 10) as wire:
            head = b"\r\n".join([method + b" " + path + b" HTTP/1.1", *lines, b"Connection: close"])
            wire.sendall(head + b"\r\n\r\n")
            return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.fixture(scope="module")
def doors(
    tmp_path_factory: pytest.TempPathFactory, broker: Broker, mongodb: Database
) -> Iterator[Doors]:
    """The services behind the doors, and afterwards a look for secrets into all that they said."""
    folder = tmp_path_factory.mktemp("doors")
    tokens = folder / "tokens.json"
    with changing(tokens) as write:
        write(read_tokens(tokens))
    servers = (
        "--rabbitmq", broker.url, "--rabbitmq-prefix", f"t{uuid4().hex[:8]}",
        "--mongodb", mongodb.url_of(f"t{uuid4().hex[:8]}"), "--loglevel", "debug",
    )  # fmt: skip
    with ExitStack() as stack:

        def add(kind: str, *options: str) -> ServiceProcess:
            return stack.enter_context(ServiceProcess(kind, folder, *options))

        supervisor = add("supervisor", *servers, "--health-port", "0")
        door = ("--tokens", str(tokens), "--allow-origin", UI, "--rate", str(RATE))
        gateway = add(
            "gateway", *servers, *door, "--port", "0", "--trusted-proxy", "127.0.0.1",
        )  # fmt: skip
        webui = add("webui", "--port", "0", "--gateway", gateway.url, "--loglevel", "debug")
        for service in (supervisor, gateway, webui):
            service.wait_ready()
        made = Doors(gateway, webui, tokens, {})
        yield made
        for service in (supervisor, gateway, webui):
            _search(service.log, made.secrets)


def _search(log: str, known: Mapping[str, str]) -> None:
    """Finds no secret, no ticket and no hash in a log, nor what looks like one."""
    assert log
    for secret in known.values():
        assert secret not in log
        assert secret.partition("_")[2][:12] not in log
        assert key_of(secret).hex() not in log
    assert "hd_" not in log
    assert "hdt_" not in log


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/trials"), ("GET", "/me"), ("POST", "/trials"), ("POST", "/tickets"), ("GET", "/x")],
)
def test_without_a_token_nothing_is_done(doors: Doors, method: str, path: str) -> None:
    """Whoever says nothing is told how to say who they are; not even what there is."""
    with doors.client() as client:
        answer = client.request(method, path, json={})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hyperdock token create" in answer.json()["detail"]
    assert doors.refused("") == 401


@pytest.mark.parametrize("path", ["/api/v1/health", "/api/v1/openapi.json", "/api/v1/docs"])
def test_some_things_are_open(doors: Doors, path: str) -> None:
    """How it is and how it is used, which a client must know before it can log in."""
    with doors.client() as client:
        assert client.get(doors.url + path).status_code == 200
        assert client.get(f"{doors.url}/api/v1/health").json()["login"] is True


@pytest.mark.parametrize(
    "path",
    [
        b"//api/v1/trials", b"/api//v1/trials", b"/%61pi/v1/trials", b"/api%2fv1%2ftrials",
        b"/API/v1/trials", b"/api/v1/health/../trials", b"/api/v1/health/%2e%2e/trials",
        b"/./api/v1/trials", b"/api/v1/trials/", b"/api/v1/trials;x", b"/api/v1/trials%00",
        b"/api/v1/health?/../trials", b"/api/v1/trials#/api/v1/health", b"/metrics", b"/metrics/",
        b"/docs/../api/v1/trials", b"http://x/api/v1/trials",
    ],
)  # fmt: skip
def test_no_spelling_of_a_path_goes_around_the_door(doors: Doors, path: bytes) -> None:
    """What is closed is closed, however it is written."""
    answer = doors.raw(b"Host: 127.0.0.1", path=path)
    status = int(answer.split(b" ", 2)[1])
    if path.startswith(b"/api/v1/health?"):
        assert status == 400  # it is health, with a parameter that it does not have
    else:
        assert status in {400, 401, 404}
    assert b'"items"' not in answer
    assert b"# HELP" not in answer


@pytest.mark.parametrize(
    "credentials",
    ["Bearer {}x", "Bearer", "Basic {}", "{}", "Bearer hd_", "Bearer {0} {0}"],
)
def test_a_wrong_token_is_refused(doors: Doors, credentials: str) -> None:
    """Also if it is nearly right, or said in another way."""
    _, secret = doors.token("admin")
    with doors.client(authorization=credentials.format(secret)) as client:
        answer = client.get("/trials")
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]
    assert secret not in answer.text


def test_two_tokens_are_none(doors: Doors) -> None:
    """Nobody has to guess which of both counts."""
    _, secret = doors.token("admin")
    line = f"Authorization: Bearer {secret}".encode()
    host, client = b"Host: 127.0.0.1", b"X-Forwarded-For: 10.255.0.1"
    assert b" 200 " in doors.raw(host, client, line).partition(b"\r\n")[0]
    assert b" 401 " in doors.raw(host, client, line, line).partition(b"\r\n")[0]


def test_a_token_in_the_address_opens_nothing(doors: Doors) -> None:
    """It would be kept by every log and history on its way."""
    _, secret = doors.token("admin")
    with doors.client() as client:
        for name in ("token", "access_token", "ticket"):
            assert client.get("/trials", params={name: secret}).status_code == 401
    assert doors.refused(f"?ticket={secret}") == 401


def test_scopes_say_what_a_token_may_do(doors: Doors) -> None:
    """Who reads cannot submit; who submits can read; each knows who they are."""
    reader, submitter = doors.token("read"), doors.token("submit")
    with doors.client(reader[1]) as client:
        assert client.get("/me").json() == {"name": reader[0], "scopes": ["read"]}
        assert client.get("/trials").status_code == 200
        refusal = client.post("/trials", json=TRIAL)
        assert refusal.status_code == 403
        assert "submit" in refusal.json()["detail"]
    with doors.client(submitter[1]) as client:
        assert client.post("/trials", json=TRIAL).status_code == 201
        assert client.get("/me").json()["scopes"] == ["read", "submit"]


def test_an_expired_token_is_refused(doors: Doors) -> None:
    """With its name, and what to do."""
    name, secret = doors.token("admin", expires_at=time.time() - 1)
    other, soon = doors.token("admin", expires_at=time.time() + 3)
    with doors.client(secret) as client:
        answer = wait_for(lambda: _if(client.get("/me"), f"the token of {name} has expired"))
        assert answer.status_code == 401
        assert f"hyperdock token rotate {name}" in answer.json()["detail"]
    doors.wait_for_status(soon, 401)
    assert other


def _if(answer: httpx.Response, words: str) -> httpx.Response | None:
    return answer if words in answer.text else None


def test_a_token_is_revoked_while_the_gateway_runs(doors: Doors) -> None:
    """For what comes, for tickets that were given, and for who listens."""
    name, secret = doors.token("submit")
    _, other = doors.token("submit")
    unused = doors.ticket(secret)
    with doors.listen(f"?ticket={doors.ticket(secret)}") as feed:
        with changing(doors.tokens) as write:
            write(read_tokens(doors.tokens).without(name))
        doors.wait_for_status(secret, 401)
        with doors.client(other) as client:
            assert client.post("/trials", json=TRIAL).status_code == 201
        assert _close_code(feed) == 1008
    assert doors.refused(f"?ticket={unused}") == 401


def _close_code(feed: ClientConnection) -> int | None:
    try:
        while True:
            feed.recv(timeout=30)
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd is not None else None


def test_a_ticket_opens_a_feed_once(doors: Doors) -> None:
    """For a WebSocket, which can send no header; through the web UI's server, too."""
    _, secret = doors.token("read")
    for url in (doors.url, doors.webui.url):
        ticket = doors.ticket(secret)
        with doors.listen(f"?after=0&ticket={ticket}", url) as feed:
            assert json.loads(feed.recv(timeout=30))
        assert doors.refused(f"?after=0&ticket={ticket}", url) == 401
    with doors.client() as client:
        ticket = doors.ticket(secret)
        assert client.get(LINK, params={"ticket": ticket, "limit": 1}).status_code == 404
        assert client.get(LINK, params={"ticket": ticket}).status_code == 401


def test_a_ticket_only_reads(doors: Doors) -> None:
    """Whatever its token may do, and only what is made for links; and it makes no other ticket."""
    _, secret = doors.token("admin")
    with doors.client() as client:
        for path in ("/me", "/trials", "/events", "/policy"):
            ticket = {"ticket": doors.ticket(secret)}
            assert client.get(path, params=ticket).status_code == 401
        for path in ("/tickets", "/trials"):
            ticket = {"ticket": doors.ticket(secret)}
            assert client.post(path, params=ticket, json=TRIAL).status_code == 401


@pytest.mark.parametrize("kind", ["expired", "far", "forged", "of nobody", "empty", "two"])
def test_a_ticket_that_is_none_is_refused(doors: Doors, kind: str) -> None:
    """By the clock, by the signature, by the name."""
    name, secret = doors.token("admin")
    past = Tickets(lambda: time.time() - 61, os.urandom)
    now = Tickets(time.time, os.urandom)
    far = Tickets(lambda: time.time() + 99, os.urandom)
    text = {
        "expired": past.make(name, key_of(secret)).text,
        "far": far.make(name, key_of(secret)).text,
        "forged": now.make(name, key_of("a guess")).text,
        "of nobody": now.make("nobody", key_of(secret)).text,
        "empty": "",
        "two": "&ticket=".join(now.make(name, key_of(secret)).text for _ in range(2)),
    }[kind]
    doors.secrets[kind] = text or secret
    assert doors.refused(f"?ticket={text}") == 401
    with doors.client() as client:
        assert client.get(f"/trials?ticket={text}").status_code == 401
    good = now.make(name, key_of(secret)).text
    with doors.listen(f"?%74icket={quote(good)}"):
        pass


def test_handlers_never_see_a_ticket(doors: Doors) -> None:
    """It is taken out of the query: what is left is all that they know, and tell."""
    _, secret = doors.token("read")
    with doors.client() as client:
        ticket = doors.ticket(secret)
        answer = client.get(f"{LINK}?limit=1&tick%65t={ticket}&nonsense=1")
    assert answer.status_code == 400
    assert "nonsense" in answer.text
    assert ticket not in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "http://ui.example.org", "https://ui.example.org:8443", "null",
        "https://ui.example.org.evil.example", "https://xui.example.org", "https://ui.example.org/",
        "https://UI.example.org@evil.example", "https://ui.example.org, https://evil.example", "*",
    ],
)  # fmt: skip
def test_foreign_pages_are_kept_out(doors: Doors, origin: str) -> None:
    """With a good token, too: no page of others changes, hears or reads anything."""
    _, secret = doors.token("submit")
    with doors.client(secret, origin=origin) as client:
        refused = client.post("/trials", json=TRIAL)
        assert refused.status_code == 403
        read = client.get("/trials")
        asked = client.options("/trials", headers={"access-control-request-method": "POST"})
    for answer in (refused, read, asked):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    headers = {"origin": origin}
    status = doors.refused(f"?ticket={doors.ticket(secret)}", additional_headers=headers)
    assert status == 403


def test_pages_that_are_named_may_use_it(doors: Doors) -> None:
    """They ask first, as browsers do, and read what they were answered."""
    _, secret = doors.token("submit")
    asks = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,idempotency-key",
    }
    with doors.client(origin=UI, **{"sec-fetch-site": "cross-site"}) as client:
        may = client.options("/trials", headers=asks)
        assert may.status_code == 204
        assert may.headers["access-control-allow-origin"] == UI
        assert "POST" in may.headers["access-control-allow-methods"]
        allowed = may.headers["access-control-allow-headers"].lower()
        for name in ("authorization", "content-type", "idempotency-key", "if-none-match"):
            assert name in allowed
        assert "access-control-allow-credentials" not in may.headers
        assert client.get("/trials").headers["access-control-allow-origin"] == UI
    with doors.client(secret, origin=UI, **{"sec-fetch-site": "cross-site"}) as client:
        done = client.post("/trials", json=TRIAL)
        assert done.status_code == 201
        assert done.headers["access-control-allow-origin"] == UI
        assert "Hyperdock-Position" in done.headers["access-control-expose-headers"]
        assert "Origin" in done.headers["vary"]
    with doors.listen(f"?ticket={doors.ticket(secret)}", additional_headers={"origin": UI}):
        pass
    assert doors.refused("", additional_headers={"origin": UI}) == 401


@pytest.mark.parametrize(
    "host",
    [b"evil.example", b"127.0.0.1@evil", b"127.0.0.1, evil", b"127.0.0.1\x00", b"127.0.0.1 x", b""],
)
def test_host_tricks_are_refused(doors: Doors, host: bytes) -> None:
    """Whatever the name, it must be ours, once, and nothing else beside it."""
    _, secret = doors.token("read")
    token = f"Authorization: Bearer {secret}".encode()
    for lines in ([b"Host: " + host], [b"Host: 127.0.0.1", b"Host: " + host], []):
        answer = doors.raw(*lines, b"X-Forwarded-Host: 127.0.0.1", token)
        assert int(answer.split(b" ", 2)[1]) in {400, 421}
        assert secret.encode() not in answer


@pytest.mark.parametrize(
    "line",
    [
        b"Idempotency-Key: a\rX-Injected: 1", b"Idempotency-Key: a\nX-Injected: 1",
        b"Idempotency-Key: a\r\n X-Injected: 1", b"Idempotency-Key: a\x00b",
        b"Idempotency-Key: \xc3\xa9", b"Idempotency-Key: a%0d%0aX-Injected: 1",
        b"Idempotency-Key: " + b"k" * 201, b"Idempotency-Key : a", b"Idempotency Key: a",
    ],
)  # fmt: skip
def test_nothing_is_injected_by_a_header(doors: Doors, line: bytes) -> None:
    """What is no header is refused; what is one never becomes one of the answer."""
    _, secret = doors.token("submit")
    token, kind = f"Authorization: Bearer {secret}".encode(), b"Content-Type: application/json"
    body = json.dumps(TRIAL).encode()
    length = f"Content-Length: {len(body)}".encode()
    place = urlsplit(doors.url)
    with socket.create_connection((place.hostname, place.port), 30) as wire:
        lines = [b"POST /api/v1/trials HTTP/1.1", b"Host: 127.0.0.1", token, kind, length, line]
        wire.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
        answer = b"".join(iter(lambda: wire.recv(65536), b""))
    status = int(answer.split(b" ", 2)[1])
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"\nx-injected" not in head
    assert status in {201, 400, 422}


def test_headers_without_end_are_refused(doors: Doors) -> None:
    """Neither one that is too long nor too many of them take much of the gateway."""
    for lines in ([b"X: " + b"x" * 200_000], [b"X%d: y" % number for number in range(20_000)]):
        try:
            answer = doors.raw(b"Host: 127.0.0.1", *lines)
        except ConnectionError:
            continue  # it did not even read all of it
        assert int(answer.split(b" ", 2)[1]) in {400, 431}


def test_who_guesses_has_to_wait(doors: Doors) -> None:
    """After ten wrong tokens from an address even a good one is not looked at; elsewhere it is."""
    _, secret = doors.token("read")
    with doors.client() as client:
        for number in range(10):
            guess = {"authorization": f"Bearer hd_guess{number}"}
            assert client.get("/me", headers=guess).status_code == 401
        good = {"authorization": f"Bearer {secret}"}
        answer = client.get("/me", headers=good)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert answer.headers["content-type"] == "application/problem+json"
        assert client.get("/health").status_code == 200
        assert client.get(LINK, params={"ticket": doors.ticket(secret)}).status_code == 404
    with doors.client(secret) as client:
        assert client.get("/me").status_code == 200


def test_no_page_can_lock_a_browser_out(doors: Doors) -> None:
    """A ticket in an address, which any page can have it ask for, does not count as a guess."""
    _, secret = doors.token("read")
    with doors.client() as client:
        for _ in range(30):
            assert client.get("/me", params={"ticket": "hdt_x.y"}).status_code == 401
        good = {"authorization": f"Bearer {secret}"}
        assert client.get("/me", headers=good).status_code == 200


def test_nobody_writes_without_end(doors: Doors) -> None:
    """A token that writes too much waits; reading goes on, and so do other tokens."""
    _, eager = doors.token("submit")
    _, other = doors.token("submit")
    with doors.client(eager) as client, doors.client(other) as calm:
        answers = [client.post("/trials", json={}) for _ in range(3 * RATE)]
        refused = [each for each in answers if each.status_code == 429]
        assert refused
        assert all(int(each.headers["retry-after"]) >= 1 for each in refused)
        assert client.get("/trials").status_code == 200
        assert calm.post("/trials", json={}).status_code == 422


def test_nobody_asks_without_end(doors: Doors) -> None:
    """All requests of a token have a limit, too; and so do those of whoever has none."""
    _, eager = doors.token("read")
    for secret, usual in ((eager, 200), (None, 401)):
        with doors.client(secret) as client:
            seen = {client.get("/me").status_code for _ in range(RATE * 10 + 500)}
        assert seen <= {usual, 429}
        assert usual in seen


def test_a_secret_is_exchanged_while_the_gateway_runs(doors: Doors) -> None:
    """By the command; both count for as long as it says, then only the new one."""
    name, old = doors.token("read")

    def rotate(keep: str) -> str:
        words = [sys.executable, "-m", "hyperdock_cli", "token", "rotate", name, "--keep", keep]
        words += ["--file", str(doors.tokens)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        secret = done.stdout.strip()
        doors.secrets[secret] = secret
        return secret

    new = rotate("1h")
    doors.wait_for_status(new, 200)
    doors.wait_for_status(old, 200)
    newest = rotate("0")
    doors.wait_for_status(newest, 200)
    doors.wait_for_status(old, 401)
    doors.wait_for_status(new, 401)


def test_a_broken_token_file_locks_nobody_out(doors: Doors) -> None:
    """The tokens that were go on, and the log says where it is broken."""
    _, secret = doors.token("read")
    good = doors.tokens.read_text("utf-8")
    doors.tokens.write_text('{"name": "half', "utf-8")
    try:
        with doors.client(secret) as client:

            def told() -> bool:
                assert client.get("/me").status_code == 200
                return bool(doors.gateway.said("tokens_not_read"))

            wait_for(told, "nobody said that it is broken")
            assert client.get("/me").status_code == 200
    finally:
        doors.tokens.write_text(good, "utf-8")
    doors.token("read")


def test_the_web_ui_passes_everything_through(doors: Doors) -> None:
    """The token on the way there, tags and positions on the way back."""
    _, secret = doors.token("submit")
    headers = {"authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=f"{doors.webui.url}/api/v1", headers=headers) as client:
        made = client.post("/trials", json=TRIAL)
        assert made.status_code == 201
        place = f"/trials/{made.json()['trial_id']}"
        shown = client.get(place)
        assert int(shown.headers["hyperdock-position"]) > 0
        same = client.get(place, headers={"if-none-match": shown.headers["etag"]})
        assert same.status_code == 304
    assert httpx.get(f"{doors.webui.url}/api/v1/me").status_code == 401


def test_no_secret_is_in_any_log(doors: Doors) -> None:
    """Good or bad, in a header or an address, here or at the web UI: none is written down."""
    _, secret = doors.token("admin")
    wrong = f"hd_{secrets.token_urlsafe(32)}"
    forged = f"hdt_{secrets.token_urlsafe(60)}.{secrets.token_urlsafe(32)}"
    doors.secrets |= {wrong: wrong, forged: forged}
    for url in (doors.url, doors.webui.url):
        for each in (secret, wrong):
            with doors.client(each) as client:
                client.get(f"{url}/api/v1/me")
                client.post(f"{url}/api/v1/trials", content=b"{", params={"ticket": each})
        for ticket in (doors.ticket(secret), forged, secret):
            with doors.client() as client:
                client.get(f"{url}/api/v1/trials/none", params={"ticket": ticket})
            with suppress(InvalidStatus), doors.listen(f"?ticket={ticket}", url):
                pass
    said = [line["reason"] for line in doors.gateway.said("login_refused")]
    assert "no such token" in said  # it does log at this level, and about this
    for service in (doors.gateway, doors.webui):
        _search(service.log, doors.secrets)
