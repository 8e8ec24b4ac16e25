"""What the `hyperdock-supervisor` command makes of its options."""

import pytest
from click.testing import CliRunner

import hyperdock_supervisor.running
from hyperdock_supervisor.command import SupervisorSettings, supervisor


def test_its_settings_come_from_options_and_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Options win over variables; leases last 60 seconds where nothing is said."""
    told: list[SupervisorSettings] = []

    def begin(settings: SupervisorSettings) -> int:
        told.append(settings)
        return 3

    monkeypatch.setattr(hyperdock_supervisor.running, "run", begin)
    words = ["--offer-again", "5", "--name", "s1"]
    environ = {"HYPERDOCK_MONGODB": "mongodb://db/x", "HYPERDOCK_OFFER_AGAIN": "9"}
    assert CliRunner().invoke(supervisor, words, env=environ).exit_code == 3
    assert told[0].servers.mongodb == "mongodb://db/x"
    assert (told[0].lost_after, told[0].offer_again, told[0].process.name) == (60.0, 5.0, "s1")


def test_leases_longer_than_a_minute_are_refused() -> None:
    """A worker that never returns has its jobs offered to others within a minute."""
    result = CliRunner().invoke(supervisor, ["--lost-after", "90"])
    assert result.exit_code == 2
    assert "--lost-after (HYPERDOCK_LOST_AFTER): 90.0 is not in the range 1<=x<=60" in result.stderr


def test_pulses_are_kept_for_an_hour_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """As people write times."""
    told: list[SupervisorSettings] = []
    monkeypatch.setattr(hyperdock_supervisor.running, "run", told.append)
    CliRunner().invoke(supervisor, [])
    CliRunner().invoke(supervisor, ["--keep-pulses", "2d", "--most-pulses", "5000"])
    kept = [(each.keep_pulses, each.most_pulses) for each in told]
    assert kept == [(3600.0, 1_000_000), (172_800.0, 5_000)]


@pytest.mark.parametrize("text", ["0", "0s", "30s", "-1"])
def test_pulses_are_not_dropped_at_once(text: str) -> None:
    """When a worker was last heard of is told from the newest: without it all would seem gone."""
    result = CliRunner().invoke(supervisor, ["--keep-pulses", text])
    assert result.exit_code == 2
    assert f"--keep-pulses (HYPERDOCK_KEEP_PULSES): {text!r} is too short" in result.stderr
    assert "last heard of" in result.stderr
