"""What the web UI's server forwards to a gateway over HTTP, and what it keeps to itself."""

import http.client
import socket
from ipaddress import ip_network
from urllib.parse import urlsplit

import httpx
import pytest
from tests.unit.hyperdock_webui.stand_in import BIG, StandIn, serving, unused_url, webui_before

from hyperdock_webui import proxy


def test_forwards_method_path_query_headers_and_body() -> None:
    """The gateway is asked exactly what the browser asked."""
    with webui_before(StandIn().app) as url:
        answer = httpx.post(
            f"{url}/api/v1/echo?a=1&b=%2F",
            content=b"\x00\xff",
            headers={"Content-Type": "application/x-own", "X-Mine": "m", "Origin": url},
        )
    seen = answer.json()
    assert answer.status_code == 207
    assert seen["method"] == "POST"
    assert seen["target"] == "/api/v1/echo?a=1&b=%2F"
    assert seen["body"] == "\x00\xff"
    assert seen["headers"]["content-type"] == "application/x-own"
    assert seen["headers"]["x-mine"] == "m"


def test_calls_the_gateway_by_its_own_name_and_says_for_whom() -> None:
    """The gateway sees its own name, no foreign origin, and where the request came from."""
    with serving(StandIn().app) as gateway, webui_before(gateway) as url:
        lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "evil", "Origin": url}
        headers = httpx.put(f"{url}/api/v1/echo", headers=lies).json()["headers"]
    assert headers["host"] == urlsplit(gateway).netloc
    assert headers["x-forwarded-host"] == urlsplit(url).netloc
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert "origin" not in headers


def test_what_a_login_and_a_retry_need_passes() -> None:
    """The token, the key of a write that may be repeated, and the tag of what is known."""
    sent = {"authorization": "Bearer hd_x", "idempotency-key": "k", "if-none-match": '"t"'}
    with webui_before(StandIn().app) as url:
        answer = httpx.get(f"{url}/api/v1/echo?ticket=hdt_a.b", headers=sent)
    seen = answer.json()
    assert {name: seen["headers"][name] for name in sent} == sent
    assert seen["target"] == "/api/v1/echo?ticket=hdt_a.b"


@pytest.mark.parametrize(
    ("proxies", "client"), [("10.0.0.0/8", "127.0.0.1"), ("127.0.0.1", "9.9.9.9")]
)
def test_only_a_trusted_proxy_says_who_asks(proxies: str, client: str) -> None:
    """Else the limits of a gateway could be walked around."""
    headers = {"x-forwarded-for": "1.1.1.1, 9.9.9.9"}
    with webui_before(StandIn().app, proxies=(ip_network(proxies),)) as url:
        seen = httpx.get(f"{url}/api/v1/echo", headers=headers).json()["headers"]
    assert seen["x-forwarded-for"] == client


def test_headers_that_are_no_ascii_pass_as_they_are() -> None:
    """A cookie that another program on this host has set breaks nothing."""
    with webui_before(StandIn().app) as url:
        answer = httpx.get(f"{url}/api/v1/echo", headers=[(b"cookie", "a=\u00e9".encode())])
    assert answer.status_code == 207
    assert answer.json()["headers"]["cookie"].encode("latin-1") == "a=\u00e9".encode()


def test_leaves_out_what_is_meant_for_one_hop() -> None:
    """Connection headers, and those they name, end here in both directions."""
    with webui_before(StandIn().app) as url:
        headers = {"Connection": "X-Secret-Hop", "X-Secret-Hop": "1", "TE": "trailers"}
        answer = httpx.get(f"{url}/api/v1/echo", headers=headers)
    assert not {"x-secret-hop", "te"} & set(answer.json()["headers"])
    assert answer.headers["x-own"] == "yes"
    assert "x-hop" not in answer.headers


def test_keeps_headers_that_come_twice() -> None:
    """Two cookies stay two headers."""
    with webui_before(StandIn().app) as url:
        assert httpx.get(f"{url}/api/v1/twice").headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_head_has_no_body() -> None:
    """A HEAD is answered with the headers alone, and the connection goes on."""
    with webui_before(StandIn().app) as url, httpx.Client() as client:
        assert client.head(f"{url}/api/v1/twice").content == b""
        assert client.get(f"{url}/api/v1/twice").content == b"both"


def test_streams_large_answers() -> None:
    """An answer without a known length arrives whole."""
    with webui_before(StandIn().app) as url:
        assert len(httpx.get(f"{url}/api/v1/many").content) == BIG


def test_streams_large_requests() -> None:
    """A body in chunks arrives whole."""
    chunks = [b"x" * 65536] * 16
    with webui_before(StandIn().app) as url:
        answer = httpx.post(f"{url}/api/v1/echo", content=iter(chunks))
    assert len(answer.json()["body"]) == 16 * 65536


def test_an_answer_that_breaks_off_is_seen_to_break_off() -> None:
    """A browser must not take half an answer for a whole one."""
    with webui_before(StandIn().app) as url, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(f"{url}/api/v1/cut")


def test_the_next_gateway_is_asked_when_one_does_not_answer() -> None:
    """With one of two gateways gone every request is still served, changes included."""
    with webui_before(unused_url(), StandIn().app) as url:
        answers = [httpx.post(f"{url}/api/v1/echo", content=b"1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [207, 207, 207]


def test_a_gateway_that_hangs_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """One request times out on a frozen gateway; the next goes to the one that answers."""
    monkeypatch.setattr(proxy, "_TIMEOUT", httpx.Timeout(0.2))
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        hangs = f"http://127.0.0.1:{frozen.getsockname()[1]}"
        with webui_before(hangs, StandIn().app) as url:
            answers = [httpx.get(f"{url}/api/v1/echo") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [504, 207]


def test_without_a_gateway_the_answer_is_a_problem() -> None:
    """502 as a problem document that names the gateway."""
    gateway = unused_url()
    with webui_before(gateway) as url:
        answer = httpx.get(f"{url}/api/v1/echo")
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Bad Gateway"
    assert gateway in answer.json()["detail"]


def test_the_pages_need_no_gateway() -> None:
    """The start page is served by itself, with its policy."""
    with webui_before(unused_url()) as url:
        page = httpx.get(url)
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Host": "evil.example"}, 421),
        ("GET", {"Host": "a b"}, 400),
        ("POST", {"Origin": "http://evil.example"}, 403),
        ("POST", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("DELETE", {"Origin": "null"}, 403),
        ("GET", {"Origin": "http://evil.example"}, 207),
        ("POST", {"Sec-Fetch-Site": "same-origin"}, 207),
    ],
)
def test_foreign_requests_end_at_the_door(
    method: str, headers: dict[str, str], status: int
) -> None:
    """What the gateway would refuse to a foreign page is refused before it is forwarded."""
    with webui_before(StandIn().app) as url:
        assert httpx.request(method, f"{url}/api/v1/echo", headers=headers).status_code == status


def test_probes_pass_under_any_name() -> None:
    """A probe may call it by an address that browsers must not use."""
    with webui_before(unused_url()) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        connection.request("GET", "/livez", headers={"Host": "10.0.0.7:8420"})
        assert connection.getresponse().status == 200
        connection.close()


def test_paths_outside_the_api_are_not_forwarded() -> None:
    """Only what is below /api reaches a gateway."""
    with webui_before(StandIn().app) as url:
        assert httpx.get(f"{url}/metrics").status_code == 404
        assert httpx.get(f"{url}/api/../livez").json() == {"status": "alive", "loops": {}}
