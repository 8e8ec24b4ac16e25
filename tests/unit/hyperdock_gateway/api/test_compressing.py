"""Large documents are sent as gzip to other machines."""

import pytest
from tests.unit.hyperdock_gateway.api.kit import Kit, operation

from hyperdock_gateway.api import Answer
from hyperdock_gateway.api.compressing import LEAST

LARGE = {"told": "0123456789" * LEAST}


def kit(told: object, host: str = "10.1.2.3", method: str = "GET") -> Kit:
    """Somebody at a host, and an operation that answers this."""
    answering = operation(method=method, handler=lambda _: Answer(told))
    return Kit(answering, host=host)


@pytest.mark.parametrize("host", ["10.1.2.3", "2001:db8::1"])
@pytest.mark.parametrize("accepted", ["gzip", "br;q=1, GZIP ; q=0.5", "deflate, gzip, br, zstd"])
def test_large_documents_are_compressed(host: str, accepted: str) -> None:
    """Much smaller, and the same."""
    answer = kit(LARGE, host).get(headers={"accept-encoding": accepted})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) < LEAST
    assert answer.json() == LARGE


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "testclient"])
def test_nothing_is_compressed_within_a_machine(host: str) -> None:
    """It would take longer than the bytes that it saves."""
    answer = kit(LARGE, host).get(headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.json() == LARGE


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "gzip; q=0.000", "identity", "xgzip"])
def test_nothing_is_compressed_for_who_does_not_take_it(accepted: str) -> None:
    """It could not be read."""
    answer = kit(LARGE).get(headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers
    assert answer.json() == LARGE


def test_small_documents_are_not_compressed() -> None:
    """They fit into a few packets."""
    answer = kit({"told": "0"}).get(headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_what_changes_something_is_not_compressed() -> None:
    """Its answers are small, and may be secret."""
    answer = kit(LARGE, method="POST").post({}, accept_encoding="gzip")
    assert answer.json() == LARGE
    assert "content-encoding" not in answer.headers


def test_each_encoding_has_its_tag() -> None:
    """Both are known again, each by its own."""
    asked = kit(LARGE)
    encodings = ("gzip", "identity")
    tags = {
        each: asked.get(headers={"accept-encoding": each}).headers["etag"] for each in encodings
    }
    assert len(set(tags.values())) == 2
    for each in encodings:
        for tag in encodings:
            headers = {"accept-encoding": each, "if-none-match": tags[tag]}
            assert asked.get(headers=headers).status_code == (304 if tag == each else 200)
