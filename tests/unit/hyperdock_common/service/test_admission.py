"""Which requests of browsers may pass."""

import pytest

from hyperdock_common.service.admission import ANY_ADDRESS, refusal

HOSTS = frozenset({"localhost", "[::1]", "hd.example"})


def status(
    *headers: tuple[str, str],
    kind: str = "http",
    method: str = "GET",
    hosts: frozenset[str] = HOSTS,
) -> int:
    """The status of the refusal; 200 where there is none."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    found = refusal({"type": kind, "method": method, "headers": raw}, hosts)
    return 200 if found is None else found.status


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", 200),
        ("LOCALHOST:8420", 200),
        ("[::1]:8420", 200),
        ("hd.example", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("hd.example@evil", 400),
        ("", 400),
    ],
)
def test_the_host_must_be_ours(host: str, expected: int) -> None:
    """A page whose name was bound to our address still calls us by its own name."""
    assert status(("host", host)) == expected


def test_any_host_passes_where_any_is_allowed() -> None:
    """But it must be one, and only one."""
    anywhere = frozenset({"*"})
    assert status(("host", "whatever"), hosts=anywhere) == 200
    assert status(("host", "a"), ("host", "b"), hosts=anywhere) == 400


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://hd.example", 200),
        ("https://hd.example:443", 200),
        ("http://hd.example:8420", 403),
        ("http://evil.example", 403),
        ("null", 403),
        ("file://hd.example", 403),
    ],
)
def test_changes_and_feeds_must_come_from_our_pages(origin: str, expected: int) -> None:
    """Reading is harmless: a foreign page does not see the answer."""
    headers = [("host", "hd.example"), ("origin", origin)]
    assert status(*headers, method="POST") == expected
    assert status(*headers, kind="websocket") == expected
    assert status(*headers, method="GET") == 200


def test_programs_send_no_origin() -> None:
    """Without an Origin only a browser's own word counts."""
    host = ("host", "localhost")
    assert status(host, method="POST") == 200
    assert status(host, ("sec-fetch-site", "same-origin"), method="POST") == 200
    assert status(host, ("sec-fetch-site", "same-site"), method="POST") == 403


@pytest.mark.parametrize(
    ("host", "expected"),
    [("192.168.1.5:8421", 200), ("[fd00::5]:8421", 200), ("evil.example", 421), ("192.168.1", 421)],
)
def test_who_listens_everywhere_answers_to_any_address(host: str, expected: int) -> None:
    """No foreign page is at an address of ours; but it may have a name that was bound to one."""
    assert status(("host", host), hosts=frozenset({ANY_ADDRESS})) == expected
