"""Which requests of browsers may pass."""

import pytest

from hyperdock_common.service.admission import ANY_ADDRESS, allowed_origin, origin_of, refusal

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


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://ui.example.org", "https://ui.example.org"),
        (" HTTPS://UI.example.org:443/ ", "https://ui.example.org"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_written_as_browsers_do(text: str, origin: str) -> None:
    """Whoever types it need not know how."""
    assert origin_of(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "", "*", "null", "ui.example.org", "https://", "https://*.example.org", "ftp://a.example",
        "https://a.example/x", "https://a.example?x", "https://a.example#x", "https://me@a.example",
        "https://a.example:99999", "https://a.example:0", "https://a b", "https://[::1", "file:///x",
        "https://a.example, https://b.example",
    ],
)  # fmt: skip
def test_what_is_more_or_less_than_an_origin_is_refused(text: str) -> None:
    """No pattern, no path, no page that has none."""
    with pytest.raises(ValueError, match=r"https://ui\.example\.org|IPv6|Port"):
        origin_of(text)


def test_a_named_origin_passes_and_nothing_like_it() -> None:
    """For changes and for feeds; the Host must be ours all the same."""
    origins = frozenset({"https://ui.example"})

    def passes(kind: str, *values: str, host: str = "localhost") -> bool:
        sent = [("host", host), *(("origin", each) for each in values)]
        raw = [(name.encode(), value.encode()) for name, value in sent]
        raw.append((b"sec-fetch-site", b"cross-site"))
        scope = {"type": kind, "method": "POST", "headers": raw}
        return refusal(scope, HOSTS, origins) is None

    for kind in ("http", "websocket"):
        assert passes(kind, "https://ui.example")
        assert not passes(kind, "https://ui.example", "https://ui.example")
        assert not passes(kind, "https://ui.example", host="evil.example")
        for other in (
            "http://ui.example",
            "https://ui.example:1",
            "https://ui.example.evil",
            "null",
        ):
            assert not passes(kind, other)
    assert allowed_origin({"headers": []}, origins) is None
