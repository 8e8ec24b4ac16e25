"""The check of proposals: every one is asked for again, also where results were retracted."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hyperdock_cli.checking_proposals import check_proposals
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.events import (
    Event,
    JobFinished,
    JobProposed,
    JobRetracted,
    Succeeded,
    TrialFinished,
    TrialSubmitted,
)
from hyperdock_common.spec import dump_trial, parse_trial
from hyperdock_common.testing.builders import envelopes
from hyperdock_optimizers.factory import make_optimizer

SPEC = parse_trial(
    {
        "name": "t",
        "command": ["true"],
        "space": {"x": {"type": "float", "low": 0, "high": 1}},
        "algorithm": {"name": "random", "seed": 7},
    }
)
END = TrialFinished(trial_id="t", end="completed", reason="jobs")
RETRACTED = JobRetracted(trial_id="t", job_id="t.1")


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log that a trial stands in."""
    made = SqliteEventLog(tmp_path / "events.db")
    made.append(0, envelopes([TrialSubmitted(trial_id="t", spec=dump_trial(SPEC))]))
    yield made
    made.close()


def jobs(*numbers: int, generation: int = 0, wrong: int = 0) -> list[Event]:
    """Jobs as the optimizer proposes them, but for the `wrong` one, with their ends."""
    optimizer = make_optimizer(SPEC, generation)
    events: list[Event] = []
    for number in numbers:
        params = optimizer.ask(number) or {}
        if number == wrong:
            params = {"x": 0.123}
        job_id = f"t.{number}"
        events += [
            JobProposed(trial_id="t", job_id=job_id, number=number, params=params),
            JobFinished(
                trial_id="t",
                job_id=job_id,
                attempt=1,
                worker_id=None,
                outcome=Succeeded(loss=float(number)),
            ),
        ]
    return events


def found(log: SqliteEventLog, events: Sequence[Event]) -> list[str]:
    """Where something is wrong with these events."""
    log.append(log.head(), envelopes(events))
    return [each.where for each in check_proposals(log, ["t"], lambda *_: None).findings]


def test_proposals_are_found_as_they_were_made(log: SqliteEventLog) -> None:
    """Also where results were retracted, while it ran and after its end."""
    first, then = jobs(1, 2), jobs(3, 4, generation=1)
    assert found(log, [*first, RETRACTED, *then, END, RETRACTED]) == []


@pytest.mark.parametrize("wrong", [1, 2])
def test_what_was_before_a_retraction_is_looked_at(log: SqliteEventLog, wrong: int) -> None:
    """Though the optimizer has begun anew since."""
    first = jobs(1, 2, wrong=wrong)
    assert found(log, [*first, RETRACTED, *jobs(3, generation=1)]) == [f"job t.{wrong}"]


def test_what_was_after_a_retraction_is_looked_at(log: SqliteEventLog) -> None:
    """As the optimizer proposes that has begun anew, which goes on counting."""
    then = jobs(3, 4, generation=1, wrong=4)
    assert found(log, [*jobs(1, 2), RETRACTED, *then]) == ["job t.4"]


def test_a_retraction_after_the_end_hides_nothing(log: SqliteEventLog) -> None:
    """Nobody is asked then; what was asked before is looked at all the same."""
    assert found(log, [*jobs(1, 2, wrong=2), END, RETRACTED]) == ["job t.2"]
