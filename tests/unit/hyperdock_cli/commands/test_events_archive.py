"""`hyperdock events archive`: the older part of a state folder's log goes into files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from tests.unit.hyperdock_cli.commands.kept_logs import facts, make_state, told

from hyperdock_cli.checked_system import Place, opened
from hyperdock_cli.testing.history import TRIAL

Invoke = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder with a log of 122 events."""
    return make_state(tmp_path / "state")


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


def test_a_refused_archive_changes_nothing(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """A folder with the archive of another log, or a position that is none, is not linked to."""
    into, other = tmp_path / "disk", make_state(tmp_path / "other", jobs=5)
    invoke("events", "archive", "--state", str(state), "--to", "50", "--into", str(into))
    words = ("events", "archive", "--state", str(other))
    result = invoke(*words, "--to", "10", "--into", str(into))
    assert result.exit_code == 1
    assert "is of another log" in result.stderr
    assert invoke(*words, "--to", "999", "--into", str(tmp_path / "typo")).exit_code == 2
    assert not (tmp_path / "typo").exists()
    assert not (other / "archive").is_symlink()
    assert invoke("events", "verify", "--state", str(other)).exit_code == 0
    assert invoke(*words, "--to", "10", "--into", str(tmp_path / "right")).exit_code == 0
    assert (other / "archive").resolve() == tmp_path / "right"


def test_a_dry_run_names_the_folder(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """The one that is asked for; neither it nor the link is made."""
    words = ("--to", "50", "--into", str(tmp_path / "disk"), "--dry-run", "--json")
    found = told(invoke("events", "archive", "--state", str(state), *words))
    assert found["folder"] == str(tmp_path / "disk")
    assert not (tmp_path / "disk").exists()
    assert not (state / "archive").is_symlink()


def test_a_moved_archive_is_found_again(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """Named with --into, it is linked to and goes on; before that nothing is made in its place."""
    words = ("events", "archive", "--state", str(state), "--to")
    invoke(*words, "50")
    (state / "archive").rename(tmp_path / "moved")
    result = invoke(*words, "60")
    assert result.exit_code == 1
    assert "holds no archive; the log has one up to position 50" in result.stderr
    assert not (state / "archive").exists()
    assert invoke(*words, "60", "--into", str(tmp_path / "moved")).exit_code == 0
    assert invoke("events", "verify", "--state", str(state)).exit_code == 0


def test_other_files_in_the_folder_stay(invoke: Invoke, state: Path, tmp_path: Path) -> None:
    """Only what has the very names of ours is taken for what an ended run left."""
    into = tmp_path / "disk"
    into.mkdir()
    others = {"iso.part", "shopping.note", "index-mine.sqlite"}
    for name in others:
        (into / name).write_text("mine")
    words = ("--to", "50", "--into", str(into))
    assert invoke("events", "archive", "--state", str(state), *words).exit_code == 0
    assert others < {each.name for each in into.iterdir()}


def test_nothing_is_archived_where_all_is_to_be_kept(invoke: Invoke, state: Path) -> None:
    """It is said, and no empty archive is left."""
    words = ("events", "archive", "--state", str(state))
    for part in (("--keep-last", "5000"), ("--before", "1960-01-01")):
        result = invoke(*words, *part)
        assert result.exit_code == 0
        assert "nothing to move: the log has nothing in that part" in result.stdout
    assert not (state / "archive").exists()


def test_archiving_again_mends_what_the_log_still_has(invoke: Invoke, state: Path) -> None:
    """Ended before the log forgot, then a file lost: it is told, and made again."""
    before = (state / "events.db").read_bytes()
    words = ("events", "archive", "--state", str(state), "--to", "50")
    invoke(*words)
    (state / "events.db").write_bytes(before)
    (segment,) = (state / "archive").glob("*.zst")
    segment.unlink()
    result = invoke("events", "verify", "--state", str(state), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [each["file"] for each in found["archive_files"]] == [segment.name]
    assert found["findings"] == []
    assert invoke(*words).exit_code == 0
    assert segment.exists()
    assert invoke("events", "verify", "--state", str(state)).exit_code == 0


def test_nothing_but_the_answer_is_on_standard_output(invoke: Invoke, state: Path) -> None:
    """That an index is made anew is said beside it."""
    words = ("events", "export", "--state", str(state), "-o", "-", "--trial", TRIAL)
    before = invoke(*words).stdout.splitlines()[1:]
    invoke("events", "archive", "--state", str(state), "--to", "50")
    (state / "archive" / "index-000000000050.sqlite").unlink()
    result = invoke(*words)
    assert "archive_index_made_anew" in result.stderr
    assert result.stdout.splitlines()[1:] == before
