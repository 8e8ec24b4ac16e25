"""Given recorded events, what people are told."""

from collections.abc import Iterable, Sequence

from hyperdock_common.events import (
    Cancelled,
    Event,
    Failed,
    JobProposed,
    JobRetracted,
    Pruned,
    RecordedEvent,
    TrialAnnotated,
    TrialFinished,
    WorkerLost,
)
from hyperdock_common.testing.builders import (
    envelope,
    finished,
    job_id_of,
    proposed,
    submitted,
)
from hyperdock_gateway.notify.notices import Ended, Fails, Gone, Improved, News, Notice
from hyperdock_gateway.notify.settings import Failing

FAILED = Failed(reason="exit_code", message="it ended with 1")
BEGIN = submitted(name="resnet", tags=["prod"], objective="minimize")
END = TrialFinished(trial_id="t1", end="completed", reason="budget")
MINUTE = 60.0


def news(every: float = 600.0, skip_first: int = 0, failing: Failing | None = None) -> News:
    """A fold that has seen nothing."""
    return News(every=every, skip_first=skip_first, failing=failing or Failing())


def recorded(events: Iterable[tuple[float, Event]]) -> list[RecordedEvent]:
    """Events at their times."""
    return [
        RecordedEvent(position=position, recorded_at=at, envelope=envelope(event, at))
        for position, (at, event) in enumerate(events, 1)
    ]


def told(fold: News, events: Iterable[tuple[float, Event]]) -> list[Notice]:
    """What is told of events at their times."""
    return [notice for record in recorded(events) for notice in fold.take_in(record)]


def ended(*numbers: int, at: float = 0.0) -> list[tuple[float, Event]]:
    """Jobs that are proposed and succeed with their number as the loss."""
    pairs = ((proposed(number), finished(number)) for number in numbers)
    return [(at, event) for pair in pairs for event in pair]


def failed(count: int, first: int = 1) -> list[tuple[float, Event]]:
    """Jobs that are proposed and fail."""
    pairs = ((proposed(n), finished(n, FAILED)) for n in range(first, first + count))
    return [(0.0, event) for pair in pairs for event in pair]


def improvements(notices: Sequence[Notice]) -> list[tuple[float, float]]:
    """When which best loss was told."""
    return [(each.at, each.best.loss) for each in notices if isinstance(each, Improved)]


def test_the_end_of_a_trial_is_told_with_all_that_counts() -> None:
    """End, reason, the best job with its params, how many jobs, how long."""
    events = [(100.0, BEGIN), *ended(3, 2, at=150.0), *failed(1, first=9), (400.0, END)]
    (notice,) = [each for each in told(news(skip_first=9), events) if isinstance(each, Ended)]
    assert notice.best is not None
    assert (notice.trial.name, notice.trial.tags) == ("resnet", ("prod",))
    assert (notice.end, notice.reason, notice.seconds) == ("completed", "budget", 300.0)
    assert (notice.best.loss, notice.best.number, notice.best.params) == (2.0, 2, {"x": 2.0})
    assert notice.jobs == {"succeeded": 2, "failed": 1}


def test_a_larger_loss_is_better_where_it_is_maximized() -> None:
    """The objective decides what the best is."""
    events = [(0.0, submitted(objective="maximize")), *ended(1, 5, 2), (0.0, END)]
    notice = told(news(), events)[-1]
    assert isinstance(notice, Ended)
    assert notice.best is not None
    assert notice.best.loss == 5.0


def test_the_first_improvement_is_told_at_once_and_then_the_latest_after_a_while() -> None:
    """At most one per trial in so many seconds; the latest improvement wins."""
    fold = news(every=10 * MINUTE)
    events = [(0.0, BEGIN), *ended(9), *ended(8, at=1 * MINUTE), *ended(7, at=2 * MINUTE)]
    assert improvements(told(fold, events)) == [(0.0, 9.0)]
    assert improvements(fold.due(9 * MINUTE)) == []
    assert fold.pending == ["t1"]
    assert improvements(fold.due(11 * MINUTE)) == [(10 * MINUTE, 7.0)]
    assert fold.due(99 * MINUTE) == []


def test_an_improvement_whose_time_has_come_is_told_before_the_next_event() -> None:
    """Where nobody looks at the clock, the events tell the time."""
    events = [(0.0, BEGIN), *ended(9), *ended(8, at=1.0), *ended(4, at=15 * MINUTE)]
    told_at = improvements(told(news(every=10 * MINUTE), events))
    assert told_at == [(0.0, 9.0), (10 * MINUTE, 8.0)]


def test_no_improvement_is_told_for_the_first_jobs() -> None:
    """At the beginning nearly every job is the best."""
    fold = news(every=1.0, skip_first=3)
    first = told(fold, [(0.0, BEGIN), *ended(9, 8, 7)])
    assert improvements(first) == []
    assert improvements(told(fold, ended(6, at=5.0))) == [(5.0, 6.0)]


