"""What a service answers to probes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from hyperdock_common.errors import CannotListen
from hyperdock_common.service.health import Answer, Health
from hyperdock_common.service.health_server import HealthServer
from hyperdock_common.service.probe import main, probe
from hyperdock_common.service.watching import Condition

WELL = Condition(ok=True, detail="ok")


def said(answer: Answer | None) -> tuple[int, dict[str, Any]]:
    """Status and body of an answer."""
    assert answer is not None
    return answer.status, json.loads(answer.body)


@contextmanager
def served(health: Health) -> Iterator[str]:
    """The health at a free port."""
    with HealthServer(health, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}"


def test_a_loop_that_turns_is_alive() -> None:
    """Liveness says when each loop turned last."""
    health = Health(about={"service": "x"}, loops={"main": lambda: 95.0}, clock=lambda: 100.0)
    status, body = said(health.live())
    assert (status, body["status"], body["service"]) == (200, "alive", "x")
    assert body["loops"]["main"] == {"ok": True, "detail": "turned 5.0 seconds ago"}


def test_a_loop_that_stalls_is_told_with_its_name() -> None:
    """One loop of two that has not turned for too long is enough."""
    health = Health(
        about={},
        loops={"main": lambda: 5.0, "other": lambda: 99.0},
        clock=lambda: 100.0,
        patience=30.0,
    )
    status, body = said(health.live())
    assert (status, body["status"]) == (503, "stalled")
    assert [name for name, loop in body["loops"].items() if not loop["ok"]] == ["main"]


def test_ready_needs_every_check() -> None:
    """What is missing is named with its reason; being alive is another thing."""
    checks = {"database": lambda: WELL, "bus": lambda: Condition(ok=False, detail="away")}
    health = Health(about={}, checks=checks)
    status, body = said(health.ready())
    assert (status, body["status"]) == (503, "not ready")
    assert body["checks"]["bus"] == {"ok": False, "detail": "away"}
    assert said(health.live())[0] == 200


def test_standing_by_is_ready_and_says_so() -> None:
    """A second supervisor does what it is there for."""
    health = Health(about={}, checks={"bus": lambda: WELL}, role=lambda: {"role": "standby"})
    status, body = said(health.ready())
    assert (status, body["status"], body["role"]) == (200, "ready", "standby")


def test_who_is_stopping_is_not_ready() -> None:
    """A service that drains gets no more work."""
    assert said(Health(about={}, stopping=lambda: True).ready())[0] == 503


def test_the_server_answers_probes_and_nothing_else() -> None:
    """Two paths, with or without a query; everything else is not there."""
    with served(Health(about={"service": "x"})) as url:
        assert httpx.get(f"{url}/livez").json()["status"] == "alive"
        assert httpx.get(f"{url}/readyz?verbose").json()["status"] == "ready"
        assert httpx.get(f"{url}/").status_code == 404
        assert httpx.post(f"{url}/livez").status_code == 501


def test_a_port_in_use_is_told_with_the_option() -> None:
    """The message names what to change."""
    with (
        HealthServer(Health(about={}), "127.0.0.1", 0) as first,
        pytest.raises(CannotListen, match="choose another --health-port"),
    ):
        HealthServer(Health(about={}), "127.0.0.1", first.port)


def test_the_probe_ends_with_0_where_the_answer_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    """A container's health check needs no other program."""
    with served(Health(about={}, stopping=lambda: True)) as url:
        assert main([f"{url}/livez"]) == 0
        assert main([f"{url}/readyz"]) == 1
    assert "is stopping" in capsys.readouterr().out
    assert main([]) == 2


def test_the_probe_is_no_good_where_nobody_answers() -> None:
    """No answer is a bad answer, and so is no address."""
    with served(Health(about={})) as url:
        pass
    assert not probe(f"{url}/livez")[0]
    assert not probe("nonsense")[0]
