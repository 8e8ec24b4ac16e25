"""Programs and users at two gateways of a distributed system: real processes, broker, database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.laboratory import SPACE, Program, named, posted
from tests.integration.test_services import System, finished

from hyperdock_common.testing.servers.mongodb import Database
from hyperdock_common.testing.servers.rabbitmq import Broker

OWN: dict[str, Any] = {"name": "own", "external": True, "space": SPACE, "algorithm": "random"}
KEY = {"Idempotency-Key": "once"}


@pytest.fixture
def system(tmp_path: Path, broker: Broker, mongodb: Database) -> Iterator[System]:
    """A system without any service yet, on the session's servers."""
    with ExitStack() as stack:
        yield System(tmp_path / "services", broker, mongodb, stack)


def test_two_gateways_are_as_one(system: System) -> None:
    """What is asked at one is known at the other, also when one of them is killed."""
    system.add("supervisor", "--lost-after", "5").wait_ready()
    gateways = [system.add("gateway"), system.add("gateway")]
    with ExitStack() as stack:
        ways = [
            stack.enter_context(httpx.Client(base_url=f"{each.url}/api/v1", timeout=60))
            for each in gateways
        ]
        trial_id = _submitted_at_once(ways)
        _points_at_once(ways, trial_id)
        silent = Program(ways[0], trial_id)
        lost = silent.has()
        programs = [Program(ways[number % 2], trial_id) for number in range(3)]
        held = [program.has() for program in programs]
        assert len({job["job_id"] for job in (lost, *held)}) == 4
        gateways[0].kill()
        for program, job in zip(programs, held, strict=True):
            program.api = ways[1]
            assert program.beat(job)["stop"] == []
            report = program.call("report", **named(job), step=1, values={"loss": 1})
            assert report.status_code == 202
            assert program.tell(job, loss=job["params"]["x"]).status_code == 200
        changed = ways[1].patch(f"/trials/{trial_id}", json={"budget": {"jobs": 9}, "notes": "n"})
        assert (changed.status_code, changed.json()["budget"]["jobs"]) == (200, 9)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(_run, programs))
        trial = finished(ways[1], trial_id)
        assert (trial["state"], trial["jobs"]["succeeded"]) == ("completed", 11)
        again = ways[1].get(f"/jobs/{lost['job_id']}").json()
        first, second = again["attempts"]
        assert first["worker_id"] == silent.id != second["worker_id"]


def _submitted_at_once(ways: list[httpx.Client]) -> str:
    """A trial that is submitted at both gateways, with one key."""
    document = {**OWN, "parallelism": 5, "budget": {"jobs": 6}}
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(posted, api, "/trials", document, headers=KEY) for api in ways * 2]
    (trial_id,) = {each.result()["trial_id"] for each in calls}
    (listed,) = ways[0].get("/trials").json()["items"]
    assert listed["trial_id"] == trial_id
    other = ways[1].post("/trials", json={**document, "parallelism": 4}, headers=KEY)
    assert other.status_code == 422
    return str(trial_id)


def _points_at_once(ways: list[httpx.Client], trial_id: str) -> None:
    """Points that are imported at both gateways, with one key."""
    point = {"params": {"x": 0.5, "kind": "a"}, "loss": 0.75}
    body = {"points": [point, point]}
    path = f"/trials/{trial_id}/points"
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(posted, api, path, body, headers=KEY) for api in ways * 2]
    answers = [each.result() for each in calls]
    assert all(each == answers[0] for each in answers)
    assert all(each["job_id"] for each in answers[0]["points"])
    for api in ways:
        assert api.get(f"/trials/{trial_id}").json()["jobs"]["imported"] == 2
    other = ways[1].post(path, json={"points": [point]}, headers=KEY)
    assert [each["field"] for each in other.json()["errors"]] == ["Idempotency-Key"]


def _run(program: Program) -> None:
    """Evaluates jobs until the trial has ended."""
    while (answer := program.call("ask", wait=5)).status_code != 410:
        if answer.status_code == 200:
            job = answer.json()
            assert program.tell(job, loss=job["params"]["x"]).status_code == 200
