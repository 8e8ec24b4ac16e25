"""Waiting for a trial, and reading logs."""

from typing import Any

import pytest
from starlette.responses import Response
from tests.unit.hyperdock_client.stand_in import StandIn

from hyperdock_client import Client, NotFound, StillRunning
from hyperdock_client.documents import TrialInfo


def test_waiting_ends_with_the_trial(gateway: StandIn) -> None:
    """Every change is shown once, and the last one is the end."""
    gateway.add_trial()
    steps: list[dict[str, Any]] = [
        {"state": "paused"},
        {},
        {"state": "running"},
        {"finished_at": 2.0},
    ]
    shown: list[TrialInfo] = []

    def pause(_: float) -> None:
        gateway.trials["t1"] |= steps.pop(0)

    with Client(gateway.url, pause=pause) as client:
        trial = client.trial("t1").wait(progress=shown.append)
    assert [each.state for each in shown] == ["running", "paused", "running", "running"]
    assert trial.info == shown[-1]


def test_waiting_gives_up_in_time(client: Client, gateway: StandIn) -> None:
    """The error says which trial; it is a TimeoutError, too."""
    gateway.add_trial()
    trial = client.trial("t1")
    with pytest.raises(StillRunning, match=r"t1 has not ended in 0\.2 s") as caught:
        trial.wait(timeout=0.2)
    assert isinstance(caught.value, TimeoutError)


def test_pauses_grow_while_nothing_happens(gateway: StandIn) -> None:
    """Someone who waits for hours does not ask ten times a second."""
    gateway.add_trial()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 20:
            gateway.finish("t1")

    with Client(gateway.url, pause=pause) as client:
        client.trial("t1").wait()
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (0.1, 1.0)


def test_progress_is_one_line_written_over_and_over(
    gateway: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line tells how far it is and how good; the end ends it."""
    gateway.add_trial()
    best = {"job_id": "t1.1", "number": 1, "loss": 0.25, "params": {}, "at": 1.0}

    def pause(_: float) -> None:
        gateway.trials["t1"] |= {"jobs": {"succeeded": 3, "failed": 1}, "best": best}
        gateway.finish("t1")

    with Client(gateway.url, pause=pause) as client:
        client.trial("t1").wait(progress=True)
    first, second = capsys.readouterr().out.split("\r")[1:]
    assert first == "t1: 0/4 jobs done, 0 running, 0 failed (running)"
    assert second == "t1: 4/4 jobs done, 0 running, 1 failed, best 0.25 (completed)\n"


def piece(text: bytes, following: int) -> Response:
    """A piece of a log."""
    return Response(text, headers={"X-Log-Next": str(following), "X-Log-Attempt": "1"})


def test_a_log_is_read_to_its_end(client: Client, gateway: StandIn) -> None:
    """Whatever the pieces are, letters of several bytes stay whole."""
    gateway.add_job("t1", attempt=1)
    pieces = [piece(b"gr\xc3", 3), piece(b"\xbcn\nblau\n", 10), piece(b"", 10)]
    gateway.answers["GET /jobs/t1.1/log"] = pieces
    assert client.job("t1.1").log() == "grün\nblau\n"


@pytest.mark.parametrize(("tail", "text"), [(1, "blau\n"), (5, "grün\nblau\n"), (0, "")])
def test_the_tail_of_a_log_is_some_lines(
    client: Client, gateway: StandIn, tail: int, text: str
) -> None:
    """Only the end is read."""
    gateway.add_job("t1", attempt=1)
    gateway.answers["GET /jobs/t1.1/log"] = [piece("grün\nblau\n".encode(), 10)]
    assert client.job("t1.1").log(tail=tail) == text


def test_following_goes_on_to_the_next_attempt(gateway: StandIn) -> None:
    """What the lost attempt still said is read, then the new one from its beginning."""
    job = gateway.add_job("t1", attempt=1, state="running")
    first, second = piece(b"one", 3), piece(b"two", 3)
    logs = gateway.answers["GET /jobs/t1.1/log"] = [piece(b"", 0)]
    steps: list[tuple[dict[str, Any], list[Response]]] = [
        ({"attempt": 2}, [first, piece(b"", 3), second, piece(b"", 3)]),
        ({"state": "failed"}, [piece(b"", 3)]),
    ]

    def pause(_: float) -> None:
        changes, said = steps.pop(0)
        job.update(changes)
        logs.extend(said)

    with Client(gateway.url, pause=pause) as client:
        assert list(client.job("t1.1").follow_log()) == ["one", "two"]
    assert logs == []


def test_a_named_attempt_is_followed_no_further(client: Client, gateway: StandIn) -> None:
    """An attempt that is over has said what it had to say, and one without a log says nothing."""
    gateway.add_job("t1", attempt=2, state="running")
    gateway.answers["GET /jobs/t1.1/log"] = [piece(b"one", 3), piece(b"", 3)]
    assert list(client.job("t1.1").follow_log(attempt=1)) == ["one"]
    gateway.answers["GET /jobs/t1.1/log"] = [Response(status_code=404)]
    assert list(client.job("t1.1").follow_log(attempt=1)) == []
    gateway.answers["GET /jobs/t1.1/log"] = [Response(status_code=410)]
    with pytest.raises(NotFound) as raised:
        list(client.job("t1.1").follow_log(attempt=1))
    assert raised.value.was_there


def test_a_followed_log_ends_with_its_job(gateway: StandIn) -> None:
    """Nothing that was written before the end is missed, no letter is broken."""
    gateway.add_job("t1", attempt=1, state="running")
    logs = gateway.answers["GET /jobs/t1.1/log"] = [piece(b"gr\xc3", 3), piece(b"", 3)]

    def pause(_: float) -> None:
        gateway.jobs["t1.1"]["state"] = "succeeded"
        logs.extend([piece(b"\xbcn", 5), piece(b"", 5)])

    with Client(gateway.url, pause=pause) as client:
        assert "".join(client.job("t1.1").follow_log()) == "grün"
    assert logs == []
