"""The headers that make asking again cheap and safe: ETag, position, idempotency keys."""

import hashlib
import re
from typing import Final

from starlette.datastructures import Headers

from hyperdock_common.errors import Problem
from hyperdock_common.web import Refused

POSITION: Final = "Hyperdock-Position"
KEY: Final = "Idempotency-Key"
KEY_PATTERN: Final = r"[\x21-\x7e]{1,200}"


def etag_of(body: bytes, encoding: str = "") -> str:
    """A strong tag: other bytes, another tag, and so in another encoding."""
    digest = hashlib.blake2b(body, digest_size=16).hexdigest()
    return f'"{digest}-{encoding}"' if encoding else f'"{digest}"'


def is_known(headers: Headers, etag: str) -> bool:
    """Whether the client has said that it holds the document with this tag."""
    named = ",".join(headers.getlist("if-none-match"))
    tags = (each.strip().removeprefix("W/") for each in named.split(","))
    return any(each in {etag, "*"} for each in tags)


def read_key(headers: Headers) -> str | None:
    """The idempotency key; None where none was given.

    Raises:
        Refused: it is none.
    """
    keys = headers.getlist(KEY)
    if not keys:
        return None
    if len(keys) > 1 or not re.fullmatch(KEY_PATTERN, keys[0]):
        problem = Problem(KEY, "must be given once, with 1 to 200 visible ASCII characters")
        raise Refused(400, str(problem), problem)
    return keys[0]
