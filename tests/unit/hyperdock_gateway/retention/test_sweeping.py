"""Which logs a sweep removes, whatever there is, in whatever order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.hyperdock_gateway.retention.shelf import Shelf, log

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import KeptLog
from hyperdock_gateway.retention.policy import ALWAYS_KEPT, Candidate
from hyperdock_gateway.retention.settings import RetentionSettings
from hyperdock_gateway.retention.sweeping import Sweep, Sweeper

NOW = 1_000_000.0
DAY = 86_400.0

ages = st.integers(0, 400_000).map(float)
kept_logs = st.lists(
    st.tuples(st.integers(1, 1_000), ages, st.booleans(), st.booleans()), max_size=40
)
limits = st.builds(
    RetentionSettings,
    keep_for=st.none() | st.integers(3_600, 300_000).map(float),
    keep_size=st.none() | st.integers(1, 10_000),
)


@dataclass(frozen=True)
class Known:
    """Knows when each log was written, and which ones stay; remembers which it was asked about."""

    written_at: Mapping[str, float] = field(default_factory=dict)
    protected: frozenset[str] = frozenset()
    asked: list[KeptLog] = field(default_factory=list)

    def dated(self, logs: Iterable[KeptLog]) -> Iterator[KeptLog]:
        """Those of which it knows."""
        for each in logs:
            changed_at = self.written_at.get(each.job_id, each.changed_at)
            if changed_at is not None:
                yield replace(each, changed_at=changed_at)

    def candidates(self, logs: Sequence[KeptLog]) -> Iterator[Candidate]:
        """All of them."""
        self.asked.extend(logs)
        for each in logs:
            assert each.changed_at is not None
            is_protected = each.job_id in self.protected
            yield Candidate(log=each, written_at=each.changed_at, is_protected=is_protected)


def swept(
    shelf: Shelf,
    settings: RetentionSettings,
    known: Known | None = None,
    page: int = 7,
) -> Sweep:
    """A sweep over the shelf."""
    sweep = Sweep(began_at=NOW)
    sweeper = Sweeper(shelf, known or Known(), settings, lambda: NOW, page)
    sweeper.run(sweep, lambda: None)
    return sweep


@given(made=kept_logs, settings=limits, page=st.integers(1, 50))
def test_sweep_removes_what_is_due_and_nothing_else(
    made: Sequence[tuple[int, float, bool, bool]], settings: RetentionSettings, page: int
) -> None:
    """Never what is protected or new; all that is too old; then the oldest until they fit."""
    written_at = {f"t.{n}": NOW - age for n, (_, age, _, _) in enumerate(made)}
    protected = frozenset(f"t.{n}" for n, each in enumerate(made) if each[2])
    logs = [
        log(n, size, None if is_unknown else NOW - age)
        for n, (size, age, _, is_unknown) in enumerate(made)
    ]
    shelf, known = Shelf(*logs), Known(written_at, protected)
    sweep = swept(shelf, settings, known, page)
    removed = [each for each in logs if (each.trial_id, each.job_id, 1) in shelf.removed]
    kept = list(shelf.logs())
    assert (sweep.logs, sweep.size) == (len(logs), sum(each.size for each in logs))
    assert (sweep.removed, sweep.removed_size) == (len(removed), sum(e.size for e in removed))
    assert len(removed) + len(kept) == len(logs)
    for each in removed:
        assert each.job_id not in protected
        assert NOW - written_at[each.job_id] >= ALWAYS_KEPT
    free = [each for each in kept if each.job_id not in protected]
    free = [each for each in free if NOW - written_at[each.job_id] >= ALWAYS_KEPT]
    if settings.keep_for is not None:
        assert all(NOW - written_at[each.job_id] <= settings.keep_for for each in free)
    if settings.keep_size is not None and free:
        assert sum(each.size for each in kept) <= settings.keep_size
    assert swept(shelf, settings, known, page).removed == 0, "a second sweep finds nothing"


@given(
    made=kept_logs,
    keep_size=st.integers(1, 10_000),
    keep_for=st.none() | st.integers(3_600, 300_000).map(float),
    page=st.integers(1, 50),
)
def test_only_as_much_goes_as_has_to(
    made: Sequence[tuple[int, float, bool, bool]],
    keep_size: int,
    keep_for: float | None,
    page: int,
) -> None:
    """The newest of those that went was too old or too much; whatever stays is not older."""
    written_at = {f"t.{n}": NOW - age for n, (_, age, _, _) in enumerate(made)}
    protected = frozenset(f"t.{n}" for n, each in enumerate(made) if each[2])
    logs = [
        log(n, size, None if is_unknown else NOW - age)
        for n, (size, age, _, is_unknown) in enumerate(made)
    ]
    shelf, known = Shelf(*logs), Known(written_at, protected)
    swept(shelf, RetentionSettings(keep_size=keep_size, keep_for=keep_for), known, page)
    removed = [each for each in logs if (each.trial_id, each.job_id, 1) in shelf.removed]
    if not removed:
        return
    newest = max(written_at[each.job_id] for each in removed)
    last = [each for each in removed if written_at[each.job_id] == newest]
    total = sum(each.size for each in shelf.logs())
    is_too_old = keep_for is not None and NOW - newest > keep_for
    assert is_too_old or total + sum(each.size for each in last) > keep_size
    free = [each for each in shelf.logs() if each.job_id not in protected]
    assert all(written_at[each.job_id] >= newest for each in free)


@pytest.mark.parametrize("keep_for", [None, 30 * DAY])
@pytest.mark.parametrize("old", ["a", "z"])
def test_oldest_go_first_also_where_the_store_noted_no_time(
    old: str, keep_for: float | None
) -> None:
    """What trials are called decides nothing, however many logs there are."""
    new = "z" if old == "a" else "a"
    ended = {old: NOW - 365 * DAY, new: NOW - DAY}
    logs = [
        KeptLog(trial_id=trial, job_id=f"{trial}.{n}", attempt=1, size=10, changed_at=None)
        for trial in "az"
        for n in range(300)
    ]
    shelf = Shelf(*logs)
    known = Known({each.job_id: ended[each.trial_id] for each in logs})
    sweep = swept(shelf, RetentionSettings(keep_size=3_000, keep_for=keep_for), known, page=70)
    assert sweep.removed == 300
    assert {each.trial_id for each in shelf.logs()} == {new}


@given(made=kept_logs)
def test_everything_stays_where_nothing_was_said(
    made: Sequence[tuple[int, float, bool, bool]],
) -> None:
    """That is the default."""
    shelf = Shelf(*(log(n, size, NOW - age) for n, (size, age, _, _) in enumerate(made)))
    assert swept(shelf, RetentionSettings()).removed == 0


def test_reason_says_which_limit_it_was() -> None:
    """Whoever asks for a log reads why it is gone."""
    shelf = Shelf(log(1, 10, NOW - 40 * DAY), log(2, 10, NOW - 2 * DAY), log(3, 10, NOW - DAY))
    settings = RetentionSettings(keep_for=30 * DAY, keep_size=15)
    sweep = swept(shelf, settings)
    assert sweep.removed == 2
    told = {job_id: each.reason for (_, job_id, _), each in shelf.removed.items()}
    assert told == {
        "t.1": "logs are kept for 30 days here",
        "t.2": "all logs together are kept up to 15 bytes here",
    }


def test_logs_that_are_not_due_are_not_asked_about() -> None:
    """A sweep that finds nothing costs a look at the list and no more."""
    known = Known()
    shelf = Shelf(*(log(n, 10, NOW - DAY) for n in range(1_000)))
    swept(shelf, RetentionSettings(keep_for=2 * DAY, keep_size=10**9), known)
    assert known.asked == []


def test_log_that_cannot_be_removed_is_passed_over() -> None:
    """One folder that somebody locked does not keep all the others; the problem is told."""
    shelf = Shelf(*(log(n, 10, 0.0) for n in range(5)))
    shelf.stuck = {("t", "t.2", 1)}
    sweep = swept(shelf, RetentionSettings(keep_for=DAY))
    assert (sweep.removed, sweep.problem) == (4, "t.2 is locked")


def test_store_that_is_away_ends_the_sweep() -> None:
    """It is not asked ten thousand times."""
    shelf = Shelf(*(log(n, 10, 0.0) for n in range(50)))
    shelf.stuck = set(shelf.kept)
    with pytest.raises(StorageUnavailable, match="is locked"):
        swept(shelf, RetentionSettings(keep_for=DAY))
