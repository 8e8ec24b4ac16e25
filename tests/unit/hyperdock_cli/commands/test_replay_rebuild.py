"""`hyperdock replay rebuild, diff, status, revert, drop`: what they say and do, and exit codes."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from hyperdock_cli.state_folder import StateFolder
from hyperdock_cli.testing.history import TRIAL, finished, registered, submitted, succeeded
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelopes

Replay = Callable[..., Result]

EVENTS = (registered(), submitted(), *succeeded(1, 0.5), *succeeded(2, 0.4), finished())
HEAD = len(EVENTS)
JOB = f"{TRIAL}.1"
AT = 1_700_000_000.0


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a trial; the loss of its first job is wrong in the views."""
    folder = StateFolder(tmp_path / "state")
    folder.create()
    clock = FakeClock(AT)
    with (
        closing(SqliteEventLog(folder.events, clock)) as log,
        closing(SqliteViewStore(folder.views, SCHEMAS)) as views,
    ):
        for position, each in enumerate(envelopes(EVENTS)):
            log.append(position, [each])
            clock.advance(1)
        catch_up(PROJECTIONS, views, log)
    with closing(sqlite3.connect(folder.views)) as connection, connection:
        connection.execute("UPDATE view_jobs SET document = json_set(document, '$.loss', 7.5)")
    return folder.root


@pytest.fixture
def replay(invoke: Callable[..., Result], state: Path) -> Replay:
    """Runs one of the commands on that folder."""

    def run(command: str, *words: str) -> Result:
        return invoke("replay", command, "--state", str(state), *words)

    return run


def loss(state: Path) -> object:
    """What the live view says of the job."""
    with closing(SqliteViewStore(StateFolder(state).views, SCHEMAS)) as views:
        job = views.get("jobs", JOB)
        assert job is not None
        return job["loss"]


def test_diff_names_the_field_and_both_values(replay: Replay) -> None:
    """And ends with 1; scripts get it as JSON."""
    result = replay("diff")
    assert result.exit_code == 1
    assert (
        f"view jobs, document {JOB}: differs from the log: loss is 7.5, folded 0.5" in result.stdout
    )
    assert "2 differ" in result.stdout
    found = json.loads(replay("diff", "--json").stdout)
    assert (found["differences"], len(found["found"])) == (2, 2)


def test_diff_of_other_views_is_clean(replay: Replay) -> None:
    """Only what is asked for is compared."""
    result = replay("diff", "--projection", "trials", "--projection", "workers")
    assert (result.exit_code, result.stdout) == (0, "2 documents compared: no difference\n")


def test_rebuild_puts_it_right_and_revert_undoes_it(replay: Replay, state: Path) -> None:
    """The old views are kept until they are dropped."""
    result = replay("rebuild", "--all")
    assert result.exit_code == 0, result.output
    assert f"up to position {HEAD}" in result.stdout
    assert (loss(state), replay("diff").exit_code) == (0.5, 0)
    assert "are live" in replay("revert").stdout
    assert loss(state) == 7.5
    replay("revert")
    assert loss(state) == 0.5
    assert replay("drop").stdout == f"{len(PROJECTIONS)} generations dropped\n"
    result = replay("revert")
    assert result.exit_code == 2
    assert "nothing is kept" in result.stderr


def test_status_shows_all_generations(replay: Replay) -> None:
    """Live, beside and before, with how far they are."""
    summary = json.loads(
        replay("rebuild", "--projection", "jobs", "--keep-beside", "--json").stdout
    )
    assert (summary["views"], summary["position"], summary["switched"]) == (["jobs"], HEAD, False)
    told = json.loads(replay("status", "--json").stdout)
    assert told["head"] == HEAD
    jobs = [each for each in told["generations"] if each["view"] == "jobs"]
    assert [(each["role"], each["number"], each["position"]) for each in jobs] == [
        ("live", 0, HEAD),
        ("beside", 1, HEAD),
    ]
    assert "beside" in replay("status").stdout
    assert replay("drop", "--projection", "jobs", "--beside").stdout == "1 generations dropped\n"


