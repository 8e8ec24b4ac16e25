"""Programs that evaluate jobs themselves, over a real supervisor and real gateways."""

import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.all_in_one import wait_for
from tests.integration.laboratory import Laboratory, Program, named, posted

from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import (
    AttemptLost,
    JobClaimed,
    JobFinished,
    JobStarted,
    WorkerLeft,
    WorkerLost,
    WorkerRegistered,
)
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewSchema
from hyperdock_gateway.policy import Policy, parse_rules

PATIENCE = 60.0
SOON = 1.5
"""Seconds after which silence ends a lease, where a test waits for that."""


class CountedViews(SqliteViewStore):
    """Views that know how often each document was asked for."""

    def __init__(self, path: Path, schemas: Sequence[ViewSchema]) -> None:
        super().__init__(path, schemas)
        self.got = Counter[tuple[str, str]]()

    def get(self, view: str, key: str) -> JsonObject | None:
        """See `ViewStore.get`."""
        self.got[view, key] += 1
        return super().get(view, key)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    """A system without workers, which is found whole afterwards."""
    with Laboratory(tmp_path) as made:
        yield made
        made.check(settled=False)


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Laboratory]:
    """The same, where silence soon ends a lease."""
    with Laboratory(tmp_path, lost_after=SOON) as made:
        yield made
        made.check(settled=False)


def run(program: Program, wait: float = 5) -> int:
    """Evaluates jobs until the trial has ended; how many."""
    count = 0
    while (answer := program.call("ask", wait=wait)).status_code != 410:
        if answer.status_code == 200:
            job = answer.json()
            assert program.tell(job, loss=job["params"]["x"]).status_code == 200
            count += 1
    return count


def test_a_program_evaluates_a_trial_to_its_end(lab: Laboratory) -> None:
    """Asks and tells until there is nothing left; then it has left, and the best is known."""
    trial_id = lab.submit(budget={"jobs": 5})
    program = Program(lab.api, trial_id)
    assert run(program) == 5
    trial = lab.ends(trial_id)
    assert (trial["state"], trial["jobs"]["succeeded"]) == ("completed", 5)
    jobs = lab.jobs(trial_id)
    assert trial["best"]["loss"] == min(job["loss"] for job in jobs)
    assert all(job["attempts"][0]["runner"] == {"host": "p"} for job in jobs)
    assert lab.worker(program.id)["state"] == "left"
    lab.check()


def test_several_programs_share_a_trial(lab: Laboratory) -> None:
    """Each job is evaluated once, through whichever gateway its program asks."""
    trial_id = lab.submit(budget={"jobs": 40}, parallelism=10)
    ways = [lab.api, lab.gateway()[1]]
    programs = [Program(ways[number % 2], trial_id) for number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        counts = list(pool.map(run, programs))
    assert sum(counts) == 40
    assert all(counts)
    assert Counter(event.job_id for event in lab.recorded(JobClaimed)).total() == 40
    lab.check()


def test_two_asks_at_once_get_two_jobs(lab: Laboratory) -> None:
    """Never the same one, though both call themselves the same program."""
    trial_id = lab.submit(parallelism=8)
    program = Program(lab.api, trial_id, slots=8)
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda _: program.has(), range(8)))
    assert len({job["job_id"] for job in jobs}) == 8
    assert len(lab.recorded(JobStarted)) == 8
    slots = [run["slot"] for run in lab.worker(program.id)["running"].values()]
    assert len(slots) == 8


def test_a_program_has_as_many_jobs_as_slots(lab: Laboratory) -> None:
    """Then it is to tell first; each is in a slot of its own."""
    program = Program(lab.api, lab.submit(parallelism=5), slots=2)
    first, second = program.has(), program.has()
    refused = program.call("ask", wait=5)
    assert refused.status_code == 409
    assert first["job_id"] in refused.json()["detail"]
    assert program.tell(first, loss=1.0).status_code == 200
    third = program.has()
    running = lab.worker(program.id)["running"]
    assert running.keys() == {second["job_id"], third["job_id"]}
    assert sorted(run["slot"] for run in running.values()) == [0, 1]


