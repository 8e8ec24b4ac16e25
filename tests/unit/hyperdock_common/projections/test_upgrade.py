"""A release whose fold has another shape finds the views of the one before, and the whole log."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import RecordedEvent
from hyperdock_common.projections import Projection, catch_up, jobs
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import claimed, envelopes, proposed


def release(version: int) -> Projection:
    """A projection of the jobs whose documents tell by which release they were folded."""

    def fold(doc: Mapping[str, Any] | None, _record: RecordedEvent) -> dict[str, Any]:
        assert doc is None or doc["release"] == version
        return {"release": version, "events": (doc["events"] if doc else 0) + 1}

    schema = replace(jobs.SCHEMA, version=version)
    return Projection(schema=schema, events=jobs.EVENTS, keys=jobs.keys, fold=fold)


def test_view_of_another_version_is_folded_anew_from_the_log(tmp_path: Path) -> None:
    """Invariant 5: it is what the fold makes of the whole log, after an upgrade and a way back."""
    with closing(SqliteEventLog(tmp_path / "log.db", FakeClock())) as log:
        records = log.append(0, envelopes([proposed(1), proposed(2), claimed(1)]))
        (one, two) = sorted({key for each in records for key in jobs.keys(each.event)})
        for version in (1, 2, 2, 1):
            projection = release(version)
            with closing(SqliteViewStore(tmp_path / "views.db", [projection.schema])) as views:
                catch_up([projection], views, log)
                assert views.position("jobs") == log.head()
                assert views.get_many("jobs", [one, two]) == {
                    one: {"release": version, "events": 2},
                    two: {"release": version, "events": 1},
                }
