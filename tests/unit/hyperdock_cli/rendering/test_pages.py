"""Trials, jobs and workers as pages, from documents that the real folds made."""

from collections.abc import Sequence

from hyperdock_cli.rendering.jobs import best_table, job_page, running_table
from hyperdock_cli.rendering.run_pages import banner, left_line, summary, why_failed
from hyperdock_cli.rendering.tables import Part, plain
from hyperdock_cli.rendering.trials import trial_list, trial_page
from hyperdock_cli.rendering.workers import worker_list
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import (
    TRIAL,
    begun,
    failed,
    finished,
    registered,
    submitted,
    succeeded,
)


def text(parts: Sequence[Part]) -> str:
    """Parts as plain text."""
    return "\n".join(plain(part) for part in parts)


def gateway() -> FakeGateway:
    """A trial with a bit of everything."""
    return FakeGateway(
        registered(),
        submitted(),
        *succeeded(1, 0.75, x=0.123456789),
        *succeeded(2, 0.5, x=0.25),
        *failed(3),
        *begun(4),
    )


def test_the_list_shows_how_far_each_trial_is() -> None:
    """Ended of budgeted jobs, failures, the best loss and the age."""
    fake = gateway()
    page = text(trial_list([fake.trial(TRIAL)], fake.now()))
    assert TRIAL in page
    assert "running" in page
    assert "3/4" in page
    assert "0.5" in page
    assert "ago" in page


def test_no_trials_is_said_with_what_to_do() -> None:
    """An empty list is not just empty."""
    assert "hyperdock run" in text(trial_list([], 0.0))


def test_a_trial_page_tells_everything_once() -> None:
    """State, counts, best, what runs, and the last failure with where to read on."""
    fake = gateway()
    client = fake.connect()
    best = client.first_jobs(TRIAL, 5, state="succeeded", sort="loss", order="asc")
    page = text(trial_page(fake.trial(TRIAL), best, client.job(f"{TRIAL}.3"), fake.now()))
    assert "state        running" in page
    assert "3/4 done: 1 running, 2 succeeded, 1 failed" in page
    assert "0.5 by job 2 with x=0.25" in page
    assert "/results/bowl-abcdef" in page
    assert f"job 3 failed (exit_code): exit code 3; see `hyperdock job logs {TRIAL}.3`" in page
    assert "running jobs" in page
    assert "finished" not in page


def test_an_ended_trial_says_why_it_ended() -> None:
    """The message of the end stands beside the state."""
    fake = gateway()
    fake.record(finished("completed", "target_loss", "loss 0.5 reaches the target"))
    page = text(trial_page(fake.trial(TRIAL), [], None, fake.now()))
    assert "completed (loss 0.5 reaches the target)" in page
    assert "finished" in page


def test_only_some_running_jobs_are_listed() -> None:
    """A thousand slots do not flood the screen; the longest-running come first."""
    running = [
        {"job_id": f"t.{n}", "number": n, "params": {}, "state": "running", "since": 100.0 - n}
        for n in range(1, 12)
    ]
    waiting = {"job_id": "t.99", "number": 99, "params": {}, "state": "pending", "since": 1.0}
    table = running_table([*running, waiting], 100.0)
    assert table.rows[0][:2] == ("11", "11 s")
    assert len(table.rows) == 9
    assert table.rows[-1][2] == "and 3 more"
    assert "99" not in plain(table)


def test_a_job_page_shows_loss_and_attempts() -> None:
    """Each attempt with its worker, its times and how it ended."""
    fake = gateway()
    page = text(job_page(fake.connect().job(f"{TRIAL}.2")))
    assert "succeeded" in page
    assert "loss      0.5" in page
    assert "host-1" in page
    assert "took" in page
    assert f"hyperdock job logs {TRIAL}.2" in page


def test_a_failed_job_page_says_why() -> None:
    """Reason and message stand beside the state."""
    page = text(job_page(gateway().connect().job(f"{TRIAL}.3")))
    assert "failed (exit_code: exit code 3)" in page


def test_the_best_table_has_losses_and_params() -> None:
    """The best job first, as it was asked for."""
    fake = gateway()
    best = fake.connect().first_jobs(TRIAL, 5, state="succeeded", sort="loss", order="asc")
    lines = plain(best_table(best)).splitlines()
    assert lines[2].split()[:2] == ["2", "0.5"]
    assert lines[3].endswith("x=0.123457")


def test_workers_show_their_slots() -> None:
    """Busy of all slots, what they can run, when they were heard of."""
    fake = gateway()
    page = text(worker_list(fake.connect().workers(), fake.now()))
    assert "host-1" in page
    assert "1/2" in page
    assert "process" in page
    assert "hyperdock up" in text(worker_list([], 0.0))


def test_the_banner_says_what_runs_where() -> None:
    """Docker or local processes: the first lines tell."""
    fake = gateway()
    page = banner(fake.trial(TRIAL), "this process, with Docker 27.1", goes_on=False)
    assert "target     true" in page
    assert "jobs are   local processes" in page
    assert "system     this process, with Docker 27.1" in page
    image = {**fake.trial(TRIAL), "image": "a"}
    assert "jobs are   Docker containers" in banner(image, "x", goes_on=False)
    assert "seed 7" in page
    assert "goes on" not in page
    again = banner(fake.trial(TRIAL), "x", goes_on=True)
    assert "goes on with 3/4 done: 1 running, 2 succeeded, 1 failed" in again


def test_who_leaves_is_told_what_becomes_of_the_trial() -> None:
    """Here the jobs go on, elsewhere the trial does."""
    trial = gateway().trial(TRIAL)
    here = left_line(trial, "hyperdock run a.yaml", elsewhere=False)
    assert here == "left: 1 running job goes on; `hyperdock run a.yaml` goes on with the trial"
    assert "hyperdock trial show" in left_line(trial, "hyperdock run a.yaml", elsewhere=True)


def test_the_summary_has_counts_time_and_results() -> None:
    """What somebody wants to know at the end."""
    fake = gateway()
    fake.record(finished("stopped", "user"))
    page = text([*summary(fake.trial(TRIAL), [])])
    assert "stopped (user)" in page
    assert "2 succeeded, 1 failed" in page
    assert "time" in page
    assert "/results/bowl-abcdef" in page


def test_the_commonest_failure_leads_to_its_log() -> None:
    """By command while something runs, and as a folder anyway."""
    job = gateway().connect().job(f"{TRIAL}.3")
    line = why_failed(7, job, "/results/bowl-abcdef")
    assert "7 jobs failed with exit_code: exit code 3" in line
    assert f"hyperdock job logs {TRIAL}.3" in line
    assert f"/results/bowl-abcdef/{TRIAL}.3" in line
