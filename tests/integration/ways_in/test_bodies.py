"""Bodies that are too large, too slow, too deep, too many, or not what they say they are."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from tests.integration.ways_in.place import EXTERNAL, Place, read_all

pytestmark = pytest.mark.slow

JSON, YAML = "application/json", "application/yaml"
MEBIBYTE = 2**20
LARGEST = 4 * MEBIBYTE
LONGEST = 20.0
"""Seconds that one body may keep the gateway, on a machine that does other things, too."""
MERGES = "a0: &a0 {x: 1, y: 2}\n" + "".join(
    f"a{number}: &a{number} {{<<: [{', '.join([f'*a{number - 1}'] * 1000)}]}}\n"
    for number in range(1, 9)
)
ALIASES = "a0: &a0 [x, x]\n" + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 12)
)


def trial(**fields: Any) -> str:
    """A trial that is fine, but for these fields."""
    return json.dumps({**EXTERNAL, **fields})


def with_number(number: str, **fields: Any) -> str:
    """The same, with this instead of a 7."""
    return trial(**fields).replace("7", number)


FLOAT = {"x": {"type": "float", "low": 0, "high": 7}}
GRID = {"name": "grid", "options": {"points": 10**9}}
BOMBS: dict[str, tuple[str, str | bytes]] = {
    "deep lists": (JSON, "[" * 10**5 + "]" * 10**5),
    "deep objects": (JSON, '{"a":' * 10**5 + "1" + "}" * 10**5),
    "a list that never ends": (JSON, "[" * (LARGEST - 1)),
    "deep lists in YAML": (YAML, "[" * 60_000 + "]" * 60_000),
    "deep blocks in YAML": (YAML, "- " * 60_000),
    "aliases": (YAML, ALIASES),
    "merges": (YAML, MERGES),
    "an alias of itself": (YAML, "a: &a [*a]"),
    "a merge of itself": (YAML, "a: &a {<<: *a}"),
    "a long YAML": (YAML, "[" + "1," * 60_000 + "]"),
    "a hexadecimal number": (YAML, "name: 0x" + "f" * 10**5),
    "a number to the base of 60": (YAML, "%YAML 1.1\n---\nname: " + "1:" * 60_000 + "1"),
    "no character": (YAML, 'name: "\\UFFFFFFFF"'),
    "an object of Python": (YAML, "name: !!python/object/apply:os.abort []"),
    "a key twice in YAML": (YAML, "name: a\nname: b"),
    "1e999": (JSON, with_number("1e999", priority=7)),
    "1e999 in the space": (JSON, with_number("1e999", space=FLOAT)),
    "a number of 10^5 digits": (JSON, with_number("1" * 10**5, priority=7)),
    "a bound of 4000 digits": (JSON, with_number("1" * 4000, space=FLOAT)),
    "a value of 4000 digits": (JSON, with_number("1" * 4000, space={"x": [7]})),
    "a seed of 4000 digits": (JSON, with_number("1" * 4000, algorithm={"name": "a", "seed": 7})),
    "a long size": (JSON, trial(resources={"memory": "1" * 3999 + "g"})),
    "a long duration": (JSON, trial(timeout="1" * 10**6 + "x")),
    "a grid of 10^9 points": (JSON, trial(algorithm=GRID)),
    "10^5 unknown fields": (JSON, json.dumps({f"field{number}": 1 for number in range(10**5)})),
    "10^5 wrong words": (JSON, json.dumps({"name": "a", "command": [1] * 10**5})),
    "a long name of a field": (JSON, json.dumps({"a" * 3 * MEBIBYTE: 1})),
    "a key twice": (JSON, '{"name": "a", "name": "b"}'),
    "NaN": (JSON, '{"name": NaN}'),
    "no UTF-8": (JSON, b'{"name": "\xff"}'),
    "UTF-16": (JSON, '{"name": "a"}'.encode("utf-16")),
    "NUL in a name": (JSON, trial(name="a\0b")),
    "a line end in a name": (JSON, trial(name="a\r\nb")),
    "half a character": (JSON, trial(name="a\ud800b")),
    "half a character in notes": (JSON, trial(notes="\ud800")),
    "half a character for a field": (JSON, trial(**{"\ud800": 1})),
    "half a character for a param": (JSON, trial(space={"\ud800": [1]})),
    "half a character for a value": (JSON, trial(space={"x": ["\ud800"]})),
    "NUL in a variable": (JSON, trial(environment={"A": "\0"})),
    "something behind it": (JSON, trial() + "{}"),
    "nothing": (JSON, ""),
}


@pytest.fixture(scope="module")
def token(place: Place) -> str:
    """Of somebody who may submit."""
    return place.token("submit")


@pytest.fixture(scope="module")
def memory(place: Place, token: str) -> Iterator[int]:
    """What the gateway needs for the largest body that is fine; afterwards hardly more."""
    fine = trial(space={"x": list(range(9000))}).ljust(LARGEST)
    for _ in range(2):
        answer = submit(place, token, JSON, fine, "/trials/validate")
        assert answer.status_code == 200, answer.text[:1000]
    before = place.memory
    yield before
    assert place.memory < before + 50 * MEBIBYTE


@pytest.fixture(autouse=True)
def unharmed(place: Place, memory: int) -> Iterator[None]:
    """Afterwards it is there, and nothing was recorded."""
    assert memory
    head = place.head()
    yield
    assert place.head() == head


def submit(
    place: Place, token: str, media: str, body: str | bytes, path: str = "/trials", **more: str
) -> httpx.Response:
    """The answer to a body of this type."""
    with place.client(token, **more) as client:
        return client.post(path, content=body, headers={"content-type": media})


@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_soon_and_in_few_words(place: Place, token: str, what: str) -> None:
    """With a problem document; and nothing of it is told back at length."""
    media, body = BOMBS[what]
    began = time.monotonic()
    answer = submit(place, token, media, body)
    assert time.monotonic() - began < LONGEST
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]
    assert len(answer.content) < MEBIBYTE // 2


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("", 415),
        ("multipart/form-data; boundary=x", 415), ("application/json5", 415), ("*/*", 415),
        ("application/json, text/plain", 415),
    ],
)  # fmt: skip
def test_another_type_is_refused(place: Place, token: str, media: str, status: int) -> None:
    """No web form can send what is read here; that keeps foreign pages out, too."""
    answer = submit(place, token, media, trial())
    assert answer.status_code == status
    assert answer.headers["accept-post"] == "application/json, application/yaml"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, gzip", "x"])
def test_nothing_compressed_is_taken(place: Place, token: str, encoding: str) -> None:
    """A little of it can stand for very much."""
    packed = gzip.compress(trial().encode().ljust(100 * MEBIBYTE))
    answer = submit(place, token, JSON, packed, **{"content-encoding": encoding})
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "identity"


def post(place: Place, *lines: bytes, token: str = "") -> list[bytes]:
    """The head of a request that submits, without its end."""
    login = [f"Authorization: Bearer {token}".encode()] if token else []
    client = f"X-Forwarded-For: {place.address()}".encode()
    usual = [b"POST /api/v1/trials HTTP/1.1", b"Host: 127.0.0.1", b"Content-Type: " + JSON.encode()]
    return [*usual, client, *login, *lines]


def test_a_large_yaml_is_refused(place: Place, token: str) -> None:
    """Reading it would take long; the same in JSON is read."""
    large = trial().ljust(200_000)
    assert submit(place, token, YAML, large).status_code == 413
    assert submit(place, token, JSON, large, "/trials/validate").status_code == 200


@pytest.mark.parametrize("expects", [b"X-Nothing: more", b"Expect: 100-continue"])
def test_an_announced_flood_is_refused_before_it_comes(
    place: Place, token: str, expects: bytes
) -> None:
    """Nobody has to send it to be told; and the connection ends then, though it was kept alive."""
    length = b"Content-Length: %d" % (LARGEST + 1)
    began = time.monotonic()
    with place.wire(*post(place, length, expects, token=token), b"") as wire:
        answer = read_all(wire)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert time.monotonic() - began < LONGEST


def test_a_flood_without_a_length_is_cut_off(place: Place, token: str) -> None:
    """After the limit it is not read on for ever."""
    sent, chunk = 0, b"10000\r\n" + b" " * 65536 + b"\r\n"
    with place.wire(*post(place, b"Transfer-Encoding: chunked", token=token), b"") as wire:
        wire.settimeout(LONGEST)
        with suppress(ConnectionError):
            while sent < 1000 * MEBIBYTE:
                wire.sendall(chunk)
                sent += len(chunk)
    assert sent < 100 * MEBIBYTE


def test_whoever_was_refused_cannot_go_on(place: Place) -> None:
    """A body that comes byte by byte after the answer keeps no connection."""
    began = time.monotonic()
    with place.wire(*post(place, b"Content-Length: 99999999"), b"") as wire:
        wire.settimeout(0.1)
        answer, ended = b"", False
        while not ended and time.monotonic() - began < LONGEST:
            try:
                wire.sendall(b" ")
                chunk = wire.recv(65536)
                answer, ended = answer + chunk, not chunk
            except TimeoutError:
                continue
            except ConnectionError:
                ended = True
    assert ended
    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.timeout(150)
def test_slow_clients_are_cut_off(place: Place, token: str) -> None:
    """Many heads that never end take nothing from the others, and end some time."""
    began = time.monotonic()
    slow = [socket.create_connection(place.address_of_gateway, 60) for _ in range(50)]
    try:
        for number, wire in enumerate(slow):
            wire.sendall(b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n" * (number % 2))
        with place.client(token) as client:
            assert client.get("/me").status_code == 200
        for wire in slow:
            wire.settimeout(60)
            assert read_all(wire) == b""
    finally:
        for wire in slow:
            wire.close()
    assert time.monotonic() - began < 60


def test_whoever_asks_first_is_told_to_go_on(place: Place, token: str) -> None:
    """`Expect: 100-continue` is answered where the body is wanted."""
    lines = post(place, b"Content-Length: 2", b"Expect: 100-continue", b"Connection: close")
    lines.append(f"Authorization: Bearer {token}".encode())
    with place.wire(*lines, b"") as wire:
        assert wire.recv(65536).startswith(b"HTTP/1.1 100 ")
        wire.sendall(b"{}")
        assert read_all(wire).startswith(b"HTTP/1.1 422 ")
