"""Watching a trial: until its end, through troubles, and what signals do."""

from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGTERM

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.launch import Launch
from hyperdock_cli.progress import Progress
from hyperdock_cli.system import System
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import (
    TRIAL,
    begun,
    ended,
    failed,
    finished,
    registered,
    submitted,
    succeeded,
)
from hyperdock_cli.watching import Choice, Watch
from hyperdock_client import ApiError
from hyperdock_common.events import Cancelled


class Recorder:
    """A display that keeps what it was shown."""

    def __init__(self) -> None:
        self.seen: list[Progress] = []
        self.hidden = 0

    def show(self, progress: Progress) -> None:
        """Keeps it."""
        self.seen.append(progress)

    def hide(self) -> None:
        """Counts it."""
        self.hidden += 1


class Signals:
    """Signals at given waits; each wait takes its time on the fake clock."""

    def __init__(self, gateway: FakeGateway, *numbers: int | None) -> None:
        self._gateway = gateway
        self._numbers: Iterator[int | None] = iter(numbers)

    def wait(self, seconds: float) -> int | None:
        """The next one."""
        self._gateway.pause(seconds)
        return next(self._numbers, None)


def make(
    outside: FakeOutside, *signals: int | None, ask: Callable[[], Choice] | None = None
) -> tuple[Watch, Recorder]:
    """A watch over the gateway's trial."""
    gateway, display = outside.gateway, Recorder()
    system = System(outside.outside, Launch(state=Path("/state")), None, lambda _: None)
    trial = gateway.trial(TRIAL)
    watch = Watch(
        system=system,
        trial=trial,
        display=display,
        signals=Signals(gateway, *signals),
        ask=ask,
        now=gateway.now,
    )
    return watch, display


@pytest.fixture
def gateway() -> FakeGateway:
    """A trial that has just begun."""
    return FakeGateway(registered(), submitted())


def test_a_trial_is_watched_to_its_end(gateway: FakeGateway, outside: FakeOutside) -> None:
    """Every look is shown, with the best jobs and the last failure."""
    gateway.later(succeeded(1, 0.5), failed(2), [*succeeded(3, 0.25), finished()])
    watch, display = make(outside)
    ending = watch.until_end()
    assert not ending.left
    assert ending.signal is None
    assert ending.trial["state"] == "completed"
    assert [each.ended for each in display.seen] == [1, 2, 3]
    last = display.seen[-1]
    assert [job["number"] for job in last.best] == [3, 1]
    assert last.failure is not None
    assert last.failure["number"] == 2


def test_jobs_are_only_read_when_something_ended(
    gateway: FakeGateway, outside: FakeOutside
) -> None:
    """Watching a slow trial costs one small request a look."""
    gateway.later([], begun(1), [], [], [finished("failed")])
    watch, _ = make(outside)
    watch.until_end()
    assert not [path for _, path in gateway.calls if path.endswith("/jobs")]


def test_the_largest_is_best_where_it_is_maximized(outside: FakeOutside) -> None:
    """The order of the best jobs follows the objective."""
    outside.gateway = gateway = FakeGateway(registered(), submitted(objective="maximize"))
    gateway.later([*succeeded(1, 0.5), *succeeded(2, 0.75), finished()])
    watch, display = make(outside)
    watch.until_end()
    assert [job["number"] for job in display.seen[-1].best] == [2, 1]


@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_without_a_terminal_a_signal_stops_the_trial(
    gateway: FakeGateway, outside: FakeOutside, number: int
) -> None:
    """It is stopped, and its end is waited for."""
    gateway.later(begun(1), [], [], [ended(1, Cancelled(reason="user")), finished("stopped")])
    watch, _ = make(outside, number)
    ending = watch.until_end()
    assert ("POST", f"trials/{TRIAL}/stop") in gateway.calls
    assert ending.trial["state"] == "stopped"
    assert ending.signal == number
    assert not ending.left


def test_a_second_signal_leaves_a_stopping_trial(outside: FakeOutside) -> None:
    """Who cannot wait need not."""
    watch, _ = make(outside, SIGTERM, None, SIGTERM)
    ending = watch.until_end()
    assert ending.left
    assert ending.signal == SIGTERM


def test_a_stop_is_not_waited_for_without_end(gateway: FakeGateway, outside: FakeOutside) -> None:
    """A target that will not die does not hold a script for ever."""
    start = gateway.clock
    watch, _ = make(outside, SIGINT)
    ending = watch.until_end()
    assert ending.left
    assert ending.signal == SIGINT
    assert 90 < gateway.clock - start < 100


