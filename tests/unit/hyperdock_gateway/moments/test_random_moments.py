"""Any moment of a random history is the fold of the log up to it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest
from tests.unit.hyperdock_gateway.moments.random_history import TRIALS, random_history
from tests.unit.hyperdock_gateway.world import Api, World
from tests.unit.hyperdock_supervisor.list_log import ListLog

from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import Comparison, Condition, EventLog, Page, ViewStore
from hyperdock_common.projections import PROJECTIONS, project
from hyperdock_common.testing import FakeClock
from hyperdock_gateway.moments.past_views import PastViews
from hyperdock_gateway.moments.patience import Patience
from hyperdock_gateway.moments.system_past import SystemPast
from hyperdock_gateway.moments.trial_pasts import TrialPasts

EVENTS = 3_000
MOMENTS = 1_000
PATIENT = 600.0
SAMPLE = 6
ASKED = (
    "/trials",
    "/trials?sort=updated_at&archived=any",
    "/trials/{trial}",
    "/trials/{trial}/spec",
    "/trials/{trial}/jobs?limit=7",
    "/trials/{trial}/jobs?sort=loss&order=desc&limit=500",
    "/trials/{trial}/jobs?sort=params.x&state=succeeded",
    "/trials/{trial}/columns",
    "/trials/{trial}/export?format=jsonl",
    "/jobs?limit=20",
    "/jobs?state=running",
    "/jobs/{trial}.1",
    "/jobs/{trial}.1/metrics",
    "/workers",
    "/workers/a",
    "/events?stream=trial-{trial}&limit=30",
    "/events?before=100000&limit=30",
    "/events/1500",
)

Fold = Mapping[str, Mapping[str, JsonObject]]


@pytest.fixture(scope="module")
def log() -> EventLog:
    """A history in which everything happens that may."""
    return random_history(EVENTS)


@pytest.fixture
def system(log: EventLog) -> Iterator[SystemPast]:
    """The past of all of it."""
    made = SystemPast(log)
    yield made
    made.close()


def folds(log: EventLog, positions: Sequence[int]) -> dict[int, Fold]:
    """By the plainest of means, all documents at each of some positions."""
    documents: dict[str, dict[str, Any]] = {each.schema.name: {} for each in PROJECTIONS}
    found: dict[int, Fold] = {0: {view: {} for view in documents}}
    wanted = set(positions)
    for record in log.read(0, log.head()):
        for projection in PROJECTIONS:
            kept = documents[projection.schema.name]
            for key in projection.keys(record.event):
                kept[key] = projection.fold(kept.get(key), record)
        if record.position in wanted:
            found[record.position] = {view: dict(each) for view, each in documents.items()}
    return found


def texts(documents: Mapping[str, JsonObject]) -> dict[str, str]:
    """Documents as they are stored."""
    return {key: msgspec.json.encode(each).decode() for key, each in documents.items()}


def test_views_of_a_trial_at_1000_moments_are_the_fold_up_to_them(
    log: EventLog, system: SystemPast
) -> None:
    """Document by document, however one moment comes after the other."""
    chance = random.Random(11)  # noqa: S311
    positions = [chance.randint(0, log.head()) for _ in range(MOMENTS)]
    expected, last = folds(log, [*positions, log.head()]), log.head()
    keys = {view: list(each) for view, each in folds(log, [last])[last].items()}
    trials = TrialPasts(log)
    for position in positions:
        views, fold = PastViews(position, trials, system, Patience(PATIENT)), expected[position]
        for view in ("trials", "specs", "notes"):
            found = [views.get(view, trial_id) for trial_id in TRIALS]
            assert found == [fold[view].get(trial_id) for trial_id in TRIALS]
        for view in ("jobs", "curves"):
            shown: dict[str, str] = {}
            for trial_id in TRIALS:
                shown |= views.texts(view, [key for key in keys[view] if key.startswith(trial_id)])
            assert shown == texts(fold[view])
        assert {views.position(view) for view in fold} == {position}
    assert not system._snapshots


def test_views_of_the_system_at_moments_are_the_fold_up_to_them(
    log: EventLog, system: SystemPast
) -> None:
    """Workers too, and what is asked of several trials at once; heartbeats are not of the past."""
    chance = random.Random(12)  # noqa: S311
    positions = [chance.randint(0, log.head()) for _ in range(25)]
    expected, trials = folds(log, positions), TrialPasts(log)
    for position in positions:
        views, fold = PastViews(position, trials, system, Patience(PATIENT)), expected[position]
        for view, documents in fold.items():
            keys = [*documents, "nobody.1", "nowhere.1"]
            assert views.texts(view, keys) == texts(documents)
        assert views.get_many("heartbeats", ["a", "b"]) == {}


def _query(chance: random.Random, trial_id: str) -> dict[str, Any]:
    where: dict[str, Any] = {"trial_id": trial_id}
    if chance.random() < 0.4:
        where["state"] = chance.choice(["succeeded", "failed", "running"])
    conditions = [Condition("loss", Comparison.AT_MOST, 0.5)] if chance.random() < 0.4 else []
    sort = chance.choice(["number", "loss", "finished_at", ("params", "x"), "state"])
    return {
        "where": where,
        "conditions": conditions,
        "sort": sort,
        "descending": chance.random() < 0.5,
        "limit": chance.choice([1, 3, 20, 500]),
    }


def _pages(views: ViewStore, query: Mapping[str, Any]) -> list[Page]:
    pages = [views.page("jobs", **query)]
    while pages[-1].next_cursor is not None and len(pages) < 4:
        pages.append(views.page("jobs", **query, cursor=pages[-1].next_cursor))
    return pages


def test_pages_at_moments_are_those_that_a_store_gives(log: EventLog, system: SystemPast) -> None:
    """With whatever filters and orders, page after page, and with the same cursors."""
    chance = random.Random(13)  # noqa: S311
    trials, many = TrialPasts(log), 0
    for _ in range(20):
        position = chance.randint(log.head() // 4, log.head())
        views = PastViews(position, trials, system, Patience(PATIENT))
        store = system.at(position, Patience(PATIENT)).views
        for _ in range(10):
            query = _query(chance, chance.choice(TRIALS))
            pages = _pages(views, query)
            assert pages == _pages(store, query)
            many += len(pages) > 1
        curves: Any = {"where": {"job_id": "t0.1"}, "sort": "order"}
        assert views.page("curves", **curves) == store.page("curves", **curves)
    assert many > 20


def test_answers_at_moments_are_those_of_the_time(log: EventLog, world: World) -> None:
    """The API says at a moment what it said then, byte by byte, and where that was."""
    chance = random.Random(14)  # noqa: S311
    positions = sorted(chance.sample(range(1, log.head()), SAMPLE))
    past = Api(world.services).with_services(log=log)
    clock = FakeClock()
    then, views = ListLog(clock), world.views
    live = Api(world.services).with_services(log=then)
    for position in positions:
        for record in log.read(then.head(), position - then.head()):
            clock.now = record.recorded_at
            then.append(then.head(), [record.envelope])
        for projection in PROJECTIONS:
            project(projection, views, then.read(views.position(projection.schema.name), EVENTS))
        for path in (each.format(trial=chance.choice(TRIALS[:2])) for each in ASKED):
            was, mark = live.get(path), "&" if "?" in path else "?"
            shown = past.get(f"{path}{mark}at={position}")
            assert shown.status_code == was.status_code
            assert shown.content == was.content or was.status_code == 404
            named = was.headers.get("hyperdock-position")
            assert shown.headers.get("hyperdock-position") == named
