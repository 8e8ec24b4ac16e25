"""`hyperdock events tail` and `show`: what a gateway tells of the log."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import Result

from hyperdock_cli.api_client import ApiClient
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, WORKER, failed, registered, submitted, succeeded

Invoke = Callable[..., Result]


@pytest.fixture
def gateway() -> FakeGateway:
    """A worker, a trial with a success and a failure, and another trial; a second apart."""
    made = FakeGateway(registered(), submitted(), *succeeded(1, 0.5), *failed(2))
    made.record(submitted("other-1"))
    return made


def positions(result: Result) -> list[int]:
    """Of the events that were printed as JSON."""
    return [json.loads(line)["position"] for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], list(range(2, 12))),
        (["-n", "3"], [9, 10, 11]),
        (["-n", "0"], []),
        (["--trial", "bowl-abcdef"], list(range(2, 11))),
        (["--trial", TRIAL, "-n", "2"], [9, 10]),
        (["--job", f"{TRIAL}.1"], [3, 4, 5, 6]),
        (["--type", "job.finished"], [6, 10]),
        (["--type", "job.finished.v1"], [6, 10]),
        (["--type", "trial.*", "--type", "worker.*"], [1, 2, 11]),
        (["--type", "job.*ed", "--job", f"{TRIAL}.2"], [7, 8, 9, 10]),
        (["--worker", WORKER, "--type", "job.claimed"], [4, 8]),
        (["--actor", "nobody"], []),
        (["--since", "1970-01-01T00:16:48+00:00"], [8, 9, 10, 11]),
        (["--since", "1970-01-01T00:16:48+00:00", "-n", "1"], [11]),
    ],
)
def test_the_last_events_are_shown_first(
    invoke: Invoke, words: list[str], expected: list[int]
) -> None:
    """Those that the filters mean, in order; ten, if nothing else is said."""
    assert positions(invoke("events", "tail", "--no-follow", "--json", *words)) == expected


def test_who_asked_for_it_is_a_filter(invoke: Invoke, gateway: FakeGateway) -> None:
    """The name of the token that a request came with."""
    gateway._events_told[1]["actor"] = "ada"
    assert positions(invoke("events", "tail", "--no-follow", "--json", "--actor", "ada")) == [2]


def test_new_events_follow(
    invoke: Invoke, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From behind the last one on, filtered likewise, until Ctrl-C, which is no error."""
    asked: list[Any] = []

    def events(_: ApiClient, after: int, topics: tuple[str, ...]) -> Iterator[Any]:
        asked.append((after, topics))
        gateway.record(*succeeded(3, 0.25))
        yield from gateway._events_told[after:]
        raise KeyboardInterrupt

    monkeypatch.setattr(ApiClient, "events", events)
    words = ("--trial", TRIAL, "--type", "job.finished", "-n", "1", "--json")
    result = invoke("events", "tail", *words)
    assert (result.exit_code, positions(result)) == (0, [10, 15])
    assert asked == [(11, (f"trial:{TRIAL}",))]


def test_a_time_that_is_none_is_refused(invoke: Invoke) -> None:
    """With what can be written."""
    result = invoke("events", "tail", "--since", "yesterday")
    assert result.exit_code == 2
    assert "write 10m, 2h, 3d" in result.stderr


def test_an_event_is_shown_with_its_story(invoke: Invoke, gateway: FakeGateway) -> None:
    """All that it says, what it followed from, step by step, and what followed from it."""
    told = gateway._events_told
    told[3]["causation_id"], told[2]["causation_id"] = "3", "2"
    told[4]["causation_id"] = told[5]["causation_id"] = "4"
    text = invoke("events", "show", "4").stdout
    assert "job.claimed.v1" in text
    assert '"worker_id": "host-1"' in text
    assert text.index("because of:") < text.index("job.proposed") < text.index("trial.submitted")
    assert text.index("what followed from it:") < text.index("job.started")
    found = json.loads(invoke("events", "show", "4", "--json").stdout)
    assert found["event"]["position"] == 4
    assert [each["position"] for each in found["causes"]] == [3, 2]
    assert [each["position"] for each in found["followed"]] == [5, 6]


def test_a_cause_that_is_not_recorded_is_named(invoke: Invoke, gateway: FakeGateway) -> None:
    """A request, or a heartbeat that is gone."""
    gateway._events_told[3]["causation_id"] = "a-heartbeat"
    assert "because of a-heartbeat, which is not recorded" in invoke("events", "show", "4").stdout


def test_an_unknown_event_is_an_error(invoke: Invoke) -> None:
    """As every other unknown thing."""
    assert invoke("events", "show", "99").exit_code == 2


def test_options_of_the_list_belong_to_the_list(invoke: Invoke) -> None:
    """Before a subcommand they would do nothing: that is told."""
    result = invoke("events", "--follow", "tail")
    assert result.exit_code == 2
    assert "belong behind 'tail'" in result.stderr
