"""`hyperdock up`: what it says, and how it ends."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.faults import Fault
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import begun, registered, submitted
from hyperdock_common.errors import StateFolderInUse

Invoke = Callable[..., Result]


class Ending:
    """Problems of a system, the last look at which also brings a signal."""

    def __init__(self, *looks: list[str]) -> None:
        self._looks = list(looks)

    def __call__(self) -> list[str]:
        """What is in the way at this look."""
        found = self._looks.pop(0) if self._looks else []
        if not self._looks:
            os.kill(os.getpid(), signal.SIGTERM)
        return found


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other at once."""
    monkeypatch.setattr("hyperdock_cli.commands.up._PERIOD", 0.0)


@pytest.mark.usefixtures("quick")
def test_it_says_where_everything_is_and_ends_on_a_signal(
    invoke: Invoke, outside: FakeOutside, tmp_path: Path
) -> None:
    """URL, engine, state and results; then how many jobs go on and who picks them up."""
    outside.gateway = FakeGateway(registered(), submitted(), *begun(1), *begun(2))
    outside.system.problems = Ending([])  # type: ignore[method-assign]
    result = invoke("up", "--state", str(tmp_path), "--port", "0", "--slots", "2", "--no-page")
    assert result.exit_code == 0
    for line in (
        "Hyperdock runs at  http://fake:1",
        "jobs run in        local processes",
        f"state folder       {tmp_path}",
        f"results            {tmp_path / 'results'}",
        f"ended; 2 jobs go on, `hyperdock up --state {tmp_path}` picks them up",
    ):
        assert line in result.stdout.splitlines()
    launch = outside.launches[0]
    assert (launch.port, launch.slots, launch.with_page) == (0, 2, False)
    assert outside.system.stopped == 1


@pytest.mark.usefixtures("quick")
def test_it_says_what_is_kept(invoke: Invoke, outside: FakeOutside, tmp_path: Path) -> None:
    """Logs of targets for ever and pulses for an hour, unless it is told otherwise."""
    state = ("up", "--state", str(tmp_path), "--no-page")
    words = ("--keep-logs-for", "30d", "--keep-logs-size", "2g", "--keep-pulses", "2h")
    for more in ((), words):
        outside.system.problems = Ending([])  # type: ignore[method-assign]
        assert invoke(*state, *more).exit_code == 0
    kept = [
        (each.keep_logs_for, each.keep_logs_size, each.retention_every, each.keep_pulses)
        for each in outside.launches
    ]
    assert kept == [(None, None, 600.0, 3600.0), (30 * 86_400.0, 2 * 2**30, 600.0, 7200.0)]
    assert "last heard of" in invoke(*state, "--keep-pulses", "0").stderr


@pytest.mark.usefixtures("quick")
def test_problems_are_told_once(invoke: Invoke, outside: FakeOutside, tmp_path: Path) -> None:
    """As they come and when they have gone."""
    full = ["the disk is full"]
    outside.system.problems = Ending([], full, full, [])  # type: ignore[method-assign]
    result = invoke("up", "--state", str(tmp_path))
    assert result.stderr.splitlines() == ["warning: the disk is full", "it goes on"]
    assert "ended; no job was running" in result.stdout


@pytest.mark.usefixtures("quick")
def test_it_ends_even_if_its_gateway_does_not_answer(
    invoke: Invoke, outside: FakeOutside, gateway: FakeGateway, tmp_path: Path
) -> None:
    """The count of running jobs is a courtesy, not a condition."""
    gateway.down = 99
    outside.system.problems = Ending([])  # type: ignore[method-assign]
    result = invoke("up", "--state", str(tmp_path))
    assert result.exit_code == 0
    assert "ended; running jobs go on" in result.stdout


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            StateFolderInUse("/s", "process 7, which serves http://x"),
            "error: the state folder /s is in use by process 7, which serves http://x; use that",
        ),
        (Fault("port 8421 on 127.0.0.1 is in use", code=2), "error: port 8421 on 127.0.0.1"),
    ],
)
def test_what_is_in_use_is_named(
    invoke: Invoke, outside: FakeOutside, tmp_path: Path, error: Exception, text: str
) -> None:
    """A second `up` and a taken port are clear, and exit with 2."""
    outside.refusals = [error]
    result = invoke("up", "--state", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr.startswith(text)


@pytest.mark.usefixtures("quick")
def test_its_address_lets_in_whoever_opens_it(
    invoke: Invoke, outside: FakeOutside, tmp_path: Path
) -> None:
    """With the token behind the #, which no browser sends anywhere."""
    outside.system.token = "hd_secret"  # noqa: S105 - it is a fake
    outside.system.problems = Ending([])  # type: ignore[method-assign]
    result = invoke("up", "--state", str(tmp_path))
    assert "Hyperdock runs at  http://fake:1/#token=hd_secret" in result.stdout.splitlines()
    assert outside.launches[0].login


@pytest.mark.usefixtures("quick")
def test_without_a_login_it_is_for_this_machine(
    invoke: Invoke, outside: FakeOutside, tmp_path: Path
) -> None:
    """Elsewhere it is refused; with one it may listen anywhere."""
    words = ("up", "--state", str(tmp_path), "--no-login")
    for host in ("0.0.0.0", "::", "192.168.1.5"):  # noqa: S104
        result = invoke(*words, "--host", host)
        assert result.exit_code == 2
        assert "only this machine" in result.stderr
    assert outside.launches == []
    for more in (words, ("up", "--state", str(tmp_path), "--host", "0.0.0.0")):  # noqa: S104
        outside.system.problems = Ending([])  # type: ignore[method-assign]
        assert invoke(*more).exit_code == 0
    assert [(each.login, each.host) for each in outside.launches] == [
        (False, "127.0.0.1"),
        (True, "0.0.0.0"),  # noqa: S104
    ]
