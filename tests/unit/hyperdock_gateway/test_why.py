"""Why a job or a trial is as it is, over the API."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import (
    AttemptLost,
    Event,
    JobClaimed,
    JobFinished,
    JobProposed,
    JobRetracted,
    RecordedEvent,
    Succeeded,
    TrialPaused,
    WorkerLost,
)
from hyperdock_common.projections.trials import MOST_IMPROVEMENTS
from hyperdock_common.stories import proposal_id
from hyperdock_gateway import why
from hyperdock_gateway.story_shelf import StoryShelf

TRIAL = "tune-aaaaaa"
JOB = f"{TRIAL}.2"


class CountingLog:
    """A log that counts the events that it gives out, and the looks for one."""

    def __init__(self, log: Any) -> None:
        self._log = log
        self.read_events = 0
        self.found: list[str] = []

    def head(self) -> int:
        """See `EventLog.head`."""
        return int(self._log.head())

    def read(self, after: int, limit: int = 500, *, stream: str | None = None) -> Any:
        """See `EventLog.read`."""
        records = self._log.read(after, limit, stream=stream)
        self.read_events += len(records)
        return records

    def find(self, event_id: str) -> RecordedEvent | None:
        """See `EventLog.find`."""
        self.found.append(event_id)
        found: RecordedEvent | None = self._log.find(event_id)
        return found


def publish(world: World, event: Event, *, because: str | None = None, id_: str = "") -> str:
    """Publishes an event that names a cause; its id."""
    made = world.envelope(event)
    made = replace(made, causation_id=because, event_id=id_ or made.event_id)
    world.bus.publish([made])
    return made.event_id


@pytest.fixture
def past(world: World) -> World:
    """A trial whose second job lost an attempt, and was retracted in the end."""
    world.add_trial(TRIAL)
    world.end_job(world.add_job(TRIAL, 1, claimed=True), 0.5)
    proposal = JobProposed(trial_id=TRIAL, job_id=JOB, number=2, params={"x": 0.5})
    end = world.log.read(world.log.head() - 1)[0].envelope.event_id
    publish(world, proposal, because=end, id_=proposal_id(TRIAL, JOB))
    claim = JobClaimed(trial_id=TRIAL, job_id=JOB, attempt=1, worker_id="w", slot=0)
    world.publish(claim)
    gone = publish(world, WorkerLost(worker_id="w", reason="silent"))
    lost = AttemptLost(trial_id=TRIAL, job_id=JOB, attempt=1, worker_id="w", reason="silence")
    publish(world, lost, because=gone)
    world.add_worker("w")
    world.publish(replace(claim, attempt=2))
    world.publish(
        JobFinished(
            trial_id=TRIAL, job_id=JOB, attempt=2, worker_id="w", outcome=Succeeded(loss=0.25)
        )
    )
    return world


def texts(api: Api, path: str) -> list[str]:
    """The sentences of a story."""
    body = api.get(path).json()
    assert body["whole"] is True
    return [each["text"] for each in body["items"]]


def test_a_job_tells_its_story(past: World, api: Api) -> None:
    """Causes that stand in other streams are found, too."""
    answer = api.get(f"/jobs/{JOB}/why")
    body, head = answer.json(), past.log.head()
    assert [each["text"] for each in body["items"]] == [
        "proposed as job 2 by the optimizer (auto) because job 1 ended and left room",
        "claimed by w, slot 1",
        "attempt 1 on w lost: silence; attempt 2 offered: retry 1 of 3",
        "attempt 2 claimed by w, slot 1",
        "ended: loss 0.25, the best so far (job 1 had 0.5)",
    ]
    assert (body["position"], answer.headers["Hyperdock-Position"]) == (head, str(head))
    lost = body["items"][2]
    cause = api.get(f"/events/{lost['because']['position']}").json()
    assert cause["type"] == lost["because"]["type"] == "worker.lost.v1"
    assert api.get(f"/events/{lost['position']}").json()["event_id"] == lost["event_id"]


def test_only_the_time_of_a_job_is_read(past: World, api: Api) -> None:
    """Not the whole of a long trial before it; the end of the job ends the reading."""
    log = CountingLog(past.log)
    assert api.with_services(log=log).get(f"/jobs/{JOB}/why").status_code == 200
    assert log.found[0] == proposal_id(TRIAL, JOB)
    assert log.read_events == 5


def test_a_job_whose_proposal_has_another_id_is_told_all_the_same(past: World, api: Api) -> None:
    """It was recorded by something else than our supervisor."""
    del past
    told = texts(api, f"/jobs/{TRIAL}.1/why")
    assert told == [
        "proposed as job 1 by the optimizer (auto)",
        "claimed by w, slot 1",
        "ended: loss 0.5, the first result",
    ]


def result(world: World, number: int, loss: float, at: float) -> str:
    """A job with a result whose worker's clock says this; its id."""
    job_id = f"{TRIAL}.{number}"
    name: dict[str, Any] = {"trial_id": TRIAL, "job_id": job_id}
    end = JobFinished(**name, attempt=1, worker_id=None, outcome=Succeeded(loss=loss))
    for event in (JobProposed(**name, number=number, params={"x": 0.5}), end):
        world.bus.publish([replace(world.envelope(event), occurred_at=at)])
    return job_id


