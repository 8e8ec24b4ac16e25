"""`hyperdock events stats, export, import` and `verify`: the log of a state folder."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from tests.unit.hyperdock_cli.commands.kept_logs import JOBS, break_log, facts, make_state, told

from hyperdock_cli.state_folder import StateFolder, StateLock
from hyperdock_cli.testing.history import TRIAL, registered
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.projections import SCHEMAS
from hyperdock_common.testing.builders import envelopes
from hyperdock_common.testing.foreign import FOREIGN, foreign

Invoke = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a log of 122 events, two an hour, and its views."""
    return make_state(tmp_path / "state")


def test_a_log_is_counted(invoke: Invoke, state: Path) -> None:
    """By type and stream, with bytes, times and rate."""
    found = told(invoke("events", "stats", "--state", str(state), "--json"))
    assert (found["events"], found["first_position"], found["last_position"]) == (122, 1, 122)
    assert found["types"]["job.finished.v1"]["events"] == JOBS
    assert sum(each["bytes"] for each in found["types"].values()) == found["bytes"]
    assert found["largest_streams"] == {f"trial-{TRIAL}": 121, "worker-host-1": 1}
    assert found["events_per_second"] == pytest.approx(122 / (12 * 18_000))
    text = invoke("events", "stats", "--state", str(state), "--streams", "1").stdout
    assert "job.proposed.v1" in text
    assert "worker-host-1" not in text


def test_a_log_goes_into_another_folder_as_it_is(
    invoke: Invoke, state: Path, tmp_path: Path
) -> None:
    """The facts that come out of the copy are those that went in, byte for byte."""
    first, second, copy = tmp_path / "1.ndjson", tmp_path / "2.ndjson", tmp_path / "copy"
    packed = tmp_path / "log.ndjson.zst"
    result = invoke("events", "export", "--state", str(state), "-o", str(packed))
    assert "122 events up to position 122" in result.stdout
    anchor = result.stdout.split("anchor ")[1].strip()
    found = told(invoke("events", "import", str(packed), "--state", str(copy), "--json"))
    assert (found["added"], found["there"]) == (122, 0)
    assert f"{found['last']}:{found['chain']}" == anchor
    for folder, path in ((state, first), (copy, second)):
        invoke("events", "export", "--state", str(folder), "-o", str(path))
    assert len(facts(first)) == 122
    assert facts(first) == facts(second)
    assert invoke("events", "verify", "--state", str(copy), "--expect", anchor).exit_code == 0


