"""The Docker runner's small pure parts: frames, names, times, refusals, what the init says."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.offer import Limits
from hyperdock_common.testing.builders import job_offer
from hyperdock_worker.docker_engine.images import split_name
from hyperdock_worker.docker_engine.late_failure import late_start_failure
from hyperdock_worker.docker_engine.logs import unframed
from hyperdock_worker.docker_engine.refusals import explained
from hyperdock_worker.docker_engine.state import Refused, moment

OFFER = replace(job_offer(runtime="docker"), data="/rows", limits=Limits(gpus=1))


@given(pieces=st.lists(st.binary(max_size=40)), size=st.integers(1, 50))
def test_frames_are_taken_off_wherever_the_stream_is_cut(pieces: list[bytes], size: int) -> None:
    """What the target printed comes out, however the connection divides it."""
    sent = b"".join(b"\x01\0\0\0" + len(each).to_bytes(4, "big") + each for each in pieces)
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert b"".join(unframed(chunks)) == b"".join(pieces)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("busybox", ("busybox", "latest")),
        ("busybox:1.36", ("busybox", "1.36")),
        ("host:5000/a/b", ("host:5000/a/b", "latest")),
        ("host:5000/a/b:v2", ("host:5000/a/b", "v2")),
        ("a/b@sha256:abc", ("a/b", "sha256:abc")),
    ],
)
def test_image_names_always_have_a_tag(name: str, parts: tuple[str, str]) -> None:
    """Without one the engine would pull all tags."""
    assert split_name(name) == parts


def test_times_of_the_engine() -> None:
    """Nanoseconds are cut, the zero time is none."""
    assert moment("1970-01-01T00:00:01.123456789Z") == pytest.approx(1.123456)
    assert moment("0001-01-01T00:00:00Z") is None
    assert moment("") is None


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (400, "invalid mount config: bind source path does not exist: /rows", 'data "/rows"'),
        (500, 'could not select device driver "" with capabilities: [[gpu]]', "1 GPUs"),
        (400, "Unknown runtime specified x", "no runtime"),
        (400, "No command specified", "No command specified"),
        (500, "unable to find user bob: no matching entries in passwd file", "bob"),
    ],
)
def test_refusals_that_are_the_trials_fault(status: int, message: str, told: str) -> None:
    """They fail the job, with a remedy where we know one."""
    error = explained(Refused(status, message), OFFER)
    assert isinstance(error, CannotStart)
    assert error.reason == "cannot_start"
    assert told in error.message


@pytest.mark.parametrize(
    ("status", "message"), [(500, "no space left on device"), (429, "busy"), (503, "stopping")]
)
def test_refusals_that_are_the_engines_fault(status: int, message: str) -> None:
    """They cost the attempt, not the job."""
    error = explained(Refused(status, message), OFFER)
    assert isinstance(error, RunnerUnavailable)
    assert message in str(error)


def test_the_inits_complaint_is_recognized(tmp_path: Path) -> None:
    """A command that is not in the image is told by the init's only line."""
    log = tmp_path / "log.txt"
    assert late_start_failure(127, log) is None
    log.write_text("[FATAL tini (7)] exec /bin/sh failed: No such file or directory\n")
    told = late_start_failure(127, log)
    assert told is not None
    assert "/bin/sh" in told
    assert "No such file" in told
    assert late_start_failure(2, log) is None
    log.write_text("begun\n[FATAL tini (7)] exec /bin/sh failed: No such file or directory\n")
    assert late_start_failure(127, log) is None
