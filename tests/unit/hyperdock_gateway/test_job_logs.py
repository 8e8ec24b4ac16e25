"""The logs of jobs over the API: a piece, or all of it."""

import pytest
from tests.unit.hyperdock_gateway.world import Api, World


@pytest.fixture
def job_id(world: World) -> str:
    """A job that a worker has claimed."""
    return world.add_job(world.add_trial(), 1, claimed=True)


@pytest.mark.parametrize(
    ("query", "offset", "text"),
    [
        ("", 0, "one\ntwo\n"),
        ("offset=4", 4, "two\n"),
        ("offset=2&limit=3", 2, "e\nt"),
        ("offset=-4", 4, "two\n"),
        ("offset=-100", 0, "one\ntwo\n"),
        ("offset=-4&limit=2", 4, "tw"),
        ("offset=100", 100, ""),
        ("attempt=2", 0, ""),
    ],
)
def test_log_is_read_piece_by_piece(
    api: Api, world: World, job_id: str, query: str, offset: int, text: str
) -> None:
    """A piece of the log comes with where it begins, where to go on, and of which attempt."""
    world.artifacts.append_log("tune-aaaaaa", job_id, 1, 0, b"one\ntwo\n")
    answer = api.get(f"/jobs/{job_id}/log?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == text
    assert int(answer.headers["x-log-offset"]) == offset
    assert int(answer.headers["x-log-next"]) == offset + len(text)
    assert answer.headers["x-log-attempt"] == ("2" if "attempt" in query else "1")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=99999999", "offset=x", "offset=-99999999", "attempt=0"]
)
def test_bad_questions_about_a_log_are_refused(api: Api, job_id: str, query: str) -> None:
    """A wrong value is a 400 that names its parameter."""
    answer = api.get(f"/jobs/{job_id}/log?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("query", "text", "name"),
    [
        ("", "one\n" * 50_000, "tune-aaaaaa.1.log"),
        ("?attempt=1", "one\n" * 50_000, "tune-aaaaaa.1.log"),
        ("?attempt=2", "two", "tune-aaaaaa.1-attempt-2.log"),
        ("?attempt=3", "", "tune-aaaaaa.1-attempt-3.log"),
    ],
)
def test_log_is_saved_as_a_whole(
    api: Api, world: World, job_id: str, query: str, text: str, name: str
) -> None:
    """The whole log of the attempt comes as a file to save, its length said before."""
    world.artifacts.append_log("tune-aaaaaa", job_id, 1, 0, b"one\n" * 50_000)
    world.artifacts.append_log("tune-aaaaaa", job_id, 2, 0, b"two")
    answer = api.get(f"/jobs/{job_id}/log/download{query}")
    assert answer.text == text
    assert answer.headers["content-length"] == str(len(text))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["hyperdock-position"] == str(world.log.head())


def test_log_that_nobody_began_is_saved_empty(api: Api, world: World) -> None:
    """A job that no worker has claimed has an empty log."""
    job_id = world.add_job(world.add_trial(), 1)
    assert api.get(f"/jobs/{job_id}/log/download").content == b""


def test_head_of_a_log_tells_its_length(api: Api, world: World, job_id: str) -> None:
    """HEAD answers as GET does, and reads nothing of the log."""
    world.artifacts.append_log("tune-aaaaaa", job_id, 1, 0, b"one")
    answer = api.call("HEAD", f"/api/v1/jobs/{job_id}/log/download")
    assert (answer.headers["content-length"], answer.content) == ("3", b"")


def test_log_that_was_removed_is_told_to_be_gone(api: Api, world: World, job_id: str) -> None:
    """It is no empty one: how large it was, when it went and why is a sentence."""
    world.artifacts.append_log("tune-aaaaaa", job_id, 1, 0, b"x" * 12_345)
    world.artifacts.append_log("tune-aaaaaa", job_id, 2, 0, b"two")
    reason = "logs are kept for 30 days here"
    world.artifacts.remove_log("tune-aaaaaa", job_id, 1, reason=reason, at=1_700_000_000.0)
    for path in ("log", "log?offset=-100", "log?offset=500", "log/download", "log?attempt=1"):
        answer = api.get(f"/jobs/{job_id}/{path}")
        assert answer.status_code == 410
        assert answer.json()["detail"] == (
            "the log of attempt 1 (12,345 bytes) was removed on 2023-11-14 at 22:13 UTC: "
            "logs are kept for 30 days here"
        )
    assert api.get(f"/jobs/{job_id}/log?attempt=2").text == "two"
    assert api.get(f"/jobs/{job_id}/log?attempt=3").text == ""
