"""What is made of a published event, and what follows from a trial's state by itself."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import pytest
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    given,
    job_stopped,
    lost,
    measured,
    proposed,
    started,
    stopped,
    submitted,
)

from hyperdock_common.errors import InvalidTrial
from hyperdock_common.events import (
    Cancelled,
    Failed,
    JobEvent,
    TrialEvent,
    TrialFinished,
    TrialPaused,
    TrialResumed,
    TrialSubmitted,
)
from hyperdock_supervisor.domain.decisions import (
    Rejected,
    decide,
    lost_attempt,
    may_propose,
)
from hyperdock_supervisor.domain.trial import LiveJob

Events: TypeAlias = Sequence[TrialEvent | JobEvent]

PAUSED = TrialPaused(trial_id="t")
RESUMED = TrialResumed(trial_id="t")
ENDED = TrialFinished(trial_id="t", end="completed", reason="jobs")
WAITING: Events = [submitted(), proposed()]
RUNNING: Events = [*WAITING, claimed()]
LOST: Events = [*RUNNING, lost()]
TAKEN_OVER: Events = [*LOST, claimed(attempt=2, by="other")]
FAILURE = Failed(reason="exit_code", message="exit code 3")


ACCEPTED: list[tuple[str, Events, Any]] = [
    ("a submission", [], submitted()),
    ("a pause of a running trial", [submitted()], PAUSED),
    ("a resumption of a paused trial", [submitted(), PAUSED], RESUMED),
    ("a stop of a running trial", [submitted()], stopped()),
    ("a stop of a paused trial", [submitted(), PAUSED], stopped()),
    ("a claim of a waiting job", WAITING, claimed()),
    ("a claim of the next attempt", LOST, claimed(attempt=2)),
    ("a start", RUNNING, started()),
    ("a metric", RUNNING, measured()),
    ("a loss by the holder", RUNNING, lost()),
    ("an end by the holder", RUNNING, finished()),
    ("a failure", RUNNING, finished(outcome=FAILURE)),
    ("an end while paused", [*RUNNING, PAUSED], finished()),
    ("an end while stopping", [*RUNNING, stopped()], finished()),
    ("a late result of a lost attempt", LOST, finished()),
    ("a stop of a waiting job", WAITING, job_stopped()),
    ("a stop of a running job", RUNNING, job_stopped()),
    ("a stop of a job of a paused trial", [*RUNNING, PAUSED], job_stopped()),
]
REJECTED: list[tuple[str, Events, Any, str]] = [
    ("a second submission", [submitted()], submitted(), "submitted already"),
    ("an event of an unknown trial", [], PAUSED, "no such trial"),
    ("an event of an ended trial", [submitted(), ENDED], PAUSED, "has ended"),
    ("a second pause", [submitted(), PAUSED], PAUSED, "it is paused"),
    ("a pause of a stopping trial", [submitted(), stopped()], PAUSED, "it is stopping"),
    ("a resumption of a running trial", [submitted()], RESUMED, "it is running"),
    ("a resumption of a stopping trial", [submitted(), stopped()], RESUMED, "it is stopping"),
    ("a second stop", [submitted(), stopped()], stopped(), "stopping already"),
    ("an end told from outside", [submitted()], ENDED, "only the supervisor"),
    ("a proposal told from outside", WAITING, proposed("t.2"), "has ended, or never was"),
    ("a second proposal", WAITING, proposed(), "only the supervisor"),
    ("a claim of an unknown job", WAITING, claimed("t.2"), "has ended, or never was"),
    ("a second claim", RUNNING, claimed(by="other"), "claimed already"),
    ("the same claim again", RUNNING, claimed(), "claimed already"),
    ("a claim of a lost attempt", LOST, claimed(), "an old offer"),
    ("a claim of an attempt to come", WAITING, claimed(attempt=2), "an old offer"),
    ("a claim while paused", [*WAITING, PAUSED], claimed(), "the trial is paused"),
    ("a claim while stopping", [*WAITING, stopped()], claimed(), "the trial is stopping"),
    ("a claim of a stopping job", [*WAITING, job_stopped()], claimed(), "the job is stopping"),
    ("a start of an unclaimed attempt", WAITING, started(), "holds the lease"),
    ("a start by another worker", RUNNING, started(by="other"), "holds the lease"),
    ("a start of a lost attempt", LOST, started(), "holds the lease"),
    ("a metric of a lost attempt", TAKEN_OVER, measured(), "holds the lease"),
    ("a loss by another worker", RUNNING, lost(by="other"), "holds the lease"),
    ("a second loss of an attempt", LOST, lost(), "holds the lease"),
    ("an end by another worker", RUNNING, finished(by="other"), "never held"),
    ("an end of an unclaimed job", WAITING, finished(), "never held"),
    ("an end of an attempt never made", LOST, finished(attempt=2), "never held"),
    ("an end without a worker", WAITING, finished(by=None), "only the supervisor"),
    ("a cancelled lost attempt", LOST, finished(outcome=Cancelled()), "gave it up"),
    ("a second end", [*RUNNING, finished()], finished(), "has ended, or never was"),
    ("a start of an ended job", [*RUNNING, finished()], started(), "has ended, or never was"),
    ("a second stop of a job", [*WAITING, job_stopped()], job_stopped(), "stopping already"),
]


@pytest.mark.parametrize(
    ("events", "published"), [row[1:] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED]
)
def test_is_recorded_as_it_is(events: Events, published: TrialEvent | JobEvent) -> None:
    """What fits the state is taken in, with nothing added."""
    assert decide(given(*events), published) == [published]


@pytest.mark.parametrize(
    ("events", "published", "reason"),
    [row[1:] for row in REJECTED],
    ids=[row[0] for row in REJECTED],
)
def test_is_rejected(events: Events, published: TrialEvent | JobEvent, reason: str) -> None:
    """Invariants 1 and 2: no second claim, no second end, nothing from who holds no lease."""
    verdict = decide(given(*events), published)
    assert isinstance(verdict, Rejected)
    assert reason in verdict.reason


def test_a_late_result_ends_the_lease_of_the_attempt_that_took_over() -> None:
    """Invariant 1: the job ends once, and whoever runs it again is told to let it be."""
    verdict = decide(given(*TAKEN_OVER), finished())
    reason = "attempt 1 came back with a result"
    assert verdict == [lost(attempt=2, by="other", reason=reason), finished()]


@pytest.mark.parametrize("missing", ["objective", "budget", "retries"])
def test_a_submission_must_be_complete(missing: str) -> None:
    """Whoever reads the log later must not have to know today's defaults."""
    event = submitted()
    partial = {key: value for key, value in event.spec.items() if key != missing}
    with pytest.raises(InvalidTrial, match="every field"):
        decide(None, TrialSubmitted(trial_id="t", spec=partial))


