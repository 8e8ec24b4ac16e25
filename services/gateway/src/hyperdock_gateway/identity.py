"""Ids and seeds for what begins here, made from random bytes that are passed in."""

import base64
import re
import unicodedata
import uuid
from typing import Final

_SLUG_LENGTH: Final = 24
_SUFFIX_LENGTH: Final = 6


def event_id(random_bytes: bytes) -> str:
    """A UUID from 16 bytes."""
    return str(uuid.UUID(bytes=random_bytes, version=4))


def trial_id(name: str, random_bytes: bytes) -> str:
    """A readable id: the name's letters and digits, then 6 random characters (from 4 bytes)."""
    suffix = base64.b32encode(random_bytes).decode().lower()[:_SUFFIX_LENGTH]
    return f"{slug(name)}-{suffix}"


def seed(random_bytes: bytes) -> int:
    """A seed below 2**32 from 4 bytes."""
    return int.from_bytes(random_bytes, "big")


def slug(name: str) -> str:
    """The name in at most 24 lower-case letters, digits and dashes; `trial` if none are left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG_LENGTH].rstrip("-") or "trial"
