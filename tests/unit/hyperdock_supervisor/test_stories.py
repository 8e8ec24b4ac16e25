"""Stories of what a real decider wrote: every sentence, and what it is said to follow from."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.unit.hyperdock_supervisor.desk import Desk
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    measured,
    registered,
    started,
    stopped,
    submitted,
)

from hyperdock_common.events import (
    Cancelled,
    Envelope,
    Event,
    Failed,
    JobEvent,
    JobProposed,
    JobRetracted,
    RecordedEvent,
)
from hyperdock_common.history import history
from hyperdock_common.stories import (
    JobSetting,
    Result,
    Sentence,
    TrialStory,
    job_story,
    proposal_id,
)
from hyperdock_common.testing.builders import envelope


def asked(event: Event, who: str) -> Envelope:
    """A user asks for it."""
    return replace(envelope(event), actor=who)


@pytest.fixture(scope="module")
def log() -> list[RecordedEvent]:
    """A trial in which all sorts of things went on."""
    desk = Desk()
    desk.publish(registered("w", slots=2))
    desk.take_in(asked(submitted(parallelism=2, retries=2), "ann"))
    desk.publish(claimed("t.1"), claimed("t.2", slot=1), started("t.1"))
    desk.publish(measured("t.1", step=1), measured("t.1", step=2))
    desk.publish(finished("t.2", 0.5))
    desk.wait(61.0)
    desk.publish(registered("v", slots=2))
    desk.publish(claimed("t.1", attempt=2, by="v"), started("t.1", attempt=2, by="v"))
    desk.publish(claimed("t.3", by="v", slot=1), finished("t.1", 0.4, attempt=2, by="v"))
    desk.publish(finished("t.3", Failed(reason="out_of_memory"), by="v"))
    desk.take_in(asked(JobRetracted(trial_id="t", job_id="t.1", reason="wrong data"), "bob"))
    desk.publish(claimed("t.4", by="v"))
    desk.take_in(asked(stopped(), "ann"))
    desk.publish(finished("t.4", Cancelled(reason="user"), by="v"))
    return list(history(desk.log))


def of_job(log: Sequence[RecordedEvent], job_id: str, best: Result | None = None) -> list[Sentence]:
    """The story of a job."""
    by_id = {record.envelope.event_id: record for record in log}
    own = [each for each in log if isinstance(each.event, JobEvent) and each.event.job_id == job_id]
    return job_story(own, by_id, JobSetting(algorithm="random", retries=2, best_before=best))


def words(story: Sequence[Sentence]) -> list[tuple[int, str, int | None]]:
    """Each sentence with its position and that of its cause."""
    return [
        (each.position, each.text, None if each.because is None else each.because.position)
        for each in story
    ]


def test_the_story_of_a_job_that_lost_an_attempt(log: list[RecordedEvent]) -> None:
    """From its proposal on to its retraction; each sentence leads to what it follows from."""
    assert words(of_job(log, "t.1", Result(number=2, loss=0.5))) == [
        (
            3,
            "proposed as job 1 by the optimizer (random) because the trial was submitted by ann",
            2,
        ),
        (5, "claimed by w, slot 1", 3),
        (7, "started as process 1", 5),
        (9, "reported 2 times, the last at step 2: loss 1", 7),
        (
            13,
            (
                "attempt 1 on w lost: its worker was silent for too long; "
                "attempt 2 offered: retry 1 of 2"
            ),
            12,
        ),
        (15, "attempt 2 claimed by v, slot 1", 13),
        (16, "started as process 1", 15),
        (18, "ended: loss 0.4, the best so far (job 2 had 0.5)", 16),
        (22, "result retracted by bob: wrong data; the optimizer began anew without it", None),
    ]


def test_the_stories_of_jobs_that_failed_or_were_stopped(log: list[RecordedEvent]) -> None:
    """A proposal follows from the end that made room for it; a stop from that of the trial."""
    assert words(of_job(log, "t.3")) == [
        (11, "proposed as job 3 by the optimizer (random) because job 2 ended and left room", 10),
        (17, "claimed by v, slot 2", 11),
        (
            20,
            (
                "failed (out of memory): the target needed more memory than it may use; "
                "told to the optimizer as infeasible"
            ),
            17,
        ),
    ]
    assert words(of_job(log, "t.4"))[2:] == [
        (25, "to be stopped because the trial was stopped by ann", 24),
        (27, "cancelled because the trial was stopped by ann", 25),
    ]
    assert words(of_job(log, "t.5"))[1:] == [
        (26, "cancelled while it waited because the trial was stopped by ann", 24)
    ]


def test_the_story_of_a_trial(log: list[RecordedEvent]) -> None:
    """What people did, what went wrong, each new best, and how it ended."""
    story = TrialStory()
    for record in log:
        if record.envelope.stream == "trial-t":
            story.add(record)
    by_id = {record.envelope.event_id: record for record in log}
    causes = {key: by_id[key] for key in story.unknown()}
    assert [each.event.worker_id for each in causes.values()] == ["w"]  # type: ignore[union-attr]
    assert words(story.sentences(causes)) == [
        (2, "submitted by ann: random proposes, 2 at a time, at most 10 jobs", None),
        (3, "job 1 proposed with library 1.0 because the trial was submitted by ann", 2),
        (5, "job 1, the first, claimed by w", None),
        (10, "job 2: loss 0.5, the first result", None),
        (13, "attempt 1 of job 1 on w lost: its worker was silent for too long", 12),
        (18, "job 1: loss 0.4, the best so far (job 2 had 0.5)", None),
        (20, "job 3 failed (out of memory): the target needed more memory than it may use", None),
        (
            22,
            (
                "result of job 1 (loss 0.4) retracted by bob: wrong data; "
                "the optimizer began anew without it; the best is 0.5 of job 2"
            ),
            None,
        ),
        (24, "a stop was asked for by ann", None),
        (
            28,
            (
                "ended as stopped because job 4 ended; "
                "5 jobs (2 succeeded, 2 cancelled, 1 failed); the best is 0.5 of job 2"
            ),
            27,
        ),
    ]


def test_a_proposal_is_found_by_its_id(log: list[RecordedEvent]) -> None:
    """Without reading the whole of a trial."""
    proposals = [each for each in log if isinstance(each.event, JobProposed)]
    assert [each.envelope.event_id for each in proposals] == [
        proposal_id("t", f"t.{number}") for number in range(1, 6)
    ]