def test_a_submission_must_name_its_seed() -> None:
    """Invariant 6: without it nobody could propose the same again."""
    with pytest.raises(InvalidTrial, match=r"algorithm\.seed"):
        decide(None, submitted(algorithm={"name": "random"}))


def test_an_invalid_submission_is_an_error() -> None:
    """Invariants 7 and 9: the edge refuses it; should it come through, it is set aside."""
    with pytest.raises(InvalidTrial):
        decide(None, TrialSubmitted(trial_id="t", spec={"name": "x"}))


def test_a_lease_that_nobody_holds_cannot_be_lost() -> None:
    """Asking for it is a mistake of the caller."""
    with pytest.raises(ValueError, match="no lease"):
        lost_attempt("t", LiveJob(job_id="t.1", number=1, params={}), "why")


@pytest.mark.parametrize(
    ("events", "more"),
    [
        ([submitted()], True),
        (WAITING, True),
        ([*WAITING, proposed("t.2")], False),
        ([submitted(parallelism=1), proposed()], False),
        ([submitted(parallelism=1), proposed(), claimed(), finished()], True),
        ([submitted(budget={"jobs": 1}), proposed(), claimed(), finished()], False),
        ([submitted(budget={"wall_time": 60}), proposed()], True),
        ([submitted(), PAUSED], False),
        ([submitted(), stopped()], False),
    ],
)
def test_a_trial_proposes_within_its_budget_and_parallelism(events: Events, more: bool) -> None:  # noqa: FBT001
    """Jobs that wait count as open; a trial that is not running proposes none."""
    trial = given(*events)
    assert trial is not None
    assert may_propose(trial) is more
