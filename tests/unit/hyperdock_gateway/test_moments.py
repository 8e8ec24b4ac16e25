"""Reads of the API as of a moment of the past."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import Api, Site, World

from hyperdock_common.errors import Archived, UnknownEvent
from hyperdock_common.events import Heartbeat, JobStarted, MetricReported, TrialPaused
from hyperdock_common.ports import EventLog
from hyperdock_common.testing import FakeClock
from hyperdock_common.web import Refused
from hyperdock_gateway.api import Operation
from hyperdock_gateway.moments import Asked, Moments
from hyperdock_gateway.moments.patience import Patience
from hyperdock_gateway.operations import OPERATIONS

_EXAMPLE = {"trial_id": "tune-aaaaaa", "job_id": "tune-aaaaaa.1", "path": "a", "worker_id": "w"}


@pytest.fixture
def trial(world: World) -> str:
    """A trial of two jobs: one has ended, one runs."""
    trial_id = world.add_trial()
    world.add_job(trial_id, 1, claimed=True)
    named: Any = {"trial_id": trial_id, "job_id": f"{trial_id}.1", "attempt": 1, "worker_id": "w"}
    world.publish(JobStarted(**named, runner={}))
    world.publish(MetricReported(**named, step=1, values={"loss": 3.0}))
    world.publish(MetricReported(**named, step=2, values={"loss": 2.0}))
    world.end_job(f"{trial_id}.1", 1.5)
    world.add_job(trial_id, 2, claimed=True)
    return trial_id


class CountedReads:
    """A log, how often it was read, and where it ends if not where it does."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self.reads = 0
        self.last: int | None = None

    def read(self, after: int, limit: int = 500, *, stream: str | None = None) -> Any:
        """Some events."""
        self.reads += 1
        return self._log.read(after, limit, stream=stream)

    def head(self) -> int:
        """Where it ends."""
        return self._log.head() if self.last is None else self.last

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)


