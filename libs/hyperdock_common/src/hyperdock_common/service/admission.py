"""The door of everything that browsers can reach: which requests may pass.

A service listens on the user's own machine or network, where any web page that the user opens can
send requests to it. So the Host header must name us (against DNS rebinding), and a request that
changes something, or opens a live feed, must not come from a foreign page. Pages of other origins
that are ours, too, are named one by one.
"""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/@\[\]]+)(?::\d{1,5})?")
LOCAL_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""The names of this machine for itself."""

ANY_ADDRESS: Final = "<any address>"
"""Stands among the names for every IP address: it cannot be a Host header."""

_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS: Final = MappingProxyType({"http": ":80", "https": ":443"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request may not pass, as an HTTP status and a sentence."""

    status: int
    detail: str


_FOREIGN: Final = Refusal(403, "requests of other web pages are not served")


def origin_of(text: str) -> str:
    """An origin as browsers write it: `https://ui.example.org`, without a port that goes by itself.

    Raises:
        ValueError: it is none, or stands for more than one.
    """
    plain = text.strip().lower().removesuffix("/")
    parts = urlsplit(plain)
    usual = _DEFAULT_PORTS.get(parts.scheme)
    if usual is None or plain != f"{parts.scheme}://{parts.netloc}" or "*" in plain:
        raise ValueError(f"{text} is no origin; write https://ui.example.org")
    if not _HOST.fullmatch(parts.netloc) or parts.port == 0:
        raise ValueError(f"{text} names no host; write https://ui.example.org")
    return plain.removesuffix(usual)


def allowed_origin(scope: Mapping[str, Any], origins: frozenset[str]) -> str | None:
    """The origin of the page that sends this request, if it is among these; None otherwise."""
    origin = _only(scope, b"origin")
    return origin if origin in origins else None


def refusal(
    scope: Mapping[str, Any], hosts: frozenset[str], origins: frozenset[str] = frozenset()
) -> Refusal | None:
    """Why this request (an ASGI scope) may not pass; None if it may.

    Args:
        scope: the request.
        hosts: lower-case names, without ports, that are ours; `*` among them allows any, and
            `ANY_ADDRESS` whatever is an address and no name.
        origins: other origins whose pages may do what ours may, as `origin_of` writes them.
    """
    host = _only(scope, b"host")
    match = _HOST.fullmatch(host)
    if match is None:
        return Refusal(400, "the Host header must name this server once, as host or host:port")
    if not _is_ours(match[1], hosts):
        remedy = f"start it with --allow-host {match[1]} if it should"
        return Refusal(421, f"this server does not answer to the name {match[1]}; {remedy}")
    changes = scope["type"] == "websocket" or scope["method"] not in _HARMLESS
    if changes and allowed_origin(scope, origins) is None:
        return _refusal_of_origin(scope, host)
    return None


def _is_ours(name: str, hosts: frozenset[str]) -> bool:
    if name in hosts or "*" in hosts:
        return True
    return ANY_ADDRESS in hosts and _is_address(name.strip("[]"))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _refusal_of_origin(scope: Mapping[str, Any], host: str) -> Refusal | None:
    if _values(scope, b"origin"):
        origin = urlsplit(_only(scope, b"origin"))
        port = _DEFAULT_PORTS.get(origin.scheme)
        same = port and origin.netloc.removesuffix(port) == host.removesuffix(port)
        return None if same else _FOREIGN
    site = _values(scope, b"sec-fetch-site") or ["none"]
    return None if site[0] in {"same-origin", "none"} else _FOREIGN


def _only(scope: Mapping[str, Any], name: bytes) -> str:
    """The header's value if it is there exactly once, else nothing that would pass."""
    values = _values(scope, name)
    return values[0] if len(values) == 1 else ""


def _values(scope: Mapping[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for key, value in scope["headers"] if key == name]