def test_a_closed_terminal_leaves_the_trial(gateway: FakeGateway, outside: FakeOutside) -> None:
    """A lost SSH connection costs nothing but the view."""
    watch, _ = make(outside, SIGHUP, ask=lambda: Choice.STOP)
    ending = watch.until_end()
    assert ending.left
    assert ("POST", f"trials/{TRIAL}/stop") not in gateway.calls


def test_at_a_terminal_the_person_decides(outside: FakeOutside) -> None:
    """First to go on watching, then to leave; the screen makes room for the question."""
    answers = iter([Choice.WATCH, Choice.LEAVE])
    watch, display = make(outside, SIGINT, SIGINT, ask=lambda: next(answers))
    ending = watch.until_end()
    assert ending.left
    assert ending.signal == SIGINT
    assert display.hidden == 2
    assert len(display.seen) == 2


def test_a_person_may_stop_the_trial(gateway: FakeGateway, outside: FakeOutside) -> None:
    """Its end is watched like any other."""
    gateway.later([], [finished("stopped", "user")])
    watch, _ = make(outside, SIGINT, ask=lambda: Choice.STOP)
    ending = watch.until_end()
    assert ending.trial["state"] == "stopped"
    assert ending.signal == SIGINT


def test_a_trial_that_ends_before_it_is_stopped_is_no_error(
    gateway: FakeGateway, outside: FakeOutside
) -> None:
    """The gateway's refusal to stop what has ended is expected."""

    def end() -> Choice:
        gateway.record(*succeeded(1, 0.5), finished())
        return Choice.STOP

    watch, _ = make(outside, SIGINT, ask=end)
    assert watch.until_end().trial["state"] == "completed"


def test_a_stop_that_was_not_heard_is_said_again(
    gateway: FakeGateway, outside: FakeOutside
) -> None:
    """A gateway that is away or at fault just then makes no difference."""
    faults = iter([("broken", 1), ("down", 1)])

    def ask() -> Choice:
        setattr(gateway, *next(faults))
        return Choice.STOP

    gateway.later([], [], [], [finished("stopped", "user")])
    watch, _ = make(outside, SIGINT, ask=ask)
    assert watch.until_end().trial["state"] == "stopped"
    assert gateway.calls.count(("POST", f"trials/{TRIAL}/stop")) == 2


def test_problems_of_the_system_are_shown(gateway: FakeGateway, outside: FakeOutside) -> None:
    """A full disk shows where people look."""
    outside.running = False
    outside.system.troubles = ["the disk is full; retrying"]
    gateway.later([], [finished("failed")])
    watch, display = make(outside)
    watch.until_end()
    assert display.seen[0].problems == ("the disk is full; retrying",)


def test_a_gateway_at_fault_is_borne(gateway: FakeGateway, outside: FakeOutside) -> None:
    """A 503 that several tries did not mend is shown, and the watch goes on."""
    watch, display = make(outside)
    gateway.broken = 8
    gateway.later([finished("failed")])
    watch.until_end()
    assert [each.problems for each in display.seen] == [("the disk is full",)] * 2 + [()]


def test_a_trial_that_is_gone_ends_the_watch(gateway: FakeGateway, outside: FakeOutside) -> None:
    """Another state folder behind the same URL is not looked at for ever."""
    watch, _ = make(outside)
    gateway._views["trials"].clear()
    with pytest.raises(ApiError, match="there is no"):
        watch.until_end()


def test_when_the_process_that_ran_the_trial_ends_this_one_takes_over(
    gateway: FakeGateway, outside: FakeOutside
) -> None:
    """Two runs share one system; the second goes on when the first has ended."""
    watch, display = make(outside)

    def other_ends() -> None:
        outside.running = False

    gateway.on_pause = other_ends
    gateway.down = 4
    gateway.later([], [finished("failed")])
    ending = watch.until_end()
    assert ending.trial["state"] == "failed"
    assert [launch.state for launch in outside.launches] == [Path("/state")]
    assert "no answer from" in display.seen[0].problems[0]


def test_a_gateway_that_stays_away_is_given_up(gateway: FakeGateway, outside: FakeOutside) -> None:
    """After ten minutes without an answer the watch ends with what it knows."""
    watch, _ = make(outside)
    gateway.down = 10_000
    with pytest.raises(Fault, match="given up after 600 s"):
        watch.until_end()