def test_an_export_never_leaves_half_a_file(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """A broken log, a file that is there, a folder that is not: nothing is written."""
    target = tmp_path / "log.zst"
    target.write_text("mine")
    words = ("events", "export", "--state", str(state), "-o")
    assert invoke(*words, str(target)).exit_code == 2
    assert target.read_text() == "mine"
    assert invoke(*words, str(target), "--force").exit_code == 0
    assert invoke(*words, str(tmp_path / "no" / "log.zst")).exit_code == 2
    assert f"{tmp_path} is a folder" in invoke(*words, str(tmp_path), "--force").stderr
    (tmp_path / "new.zst.part").write_text("mine, too")
    break_log(state, "DELETE FROM events WHERE position = 50")
    result = invoke(*words, str(tmp_path / "new.zst"))
    assert result.exit_code == 1
    assert "damaged behind position 49" in result.stderr
    assert sorted(each.name for each in tmp_path.glob("*.zst*")) == ["log.zst", "new.zst.part"]


def test_an_export_goes_to_standard_output(invoke: Invoke, state: Path) -> None:
    """As plain lines, and nothing else among them."""
    words = ("--state", str(state), "-o", "-", "--after", "10", "--to", "20")
    lines = [json.loads(line) for line in invoke("events", "export", *words).stdout.splitlines()]
    assert [each["position"] for each in lines[1:-1]] == list(range(11, 21))
    assert lines[1]["event"]["data"]["trial_id"] == TRIAL


def test_one_trial_is_exported(invoke: Invoke, state: Path) -> None:
    """By its whole id; another one is an error."""
    words = ("events", "export", "--state", str(state), "-o", "-", "--trial")
    assert len(invoke(*words, TRIAL).stdout.splitlines()) == 121 + 2
    assert "has no trial 'odd'" in invoke(*words, "odd").stderr


def test_a_trial_of_a_later_release_is_exported(invoke: Invoke, state: Path) -> None:
    """Its events are carried as they are, also where its first one is unknown here."""
    with closing(SqliteEventLog(state / "events.db")) as log:
        log.restore([foreign(123)])
    result = invoke("events", "export", "--state", str(state), "-o", "-", "--trial", "a")
    assert "unknown_event" in result.stderr
    assert json.loads(result.stdout.splitlines()[1])["event"] == FOREIGN


@pytest.mark.parametrize(
    "words", [["--to", "999"], ["--after", "122"], ["--after", "9", "--to", "8"]]
)
def test_a_part_that_is_none_is_refused(invoke: Invoke, state: Path, words: list[str]) -> None:
    """Nothing to export is a mistake, but for an empty log."""
    result = invoke("events", "export", "--state", str(state), "-o", "-", *words)
    assert result.exit_code == (0 if words == ["--after", "122"] else 2)


def test_nothing_is_imported_under_a_running_system(
    invoke: Invoke, state: Path, tmp_path: Path
) -> None:
    """The folder's lock tells; and a folder with another log keeps it."""
    path = tmp_path / "log.zst"
    invoke("events", "export", "--state", str(state), "-o", str(path))
    lock = StateLock(StateFolder(state))
    lock.take()
    result = invoke("events", "import", str(path), "--state", str(state))
    lock.release()
    assert result.exit_code == 2
    assert "is in use by" in result.stderr
    other = tmp_path / "other"
    StateFolder(other).create()
    with closing(SqliteEventLog(other / "events.db")) as log:
        log.append(0, envelopes([registered()]))
    result = invoke("events", "import", str(path), "--state", str(other))
    assert result.exit_code == 1
    assert "something else at position 1" in result.stderr


def test_a_damaged_file_is_not_imported(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """It is examined as a whole before: there is no copy."""
    path = tmp_path / "log.zst"
    invoke("events", "export", "--state", str(state), "-o", str(path))
    assert invoke("events", "import", str(path), "--verify-only").exit_code == 0
    path.write_bytes(path.read_bytes()[:-150])
    for words in (["--verify-only"], ["--state", str(tmp_path / "copy")]):
        result = invoke("events", "import", str(path), *words)
        assert result.exit_code == 1
        assert f"{path} is damaged behind position" in result.stderr
    assert not (tmp_path / "copy").exists()


def test_a_refused_import_leaves_the_views(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """Those that are ahead of their log go when something is appended, not before."""
    path, other = tmp_path / "log.zst", make_state(tmp_path / "other", jobs=5)
    invoke("events", "export", "--state", str(other), "-o", str(path))
    words = ("events", "import", str(path), "--state", str(state))
    assert invoke(*words).exit_code == 1
    assert _jobs_position(state) == 122
    (state / "events.db").unlink()
    path.write_bytes(path.read_bytes()[:-150])
    assert invoke(*words).exit_code == 1
    assert _jobs_position(state) == 122
    invoke("events", "export", "--state", str(other), "-o", str(path), "--force")
    assert invoke(*words).exit_code == 0
    assert _jobs_position(state) == 0


def test_a_pipe_is_not_imported(invoke: Invoke, tmp_path: Path) -> None:
    """A file is read twice: once to examine it."""
    os.mkfifo(tmp_path / "pipe")
    result = invoke("events", "import", str(tmp_path / "pipe"), "--verify-only")
    assert result.exit_code == 2
    assert "can be read only once; write it into a file first" in result.stderr


def test_an_import_goes_on_after_kill_9(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """Killed between two batches; done again it finishes, and the log is the same."""
    path, copy = tmp_path / "log.zst", tmp_path / "copy"
    invoke("events", "export", "--state", str(state), "-o", str(path))
    program = (
        "import os, signal, sys\n"
        "from hyperdock_common.adapters.sqlite_log import SqliteEventLog\n"
        "from hyperdock_common.transfer import importing\n"
        "importing._BATCH = 50\n"
        "real, calls = SqliteEventLog.restore, []\n"
        "def restore(self, batch):\n"
        "    calls.append(1)\n"
        "    real(self, batch)\n"
        "    if len(calls) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "SqliteEventLog.restore = restore\n"
        "from hyperdock_cli.app import cli\n"
        "cli(sys.argv[1:])\n"
    )
    words = ["events", "import", str(path), "--state", str(copy)]
    ended = subprocess.run([sys.executable, "-c", program, *words], check=False)
    assert ended.returncode == -signal.SIGKILL
    found = told(invoke(*words, "--json"))
    assert (found["there"], found["added"]) == (100, 22)
    assert invoke("events", "verify", "--state", str(copy)).exit_code == 0


def test_an_intact_log_is_verified(invoke: Invoke, state: Path) -> None:
    """With an anchor to note, which then vouches for it."""
    result = invoke("events", "verify", "--state", str(state))
    assert result.exit_code == 0
    assert "\nintact\n" in result.stdout
    anchor = result.stdout.split("anchor ")[1].strip()
    assert invoke("events", "verify", "--state", str(state), "--expect", anchor).exit_code == 0
    wrong = anchor[:-1] + ("0" if anchor[-1] != "0" else "1")
    result = invoke("events", "verify", "--state", str(state), "--expect", wrong)
    assert result.exit_code == 1
    assert "rewritten" in result.stdout
    assert invoke("events", "verify", "--state", str(state), "--expect", "7").exit_code == 2


@pytest.mark.parametrize(
    ("statement", "position", "kind"),
    [
        (
            "UPDATE events SET body = replace(body, 'test', 'tesr') WHERE position = 77",
            77,
            "changed",
        ),
        ("DELETE FROM events WHERE position = 78", 78, "missing"),
        ("DELETE FROM events WHERE position > 100", 101, "cut"),
        ("UPDATE events SET event_id = 'other' WHERE position = 12", 12, "id_changed"),
    ],
)
def test_a_broken_log_is_told(
    invoke: Invoke, state: Path, statement: str, position: int, kind: str
) -> None:
    """Where it first breaks, and how; the views know how long it was."""
    break_log(state, statement)
    result = invoke("events", "verify", "--state", str(state))
    assert result.exit_code == 1
    assert f"the log first breaks at position {position}" in result.stdout
    assert kind in result.stdout
    found = json.loads(invoke("events", "verify", "--state", str(state), "--json").stdout)
    assert (found["intact"], found["first_break"]) == (False, position)


@pytest.mark.parametrize(
    "words",
    [
        ["events", "verify"],
        ["events", "stats"],
        ["events", "export", "-o", "-"],
        ["events", "archive", "--to", "50", "--dry-run"],
        ["check", "--no-docker"],
        ["replay", "diff"],
        ["replay", "status"],
        ["replay", "optimizer", "--all"],
        ["replay", "what-if", TRIAL, "--stop-without-improvement", "10"],
    ],
)
def test_who_looks_changes_nothing(invoke: Invoke, state: Path, words: list[str]) -> None:
    """Not even the file of an earlier release, which that may go on with."""
    break_log(
        state,
        "DROP TABLE archive",
        "DROP TABLE archived_streams",
        "ALTER TABLE events DROP COLUMN version",
        "ALTER TABLE events DROP COLUMN chain",
        "PRAGMA user_version = 1",
    )
    files = [state / "events.db", state / "views.db"]
    before = [(each.read_bytes(), each.stat().st_mtime_ns) for each in files]
    result = invoke(*words, "--state", str(state))
    assert "error" not in result.stderr
    assert [(each.read_bytes(), each.stat().st_mtime_ns) for each in files] == before


def test_no_log_is_an_error(invoke: Invoke, tmp_path: Path) -> None:
    """With what to name instead."""
    for command in ("stats", "export", "verify"):
        assert invoke("events", command, "--state", str(tmp_path)).exit_code == 2


def _jobs_position(state: Path) -> int:
    with closing(SqliteViewStore(state / "views.db", SCHEMAS)) as views:
        return views.position("jobs")