def test_there_is_nothing_to_do_while_a_trial_is_paused(lab: Laboratory) -> None:
    """204, until it is resumed: whoever waits then gets a job at once."""
    trial_id = lab.submit(parallelism=2)
    program, other = Program(lab.api, trial_id), Program(lab.api, trial_id)
    assert lab.api.post(f"/trials/{trial_id}/pause").status_code == 200
    began = time.monotonic()
    assert program.ask(0.5) is None
    assert time.monotonic() - began < 5
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(other.ask, 30)
        assert lab.api.post(f"/trials/{trial_id}/resume").status_code == 200
        assert waiting.result() is not None


def test_who_waits_gets_what_comes(lab: Laboratory) -> None:
    """As soon as it is there: a new point, while every other job is taken."""
    trial_id = lab.submit(budget={"jobs": 1})
    held, waiting = Program(lab.api, trial_id), Program(lab.api, trial_id)
    job = held.has()
    assert waiting.ask() is None
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(waiting.ask, 30)
        point = {"params": {"x": 0.25, "kind": "b"}}
        posted(lab.api, f"/trials/{trial_id}/points", {"points": [point]})
        assert held.tell(job, loss=1.0).status_code == 200
        found = asked.result()
    assert found is not None
    assert found["params"] == point["params"]
    assert waiting.tell(found, loss=0.5).status_code == 200
    lab.ends(trial_id)


def test_an_ended_trial_has_no_more_jobs(lab: Laboratory) -> None:
    """410, also for whoever waits when it ends; nobody new may begin, and nobody is lost later."""
    trial_id = lab.submit(parallelism=1)
    programs = [Program(lab.api, trial_id) for _ in range(2)]
    job = programs[0].has()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(programs[1].call, "ask", wait=30)
        assert lab.api.post(f"/trials/{trial_id}/stop").status_code == 200
        assert waiting.result().status_code == 410
    assert programs[0].beat(job) == {"stop": [job["job_id"]], "trial_state": "stopped"}
    lab.ends(trial_id)
    assert [each.call("ask").status_code for each in programs] == [410, 410]
    assert {lab.worker(each.id)["state"] for each in programs} == {"left"}
    assert programs[0].beat(job)["stop"] == [job["job_id"]]
    answer = lab.api.post(f"/trials/{trial_id}/evaluators", json={})
    assert answer.status_code == 409
    lab.check()


def test_a_stopped_job_ends_as_soon_as_its_program_hears_it(lab: Laboratory) -> None:
    """As cancelled; what it tells afterwards comes too late."""
    trial_id = lab.submit(parallelism=2)
    program = Program(lab.api, trial_id, slots=2)
    job, other = program.has(), program.has()
    assert program.beat(job, other)["stop"] == []
    assert lab.api.post(f"/jobs/{job['job_id']}/stop").status_code == 200
    assert program.beat(job, other)["stop"] == [job["job_id"]]
    ended = wait_for(lambda: _if_ended(lab.job(job["job_id"])))
    assert (ended["state"], ended["reason"]) == ("cancelled", "user")
    assert program.beat(job, other)["stop"] == [job["job_id"]]
    assert program.tell(job, loss=1.0).status_code == 409
    assert program.tell(other, loss=1.0).status_code == 200


def test_a_program_that_gives_a_stopped_job_up_has_it_cancelled(lab: Laboratory) -> None:
    """Its failure says nothing about the params; told again, it is answered alike."""
    program = Program(lab.api, lab.submit())
    job = program.has()
    lab.api.post(f"/jobs/{job['job_id']}/stop")
    for _ in range(2):
        told = program.tell(job, failed={"reason": "interrupted"})
        assert (told.status_code, told.json()["state"]) == (200, "cancelled")


