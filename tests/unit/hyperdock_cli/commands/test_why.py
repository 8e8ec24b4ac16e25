"""`hyperdock job why` and `hyperdock trial why`."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, finished, registered, submitted, succeeded

Invoke = Callable[..., Result]
JOB = f"{TRIAL}.1"
FIRST: dict[str, Any] = {
    "position": 3,
    "at": 1000.0,
    "event_id": "a",
    "type": "job.proposed.v1",
    "text": "proposed as job 1",
    "because": {"position": 2, "event_id": "z", "type": "trial.submitted.v1"},
    "events": 1,
}
SECOND = FIRST | {"position": 12, "at": 1000.3, "text": "claimed by \x1bw", "because": None}
STORY: dict[str, Any] = {"items": [FIRST, SECOND], "whole": True, "position": 20}


@pytest.fixture
def gateway() -> FakeGateway:
    """A trial with a job that has ended, and the story of both."""
    gateway = FakeGateway(registered(), submitted(), *succeeded(1, 0.5), finished())
    gateway.canned["GET", f"jobs/{JOB}/why"] = (200, STORY)
    gateway.canned["GET", f"trials/{TRIAL}/why"] = (200, STORY)
    return gateway


@pytest.mark.parametrize(
    ("kind", "named", "whose"), [("job", "bowl.1", JOB), ("trial", "bowl", TRIAL)]
)
def test_a_story_is_told_line_by_line(invoke: Invoke, kind: str, named: str, whose: str) -> None:
    """With the time since the line before, and what it follows from; nothing drives a terminal."""
    head, empty, headings, *lines = invoke(kind, "why", named).stdout.splitlines()
    assert head.startswith(f"{kind} {whose}, since ")
    assert (empty, headings.split()) == ("", ["event", "from", "after", "what", "happened"])
    assert [line.split() for line in lines] == [
        ["#3", "#2", "proposed", "as", "job", "1"],
        ["#12", "0.3", "s", "claimed", "by", "\N{REPLACEMENT CHARACTER}w"],
    ]


@pytest.mark.parametrize(("kind", "named"), [("job", JOB), ("trial", TRIAL)])
def test_a_story_is_printed_as_json(invoke: Invoke, kind: str, named: str) -> None:
    """All of it."""
    assert json.loads(invoke(kind, "why", named, "--json").stdout) == STORY


@pytest.mark.parametrize(("kind", "named"), [("job", JOB), ("trial", TRIAL)])
def test_a_story_of_the_past_is_asked_for(
    invoke: Invoke, gateway: FakeGateway, kind: str, named: str
) -> None:
    """A moment is a position or a time: the gateway reads it."""
    assert invoke(kind, "why", named, "--at", "12").exit_code == 0
    assert gateway.queries[-1] == {"at": "12"}


def test_a_story_that_breaks_off_says_so(invoke: Invoke, gateway: FakeGateway) -> None:
    """And so does one that has no beginning yet."""
    gateway.canned["GET", f"jobs/{JOB}/why"] = (200, STORY | {"whole": False})
    assert invoke("job", "why", JOB).stdout.splitlines()[-1].startswith("it goes on, but")
    gateway.canned["GET", f"jobs/{JOB}/why"] = (200, STORY | {"items": []})
    assert invoke("job", "why", JOB).stdout == f"nothing is recorded of job {JOB}\n"


@pytest.mark.parametrize("words", [("job", "why", "bowl.9"), ("trial", "why", "none")])
def test_what_is_not_there_has_no_story(invoke: Invoke, words: tuple[str, ...]) -> None:
    """As everywhere."""
    result = invoke(*words)
    assert result.exit_code != 0
    assert "there is no" in result.stderr or "has no job" in result.stderr


@pytest.mark.parametrize(("kind", "named"), [("job", JOB), ("trial", TRIAL)])
def test_a_story_that_is_over_is_watched_no_more(invoke: Invoke, kind: str, named: str) -> None:
    """What has ended tells nothing new."""
    result = invoke(kind, "why", named, "--watch")
    assert result.exit_code == 0
    assert "proposed as job 1" in result.stdout
