"""A trial as a file, over the API."""

import io
import json
import tarfile
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import Failed, JobProposed, MetricReported, TrialChanged
from hyperdock_common.history import history
from hyperdock_common.spec import load_document, parse_trial

SPACE = {
    "x": {"type": "float", "low": 0, "high": 1},
    "model": {"depth": {"type": "int", "low": 1, "high": 9}},
    "note": {"type": "constant", "value": "=1+1"},
}
JOBS = 250


@pytest.fixture
def trial_id(world: World) -> str:
    """A trial with more jobs than a page holds, and another trial beside it."""
    trial_id = world.add_trial(space=SPACE)
    other = world.add_trial("other-1")
    for number in range(1, JOBS + 1):
        params: Any = {"x": number / 1000, "model": {"depth": number % 9 + 1}, "note": "=1+1"}
        job_id = f"{trial_id}.{number}"
        world.publish(JobProposed(trial_id=trial_id, job_id=job_id, number=number, params=params))
    world.end_job(world.add_job(other, 1), 9.0)
    for number in range(1, JOBS):
        world.end_job(f"{trial_id}.{number}", float(number))
    world.end_job(f"{trial_id}.{JOBS}", Failed(reason="exit_code", message="-1, it said"))
    for job_id in (f"{trial_id}.1", f"{trial_id}.2", f"{other}.1"):
        report = MetricReported(
            trial_id=job_id.rpartition(".")[0],
            job_id=job_id,
            attempt=1,
            worker_id="w",
            step=1,
            values={"loss": 0.5},
        )
        world.publish(report)
    return trial_id


def test_table_has_a_row_for_each_job(api: Api, trial_id: str) -> None:
    """A program reads a trial's table as it comes: all jobs by number, params and losses."""
    answer = api.get(f"/trials/{trial_id}/export?format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{trial_id}.csv"'
    frame = pd.read_csv(io.StringIO(answer.text))
    assert list(frame["number"]) == list(range(1, JOBS + 1))
    assert list(frame.columns[-3:]) == ["params.x", "params.model.depth", "params.note"]
    assert frame["params.x"][41] == 0.042
    assert frame["loss"].count() == JOBS - 1
    assert frame["message"].iloc[-1] == "'-1, it said"
    assert set(frame["params.note"]) == {"'=1+1"}


def test_lines_are_the_jobs_documents(api: Api, trial_id: str) -> None:
    """Each line is a job as the API shows it."""
    answer = api.get(f"/trials/{trial_id}/export?format=jsonl")
    jobs = [json.loads(line) for line in answer.text.splitlines()]
    assert [each["number"] for each in jobs] == list(range(1, JOBS + 1))
    assert jobs[6] == api.get(f"/jobs/{trial_id}.7").json()
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert f'"{trial_id}.jsonl"' in answer.headers["content-disposition"]


def unpacked(raw: bytes, folder: str) -> dict[str, str]:
    """What is in a bundle, by name."""
    with tarfile.open(fileobj=io.BytesIO(raw), mode="r:gz") as archive:
        read = [(each.name, archive.extractfile(each)) for each in archive.getmembers()]
        return {
            name.removeprefix(f"{folder}/"): stream.read().decode()
            for name, stream in read
            if stream is not None
        }


def test_bundle_holds_all_there_is(api: Api, world: World, trial_id: str) -> None:
    """Spec, trial, jobs, curves and events are there, of this trial only, and a word on each."""
    world.publish(TrialChanged(trial_id=trial_id, parallelism=7))
    answer = api.get(f"/trials/{trial_id}/export?format=bundle")
    assert f'"{trial_id}.tar.gz"' in answer.headers["content-disposition"]
    found = unpacked(answer.content, trial_id)
    assert set(found) == {
        "README.md",
        "spec.json",
        "trial.yaml",
        "trial.json",
        "jobs.jsonl",
        "curves.jsonl",
        "events.jsonl",
    }
    assert json.loads(found["spec.json"]) == api.get(f"/trials/{trial_id}/spec").json()
    assert json.loads(found["trial.json"]) == api.get(f"/trials/{trial_id}").json()
    assert found["jobs.jsonl"] == api.get(f"/trials/{trial_id}/export?format=jsonl").text
    curves = [json.loads(line) for line in found["curves.jsonl"].splitlines()]
    assert [each["job_id"] for each in curves] == [f"{trial_id}.1", f"{trial_id}.2"]
    assert all(name in found["README.md"] for name in found if name != "README.md")


def test_bundle_can_be_submitted_again(api: Api, trial_id: str) -> None:
    """Its trial.yaml is a trial file."""
    found = unpacked(api.get(f"/trials/{trial_id}/export?format=bundle").content, trial_id)
    assert parse_trial(load_document(found["trial.yaml"])).name == "Tune it!"


def test_events_of_a_bundle_are_those_of_the_log(api: Api, world: World, trial_id: str) -> None:
    """Every event of the trial, in order, with its position, as the API lists it."""
    found = unpacked(api.get(f"/trials/{trial_id}/export?format=bundle").content, trial_id)
    events = [json.loads(line) for line in found["events.jsonl"].splitlines()]
    stream = f"trial-{trial_id}"
    expected = [record.position for record in history(world.log, stream=stream)]
    assert [each["position"] for each in events] == expected
    assert events[:5] == api.get(f"/events?stream={stream}&limit=5").json()["items"]


def test_trial_without_jobs_can_be_exported(api: Api, world: World) -> None:
    """A table has its head then, the rest is empty."""
    trial_id = world.add_trial("new-1")
    assert api.get(f"/trials/{trial_id}/export").text.count("\n") == 1
    assert api.get(f"/trials/{trial_id}/export?format=jsonl").content == b""
    found = unpacked(api.get(f"/trials/{trial_id}/export?format=bundle").content, trial_id)
    assert (found["jobs.jsonl"], found["curves.jsonl"]) == ("", "")


def test_unknown_trials_and_formats_are_refused(api: Api, trial_id: str) -> None:
    """Nothing is begun that cannot be ended."""
    for kind in ("csv", "jsonl", "bundle"):
        assert api.get(f"/trials/nothing/export?format={kind}").status_code == 404
    answer = api.get(f"/trials/{trial_id}/export?format=xlsx")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "format"
