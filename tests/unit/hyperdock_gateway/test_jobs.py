"""One job over the API: shown, stopped, and what it reported."""

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import MetricReported


@pytest.fixture
def job_id(world: World) -> str:
    """A job that a worker has claimed."""
    return world.add_job(world.add_trial(), 1, claimed=True)


def test_job_is_shown(api: Api, job_id: str) -> None:
    """A job's document has its params and attempts."""
    job = api.get(f"/jobs/{job_id}").json()
    assert (job["state"], job["params"]) == ("running", {"x": 0.1})
    assert len(job["attempts"]) == 1


@pytest.mark.parametrize("job_id", ["tune-aaaaaa.9", "tune-aaaaaa", "x.y", ".1", "a..1", "a.0"])
def test_unknown_jobs_are_404(api: Api, world: World, job_id: str) -> None:
    """Whatever is asked about a job that is not there, the answer is a 404 problem."""
    world.add_trial()
    below = ("/log", "/log/download", "/metrics", "/files", "/files/out/x", "/archive")
    for path in ("", *below):
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
