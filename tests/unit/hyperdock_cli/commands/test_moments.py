"""`--at`: what was there at a moment of the past."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, begun, failed, registered, submitted, succeeded

Invoke = Callable[..., Result]

READS = (
    (("trial", "list"), "trials"),
    (("trial", "show", "bowl"), f"trials/{TRIAL}"),
    (("trial", "best", "bowl"), f"jobs/{TRIAL}.1"),
    (("job", "list", "bowl"), f"trials/{TRIAL}/jobs"),
    (("job", "show", "bowl.1"), f"jobs/{TRIAL}.1"),
    (("trial", "export", "bowl"), f"trials/{TRIAL}/export"),
    (("trial", "file", "bowl"), f"trials/{TRIAL}/spec"),
    (("worker", "list"), "workers"),
)


@pytest.fixture
def gateway() -> FakeGateway:
    """A trial with a bit of everything."""
    gateway = FakeGateway(registered(), submitted(), *succeeded(1, 0.5), *failed(2), *begun(3))
    gateway.canned["GET", f"trials/{TRIAL}/export"] = (200, b"{}")
    return gateway


def asked(gateway: FakeGateway, path: str) -> list[str | None]:
    """As of which moments a document was asked for."""
    calls = zip(gateway.calls, gateway.queries, strict=True)
    return [query.get("at") for (_, called), query in calls if called == path]


@pytest.mark.parametrize(("words", "path"), READS)
def test_what_is_shown_is_asked_for_as_of_the_moment(
    invoke: Invoke, gateway: FakeGateway, words: tuple[str, ...], path: str
) -> None:
    """However the trial is named, it is found among those of today."""
    assert invoke(*words, "--at", "3", "--json").exit_code == 0
    assert asked(gateway, path)[-1] == "3"


@pytest.mark.parametrize(("words", "path"), READS)
def test_without_a_moment_it_is_as_it_is(
    invoke: Invoke, gateway: FakeGateway, words: tuple[str, ...], path: str
) -> None:
    """Gateways of earlier releases do not know the parameter."""
    assert invoke(*words, "--json").exit_code == 0
    assert set(asked(gateway, path)) == {None}


def test_times_arrive_in_utc(invoke: Invoke, gateway: FakeGateway) -> None:
    """Dates and times, with a zone or without, and so long ago."""
    invoke("trial", "list", "--at", "2026-01-31T12:00:00+02:00", "--json")
    assert asked(gateway, "trials") == ["2026-01-31T10:00:00.000000Z"]
    before = time.time()
    invoke("trial", "list", "--at", "2h", "--json")
    (at,) = asked(gateway, "trials")[1:]
    assert at is not None
    ago = before - datetime.fromisoformat(at).timestamp()
    assert ago == pytest.approx(7200, abs=30)
    assert at.endswith("Z")
    assert datetime.fromisoformat(at).tzinfo == UTC


def test_what_is_no_moment_is_told(invoke: Invoke, gateway: FakeGateway) -> None:
    """Before anything is asked for."""
    result = invoke("trial", "list", "--at", "soon")
    assert result.exit_code == 2
    assert "'soon' is no time" in result.stderr
    assert gateway.calls == []


def test_ages_are_those_of_the_moment(invoke: Invoke, gateway: FakeGateway) -> None:
    """At a position the clock is the one of its event."""
    event = {"position": 9, "type": "job.claimed.v1", "recorded_at": 1_060.0}
    gateway.canned["GET", "events/9"] = (200, event)
    assert "58 s ago" in invoke("trial", "list", "--at", "9").stdout
    assert "58 s ago" not in invoke("trial", "list").stdout
    assert " 47 s " in invoke("trial", "show", "bowl", "--at", "9").stdout


def test_a_moment_is_shown_once(invoke: Invoke, gateway: FakeGateway) -> None:
    """There is nothing to watch: it does not change."""
    result = invoke("job", "list", "bowl", "--at", "9", "--watch")
    assert result.exit_code == 0
    assert len(asked(gateway, f"trials/{TRIAL}/jobs")) == 1


def test_files_are_not_of_the_past(invoke: Invoke) -> None:
    """What is saved would be another job's."""
    result = invoke("trial", "best", "bowl", "--at", "9", "--download", "best")
    assert result.exit_code == 2
    assert "leave out --at" in result.stderr


def test_json_is_what_the_gateway_said(invoke: Invoke) -> None:
    """A document, as it was sent."""
    shown = json.loads(invoke("job", "show", "bowl.1", "--at", "9", "--json").stdout)
    assert shown["job_id"] == f"{TRIAL}.1"
