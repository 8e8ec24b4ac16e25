"""Which logs a sweep removes, whatever there is, in whatever order."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.hyperdock_gateway.retention.shelf import Shelf, log

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.ports import KeptLog
from hyperdock_gateway.retention.policy import ALWAYS_KEPT, Candidate
from hyperdock_gateway.retention.settings import RetentionSettings
from hyperdock_gateway.retention.sweeping import Examine, Sweep, Sweeper

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


def examining(written_at: Mapping[str, float], protected: frozenset[str] = frozenset()) -> Examine:
    """Knows when each log was written, and which ones stay."""

    def examine(logs: Sequence[KeptLog]) -> Iterator[Candidate]:
        for each in logs:
            is_protected = each.job_id in protected
            written = written_at.get(each.job_id, each.changed_at or 0.0)
            yield Candidate(log=each, written_at=written, is_protected=is_protected)

    return examine


def swept(
    shelf: Shelf,
    settings: RetentionSettings,
    examine: Examine | None = None,
    page: int = 7,
) -> Sweep:
    """A sweep over the shelf."""
    sweep = Sweep(began_at=NOW)
    sweeper = Sweeper(shelf, examine or examining({}), settings, lambda: NOW, page)
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
    shelf, examine = Shelf(*logs), examining(written_at, protected)
    sweep = swept(shelf, settings, examine, page)
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
    assert swept(shelf, settings, examine, page).removed == 0, "a second sweep finds nothing"


@given(made=kept_logs, keep_size=st.integers(1, 10_000), page=st.integers(1, 50))
def test_only_as_much_goes_as_has_to(
    made: Sequence[tuple[int, float, bool, bool]], keep_size: int, page: int
) -> None:
    """The newest of those that went would have been too much; whatever stays is not older."""
    protected = frozenset(f"t.{n}" for n, each in enumerate(made) if each[2])
    logs = [log(n, size, NOW - age) for n, (size, age, _, _) in enumerate(made)]
    shelf = Shelf(*logs)
    swept(shelf, RetentionSettings(keep_size=keep_size), examining({}, protected), page)
    removed = [each for each in logs if (each.trial_id, each.job_id, 1) in shelf.removed]
    if not removed:
        return
    newest = max(each.changed_at or 0.0 for each in removed)
    last = [each for each in removed if each.changed_at == newest]
    total = sum(each.size for each in shelf.logs())
    assert total + sum(each.size for each in last) > keep_size
    free = [each for each in shelf.logs() if each.job_id not in protected]
    assert all((each.changed_at or 0.0) >= newest for each in free)


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
    asked: list[KeptLog] = []

    def examine(logs: Sequence[KeptLog]) -> list[Candidate]:
        asked.extend(logs)
        return []

    shelf = Shelf(*(log(n, 10, NOW - DAY) for n in range(1_000)))
    swept(shelf, RetentionSettings(keep_for=2 * DAY, keep_size=10**9), examine)
    assert asked == []


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