def test_what_is_no_better_is_no_news() -> None:
    """A job that is as good as the best one, or worse."""
    fold = news(every=1.0)
    told(fold, [(0.0, BEGIN), *ended(5)])
    assert improvements(told(fold, [*ended(6, at=10.0), *ended(7, at=20.0)])) == []


def test_the_end_takes_the_place_of_an_improvement_that_waits() -> None:
    """It tells the best loss, too."""
    fold = news()
    notices = told(fold, [(0.0, BEGIN), *ended(9), *ended(8, at=1.0), (2.0, END)])
    assert [each.kind for each in notices] == ["best_improved", "trial_finished"]
    assert fold.due(1e9) == []


def test_a_retracted_best_is_the_best_no_more() -> None:
    """The next one takes its place."""
    retracted = JobRetracted(trial_id="t1", job_id=job_id_of("t1", 2))
    notice = told(news(), [(0.0, BEGIN), *ended(3, 2), (1.0, retracted), (2.0, END)])[-1]
    assert isinstance(notice, Ended)
    assert notice.best is not None
    assert notice.best.loss == 3.0


def test_imported_jobs_are_known_but_no_news() -> None:
    """Whoever imports a point knows its loss."""
    imported = JobProposed(
        trial_id="t1", job_id=job_id_of("t1", 1), number=1, params={"x": 1}, origin="imported"
    )
    begin: list[tuple[float, Event]] = [
        (0.0, BEGIN),
        (0.0, imported),
        (0.0, finished(1, worker_id=None)),
    ]
    fold = news()
    assert told(fold, begin) == []
    assert told(fold, ended(2)) == []
    (notice,) = told(fold, [(1.0, END)])
    assert isinstance(notice, Ended)
    assert notice.best is not None
    assert (notice.best.loss, notice.jobs) == (1.0, {"succeeded": 1})


def test_a_trial_fails_once_so_many_jobs_failed_in_a_row() -> None:
    """It is told once, with the last reason."""
    notices = told(news(failing=Failing(in_a_row=3)), [(0.0, BEGIN), *failed(7)])
    (notice,) = notices
    assert isinstance(notice, Fails)
    assert (notice.in_a_row, notice.reason, notice.jobs) == (3, "exit_code", {"failed": 3})


def test_a_success_between_them_is_an_end_of_the_row() -> None:
    """So is a pruned job: its target runs."""
    quiet = Failing(in_a_row=3, at_least=100)
    pruned: list[tuple[float, Event]] = [(0.0, proposed(20)), (0.0, finished(20, Pruned(step=3)))]
    events = [*failed(2), *ended(50), *failed(2, first=3), *pruned, *failed(2, first=5)]
    kinds = [
        each.kind for each in told(news(skip_first=99, failing=quiet), [(0.0, BEGIN), *events])
    ]
    assert kinds == []


def test_a_trial_fails_when_a_share_of_enough_jobs_failed() -> None:
    """Half of ten, say; jobs that were cancelled do not count."""
    cancelled: list[tuple[float, Event]] = [(0.0, proposed(30)), (0.0, finished(30, Cancelled()))]
    half = Failing(in_a_row=100, share=0.5, at_least=4)
    fold = news(skip_first=99, failing=half)
    assert told(fold, [(0.0, BEGIN), *cancelled, *failed(1), *ended(11, 12)]) == []
    assert [each.kind for each in told(fold, failed(1, first=2))] == ["trial_failing"]


def test_a_lost_worker_is_told() -> None:
    """It belongs to no trial."""
    events = [(7.0, WorkerLost(worker_id="w1", reason="not heard of for too long"))]
    assert told(news(), events) == [
        Gone(at=7.0, worker_id="w1", reason="not heard of for too long")
    ]


def test_tags_are_those_of_now() -> None:
    """People may tag a trial while it runs."""
    annotated = TrialAnnotated(trial_id="t1", tags=["night"])
    (notice,) = told(news(), [(0.0, BEGIN), (1.0, annotated), (2.0, END)])
    assert isinstance(notice, Ended)
    assert notice.trial.tags == ("night",)


def test_a_recalled_past_tells_nothing_and_goes_on_as_if_it_had_been_seen() -> None:
    """After a restart: the same events give the same notices, wherever the cut is."""
    events = [(0.0, BEGIN), *ended(9), *ended(8, at=60.0), *ended(7, at=900.0), (950.0, END)]
    records = recorded(events)
    whole = news()
    at_once = [notice for record in records for notice in whole.take_in(record)]
    for cut in range(2, len(records)):
        before, after = news(), news()
        first = [notice for record in records[:cut] for notice in before.take_in(record)]
        assert after.unknown(END) == "t1"
        after.recall("t1", records[:cut], records[cut - 1].recorded_at)
        assert after.unknown(END) is None
        rest = [notice for record in records[cut:] for notice in after.take_in(record)]
        assert [*first, *rest] == at_once


def test_only_what_needs_the_past_asks_for_it() -> None:
    """A trial that was not seen from its beginning is not read for a mere proposal."""
    assert news().unknown(proposed(1)) is None
    assert news().unknown(WorkerLost(worker_id="w", reason="x")) is None
    assert news().unknown(finished(1)) == "t1"
