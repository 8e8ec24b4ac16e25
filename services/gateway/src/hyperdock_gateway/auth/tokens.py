"""Tokens and the text that they are kept in: names, scopes, and hashes of the secrets.

A secret is 32 random bytes, so its plain SHA-256 is enough to keep: nobody can try 2**256 of them.
Slow hashes protect passwords, which people choose and attackers guess.

The hash is still no public thing. Tickets are keyed by it, so that every gateway with the same file
can check them: whoever reads the file can make tickets, which open reading (see `tickets`).
"""

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hyperdock_common.errors import HyperdockError, Problem
from hyperdock_gateway.auth.principal import SCOPES

PREFIX: Final = "hd_"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_FIELDS: Final = frozenset({"name", "hash", "scopes", "created_at", "expires_at", "previous"})
_PREVIOUS: Final = frozenset({"hash", "expires_at"})
_NO_HASH: Final = "must be the SHA-256 of the secret: 64 hexadecimal digits in lower case"


class TokensRefused(HyperdockError):
    """Raised when a text holds no usable tokens; names the token, or the line, and the field."""

    def __init__(self, place: str, *problems: Problem) -> None:
        self.place = place
        self.problems = problems
        super().__init__("\n".join(f"{place}: {each}" for each in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token, without its secret.

    Attributes:
        name: what it is called in logs, and in the events that it causes.
        key: the SHA-256 of its secret.
        created_at: seconds since 1970, as all times here.
        expires_at: when it ends; None: never.
        previous: the key that it had before its secret was exchanged.
        previous_until: until when that one counts, too.
    """

    name: str
    key: bytes
    scopes: tuple[str, ...]
    created_at: float
    expires_at: float | None = None
    previous: bytes | None = None
    previous_until: float = 0.0

    def keys(self, now: float) -> tuple[bytes, ...]:
        """The keys that count now; none once it has expired."""
        if self.expires_at is not None and now >= self.expires_at:
            return ()
        if self.previous is not None and now < self.previous_until:
            return (self.key, self.previous)
        return (self.key,)

    def exchanged(self, key: bytes, now: float, keep: float) -> "Token":
        """The same with a new key; the present one counts, too, for so many seconds."""
        if keep <= 0:
            return replace(self, key=key, previous=None, previous_until=0.0)
        return replace(self, key=key, previous=self.key, previous_until=now + keep)


@dataclass(frozen=True, slots=True)
class Tokens:
    """All tokens of a file; names are unique."""

    all: tuple[Token, ...] = ()

    def named(self, name: str) -> Token | None:
        """The token of this name."""
        return next((each for each in self.all if each.name == name), None)

    def with_token(self, token: Token) -> "Tokens":
        """With this one, in the place of the one that has its name."""
        if self.named(token.name) is None:
            return Tokens((*self.all, token))
        return Tokens(tuple(token if each.name == token.name else each for each in self.all))

    def without(self, name: str) -> "Tokens":
        """Without the one of this name."""
        return Tokens(tuple(each for each in self.all if each.name != name))

    def holder(self, key: bytes) -> Token | None:
        """The token, expired or not, whose secret has or had this hash.

        All are compared, each in the same time: how long it takes says nothing.
        """
        found = None
        for each in self.all:
            same = hmac.compare_digest(each.key, key)
            before = hmac.compare_digest(each.previous or each.key, key)
            found = each if same or before else found
        return found


def secret_of(random_bytes: bytes) -> str:
    """The secret that 32 unpredictable bytes make."""
    return PREFIX + base64.urlsafe_b64encode(random_bytes).decode().rstrip("=")


def key_of(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def is_name(name: str) -> bool:
    """Whether a token may be called so."""
    return _NAME.fullmatch(name) is not None


NAME_RULE: Final = "must be 1 to 64 of A-Z a-z 0-9 . _ @ -, beginning with a letter or digit"


def dump_tokens(tokens: Tokens) -> str:
    """The text of a token file: a JSON list with a token a line."""
    lines = ",\n".join(json.dumps(_document(each)) for each in tokens.all)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def parse_tokens(text: str) -> Tokens:
    """The tokens of a text: one JSON list, or a JSON object a line.

    Raises:
        TokensRefused: something is wrong with it; hashes and secrets are never repeated.
    """
    found: list[Token] = []
    known: dict[tuple[str, str], str] = {}
    for place, document in _documents(text):
        problems = list(_problems(document))
        if not problems:
            found.append(token := _token(document))
            keys = [each.hex() for each in (token.key, token.previous) if each]
            for field, value in (("name", token.name), *(("hash", key) for key in keys)):
                if (field, value) in known:
                    problems.append(Problem(field, f"the same as of {known[field, value]}"))
                known[field, value] = place
        if problems:
            raise TokensRefused(place, *problems)
    return Tokens(tuple(found))


def _documents(text: str) -> Iterable[tuple[str, Any]]:
    if text.lstrip().startswith("["):
        listed = _parse("the list", text, 0)
        yield from ((f"token {number}", each) for number, each in enumerate(listed, 1))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield f"line {number}", _parse(f"line {number}", line, number)


def _parse(place: str, text: str, line: int) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {line or error.lineno}, column {error.colno}"
        raise TokensRefused(where, Problem("", f"not valid JSON: {error.msg}")) from None
    except (ValueError, RecursionError):
        raise TokensRefused(place, Problem("", "not valid JSON")) from None


def _problems(document: Any) -> Iterable[Problem]:
    if not isinstance(document, dict):
        yield Problem("", "must be a JSON object with name, hash, scopes and created_at")
        return
    for name in document.keys() - _FIELDS:
        yield Problem(name[:40], f"no such field; known are {', '.join(sorted(_FIELDS))}")
    name, scopes = document.get("name"), document.get("scopes")
    if not (isinstance(name, str) and is_name(name)):
        yield Problem("name", NAME_RULE)
    yield from _problems_of_hash("hash", document.get("hash"))
    if not (isinstance(scopes, list) and scopes and all(each in SCOPES for each in scopes)):
        yield Problem("scopes", f"must be a list of some of {', '.join(SCOPES)}")
    if not _is_time(document.get("created_at")):
        yield Problem("created_at", "must be seconds since 1970")
    if document.get("expires_at") is not None and not _is_time(document["expires_at"]):
        yield Problem("expires_at", "must be seconds since 1970, or left out")
    if document.get("previous") is not None:
        yield from _problems_of_previous(document["previous"])


def _problems_of_previous(previous: Any) -> Iterable[Problem]:
    if not isinstance(previous, dict) or previous.keys() != _PREVIOUS:
        yield Problem("previous", "must be an object with hash and expires_at")
        return
    yield from _problems_of_hash("previous.hash", previous["hash"])
    if not _is_time(previous["expires_at"]):
        yield Problem("previous.expires_at", "must be seconds since 1970")


def _problems_of_hash(field: str, value: Any) -> Iterable[Problem]:
    if not (isinstance(value, str) and _HASH.fullmatch(value)):
        is_secret = isinstance(value, str) and value.startswith(PREFIX)
        yield Problem(field, f"{_NO_HASH}; this is the secret itself" if is_secret else _NO_HASH)


def _is_time(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0


def _token(document: Mapping[str, Any]) -> Token:
    previous = document.get("previous") or {}
    return Token(
        name=document["name"],
        key=bytes.fromhex(document["hash"]),
        scopes=tuple(document["scopes"]),
        created_at=document["created_at"],
        expires_at=document.get("expires_at"),
        previous=bytes.fromhex(previous["hash"]) if previous else None,
        previous_until=previous.get("expires_at", 0.0),
    )


def _document(token: Token) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": token.name,
        "hash": token.key.hex(),
        "scopes": list(token.scopes),
        "created_at": token.created_at,
    }
    if token.expires_at is not None:
        document["expires_at"] = token.expires_at
    if token.previous is not None:
        document["previous"] = {"hash": token.previous.hex(), "expires_at": token.previous_until}
    return document
