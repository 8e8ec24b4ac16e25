"""`hyperdock events stats, export, import, verify` and `archive`: the log of a state folder."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from hyperdock_cli.checked_system import Place, opened
from hyperdock_cli.state_folder import StateFolder, StateLock
from hyperdock_cli.testing.history import TRIAL, registered, submitted, succeeded
from hyperdock_common.adapters.sqlite_log import SqliteEventLog
from hyperdock_common.adapters.sqlite_views import SqliteViewStore
from hyperdock_common.events import Event
from hyperdock_common.projections import PROJECTIONS, SCHEMAS, catch_up
from hyperdock_common.testing import FakeClock
from hyperdock_common.testing.builders import envelopes

Invoke = Callable[..., Result]
JOBS = 30


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a log of 122 events, two an hour, and its views."""
    folder = StateFolder(tmp_path / "state")
    folder.create()
    events: list[Event] = [registered(), submitted(budget={"jobs": JOBS})]
    for number in range(1, JOBS + 1):
        events += succeeded(number, number / 7)
    clock = FakeClock()
    with closing(SqliteEventLog(folder.events, clock)) as log:
        for start in range(0, len(events), 10):
            log.append(start, envelopes(events[start : start + 10]))
            clock.advance(18_000)
        with closing(SqliteViewStore(folder.views, SCHEMAS)) as views:
            catch_up(PROJECTIONS, views, log)
    return folder.root


def facts(path: Path) -> list[bytes]:
    """The lines of a plain export between its first and its last."""
    return path.read_bytes().splitlines(keepends=True)[1:-1]


def told(result: Result) -> Any:
    """What a command printed as JSON."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def break_log(state: Path, *statements: str) -> None:
    """Changes the stored log behind everybody's back."""
    with closing(sqlite3.connect(state / "events.db")) as database, database:
        for statement in statements:
            database.execute(statement)


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
    break_log(state, "DELETE FROM events WHERE position = 50")
    result = invoke(*words, str(tmp_path / "new.zst"))
    assert result.exit_code == 1
    assert "damaged behind position 49" in result.stderr
    assert sorted(each.name for each in tmp_path.glob("*.zst*")) == ["log.zst"]


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
    """It is examined as a whole before: the copy stays empty."""
    path = tmp_path / "log.zst"
    invoke("events", "export", "--state", str(state), "-o", str(path))
    assert invoke("events", "import", str(path), "--verify-only").exit_code == 0
    path.write_bytes(path.read_bytes()[:-150])
    for words in (["--verify-only"], ["--state", str(tmp_path / "copy")]):
        result = invoke("events", "import", str(path), *words)
        assert result.exit_code == 1
        assert f"{path} is damaged behind position" in result.stderr
    with closing(SqliteEventLog(tmp_path / "copy" / "events.db")) as log:
        assert log.head() == 0


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


def test_an_archived_log_is_as_it_was(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """Exported, counted and verified over archive and store; and the checker finds it clean."""
    before, after = tmp_path / "before", tmp_path / "after"
    invoke("events", "export", "--state", str(state), "-o", str(before))
    found = told(invoke("events", "archive", "--state", str(state), "--to", "50", "--json"))
    assert (found["first"], found["last"], found["moved"]) == (1, 50, 50)
    found = told(invoke("events", "archive", "--state", str(state), "--keep-last", "22", "--json"))
    assert (found["first"], found["last"], found["files"]) == (51, 100, 1)
    invoke("events", "export", "--state", str(state), "-o", str(after))
    assert facts(before) == facts(after)
    assert told(invoke("events", "stats", "--state", str(state), "--json"))["events"] == 122
    assert told(invoke("events", "verify", "--state", str(state), "--json"))["events"] == 122
    assert invoke("check", "--no-docker", "--state", str(state)).exit_code == 0
    with opened(Place(state=state, docker=False)) as system:
        assert [each.position for each in system.log.read(0)] == list(range(1, 123))


def test_what_is_older_is_archived(invoke: Invoke, state: Path) -> None:
    """By its time; a dry run moves nothing, and doing it twice neither."""
    words = ("events", "archive", "--state", str(state), "--before", "2001-01-01")
    result = invoke(*words, "--dry-run")
    assert "would move 121 events, positions 1 to 121" in result.stdout
    assert not (state / "archive").exists()
    assert "moved 121 events, positions 1 to 121" in invoke(*words).stdout
    assert "nothing to move" in invoke(*words).stdout


def test_an_archive_may_be_elsewhere(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """A link leads there; a second place for one log is refused."""
    words = ("events", "archive", "--state", str(state), "--to")
    assert invoke(*words, "50", "--into", str(tmp_path / "disk")).exit_code == 0
    assert (tmp_path / "disk" / "manifest.json").exists()
    assert invoke(*words, "60", "--into", str(tmp_path / "other")).exit_code == 2
    assert invoke(*words, "60", "--into", str(tmp_path / "disk")).exit_code == 0
    assert invoke("events", "verify", "--state", str(state)).exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "give one of"),
        (["--to", "5", "--keep-last", "5"], "give one of"),
        (["--to", "122"], "the log ends at position 122"),
        (["--to", "900"], "the log ends at position 122"),
    ],
)
def test_what_cannot_be_archived_is_refused(
    invoke: Invoke, state: Path, words: list[str], told: str
) -> None:
    """The last event stays, and one part is named."""
    result = invoke("events", "archive", "--state", str(state), *words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_a_damaged_archive_is_told(invoke: Invoke, state: Path) -> None:
    """The file, and which positions cannot be read of it; the rest is verified all the same."""
    invoke("events", "archive", "--state", str(state), "--to", "50")
    invoke("events", "archive", "--state", str(state), "--to", "100")
    second = state / "archive" / "000000000051-000000000100.ndjson.zst"
    content = bytearray(second.read_bytes())
    content[len(content) // 2] ^= 4
    second.write_bytes(content)
    result = invoke("events", "verify", "--state", str(state))
    assert result.exit_code == 1
    assert second.name in result.stdout
    assert "the log first breaks at position 51" in result.stdout
    second.unlink()
    found = json.loads(invoke("events", "verify", "--state", str(state), "--json").stdout)
    assert found["archive_files"][0]["file"] == second.name
    assert [each["kind"] for each in found["findings"]] == ["missing"]
    result = invoke("events", "export", "--state", str(state), "-o", "-")
    assert result.exit_code == 1
    assert f"{second.name} is missing" in result.stderr


def test_a_folder_without_its_archive_is_not_opened(invoke: Invoke, state: Path) -> None:
    """Half a log is not taken for a whole one by anybody."""
    invoke("events", "archive", "--state", str(state), "--to", "50")
    (state / "archive").rename(state / "moved")
    for command in (["export", "-o", "-"], ["stats"], ["verify"]):
        result = invoke("events", *command, "--state", str(state))
        assert result.exit_code != 0
        assert "holds no archive; the log needs the one of positions 1 to 50" in result.stderr


def test_no_log_is_an_error(invoke: Invoke, tmp_path: Path) -> None:
    """With what to name instead."""
    for command in ("stats", "export", "verify"):
        assert invoke("events", command, "--state", str(tmp_path)).exit_code == 2