@pytest.mark.parametrize("words", [("--to", "5"), ("--to-time", "2023-11-14T22:13:24+00:00")])
def test_views_as_of_then_go_into_a_file(
    replay: Replay, state: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    """Any program that reads SQLite can look at them; the live ones stay as they are."""
    into = tmp_path / "then.db"
    result = replay("rebuild", *words, "--into", str(into))
    assert result.exit_code == 0, result.output
    assert "as of position 5" in result.stdout
    with closing(sqlite3.connect(into)) as connection:
        rows = connection.execute("SELECT key, document ->> 'state' FROM view_jobs").fetchall()
        assert rows == [(JOB, "running")]
        positions = dict(connection.execute("SELECT view, position FROM positions"))
    assert set(positions.values()) == {5}
    assert loss(state) == 7.5
    assert replay("rebuild", *words, "--into", str(into)).exit_code == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--to", "5"), "--into"),
        (("--to", "5", "--to-time", "2h", "--into", "x"), "exclude"),
        (("--all", "--projection", "jobs"), "exclude"),
        (("--keep-beside", "--into", "x"), "exclude"),
        (("--projection", "heartbeats"), "heartbeats"),
    ],
)
def test_what_makes_no_sense_is_refused(replay: Replay, words: tuple[str, ...], says: str) -> None:
    """Nothing is done then."""
    result = replay("rebuild", *words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_broken_log_stops_it_with_a_remedy(replay: Replay, state: Path) -> None:
    """The event is named, and the live views are as they were."""
    with closing(sqlite3.connect(StateFolder(state).events)) as connection, connection:
        body = connection.execute("SELECT body FROM events WHERE position = 4").fetchone()[0]
        changed = bytes(body).replace(b"job.claimed.v1", b"job.claimed.v9")
        connection.execute("UPDATE events SET body = ? WHERE position = 4", (changed,))
    result = replay("rebuild")
    assert result.exit_code == 1
    assert "position 4" in result.stderr
    assert "job.claimed.v9" in result.stderr
    assert "fold anew by the release that recorded it" in result.stderr
    assert loss(state) == 7.5


def test_file_that_could_not_be_made_is_not_there(
    replay: Replay, state: Path, tmp_path: Path
) -> None:
    """The same call makes it once the log can be read; what a kill left is not in its way."""
    into = tmp_path / "into" / "then.db"
    into.parent.mkdir()
    into.with_name("then.db.part").write_text("half of one")
    with closing(sqlite3.connect(StateFolder(state).events)) as connection, connection:
        connection.execute("CREATE TABLE kept AS SELECT * FROM events WHERE position = 4")
        connection.execute("DELETE FROM events WHERE position = 4")
    result = replay("rebuild", "--into", str(into))
    assert result.exit_code == 1
    assert "the event at position 4 is missing" in result.stderr
    assert list(into.parent.iterdir()) == []
    with closing(sqlite3.connect(StateFolder(state).events)) as connection, connection:
        connection.execute("INSERT INTO events SELECT * FROM kept")
    assert replay("rebuild", "--into", str(into)).exit_code == 0
    assert list(into.parent.iterdir()) == [into]


@pytest.mark.parametrize("text", ["[1]", "garbage", '{"name": "x"}'])
def test_diff_names_documents_that_nobody_made(replay: Replay, state: Path, text: str) -> None:
    """Whatever is in them: readable or not."""
    with closing(sqlite3.connect(StateFolder(state).views)) as connection, connection:
        connection.execute("INSERT INTO view_notes VALUES ('stray', ?)", (text,))
    result = replay("diff", "--projection", "notes")
    assert result.exit_code == 1
    assert "view notes, document stray: " in result.stdout
    assert "1 differ" in result.stdout


def test_hole_in_the_log_stops_it(replay: Replay, state: Path) -> None:
    """Views that show the missing event stay live."""
    with closing(sqlite3.connect(StateFolder(state).events)) as connection, connection:
        connection.execute("DELETE FROM events WHERE position = 4")
    result = replay("rebuild", "--all")
    assert result.exit_code == 1
    assert "the event at position 4 is missing" in result.stderr
    assert "hyperdock events verify" in result.stderr
    assert loss(state) == 7.5