def test_a_silent_program_loses_its_job_to_another(strict: Laboratory) -> None:
    """As a worker would: it is lost, and the job is the next attempt of who asks then."""
    trial_id = strict.submit(parallelism=1, budget={"jobs": 1})
    silent, next_one = Program(strict.api, trial_id), Program(strict.api, trial_id)
    job = silent.has()
    again = next_one.has()
    assert (again["job_id"], again["attempt"]) == (job["job_id"], 2)
    assert strict.worker(silent.id)["state"] == "lost"
    assert silent.beat(job)["stop"] == [job["job_id"]]
    assert silent.call("report", **named(job), step=1, values={"a": 1}).status_code == 409
    assert silent.tell(job, failed={}).status_code == 409, "a late failure counts for nothing"
    assert silent.tell(job, loss=0.5).status_code == 200, "a late loss does"
    late = next_one.tell(again, loss=0.75)
    assert late.status_code == 409
    ended = strict.ends(trial_id)
    assert ended["best"]["loss"] == 0.5
    assert strict.job(job["job_id"])["attempts"][1]["lost"] is not None
    strict.check()


PROGRAM = """
import sys, time, httpx
url, trial_id = sys.argv[1:]
api = httpx.Client(base_url=url, timeout=60)
me = api.post(f"trials/{trial_id}/evaluators", json={}).json()["evaluator_id"]
while (answer := api.post(f"evaluators/{me}/ask", json={"wait": 20})).status_code != 410:
    job = answer.json()
    print(job["job_id"], flush=True)
    if job["number"] == 2 and job["attempt"] == 1:
        time.sleep(600)
    names = {name: job[name] for name in ("job_id", "attempt")}
    api.post(f"evaluators/{me}/tell", json={**names, "loss": job["params"]["x"]})
"""


def test_a_program_that_is_killed_costs_an_attempt_and_no_more(strict: Laboratory) -> None:
    """The others end the trial; all that it told before counts."""
    trial_id = strict.submit(budget={"jobs": 6}, parallelism=2)
    command = [sys.executable, "-c", PROGRAM, f"{strict.api.base_url}", trial_id]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            while program.stdout.readline().strip() != f"{trial_id}.2":
                assert program.poll() is None
        finally:
            program.kill()
    assert run(Program(strict.api, trial_id)) == 5
    trial = strict.ends(trial_id)
    assert (trial["jobs"]["succeeded"], trial["jobs"]["attempts_lost"]) == (6, 1)
    assert [len(job["attempts"]) for job in strict.jobs(trial_id)] == [1, 2, 1, 1, 1, 1]
    strict.check()


def test_a_late_loss_counts_while_nobody_else_has_the_job(strict: Laboratory) -> None:
    """It waits for the next attempt, and needs none."""
    trial_id = strict.submit(budget={"jobs": 1})
    program = Program(strict.api, trial_id)
    job = program.has()
    wait_for(lambda: strict.recorded(AttemptLost))
    assert program.tell(job, failed={"message": "late"}).status_code == 409
    told = program.tell(job, loss=0.5)
    assert (told.status_code, told.json()["loss"]) == (200, 0.5)
    strict.ends(trial_id)


def test_a_program_that_was_given_up_comes_back_with_its_next_call(strict: Laboratory) -> None:
    """It need not register again by itself."""
    program = Program(strict.api, strict.submit())
    job = program.has()
    wait_for(lambda: strict.recorded(WorkerLost))
    again = program.has()
    assert (again["job_id"], again["attempt"]) == (job["job_id"], 2)
    assert strict.worker(program.id)["state"] == "alive"
    wait_for(lambda: len(strict.recorded(WorkerLost)) == 2 or None)
    assert program.beat(again)["stop"] == [again["job_id"]]
    assert strict.worker(program.id)["state"] == "alive"


