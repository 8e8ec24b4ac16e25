"""Where a request comes from, as far as that can be trusted: limits are kept by it."""

import ipaddress
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
Networks: TypeAlias = Sequence[Network]

UNKNOWN: Final = "unknown"
_FORWARDED: Final = b"x-forwarded-for"
_HOUSEHOLD: Final = 64
"""Bits that are the same for all addresses of one household: it may take any of them."""
_REMEMBERED: Final = 1024


def client_of(scope: Mapping[str, Any], proxies: Networks) -> str:
    """The address of the client of a request (an ASGI scope).

    Args:
        scope: the request.
        proxies: who is believed what they say in `X-Forwarded-For`; whatever others say there
            would be a way around every limit.
    """
    peer = scope.get("client")
    client = peer[0] if peer else UNKNOWN
    said = [
        each.strip()
        for name, value in scope["headers"]
        if name == _FORWARDED
        for each in value.decode("latin-1").split(",")
    ]
    while said and _is_among(client, proxies):
        named = _address(said.pop())
        if named is None:
            break
        client = str(named)
    return client


@lru_cache(maxsize=_REMEMBERED)
def neighbourhood(client: str) -> str:
    """What counts as one client: an address, or all of a household's where it has very many."""
    address = _address(client)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, _HOUSEHOLD), strict=False))
    return client


def _is_among(client: str, proxies: Networks) -> bool:
    address = _address(client)
    return address is not None and any(address in each for each in proxies)


def _address(text: str) -> Address | None:
    """An address; one of IPv4 that is dressed up as IPv6 is undressed."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
