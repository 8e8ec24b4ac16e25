"""A watched trial as lines and as a live screen."""

from dataclasses import replace

from rich.console import Console

from hyperdock_cli.progress import Progress
from hyperdock_cli.rendering.live_screen import screen
from hyperdock_cli.rendering.progress_lines import news, status
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, begun, failed, registered, submitted, succeeded


def progresses() -> tuple[Progress, Progress]:
    """Before and after a success and a failure."""
    fake = FakeGateway(registered(), submitted())
    before = Progress.begun(fake.trial(TRIAL), fake.now())
    fake.record(*succeeded(1, 0.75, x=[1, 2]), *failed(2, message="exit code 3"), *begun(3))
    after = before.seen(fake.trial(TRIAL), fake.now())
    client = fake.connect()
    return before, after.with_jobs([client.job(f"{TRIAL}.1")], client.job(f"{TRIAL}.2"))


def drawn(progress: Progress) -> str:
    """The live screen as text."""
    console = Console(width=100, force_terminal=False)
    with console.capture() as captured:
        console.print(screen(progress))
    return captured.get()


def test_news_are_a_new_best_and_failures() -> None:
    """Nothing happened, nothing is said."""
    before, after = progresses()
    assert news(before, before) == []
    failure, best = news(before, after)
    assert failure.startswith("job 2 failed (exit_code): exit code 3; see `hyperdock job logs")
    assert best == "best so far: 0.75 by job 1 with x=[1, 2]"


def test_a_problem_is_told_once_and_its_end_too() -> None:
    """A full disk does not fill the screen."""
    before, after = progresses()
    troubled = after.troubled(["the disk is full"], after.now)
    assert "warning: the disk is full" in news(before, troubled)
    assert news(troubled, troubled) == []
    assert news(troubled, after) == ["it goes on"]


def test_the_status_line_says_how_far_it_is() -> None:
    """Counts, the best loss, the rate and what is left."""
    _, after = progresses()
    line = status(after)
    assert line.startswith("2/4 jobs done, 1 failed, 1 running, best 0.75, ")
    assert "left" in line


def test_the_status_line_names_an_unusual_state() -> None:
    """A paused trial does not look as if it ran."""
    _, after = progresses()
    assert status(replace(after, trial={**after.trial, "state": "paused"})).endswith("(paused)")


def test_a_budget_of_time_shows_in_the_status_line() -> None:
    """How much of it has passed."""
    fake = FakeGateway(registered(), submitted(budget={"wall_time": 600}), *begun(1))
    line = status(Progress.begun(fake.trial(TRIAL), fake.now()))
    assert "0 jobs done, 1 running, 1.0 s of 10 min 00 s" in line


def test_the_screen_has_bar_best_running_and_failures() -> None:
    """Everything that a person watches for, and params that look like markup as they are."""
    _, after = progresses()
    text = drawn(after)
    for part in (
        "2/4 jobs",
        "best so far: 0.75 by job 1 with x=[1, 2]",
        "running jobs",
        "best jobs",
        "1 failed, the last: job 2 failed (exit_code): exit code 3",
        "Ctrl-C",
    ):
        assert part in text


def test_the_screen_shows_problems() -> None:
    """What is in the way stands out."""
    _, after = progresses()
    assert "warning: no answer" in drawn(after.troubled(["no answer"], after.now))


def test_an_empty_trial_can_be_drawn() -> None:
    """Before the first job there is only the bar."""
    before, _ = progresses()
    text = drawn(before)
    assert "0/4 jobs" in text
    assert "best" not in text