def test_heartbeats_keep_the_leases_that_they_name(strict: Laboratory) -> None:
    """And no others."""
    program = Program(strict.api, strict.submit(parallelism=2), slots=2)
    kept, forgotten = program.has(), program.has()

    def beat_until_lost() -> bool:
        assert program.beat(kept)["stop"] == []
        return bool(strict.recorded(AttemptLost))

    wait_for(beat_until_lost)
    assert [event.job_id for event in strict.recorded(AttemptLost)] == [forgotten["job_id"]]
    assert strict.recorded(WorkerLost) == []
    assert program.tell(kept, loss=1.0).status_code == 200


def test_reports_are_signs_of_life(strict: Laboratory) -> None:
    """A program that reports needs no heartbeats beside."""
    program = Program(strict.api, strict.submit())
    job = program.has()
    until = time.monotonic() + 2 * SOON
    step = 0
    while time.monotonic() < until:
        step += 1
        told = program.call("report", **named(job), step=step, values={"loss": 1 / step})
        assert told.status_code == 202
        threading.Event().wait(SOON / 10)
    assert strict.recorded(WorkerLost, AttemptLost) == []
    curve = strict.api.get(f"/jobs/{job['job_id']}/metrics?limit=500").json()["items"]
    assert [each["step"] for each in curve] == list(range(1, step + 1))


def test_who_waits_for_long_is_not_given_up(strict: Laboratory) -> None:
    """Waiting is a sign of life, where the time is long enough for one."""
    trial_id = strict.submit(budget={"jobs": 1})
    holder, waiting = Program(strict.api, trial_id), Program(strict.api, trial_id)
    job = holder.has()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(waiting.ask, 30)
        wait_for(lambda: strict.recorded(AttemptLost))
        again = asked.result()
    assert again is not None
    assert (again["job_id"], again["attempt"]) == (job["job_id"], 2)


def test_who_leaves_gives_its_jobs_up_at_once(lab: Laboratory) -> None:
    """Others have them then; leaving twice is leaving, and who left asks no more."""
    trial_id = lab.submit(parallelism=2)
    program = Program(lab.api, trial_id, slots=2)
    jobs = [program.has(), program.has()]
    assert program.leave().status_code == 204
    assert lab.worker(program.id)["state"] == "left"
    assert program.leave().status_code == 204
    assert len(lab.recorded(WorkerLeft)) == 1
    assert program.call("ask").status_code == 409
    assert program.beat(*jobs)["stop"] == [job["job_id"] for job in jobs]
    assert lab.worker(program.id)["state"] == "left"
    other = Program(lab.api, trial_id, slots=2)
    found = [other.has(), other.has()]
    assert {each["job_id"] for each in found} == {each["job_id"] for each in jobs}
    assert {each["attempt"] for each in found} == {2}


def test_a_result_told_again_is_answered_alike(lab: Laboratory) -> None:
    """The answer may have been lost; another result is refused, and records nothing."""
    program = Program(lab.api, lab.submit())
    job = program.has()
    first, again = program.tell(job, loss=0.5), program.tell(job, loss=0.5)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert program.tell(job, loss=0.75).status_code == 409
    assert program.tell(job, failed={}).status_code == 409
    assert len(lab.recorded(JobFinished)) == 1


def test_results_told_at_once_are_one(lab: Laboratory) -> None:
    """Who hears 200 has told what stands in the log."""
    program = Program(lab.api, lab.submit())
    job = program.has()
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda loss: program.tell(job, loss=loss), [0.25, 0.5] * 4))
    (end,) = lab.recorded(JobFinished)
    loss = lab.job(job["job_id"])["loss"]
    expected = [200 if each == loss else 409 for each in [0.25, 0.5] * 4]
    assert [each.status_code for each in told] == expected
    assert end.job_id == job["job_id"]


@pytest.mark.parametrize(
    ("failed", "reason", "message"),
    [
        ({}, "reported_fail", ""),
        ({"reason": "timeout", "message": "1 h"}, "timeout", "1 h"),
        ({"reason": "no luck", "message": "at all"}, "reported_fail", "no luck: at all"),
    ],
)
def test_a_failure_is_told_in_its_words(
    lab: Laboratory, failed: dict[str, str], reason: str, message: str
) -> None:
    """One of the reasons of targets, or any."""
    program = Program(lab.api, lab.submit())
    job = program.has()
    told = program.tell(job, failed=failed, metrics={"a": 1}).json()
    assert (told["state"], told["reason"], told["message"]) == ("failed", reason, message)
    assert told["metrics"] == {"a": 1}


