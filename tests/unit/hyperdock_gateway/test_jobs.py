"""The jobs of a trial, one job, its stop, log, metrics and files over the API."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    AttemptLost,
    Failed,
    JobClaimed,
    JobFinished,
    MetricReported,
    Outcome,
    Succeeded,
)


@pytest.fixture
def job_id(world: World) -> str:
    """A job that a worker has claimed."""
    return world.add_job(world.add_trial(), 1, claimed=True)


def fill(world: World) -> str:
    """A trial with four jobs: losses 3, 1, 2 and a failure."""
    trial_id = world.add_trial()
    ends: list[Outcome | float] = [3.0, 1.0, 2.0, Failed(reason="exit_code")]
    for number, end in enumerate(ends, 1):
        world.end_job(world.add_job(trial_id, number), end)
    return trial_id


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4]),
        ("order=desc", [4, 3, 2, 1]),
        ("sort=loss", [2, 3, 1]),
        ("sort=loss&order=desc", [1, 3, 2]),
        ("state=failed", [4]),
        ("state=succeeded&sort=loss&limit=1", [2]),
        ("sort=finished_at&state=pending", []),
    ],
)
def test_jobs_are_listed_as_asked(api: Api, world: World, query: str, numbers: list[int]) -> None:
    """Jobs are filtered by state and sorted by number, loss or end; what has none is left out."""
    trial_id = fill(world)
    items = api.get(f"/trials/{trial_id}/jobs?{query}").json()["items"]
    assert [each["number"] for each in items] == numbers


def test_jobs_come_in_pages(api: Api, world: World) -> None:
    """The cursor leads to the rest."""
    trial_id = fill(world)
    first = api.get(f"/trials/{trial_id}/jobs?limit=3").json()
    rest = api.get(f"/trials/{trial_id}/jobs?limit=3&cursor={first['next_cursor']}").json()
    assert [each["number"] for each in first["items"] + rest["items"]] == [1, 2, 3, 4]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize("query", ["sort=params", "order=up", "state=lost", "limit=-1", "cursor=x"])
def test_bad_questions_about_jobs_are_refused(api: Api, world: World, query: str) -> None:
    """A wrong value is a 400 that names its parameter."""
    trial_id = fill(world)
    answer = api.get(f"/trials/{trial_id}/jobs?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_job_is_shown(api: Api, job_id: str) -> None:
    """A job's document has its params and attempts."""
    job = api.get(f"/jobs/{job_id}").json()
    assert (job["state"], job["params"]) == ("running", {"x": 0.1})
    assert len(job["attempts"]) == 1


