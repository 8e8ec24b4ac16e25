"""A system with a login and a policy, and the ways to attack it: over HTTP, byte by byte, by jobs.

It looks at itself, too: what the log holds, how much memory the gateway takes, what was said.
"""

import json
import os
import re
import secrets
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import psutil
from tests.integration.service_process import ServiceProcess, wait_for

from hyperdock_gateway.auth.token_file import changing, read_tokens
from hyperdock_gateway.auth.tokens import Token, key_of, secret_of

_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Made once: it takes longer than most requests, and none of them needs it."""

UI = "https://ui.example.org"
SECRET_NAME = "allowed"  # noqa: S105 - it is the name of one
SECRET = "s3cr3t-of-targets-5d0a7c4e"  # noqa: S105 - as above
POLICY = f"""
images:
  allow: [docker.io/library/python:3.*, registry.example.org/team/*]
  deny: ["**/**:nightly"]
privileged: deny
network: {{allow: [none, bridge]}}
data: {{roots: [sets]}}
resources: {{max: {{cpus: 4, memory: 2g, gpus: 1, shm_size: 1g, disk: 10g}}}}
runtimes: [runsc]
pools: {{allow: [default]}}
limits: {{parallelism: 8, jobs: 100, priority: {{max: 5}}}}
secrets: [{SECRET_NAME}]
"""
SPACE: Mapping[str, Any] = {"x": {"type": "float", "low": 0, "high": 1}}
EXTERNAL: Mapping[str, Any] = {"name": "open", "external": True, "space": SPACE}
"""A trial that stays open, as nobody evaluates its jobs."""


@dataclass
class Place:
    """What is attacked.

    Attributes:
        known: all tokens and tickets that were ever given, and what only looked like one.
    """

    gateway: ServiceProcess
    plain: ServiceProcess
    worker: ServiceProcess
    tokens: Path
    results: Path
    known: set[str] = field(default_factory=lambda: {SECRET})

    def token(self, scope: str, **more: Any) -> str:
        """A new token, as soon as it counts; one that has ended already counts as refused."""
        secret = secret_of(os.urandom(32))
        self.known.add(secret)
        name = f"t-{uuid4().hex[:8]}"
        made = Token(name=name, key=key_of(secret), scopes=(scope,), created_at=0.0, **more)
        with changing(self.tokens) as write:
            write(read_tokens(self.tokens).with_token(made))
        self.until(secret, 200 if made.keys(time.time()) else 401, "has expired")
        return secret

    def revoke(self, secret: str) -> None:
        """Ends a token; returns when it counts no more."""
        tokens = read_tokens(self.tokens)
        holder = tokens.holder(key_of(secret))
        assert holder is not None
        with changing(self.tokens) as write:
            write(tokens.without(holder.name))
        self.until(secret, 401, "not known")

    def until(self, secret: str, status: int, words: str) -> None:
        """Waits for the gateway to know of a change of its tokens."""

        def found() -> bool:
            with self.client(secret) as client:
                answer = client.get("/me")
            return answer.status_code == status and (status == 200 or words in answer.text)

        wait_for(found, f"the token never got {status}:\n{self.gateway.log[-2000:]}")

    def client(self, secret: str | None = None, **headers: str) -> httpx.Client:
        """Somebody at an address where nobody was before."""
        sent = {"x-forwarded-for": self.address(), **headers}
        if secret is not None:
            sent["authorization"] = f"Bearer {secret}"
        base_url = f"{self.gateway.url}/api/v1"
        return httpx.Client(base_url=base_url, headers=sent, timeout=60, verify=_NO_TLS)

    @staticmethod
    def address() -> str:
        """An address where nobody is."""
        return ".".join(str(each) for each in (10, *secrets.token_bytes(3)))

    def ticket(self, secret: str) -> str:
        """A new ticket."""
        with self.client(secret) as client:
            answer = client.post("/tickets")
        assert answer.status_code == 201, answer.text
        text = str(answer.json()["ticket"])
        self.known.add(text)
        return text

    @contextmanager
    def wire(self, *lines: bytes, plain: bool = False) -> Iterator[socket.socket]:
        """A connection, over which these lines were sent, and no end of a head."""
        with socket.create_connection(
            address_of(self.plain if plain else self.gateway), 60
        ) as wire:
            wire.sendall(b"".join(line + b"\r\n" for line in lines))
            yield wire

    def raw(self, *lines: bytes, body: bytes = b"", plain: bool = False) -> "Reply":
        """What comes back for these lines and an empty one, and for the body behind."""
        with self.wire(*lines, b"Connection: close", b"", plain=plain) as wire:
            with suppress(ConnectionError):  # it may not want all of it
                wire.sendall(body)
            return Reply.of(read_all(wire))

    @property
    def address_of_gateway(self) -> tuple[str, int]:
        """Where it listens."""
        return address_of(self.gateway)

    def head(self) -> int:
        """The position of the last event in the log."""
        with self.client() as client:
            return int(client.get("/health").json()["position"])

    @property
    def memory(self) -> int:
        """The bytes that the gateway's process has in memory."""
        port = urlsplit(self.gateway.url).port
        for each in psutil.Process().children():
            if any(c.laddr.port == port and c.status == "LISTEN" for c in each.net_connections()):
                return int(each.memory_info().rss)
        raise AssertionError("the gateway is gone")

    def run(self, script: str, **more: Any) -> str:
        """The id of a job that has run this script, and succeeded."""
        command = ["sh", "-c", f'{script}\necho 1 > "$HYPERDOCK_DIR/loss.json"']
        document = {"name": "hostile", "command": command, "space": SPACE, "budget": {"jobs": 1}}
        with self.client(self.token("submit")) as client:
            answer = client.post("/trials", json={**document, **more})
            assert answer.status_code == 201, answer.text
            job_id = f"{answer.json()['trial_id']}.1"

            def ended() -> dict[str, Any] | None:
                shown = client.get(f"/jobs/{job_id}")
                job: dict[str, Any] = shown.json() if shown.status_code == 200 else {}
                return job if job.get("finished_at") else None

            job = wait_for(ended, f"the job does not end:\n{self.worker.log[-2000:]}")
        assert job["state"] == "succeeded", job["message"]
        return job_id


@dataclass
class Reply:
    """An answer as it came over the wire."""

    status: int
    head: bytes
    body: bytes
    whole: bytes

    @classmethod
    def of(cls, content: bytes) -> "Reply":
        """The first answer in what came; status 0 if there was none."""
        head, _, body = content.partition(b"\r\n\r\n")
        found = re.match(rb"HTTP/1\.1 (\d{3})", head)
        return cls(int(found[1]) if found else 0, head.lower(), body, content)

    @property
    def problem(self) -> dict[str, Any]:
        """The problem document in it."""
        return dict(json.loads(self.body))


def address_of(service: ServiceProcess) -> tuple[str, int]:
    """Host and port."""
    place = urlsplit(service.url)
    return str(place.hostname), int(place.port or 0)


def read_all(wire: socket.socket) -> bytes:
    """All that comes until the other end has nothing to say any more."""
    chunks = []
    with suppress(ConnectionError):
        while chunk := wire.recv(65536):
            chunks.append(chunk)
    return b"".join(chunks)
