"""The REST client: what it sends, what it makes of answers, when it tries again."""

from collections.abc import Callable

import httpx
import pytest

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.api_errors import ApiError, ApiUnreachable


def client(answer: Callable[[httpx.Request], httpx.Response]) -> ApiClient:
    """A client whose pauses take no time."""
    transport = httpx.MockTransport(answer)
    return ApiClient("http://gate:1/", transport=transport, pause=lambda _: None)


class Failing:
    """A server that is away for the first few requests."""

    def __init__(self, times: int, error: type[httpx.TransportError] = httpx.ConnectError) -> None:
        self.left = times
        self.asked = 0
        self.error = error

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answers, or not."""
        self.asked += 1
        if self.asked <= self.left:
            raise self.error("refused")
        return httpx.Response(200, json={"trial_id": "a", "path": request.url.path})


def test_reads_are_tried_again_when_the_connection_fails() -> None:
    """A gateway that restarts does not break a read."""
    server = Failing(3)
    assert client(server).trial("a")["path"] == "/api/v1/trials/a"
    assert server.asked == 4


def test_a_read_gives_up_at_last() -> None:
    """Where nobody answers, the error names the URL and the reason."""
    with pytest.raises(ApiUnreachable, match=r"no gateway answers at http://gate:1 \(refused\)"):
        client(Failing(99)).trial("a")


def test_writes_are_never_repeated() -> None:
    """A submission whose answer was lost may have been recorded: it is not sent twice."""
    server = Failing(1, httpx.ReadError)
    with pytest.raises(ApiUnreachable):
        client(server).submit({"name": "x"})
    assert server.asked == 1


def test_a_timeout_is_a_problem_of_the_gateway() -> None:
    """A gateway that is too slow is told apart from one that is away."""
    with pytest.raises(ApiError) as caught:
        client(Failing(9, httpx.ReadTimeout)).trial("a")
    assert caught.value.status == 504


def test_a_problem_document_keeps_its_fields() -> None:
    """Status, title, detail and the fields at fault arrive as they were told."""
    problem = {
        "title": "Unprocessable Content",
        "detail": "space: is empty",
        "errors": [{"field": "space", "problem": "is empty"}],
    }
    with pytest.raises(ApiError) as caught:
        client(lambda _: httpx.Response(422, json=problem)).submit({})
    assert caught.value.status == 422
    assert caught.value.title == "Unprocessable Content"
    assert [str(each) for each in caught.value.problems] == ["space: is empty"]


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, text="<html>"), httpx.Response(200, json=[])]
)
def test_a_server_that_is_no_gateway_is_recognized(answer: httpx.Response) -> None:
    """Something else on that port gives a clear error, not a crash."""
    with pytest.raises(ApiError, match="gave no JSON object"):
        client(lambda _: answer).trial("a")


def test_an_error_page_of_another_server_is_an_error() -> None:
    """A 502 of a proxy has no problem document; its status is told."""
    with pytest.raises(ApiError, match="502 Bad Gateway"):
        client(lambda _: httpx.Response(502, text="nginx")).trial("a")


def test_lists_are_read_page_by_page() -> None:
    """Every page is asked for with the cursor of the one before."""
    cursors: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        cursors.append(request.url.params.get("cursor"))
        assert request.url.params.get("state") == "running"
        follows = "2" if len(cursors) == 1 else None
        items = [{"trial_id": len(cursors)}]
        return httpx.Response(200, json={"items": items, "next_cursor": follows})

    found = list(client(answer).trials("running"))
    assert [each["trial_id"] for each in found] == [1, 2]
    assert cursors == [None, "2"]


def test_ids_cannot_lead_to_other_paths() -> None:
    """What a user types as an id stays one part of the path."""
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(200, json={})

    client(answer).job("a/../b?c")
    assert paths == [b"/api/v1/jobs/a%2F..%2Fb%3Fc"]


def test_a_log_chunk_tells_where_to_go_on() -> None:
    """The offsets of the headers are handed on."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert dict(request.url.params) == {"attempt": "2", "offset": "5"}
        headers = {"X-Log-Next": "8", "X-Log-Attempt": "2"}
        return httpx.Response(200, content=b"abc", headers=headers)

    chunk = client(answer).log("t.1", attempt=2, offset=5)
    assert (chunk.data, chunk.next_offset, chunk.attempt) == (b"abc", 8, 2)


@pytest.mark.parametrize(
    ("method", "path", "call"),
    [
        ("POST", "/api/v1/trials/t/pause", lambda api: api.command_trial("t", "pause")),
        ("GET", "/api/v1/trials/t/spec", lambda api: api.spec("t")),
        ("GET", "/api/v1/jobs/t.1", lambda api: api.job("t.1")),
    ],
)
def test_calls_go_where_the_api_has_them(
    method: str, path: str, call: Callable[[ApiClient], object]
) -> None:
    """Each call is the right request."""
    seen: list[tuple[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.path))
        return httpx.Response(200, json={})

    call(client(answer))
    assert seen == [(method, path)]