@pytest.mark.parametrize("job_id", ["tune-aaaaaa.9", "tune-aaaaaa", "x.y", ".1", "a..1", "a.0"])
def test_unknown_jobs_are_404(api: Api, world: World, job_id: str) -> None:
    """Whatever is asked about a job that is not there, the answer is a 404 problem."""
    world.add_trial()
    for path in ("", "/log", "/metrics", "/files", "/files/out/x"):
        answer = api.get(f"/jobs/{job_id}{path}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
    assert api.post(f"/jobs/{job_id}/stop").status_code == 404


def test_stop_shows_its_own_effect_and_is_asked_once(api: Api, world: World, job_id: str) -> None:
    """A stopped job shows who asked; asking again records nothing."""
    assert api.post(f"/jobs/{job_id}/stop").json()["stop_requested"] == "user"
    head = world.log.head()
    assert api.post(f"/jobs/{job_id}/stop").status_code == 200
    assert world.log.head() == head


def test_stopping_an_ended_job_is_a_conflict(api: Api, world: World, job_id: str) -> None:
    """An ended job cannot be stopped."""
    world.end_job(job_id, 1.0)
    answer = api.post(f"/jobs/{job_id}/stop")
    assert answer.status_code == 409
    assert "succeeded" in answer.json()["detail"]


def test_stop_is_202_where_the_view_takes_its_time(api: Api, job_id: str) -> None:
    """A stop that is handed over but not yet seen is accepted, with the job as it is."""

    class SilentBus:
        def publish(self, _batch: object, _timeout: float) -> None:
            pass

    slow = api.with_services(bus=SilentBus(), patience=0.02)
    assert slow.post(f"/jobs/{job_id}/stop").status_code == 202


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


def test_metrics_come_in_order_and_in_pages(api: Api, world: World, job_id: str) -> None:
    """A job's intermediate reports come as they were recorded, without the view's own fields."""
    steps = [1, 2, 3, 49, 50, 120]
    for step in steps:
        report = MetricReported(
            trial_id="tune-aaaaaa",
            job_id=job_id,
            attempt=1,
            worker_id="w",
            step=step,
            values={"loss": 1 / step},
        )
        world.publish(report)
    pages, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/jobs/{job_id}/metrics?limit=2{cursor and '&cursor='}{cursor}").json()
        pages.append(page["items"])
        cursor = page["next_cursor"]
    items = [each for page in pages for each in page]
    assert [each["step"] for each in items] == steps
    assert [len(page) for page in pages] == [2, 2, 2]
    assert set(items[0]) == {"step", "values", "at", "attempt"}


@pytest.fixture
def files(world: World, job_id: str, tmp_path: Path) -> str:
    """A job that left three files; a secret lies beside the results."""
    left = tmp_path / "left"
    (left / "out").mkdir(parents=True)
    (left / "loss.json").write_text("1.5")
    (left / "out" / "page.html").write_text("<script>alert(1)</script>")
    (left / "out" / "größe 1.txt").write_text("7")
    (tmp_path / "results").mkdir(exist_ok=True)
    (tmp_path / "results" / "secret").write_text("hidden")
    world.artifacts.put_folder("tune-aaaaaa", job_id, 1, left)
    return job_id


def test_files_are_listed_and_read(api: Api, files: str) -> None:
    """A job's files are listed with their sizes and can be read one by one."""
    items = api.get(f"/jobs/{files}/files").json()["items"]
    assert {each["path"]: each["size"] for each in items}["loss.json"] == 3
    answer = api.get(f"/jobs/{files}/files/loss.json")
    assert (answer.status_code, answer.text) == (200, "1.5")
    assert answer.headers["content-length"] == "3"
    assert api.get(f"/jobs/{files}/files/out/größe 1.txt").text == "7"


def test_files_are_those_of_the_deciding_attempt(
    api: Api, world: World, files: str, tmp_path: Path
) -> None:
    """A late result of the first attempt decided: what the second stored meanwhile is not shown."""
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "loss.json").write_text("2.5")
    names: Mapping[str, Any] = {"trial_id": "tune-aaaaaa", "job_id": files}
    world.add_worker("w2")
    world.publish(AttemptLost(**names, attempt=1, worker_id="w", reason="silent"))
    world.publish(JobClaimed(**names, attempt=2, worker_id="w2", slot=0))
    world.artifacts.put_folder("tune-aaaaaa", files, 2, tmp_path / "second")
    assert api.get(f"/jobs/{files}/files/loss.json").text == "2.5"
    world.publish(AttemptLost(**names, attempt=2, worker_id="w2", reason="the first came back"))
    late = JobFinished(**names, attempt=1, worker_id="w", outcome=Succeeded(loss=1.5))
    world.publish(late)
    assert api.get(f"/jobs/{files}").json()["attempt"] == 1
    assert api.get(f"/jobs/{files}/files/loss.json").text == "1.5"
    assert len(api.get(f"/jobs/{files}/files").json()["items"]) == 3


def test_job_that_nobody_claimed_has_no_files(api: Api, world: World) -> None:
    """There is no attempt whose files could be shown."""
    job_id = world.add_job(world.add_trial(), 1)
    assert api.get(f"/jobs/{job_id}/files").json()["items"] == []
    assert api.get(f"/jobs/{job_id}/files/loss.json").status_code == 404


def test_files_of_targets_are_never_run_by_a_browser(api: Api, files: str) -> None:
    """A page that a target wrote is for saving only, and sandboxed should it open after all."""
    answer = api.get(f"/jobs/{files}/files/out/page.html")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "out",
        "../../secret",
        "%2e%2e/%2e%2e/secret",
        "..%2f..%2fsecret",
        "..%5c..%5csecret",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "out//größe 1.txt",
        "out/%00",
        "a/" * 3000 + "b",
        "",
    ],
)
def test_no_path_leads_out_of_the_folder(api: Api, files: str, path: str) -> None:
    """A path that is no file of the job is a 404, however it is written."""
    answer = api.get(f"/jobs/{files}/files/{path}")
    assert answer.status_code == 404
    assert "hidden" not in answer.text