def written(seconds: float) -> str:
    """A time as in RFC 3339."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def path_of(operation: Operation) -> str:
    """An address of an operation."""
    plain = operation.path.replace("{path:path}", "{path}").replace("{event}", "1")
    return plain.format(**{**_EXAMPLE, "evaluator_id": "e"})


def test_trial_is_as_it_was(api: Api, trial: str) -> None:
    """State, counts, what runs and the best, position after position."""
    shown = [api.get(f"/trials/{trial}?at={position}").json() for position in range(1, 11)]
    counts = [(each["jobs"]["proposed"], each["jobs"]["succeeded"]) for each in shown]
    assert counts == [(0, 0), *[(1, 0)] * 6, (1, 1), (2, 1), (2, 1)]
    states = [[job["state"] for job in each["running"]] for each in shown]
    assert states == [
        [],
        ["pending"],
        ["pending"],
        *[["running"]] * 4,
        [],
        ["pending"],
        ["pending"],
    ]
    assert [each["best"] and each["best"]["loss"] for each in shown] == [None] * 7 + [1.5] * 3


def test_answer_names_the_moment(api: Api, trial: str) -> None:
    """In the header, and in lists as their position."""
    answer = api.get(f"/trials/{trial}/jobs?at=7")
    assert answer.headers["hyperdock-position"] == "7"
    assert answer.json()["position"] == 7
    assert [job["state"] for job in answer.json()["items"]] == ["running"]
    columns = api.get(f"/trials/{trial}/columns?at=7").json()
    assert (columns["position"], columns["proposed"], columns["state"]) == (7, 1, ["running"])


def test_what_was_not_there_yet_is_not_there(api: Api, trial: str) -> None:
    """Position 0 is before everything."""
    refused = api.get(f"/trials/{trial}?at=0")
    assert refused.status_code == 404
    assert refused.json()["detail"] == f"there is no trial {trial} at position 0"
    assert api.get(f"/jobs/{trial}.2?at=8").status_code == 404
    assert api.get(f"/jobs/{trial}.2?at=9").status_code == 200
    assert api.get("/trials?at=0").json()["items"] == []
    assert api.get("/events/9?at=8").status_code == 404


def test_curves_lists_and_events_are_as_they_were(api: Api, world: World, trial: str) -> None:
    """All that the log tells."""
    curve = api.get(f"/jobs/{trial}.1/metrics?at=6").json()["items"]
    assert [each["step"] for each in curve] == [1]
    assert [each["state"] for each in api.get("/jobs?at=5").json()["items"]] == ["running"]
    assert api.get("/trials?at=7").json()["items"][0]["jobs"]["succeeded"] == 0
    page = api.get("/events?at=4").json()
    assert [each["position"] for each in page["items"]] == [1, 2, 3, 4]
    assert (page["position"], page["next_after"]) == (4, 4)
    saved = api.get(f"/trials/{trial}/export?format=jsonl&at=8")
    assert saved.text.count("\n") == 1
    assert world.log.head() > 8


def test_heartbeats_are_not_of_the_past(api: Api, world: World, trial: str) -> None:
    """They are no facts: a moment has workers, but does not tell when they were heard of."""
    world.views.save("heartbeats", {"w": {"worker_id": "w", "last_seen": 5.0}}, 1)
    world.log.append_pulses([world.envelope(Heartbeat(worker_id="w", attempts=[]))], 60.0)
    assert api.get("/workers/w").json()["last_seen"] == 5.0
    (worker,) = api.get("/workers?at=5").json()["items"]
    assert worker["running"] == {f"{trial}.1": worker["running"][f"{trial}.1"]}
    assert worker["last_seen"] is None


def test_time_means_the_last_event_recorded_by_then(api: Api, world: World, trial: str) -> None:
    """With whatever zone; a plus that nobody escaped is one all the same."""
    times = [each.recorded_at for each in world.log.read(0, 20)]
    shown = api.get(f"/trials/{trial}", params={"at": written(times[4] + 1e-6)})
    assert shown.headers["hyperdock-position"] == "5"
    later = datetime.fromtimestamp(times[-1], UTC) + timedelta(seconds=1)
    zoned = later.isoformat().replace("+00:00", "+02:00")
    assert "is before the first" in api.get("/trials", params={"at": zoned}).json()["detail"]
    now = api.with_services(clock=FakeClock(times[-1] + 60.0))
    for text in (later.isoformat(), later.isoformat().replace("+", " ")):
        answer = now.get(f"/trials/{trial}?at={text.replace('+', '%2B')}")
        assert answer.headers["hyperdock-position"] == str(world.log.head())


def test_time_is_looked_for_once(world: World, trial: str) -> None:
    """A film by the clock does not search the log for each picture of each document."""
    log = CountedReads(world.log)
    moments, last = Moments(log), world.log.head()
    at = Asked(time=world.log.read(6, 1)[0].recorded_at)
    assert moments.moment(world.services, at).position == 7
    before = log.reads
    assert moments.moment(world.services, at).position == 7
    assert log.reads == before
    later = Asked(time=world.log.read(last - 1, 1)[0].recorded_at)
    assert not moments.moment(world.services, later).is_settled
    world.add_job(trial, 3)
    again = moments.moment(world.services, later)
    assert (again.position, again.is_settled) == (last, True)


def test_past_of_a_log_that_was_put_back_is_forgotten(world: World, trial: str) -> None:
    """What was folded of facts that are not there any more is no past of this log."""
    log = CountedReads(world.log)
    moments = Moments(log)
    moments.moment(world.services, Asked(position=8)).services.views.get("trials", trial)
    log.last = 5
    with pytest.raises(Refused, match="beyond"):
        moments.moment(world.services, Asked(position=8))
    before = log.reads
    moments.moment(world.services, Asked(position=5)).services.views.get("trials", trial)
    assert log.reads > before
    assert moments._trials._pasts[trial]._states[-1].position == 5


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        ("12", "is beyond the log's last position, 11"),
        ("x", "must be a position of the log, or a time such as 2026-01-31T12:00:00Z"),
        ("", "must be a position of the log, or a time such as 2026-01-31T12:00:00Z"),
        ("-1", "must be a position of the log, or a time such as 2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:00", "must be a position of the log, or a time such as"),
        ("2026-02-31T12:00:00Z", "is no time that there is"),
        ("1970-01-01T00:00:00Z", "is before the first event of the log"),
        ("2999-01-01T00:00:00Z", "is a time that is yet to come"),
    ],
)
def test_what_is_no_moment_is_refused(api: Api, trial: str, at: str, problem: str) -> None:
    """With a 422 that names it and says why."""
    answer = api.get(f"/trials/{trial}", params={"at": at})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "at"
    assert error["problem"].startswith(problem)


def test_moment_is_named_once(api: Api, trial: str) -> None:
    """Nobody has to guess which one was meant."""
    answer = api.get(f"/trials/{trial}?at=1&at=2")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "at")


def test_every_read_of_views_or_log_takes_a_moment_or_says_why_not(api: Api, trial: str) -> None:
    """And the OpenAPI document names the parameter for exactly those that take it."""
    paths = api.get("/openapi.json").json()["paths"]
    taking = set()
    for operation in OPERATIONS:
        described = paths[re.sub(r":\w+}", "}", operation.path)][operation.method.lower()]
        named = [each["name"] for each in described["parameters"]]
        assert ("at" in named) == operation.takes_moment
        answer = api.call(operation.method, f"/api/v1{path_of(operation)}?at=10")
        if operation.takes_moment:
            taking.add(operation.id)
            assert answer.status_code in {200, 404}
        else:
            assert answer.status_code == (422 if operation.now_only else 400)
            assert answer.json()["errors"][0]["field"] == "at"
    assert {"get_trial", "list_trials", "get_columns", "list_events", "list_workers"} <= taking
    assert not {"get_log", "get_file", "download_archive", "stop_trial", "get_health"} & taking
    assert trial


def test_moment_can_be_kept_by_who_asked(api: Api, world: World, trial: str) -> None:
    """It never changes; a time behind the last event may still come to mean another one."""
    first, again = (api.get(f"/trials/{trial}/columns?at=8") for _ in range(2))
    assert first.content == again.content
    assert first.headers["cache-control"] == "private, max-age=3600"
    assert "Authorization" in first.headers["vary"]
    tag = {"If-None-Match": first.headers["etag"]}
    assert api.get(f"/trials/{trial}/columns?at=8", headers=tag).status_code == 304
    last = world.log.read(0, 20)[-1].recorded_at
    now = api.with_services(clock=FakeClock(last + 60.0))
    answer = now.get(f"/trials/{trial}", params={"at": written(last + 1)})
    assert answer.headers["cache-control"] == "private, no-cache"
    assert api.get(f"/trials/{trial}").headers["cache-control"] == "no-store"


def test_past_is_kept_while_the_log_grows(world: World, trial: str) -> None:
    """Another request may have seen more of the log than one that is on its way."""

    class Growing(CountedReads):
        def head(self) -> int:
            seen = super().head()
            if self.last is None:
                world.publish(Heartbeat(worker_id="w", attempts=[]), TrialPaused(trial_id=trial))
                self.last = super().head()  # of the other request
                moments.moment(services, Asked(position=1))
                self.last = None
            return seen

    log = Growing(world.log)
    moments = Moments(log)
    services = world.services
    moments.moment(services, Asked(position=1))
    kept = moments._trials._pasts
    assert moments.moment(services, Asked(position=5)).services.views.get("trials", trial)
    assert list(kept) == [trial]
    moments.moment(services, Asked(position=1))
    assert list(kept) == [trial]
    log.last = 2
    moments.moment(services, Asked(position=1))
    assert not kept


def test_past_that_was_put_away_is_refused(api: Api, world: World, trial: str) -> None:
    """What the log does not hold any more nobody can fold."""

    class Without(type(world.log)):  # type: ignore[misc]
        def read(self, after: int, limit: int = 500, *, stream: str | None = None) -> Any:
            if after < 4:
                raise Archived(4)
            return world.log.read(after, limit, stream=stream)

        def head(self) -> int:
            return world.log.head()

    without = api.with_services(log=Without.__new__(Without))
    answer = without.get(f"/trials/{trial}?at=8")
    assert answer.status_code == 422
    assert "positions 1 to 4 of the log are in an archive" in answer.json()["detail"]
    last = written(world.log.read(0, 20)[-1].recorded_at + 1)
    now = without.with_services(clock=FakeClock(4e9))
    assert now.get("/events", params={"at": last, "after": 5}).json()["position"] == 11


def test_past_that_only_a_later_release_can_read_is_refused(
    api: Api, world: World, trial: str
) -> None:
    """It is not told wrongly, and it is no fault of the gateway."""

    class Newer(CountedReads):
        def read(self, after: int, limit: int = 500, *, stream: str | None = None) -> Any:
            found = super().read(after, limit, stream=stream)
            if any(each.position == 6 for each in found):
                raise UnknownEvent("at position 6: not an event: unknown event type 'job.new.v1'")
            return found

    newer = api.with_services(log=Newer(world.log))
    assert newer.get(f"/trials/{trial}?at=4").status_code == 200
    answer = newer.get(f"/trials/{trial}?at=8")
    assert answer.status_code == 422
    assert "at position 6" in answer.json()["detail"]


def test_moment_that_takes_too_long_is_to_be_asked_for_again(
    site: Site, world: World, trial: str
) -> None:
    """With a 503 that says how far it is, and when to ask."""
    site.app.state.moments = Moments(world.log, partial(Patience, 0.0))
    address = f"{site.server.url}/api/v1/workers?at=9"
    answer = httpx.get(address, trust_env=False)
    assert answer.status_code == 503
    assert "the moment at position 9 is put together up to 0 so far" in answer.json()["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert trial


def test_gateway_that_stops_leaves_no_files(site: Site, trial: str) -> None:
    """What moments were put together in is scratch."""
    httpx.get(f"{site.server.url}/api/v1/workers?at=9", trust_env=False).raise_for_status()
    folder: Path = site.app.state.moments._system._scratch.path
    assert folder.is_dir()
    site.server.stop()
    assert not folder.exists()
    assert trial
