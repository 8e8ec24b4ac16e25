"""Reading logs piece by piece."""

from collections.abc import Callable, Iterator
from typing import Any

from hyperdock_cli.api_client import LogChunk
from hyperdock_cli.log_following import followed_log, json_pieces, whole_log
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, WORKER, begun, ended, registered, submitted
from hyperdock_common.events import AttemptLost, JobClaimed, Succeeded

JOB = f"{TRIAL}.1"


def test_a_log_is_read_to_its_end() -> None:
    """The gateway gives pieces; together they are the log."""
    gateway = FakeGateway(registered(), submitted(), *begun(1))
    gateway.logs[JOB] = b"a" * 25
    chunks = list(whole_log(gateway.connect(), JOB, None))
    assert b"".join(each.data for each in chunks) == b"a" * 25
    assert len(chunks) == 3


def test_a_log_is_followed_until_the_job_has_ended() -> None:
    """What is written meanwhile comes, also what is written just before the end."""
    gateway = FakeGateway(registered(), submitted(), *begun(1))
    gateway.logs[JOB] = b"one "

    def speak() -> None:
        gateway.logs[JOB] = b"one two "

    def end() -> None:
        gateway.logs[JOB] = b"one two three"
        gateway.record(ended(1, Succeeded(loss=1.0)))

    steps: Iterator[Callable[[], None]] = iter([speak, end])
    client = gateway.connect()
    chunks = followed_log(client, client.job(JOB), None, lambda _: next(steps)())
    assert b"".join(each.data for each in chunks) == b"one two three"


def test_following_goes_on_to_the_next_attempt() -> None:
    """After a lost attempt the log of the new one is read from its beginning."""
    gateway = FakeGateway(registered(), submitted(), *begun(1))
    gateway.logs[JOB] = b"hello"
    lease: dict[str, Any] = {"trial_id": TRIAL, "job_id": JOB, "worker_id": WORKER}

    def next_attempt() -> None:
        gateway.record(
            AttemptLost(**lease, attempt=1, reason="gone"),
            JobClaimed(**lease, attempt=2, slot=0),
        )

    def end() -> None:
        gateway.record(ended(1, Succeeded(loss=1.0), attempt=2))

    steps = iter([next_attempt, end])
    client = gateway.connect()
    chunks = list(followed_log(client, client.job(JOB), None, lambda _: next(steps)()))
    assert [(each.attempt, each.data) for each in chunks] == [(1, b"hello"), (2, b"hello")]


def test_a_named_attempt_is_followed_no_further() -> None:
    """An attempt that is over has said what it had to say."""
    gateway = FakeGateway(registered(), submitted(), *begun(1))
    gateway.logs[JOB] = b"x"
    client = gateway.connect()
    job = {**client.job(JOB), "attempt": 2}
    assert len(list(followed_log(client, job, 1, lambda _: None))) == 1


def test_a_letter_across_two_pieces_is_kept_whole() -> None:
    """JSON holds text, and pieces may end in the middle of a letter."""
    halves = "é".encode()
    chunks = [
        LogChunk(data=b"a" + halves[:1], next_offset=2, attempt=1),
        LogChunk(data=halves[1:], next_offset=3, attempt=1),
    ]
    lines = [line.decode() for line in json_pieces(JOB, chunks)]
    assert lines == [
        f'{{"job": "{JOB}", "attempt": 1, "text": "a"}}\n',
        f'{{"job": "{JOB}", "attempt": 1, "text": "\\u00e9"}}\n',
    ]