GRAPH = {"name": "g", "x_axis": "x", "y_axis": "y", "series": [{"label": "l", "x": [1], "y": [2]}]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"loss": 1, "failed": {}}, ""),
        ({"loss": "1"}, "loss"),
        ({"loss": True}, "loss"),
        ({"loss": None}, ""),
        ({"loss": 1, "metrics": [1]}, "metrics"),
        ({"loss": 1, "graphs": [{**GRAPH, "series": [{"label": "l", "x": ["a"], "y": [1]}]}]},
         "graphs[0].series[0].x[0]"),
        ({"loss": 1, "graphs": [{"name": "g"}]}, "graphs[0].x_axis"),
        ({"loss": 1, "attempt": 0}, "attempt"),
        ({"loss": 1, "colour": 1}, "colour"),
        ({"failed": {"why": 1}}, "failed.why"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_refused(lab: Laboratory, body: dict[str, Any], field: str) -> None:
    """A 422 that names the field; the job goes on."""
    program = Program(lab.api, lab.submit())
    job = program.has()
    answer = program.call("tell", **{**named(job), **body})
    assert answer.status_code == 422
    assert field in [each["field"] for each in answer.json()["errors"]]
    told = program.tell(job, loss=1, graphs=[GRAPH])
    assert told.status_code == 200
    assert told.json()["graphs"] == [GRAPH]


@pytest.mark.parametrize("loss", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_loss_is_a_finite_number(lab: Laboratory, loss: str) -> None:
    """Whatever some languages write in its place."""
    program = Program(lab.api, lab.submit())
    job = program.has()
    body = f'{{"job_id": "{job["job_id"]}", "attempt": 1, "loss": {loss}}}'
    answer = lab.api.post(
        f"/evaluators/{program.id}/tell",
        content=body,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert program.tell(job, loss=1.7e308).status_code == 200


def test_the_attempts_of_others_are_not_to_be_told_of(lab: Laboratory) -> None:
    """409, for any that the program never had; 404 for jobs of other trials."""
    trial_id = lab.submit(parallelism=2)
    mine, yours = Program(lab.api, trial_id), Program(lab.api, trial_id)
    job, other = mine.has(), yours.has()
    foreign = Program(lab.api, lab.submit()).has()
    for verb, body in (
        ("tell", {"loss": 1}),
        ("tell", {"failed": {}}),
        ("report", {"step": 1, "values": {"a": 1}}),
    ):
        assert mine.call(verb, **named(other), **body).status_code == 409
        assert mine.call(verb, job_id=job["job_id"], attempt=2, **body).status_code == 409
        assert mine.call(verb, **named(foreign), **body).status_code == 404
        assert mine.call(verb, job_id="none.1", attempt=1, **body).status_code == 404
    assert mine.beat(other, foreign)["stop"] == [other["job_id"], foreign["job_id"]]
    assert len(lab.recorded(JobFinished)) == 0


def test_only_programs_are_evaluators(lab: Laboratory) -> None:
    """Not workers, nor what was never there; and only of trials that are for programs."""
    answer = lab.api.post("/evaluators/nobody/ask", json={})
    assert answer.status_code == 404
    document = {"name": "t", "command": ["true"], "space": {"x": [1, 2]}}
    plain = posted(lab.api, "/trials", document)["trial_id"]
    answer = lab.api.post(f"/trials/{plain}/evaluators", json={})
    assert answer.status_code == 409
    assert "external: true" in answer.json()["detail"]
    assert lab.api.post("/trials/nothing/evaluators", json={}).status_code == 404
    for body in ({"slots": 0}, {"slots": 1.5}, {"name": 1}, {"colour": 1}):
        answer = lab.api.post(f"/trials/{lab.submit()}/evaluators", json=body)
        assert answer.status_code == 422


def test_a_drained_program_gets_no_more_jobs(lab: Laboratory) -> None:
    """204 until that ends: it is a worker as others are."""
    trial_id = lab.submit(parallelism=2)
    program = Program(lab.api, trial_id, slots=2)
    program.has()
    assert lab.api.post(f"/workers/{program.id}/drain").status_code == 200
    assert program.ask() is None
    assert lab.api.post(f"/workers/{program.id}/undrain").status_code == 200
    program.has()


def test_gateways_remember_nothing(lab: Laboratory) -> None:
    """A program goes on at another gateway, and with another supervisor, as if it were the same."""
    trial_id = lab.submit(budget={"jobs": 2})
    server, first = lab.gateway()
    program = Program(first, trial_id)
    job = program.has()
    server.stop()
    lab.stop_supervisor()
    lab.start_supervisor()
    program.api = lab.gateway()[1]
    assert program.beat(job)["stop"] == []
    assert program.tell(job, loss=0.5).status_code == 200
    assert run(program) == 1
    lab.ends(trial_id)
    assert len(lab.recorded(WorkerRegistered)) == 1
    lab.check()


def test_who_hung_up_gets_no_job(lab: Laboratory) -> None:
    """A program that ends while it waits takes nothing with it."""
    trial_id = lab.submit(budget={"jobs": 1}, parallelism=1)
    program = Program(lab.api, trial_id)
    assert lab.api.post(f"/trials/{trial_id}/pause").status_code == 200
    body = b'{"wait": 30}'
    url = lab.api.base_url
    request = (
        f"POST {url.path}evaluators/{program.id}/ask HTTP/1.1\r\nHost: {url.host}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((url.host, url.port or 0)) as line:
        line.sendall(request.encode() + body)
        wait_for(lambda: lab.worker(program.id)["last_seen"])
    assert lab.api.post(f"/trials/{trial_id}/resume").status_code == 200
    other = Program(lab.api, trial_id)
    assert other.has()["attempt"] == 1


def test_those_who_wait_cost_little(tmp_path: Path) -> None:
    """What happens in other trials makes none of fifty look; what happens in theirs wakes all."""
    with Laboratory(tmp_path, views=CountedViews) as lab:
        trial_id = lab.submit(budget={"jobs": 50}, parallelism=50)
        assert lab.api.post(f"/trials/{trial_id}/pause").status_code == 200
        programs = [Program(lab.api, trial_id) for _ in range(50)]
        with ThreadPoolExecutor(50) as pool:
            waiting = [pool.submit(program.ask, 30) for program in programs]
            wait_for(lambda: all(lab.worker(each.id)["last_seen"] for each in programs) or None)
            assert isinstance(lab.views, CountedViews)
            before = lab.views.got["trials", trial_id]
            for _ in range(50):
                lab.submit()
            assert lab.views.got["trials", trial_id] - before < 3 * 50
            assert lab.api.post(f"/trials/{trial_id}/resume").status_code == 200
            jobs = [each.result() for each in waiting]
        assert len({job["job_id"] for job in jobs if job}) == 50
        for program, job in zip(programs, jobs, strict=True):
            assert program.tell(job or {}, loss=1.0).status_code == 200
        lab.ends(trial_id)
        lab.check(settled=False)


def test_an_operator_may_allow_no_programs(tmp_path: Path) -> None:
    """Then no such trial begins."""
    rules = parse_rules("external: deny")
    with Laboratory(tmp_path, policy=Policy(lambda: rules)) as lab:
        document = {"name": "own", "external": True, "space": {"x": [1, 2]}}
        answer: httpx.Response = lab.api.post("/trials", json=document)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["external"]


def _if_ended(job: dict[str, Any]) -> dict[str, Any] | None:
    return job if job["finished_at"] is not None else None
