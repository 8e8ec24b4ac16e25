"""What passes between a browser and a gateway, and what each is told about the other."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from starlette.requests import HTTPConnection

from hyperdock_common.service.clients import Networks, client_of

Pairs: TypeAlias = list[tuple[str, str]]
Raw: TypeAlias = list[tuple[bytes, bytes]]

_ONE_HOP: Final = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
_CHECKED_HERE: Final = frozenset({"host", "origin", "referer", "sec-fetch-site"})
"""Name the page that asks, as our own door has seen it: the gateway only knows us."""

_TOLD_ANEW: Final = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"}
)
_HANDSHAKE: Final = "sec-websocket-"


def to_gateway(connection: HTTPConnection, host: str, proxies: Networks = ()) -> Pairs:
    """The headers of a request as the gateway gets them; it is called by its own name.

    Args:
        connection: the request.
        host: what the gateway is called.
        proxies: who is believed where the browser is, if they stand before us.
    """
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    told = [
        ("host", host),
        ("x-forwarded-for", client_of(connection.scope, proxies)),
        ("x-forwarded-host", connection.headers.get("host", "")),
        ("x-forwarded-proto", scheme),
    ]
    left_out = _CHECKED_HERE | _TOLD_ANEW
    return told + _passing(connection.headers.items(), left_out)


def to_gateway_websocket(connection: HTTPConnection, host: str, proxies: Networks = ()) -> Pairs:
    """The same for a handshake, whose own headers are made anew; as is the Host."""
    return [
        (name, value)
        for name, value in to_gateway(connection, host, proxies)
        if name != "host" and not name.startswith(_HANDSHAKE)
    ]


def to_browser(headers: Iterable[tuple[str, str]]) -> Raw:
    """The headers of an answer as the browser gets them."""
    return raw(_passing(headers, frozenset({"date", "server"})))


def raw(headers: Iterable[tuple[str, str]]) -> Raw:
    """The very bytes that came: a cookie of some other program on this host may be no ASCII."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]


def _passing(headers: Iterable[tuple[str, str]], left_out: frozenset[str]) -> Pairs:
    pairs = [(name.lower(), value) for name, value in headers]
    named = {
        each.strip().lower()
        for name, value in pairs
        if name == "connection"
        for each in value.split(",")
    }
    return [pair for pair in pairs if pair[0] not in _ONE_HOP | named | left_out]
