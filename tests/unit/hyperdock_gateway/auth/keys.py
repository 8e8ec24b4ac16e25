"""Tokens for tests, and a clock that is told the time."""

import json
from pathlib import Path
from typing import Any

from hyperdock_gateway.auth.login import Login
from hyperdock_gateway.auth.token_file import TokenFile
from hyperdock_gateway.auth.tokens import key_of, secret_of

NOW = 1_700_000_000.0
READER = secret_of(b"r" * 32)
SUBMITTER = secret_of(b"s" * 32)
ADMIN = secret_of(b"a" * 32)
EXPIRED = secret_of(b"e" * 32)
OTHER = secret_of(b"o" * 32)


class Clock:
    """Tells what it was told."""

    def __init__(self, now: float = NOW) -> None:
        self.now = now

    def __call__(self) -> float:
        """The time."""
        return self.now


def entry(name: str, secret: str, scope: str = "read", **more: Any) -> dict[str, Any]:
    """A token as the file has it."""
    hashed = key_of(secret).hex()
    return {"name": name, "hash": hashed, "scopes": [scope], "created_at": NOW - 1000, **more}


def everybody() -> list[dict[str, Any]]:
    """One token of each kind."""
    return [
        entry("reader", READER),
        entry("submitter", SUBMITTER, "submit"),
        entry("boss", ADMIN, "admin"),
        entry("late", EXPIRED, "admin", expires_at=NOW - 1),
    ]


def write(path: Path, entries: list[dict[str, Any]]) -> Path:
    """Writes a token file for us alone, at once."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(entries), "utf-8")
    new.chmod(0o600)
    return new.replace(path)


def login_of(path: Path, clock: Clock, monotonic: Clock | None = None) -> Login:
    """A login by a file."""
    tokens = TokenFile(path, monotonic or Clock(0.0))
    count = iter(range(1, 10_000))
    return Login(tokens, clock, lambda size: next(count).to_bytes(size, "big"))