def test_clocks_of_workers_do_not_say_which_was_the_best(world: World, api: Api) -> None:
    """Where they differ: the log does, and the losses."""
    world.add_trial(TRIAL)
    ends = [(0.5, 100.0), (0.1, 160.0), (0.3, 110.0), (0.05, 120.0)]
    told = [
        texts(api, f"/jobs/{result(world, number, *end)}/why")[-1]
        for number, end in enumerate(ends, 1)
    ]
    assert told == [
        "ended: loss 0.5, the first result",
        "ended: loss 0.1, the best so far (job 1 had 0.5)",
        "ended: loss 0.3 (job 2 stays the best with 0.1)",
        "ended: loss 0.05, the best so far (job 2 had 0.1)",
    ]


def test_where_not_every_step_is_known_nothing_is_compared(world: World, api: Api) -> None:
    """Of very many improvements every second one is let go."""
    world.add_trial(TRIAL)
    for number in range(1, MOST_IMPROVEMENTS + 2):
        result(world, number, 1000.0 - number, float(number))
    assert texts(api, f"/jobs/{TRIAL}.100/why")[-1] == "ended: loss 900"


def test_a_retraction_is_told_however_late_it_comes(past: World, api: Api) -> None:
    """Results are not compared then: what they stood against may have been retracted."""
    past.publish(TrialPaused(trial_id=TRIAL))
    past.publish(JobRetracted(trial_id=TRIAL, job_id=JOB, reason="wrong data"))
    *_, end, retracted = texts(api, f"/jobs/{JOB}/why")
    assert end == "ended: loss 0.25"
    assert retracted == "result retracted: wrong data; the optimizer began anew without it"


def test_a_story_that_is_too_far_apart_says_so(
    past: World, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So much is read for one job at most."""
    del past
    monkeypatch.setattr(why, "MOST_EVENTS", 3)
    body = api.get(f"/jobs/{JOB}/why").json()
    assert (len(body["items"]), body["whole"]) == (3, False)


def test_a_trial_tells_its_story(past: World, api: Api) -> None:
    """What went wrong, and each new best."""
    told = texts(api, f"/trials/{TRIAL}/why")
    assert told[0].startswith("submitted: auto proposes, ")
    assert told[1:] == [
        "job 1, the first, claimed by w",
        "job 1: loss 0.5, the first result",
        "attempt 1 of job 2 on w lost: silence",
        "job 2: loss 0.25, the best so far (job 1 had 0.5)",
    ]
    assert api.get(f"/trials/{TRIAL}/why").json()["position"] == past.log.head()


def test_a_trial_that_is_asked_for_again_reads_only_what_is_new(past: World, api: Api) -> None:
    """And looks only once for a cause."""
    log = CountingLog(past.log)
    counting = api.with_services(log=log, stories=StoryShelf())
    first = texts(counting, f"/trials/{TRIAL}/why")
    read = log.read_events
    past.publish(TrialPaused(trial_id=TRIAL))
    assert texts(counting, f"/trials/{TRIAL}/why") == [*first, "paused"]
    assert log.read_events == read + 1


def test_the_past_of_a_trial_is_told_as_it_was(past: World, api: Api) -> None:
    """Also after the present was."""
    now = texts(api, f"/trials/{TRIAL}/why")
    before = past.log.head() - 1
    assert texts(api, f"/trials/{TRIAL}/why?at={before}") == now[:-1]
    assert texts(api, f"/trials/{TRIAL}/why") == now
    assert "lost" in texts(api, f"/jobs/{JOB}/why?at={before - 2}")[-1]


def test_few_stories_are_kept(past: World) -> None:
    """The one that was asked for longest ago goes; it can be told anew."""
    log, shelf = CountingLog(past.log), StoryShelf(most=1)
    past.add_trial("other-1")
    head = past.log.head()
    counts: list[int] = []
    for trial_id in (TRIAL, TRIAL, "other-1", TRIAL):
        before = log.read_events
        assert shelf.story(log, trial_id, head)  # type: ignore[arg-type]
        counts.append(log.read_events - before)
    assert counts[1:3] == [0, 1]
    assert counts[0] == counts[3] > 1


@pytest.mark.parametrize("path", ["/trials/none/why", "/jobs/tune-aaaaaa.9/why", "/jobs/x/why"])
def test_what_is_not_there_is_404(past: World, api: Api, path: str) -> None:
    """Nothing is told of it."""
    del past
    assert api.get(path).status_code == 404
