"""The golden history of release 0.1 is one that a supervisor of today goes on with."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hyperdock_cli.logged_trials import logged_trials
from hyperdock_cli.proposal_replay import replay_trial
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.testing import FakeClock
from hyperdock_common.transfer import import_events
from hyperdock_optimizers.factory import make_optimizer
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.leases import Silence

FILE = Path(__file__).parents[2] / "golden" / "history-v1.ndjson"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteEventLog]:
    """A log into which it was imported."""
    with closing(SqliteEventLog(tmp_path / "events.db")) as made:
        import_events(FILE, made)
        yield made


def test_a_decider_goes_on_with_it(log: SqliteEventLog) -> None:
    """All of its trials have ended: nothing follows from it."""
    clock = FakeClock()
    clocks = Clocks(wall=clock, monotonic=clock)
    decider = Decider(make_optimizer, clocks, producer="supervisor", silence=Silence(), versions={})
    assert decider.rebuild(log) == log.head()
    assert not decider.decide().facts


def test_its_proposals_are_reproduced(log: SqliteEventLog) -> None:
    """By the optimizers of today; other libraries may not come to the same by right."""
    found = [replay_trial(log, trial_id, anyway=True) for trial_id, _ in logged_trials(log)]
    assert {each.verdict for each in found} == {"reproduced"}
    assert sum(each.reproduced for each in found) == 7
