"""Whose request it is, where proxies stand between."""

from ipaddress import ip_network

import pytest

from hyperdock_common.service.clients import client_of, neighbourhood

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def client(peer: str | None, *forwarded: str, trusted: bool = True) -> str:
    """The client of a request from this peer."""
    headers = [(b"x-forwarded-for", each.encode("latin-1")) for each in forwarded]
    scope = {"client": None if peer is None else (peer, 1), "headers": headers}
    return client_of(scope, PROXIES if trusted else ())


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("fd00::1", ["2001:db8::7"], "2001:db8::7"),
        ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["\xe9"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        (None, ["198.51.100.7"], "unknown"),
    ],
)
def test_only_the_word_of_trusted_proxies_counts(
    peer: str | None, forwarded: list[str], expected: str
) -> None:
    """From the nearest to the first that is not one; what a client says itself is worth nothing."""
    assert client(peer, *forwarded) == expected


def test_by_default_nobody_is_trusted() -> None:
    """The peer is the client."""
    assert client("10.0.0.1", "198.51.100.7", trusted=False) == "10.0.0.1"


def test_a_household_is_one_client() -> None:
    """Who has 2**64 addresses has no more tries for that."""
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:1")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("192.0.2.1") == "192.0.2.1"
    assert neighbourhood("unknown") == "unknown"
