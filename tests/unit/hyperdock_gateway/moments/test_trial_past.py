"""The past of one trial: folded once, gone on from where it is, and bounded."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from tests.unit.hyperdock_supervisor.list_log import ListLog

from hyperdock_common.events import Event, RecordedEvent
from hyperdock_common.json_types import JsonObject
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import (
    claimed,
    envelopes,
    finished,
    proposed,
    registered,
    started,
    submitted,
)
from hyperdock_gateway.moments import trial_past
from hyperdock_gateway.moments.past_views import PastViews
from hyperdock_gateway.moments.patience import NotTogether, Patience
from hyperdock_gateway.moments.system_past import SystemPast
from hyperdock_gateway.moments.trial_past import BETWEEN, MOST_STATES, TrialPast
from hyperdock_gateway.moments.trial_pasts import TrialPasts

SPEC: JsonObject = {
    "name": "n",
    "objective": "minimize",
    "image": None,
    "command": ["true"],
    "algorithm": {"name": "random", "seed": 7},
    "budget": {"jobs": 10},
    "parallelism": 1,
    "priority": 0,
    "pool": "default",
}
JOBS = 1_500
LARGE = 10**9
_PAGE = 500


class CountedLog(ListLog):
    """A log that counts what is read of it."""

    def __init__(self, *trial_ids: str, jobs: int = JOBS) -> None:
        super().__init__(FakeClock())
        self.read_events = 0
        events: list[Event] = [registered()]
        for trial_id in trial_ids:
            events.append(submitted(trial_id, **SPEC))
            for number in range(1, jobs + 1):
                events.append(proposed(number, trial_id=trial_id))
                events.append(claimed(number, trial_id=trial_id))
                events.append(started(number, trial_id=trial_id))
                events.append(finished(number, trial_id=trial_id))
        self.append(0, envelopes(events))

    def read(
        self, after: int, limit: int = 500, *, stream: str | None = None
    ) -> Sequence[RecordedEvent]:
        """Events, counted."""
        found = super().read(after, limit, stream=stream)
        self.read_events += len(found)
        return found

    def reads_of(self, past: TrialPast, position: int) -> int:
        """How many events it takes to come to a position."""
        before = self.read_events
        past.at(position, Patience(LARGE))
        return self.read_events - before


@pytest.fixture(scope="module")
def log() -> CountedLog:
    """One trial, some thousand events."""
    return CountedLog("t1")


def test_film_reads_no_more_than_what_happens(log: CountedLog) -> None:
    """From one moment to the next only the events in between are read."""
    past = TrialPast(log, "t1", LARGE)
    log.reads_of(past, 3_000)
    assert [log.reads_of(past, 3_000 + step) for step in (0, 1, 5, 25)] == [0, 1, 4, 20]


def test_way_back_begins_at_a_state_that_was_kept(log: CountedLog) -> None:
    """Nothing is folded from the beginning again."""
    past = TrialPast(log, "t1", LARGE)
    log.reads_of(past, log.head())
    places = (5_432, 3_210, 1_234, 4_321)
    assert max(log.reads_of(past, place) for place in places) <= BETWEEN + _PAGE


def test_states_are_few_and_spread(log: CountedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many moments were asked for, from the nearest state it is not far."""
    monkeypatch.setattr(trial_past, "BETWEEN", 20)
    past = TrialPast(log, "t1", LARGE)
    for position in range(1, log.head(), 13):
        past.at(position, Patience(LARGE))
    assert len(past._states) == MOST_STATES
    places = [each.position for each in past._states]
    assert places == sorted(places)
    gaps = [after - before for before, after in pairwise(places)]
    assert max(gaps) < 6 * log.head() / MOST_STATES


def test_moment_asked_for_by_many_is_folded_once(log: CountedLog) -> None:
    """The others wait for the one who folds."""
    pasts, before = TrialPasts(log), log.read_events
    together = threading.Barrier(6)

    def ask(_: int) -> int:
        together.wait()
        state = pasts.at("t1", 5_000, Patience(LARGE))
        return 0 if state is None else len(state.documents["jobs"])

    with ThreadPoolExecutor(6) as threads:
        counts = set(threads.map(ask, range(6)))
    assert counts == {1_250}
    assert log.read_events - before < 5_100


def test_who_waited_enough_is_told_and_the_next_goes_on(log: CountedLog) -> None:
    """A moment that takes too long is a 503; what was done is not done again."""
    past, before, done = TrialPast(log, "t1", LARGE), log.read_events, [0]
    for _ in range(5):
        with pytest.raises(NotTogether, match="ask again") as told:
            past.at(5_900, Patience(0.0))
        done.append(told.value.done)
    assert done == [0, *(1 + _PAGE * tries for tries in range(1, 6))]
    assert past.at(5_900, Patience(LARGE)).position == 5_900
    assert log.read_events - before < 5_900 + 6 * _PAGE


def test_who_cannot_have_the_lock_in_time_is_told(log: CountedLog) -> None:
    """Waiting for somebody else is waiting too."""
    past = TrialPast(log, "t1", LARGE)
    with past._lock, pytest.raises(NotTogether):
        past.at(10, Patience(0.0))


def test_memory_is_for_the_trials_that_were_asked_for_last() -> None:
    """The bytes of the events behind what is kept stay below what is meant for them."""
    names = [f"t{number}" for number in range(6)]
    log = CountedLog(*names, jobs=50)
    whole = TrialPast(log, "t0", LARGE).at(log.head(), Patience(LARGE)).size
    pasts = TrialPasts(log, int(whole * 2.5))
    for trial_id in names:
        assert pasts.at(trial_id, log.head(), Patience(LARGE)) is not None
    assert list(pasts._pasts) == names[-2:]


def test_trials_that_are_too_long_take_no_more_than_others() -> None:
    """What was folded of them before that was known makes room as well."""
    names = [f"t{number}" for number in range(6)]
    log = CountedLog(*names, jobs=1_500)
    most = TrialPast(log, "t0", LARGE).at(log.head(), Patience(LARGE)).size - 1_000
    pasts = TrialPasts(log, most)
    for trial_id in names:
        assert pasts.at(trial_id, log.head(), Patience(LARGE)) is None
    assert sum(each.size for each in pasts._pasts.values()) <= most


def test_trial_that_is_too_long_is_told_by_the_past_of_all() -> None:
    """What does not fit into memory is folded into a file, and shown the same."""
    log = CountedLog("t1", jobs=50)
    small, large = TrialPasts(log, 10_000), TrialPasts(log)
    system = SystemPast(log)
    try:
        for position in (log.head(), log.head() - 7):
            shown = [
                PastViews(position, trials, system, Patience(LARGE)).page(
                    "jobs", where={"trial_id": "t1"}, sort="number", limit=500
                )
                for trials in (small, large)
            ]
            assert shown[0] == shown[1]
        assert len(system._snapshots) == 2
        before = log.read_events
        assert small.at("t1", log.head(), Patience(LARGE)) is None
        assert log.read_events == before
    finally:
        system.close()
