"""`hyperdock trial …`: what it changes, what it asks for, and what it says where that fails."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import TRIAL, finished, registered, submitted, succeeded

Invoke = Callable[..., Result]
OTHER = "digits-cccccc"


@pytest.fixture
def gateway() -> FakeGateway:
    """Two trials, one of them with a result."""
    return FakeGateway(
        registered(), submitted(), *succeeded(1, 0.5), submitted(OTHER, name="digits")
    )


def test_filters_go_to_the_gateway(invoke: Invoke, gateway: FakeGateway) -> None:
    """By the API's names; a name from A to Z."""
    words = ["--tag", "t", "--name", "bo", "--sort", "name", "--only", "running"]
    assert invoke("trial", "list", *words, "--archived", "too").exit_code == 0
    query = gateway.queries[-1]
    assert (query["tag"], query["name"], query["state"]) == ("t", "bo", "running")
    assert (query["sort"], query["order"], query["archived"]) == ("name", "asc", "any")


def test_a_list_ends_at_its_limit(invoke: Invoke) -> None:
    """As many as were asked for, the newest first."""
    found = json.loads(invoke("trial", "list", "--limit", "1", "--json").stdout)
    assert [each["trial_id"] for each in found] == [OTHER]


def test_an_empty_list_says_why(invoke: Invoke, gateway: FakeGateway) -> None:
    """Nothing fits, or all are archived."""
    assert "no such trials" in invoke("trial", "list", "--only", "failed").stdout
    for trial_id in (TRIAL, OTHER):
        gateway.record(finished(trial_id=trial_id))
        assert invoke("trial", "archive", trial_id).exit_code == 0
    assert "--archived too" in invoke("trial", "list").stdout
    assert TRIAL in invoke("trial", "list", "--archived", "only").stdout
    assert "bowl" in invoke("trial", "show", "bowl").stdout  # by name, too


def test_several_are_steered_at_once(invoke: Invoke, gateway: FakeGateway) -> None:
    """A list as JSON; a refusal of one keeps none of the others from it."""
    result = invoke("trial", "pause", "bowl", "digits", "--json")
    assert [each["state"] for each in json.loads(result.stdout)] == ["paused", "paused"]
    gateway.record(finished())
    result = invoke("trial", "stop", "bowl", "digits")
    assert result.exit_code == 2
    assert "has ended already" in result.stderr
    assert f"{OTHER} is stopping" in result.stdout


def test_a_typing_error_steers_nothing(invoke: Invoke, gateway: FakeGateway) -> None:
    """All are found before anything is done."""
    assert invoke("trial", "stop", "bowl", "digist").exit_code == 2
    assert {method for method, _ in gateway.calls} == {"GET"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--jobs", "9"], {"budget": {"jobs": 9}}),
        (["--wall-time", "2h"], {"budget": {"jobs": 4, "wall_time": 7200.0}}),
        (["--jobs", "none", "--target-loss", "0.1"], {"budget": {"target_loss": 0.1}}),
        (["--parallelism", "3", "--priority", "-2"], {"parallelism": 3, "priority": -2}),
    ],
)
def test_only_what_is_named_is_changed(
    invoke: Invoke, gateway: FakeGateway, words: list[str], expected: dict[str, Any]
) -> None:
    """The rest of the budget goes with it as it is; the gateway replaces all of it."""
    gateway.canned["PATCH", f"trials/{TRIAL}"] = (200, gateway.trial(TRIAL))
    result = invoke("trial", "change", "bowl", *words)
    assert result.exit_code == 0
    assert gateway.bodies == [expected]
    assert f"{TRIAL} has budget jobs=4, parallelism" in result.stdout


@pytest.mark.parametrize("words", [[], ["--jobs", "many"], ["--wall-time", "2 fortnights"]])
def test_a_change_that_makes_no_sense_is_refused(invoke: Invoke, words: list[str]) -> None:
    """With what could be written."""
    result = invoke("trial", "change", "bowl", *words)
    assert result.exit_code == 2
    assert "--jobs 200" in result.stderr or "or none" in result.stderr


def test_notes_are_written_and_read(invoke: Invoke) -> None:
    """From the command line or from standard input, as they are."""
    assert "has no notes" in invoke("trial", "note", "bowl").stdout
    assert "are written" in invoke("trial", "note", "bowl", "high *rate*").stdout
    assert invoke("trial", "note", "bowl").stdout == "high *rate*\n"
    invoke("trial", "note", "bowl", "-", input="two\nlines")
    assert json.loads(invoke("trial", "note", "bowl", "--json").stdout)["notes"] == "two\nlines"
    assert invoke("trial", "note", "bowl", "text", "--edit").exit_code == 2


def test_notes_are_edited(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the editor of the environment; one that saves nothing changes nothing."""
    monkeypatch.setenv("EDITOR", "true")
    assert "nothing was changed" in invoke("trial", "note", "bowl", "--edit").stdout
    monkeypatch.setenv("EDITOR", 'sh -c \'touch -d 2001-01-01 "$0"; echo better >"$0"\'')
    assert "are written" in invoke("trial", "note", "bowl", "--edit").stdout
    assert invoke("trial", "note", "bowl").stdout == "better\n\n"


def test_tags_are_added_and_removed(invoke: Invoke) -> None:
    """With a sign before each; -h is a tag like any other."""
    assert "the tags nightly, h" in invoke("trial", "tag", "bowl", "+nightly", "+h").stdout
    assert "the tags nightly, new" in invoke("trial", "tag", "bowl", "-h", "+new").stdout
    found = json.loads(invoke("trial", "tag", "bowl", "--json").stdout)
    assert found == {"trial_id": TRIAL, "tags": ["nightly", "new"]}


@pytest.mark.parametrize(("word", "remedy"), [("new", "write +new"), ("-gone", "it has none")])
def test_a_tag_without_a_sign_or_a_place_is_refused(invoke: Invoke, word: str, remedy: str) -> None:
    """And what to write instead."""
    result = invoke("trial", "tag", "bowl", word)
    assert result.exit_code == 2
    assert remedy in result.stderr


def test_a_clone_is_sent_as_a_patch(invoke: Invoke, gateway: FakeGateway) -> None:
    """With dotted names taken apart, and the key that was given."""
    gateway.canned["POST", f"trials/{TRIAL}/clone"] = (201, gateway.trial(OTHER))
    words = ["--set", "space.x.high=0.1", "--set", "timeout=null", "--idempotency-key", "k"]
    result = invoke("trial", "clone", "bowl", *words)
    assert gateway.bodies == [{"changes": {"space": {"x": {"high": 0.1}}, "timeout": None}}]
    assert result.stdout == f"{OTHER}\n"
    assert f"hyperdock trial show {OTHER} --watch" in result.stderr


@pytest.mark.parametrize(
    ("at", "moment"),
    [
        (["--after-job", "12"], {"after_job": 12}),
        (["--at", "1234"], {"at": "1234"}),
        (["--at", "2026-01-31T12:00:00Z"], {"at": "2026-01-31T12:00:00.000000Z"}),
        ([], {}),
    ],
)
def test_a_fork_names_its_moment_and_what_is_filled_in(
    invoke: Invoke, gateway: FakeGateway, at: list[str], moment: dict[str, Any]
) -> None:
    """And people are told how many results it took, and why not all."""
    origin = {"trial_id": TRIAL, "position": 9, "results": 5, "left_out": {"out_of_space": 2}}
    made = {**gateway.trial(OTHER), "forked_from": origin}
    gateway.canned["POST", f"trials/{TRIAL}/fork"] = (201, made)
    words = [*at, "--set", "algorithm.name=auto", "--fill", "y=1", "--no-results"]
    result = invoke("trial", "fork", "bowl", *words)
    changes = {"algorithm": {"name": "auto"}}
    assert gateway.bodies == [{"changes": changes, "results": False, "fill": {"y": 1}, **moment}]
    assert result.stdout == f"{OTHER}\n"
    assert "5 results are known to it; 2 left out: out of space" in result.stderr


def test_a_fork_has_one_moment(invoke: Invoke, gateway: FakeGateway) -> None:
    """Nothing is asked of the gateway else."""
    result = invoke("trial", "fork", "bowl", "--at", "5", "--after-job", "2")
    assert result.exit_code == 2
    assert "--at and --after-job each name a moment" in result.stderr
    assert gateway.bodies == []


def test_waiting_ends_with_the_trial(invoke: Invoke, gateway: FakeGateway) -> None:
    """Progress on standard error, the outcome on standard output, and its exit code."""
    gateway.canned["POST", f"trials/{TRIAL}/clone"] = (201, gateway.trial(TRIAL))
    gateway.later([], [finished()])
    result = invoke("trial", "clone", "bowl", "--wait")
    assert result.exit_code == 0
    assert result.stdout.startswith("best loss 0.5 with")
    assert "best so far" in result.stderr
    gateway.canned["POST", f"trials/{OTHER}/clone"] = (201, gateway.trial(OTHER))
    gateway.later([], [finished(trial_id=OTHER)])
    assert invoke("trial", "clone", "digits", "--wait", "--json").exit_code == 1


def test_a_trial_file_is_printed(invoke: Invoke, gateway: FakeGateway, tmp_path: Path) -> None:
    """As YAML, to standard output or to a file."""
    gateway.canned["GET", f"trials/{TRIAL}/spec"] = (200, b"name: bowl\n")
    assert invoke("trial", "file", "bowl").stdout == "name: bowl\n"
    to = tmp_path / "again.yaml"
    assert invoke("trial", "file", "bowl", "-o", str(to)).exit_code == 0
    assert to.read_text() == "name: bowl\n"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ([], "csv"),
        (["--json"], "jsonl"),
        (["-o", "a.JSONL"], "jsonl"),
        (["-o", "a.tar.gz"], "bundle"),
        (["-o", "a.txt", "--format", "jsonl"], "jsonl"),
    ],
)
def test_an_export_is_what_its_name_says(
    invoke: Invoke,
    gateway: FakeGateway,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    kind: str,
) -> None:
    """A bundle never goes to a terminal."""
    monkeypatch.chdir(tmp_path)
    gateway.canned["GET", f"trials/{TRIAL}/export"] = (200, b"\x1f\x00 content")
    result = invoke("trial", "export", "bowl", *words)
    assert result.exit_code == 0
    assert gateway.queries[-1] == {"format": kind}
    written = [path.read_bytes() for path in tmp_path.iterdir()]
    assert (written or [result.stdout_bytes]) == [b"\x1f\x00 content"]


def test_the_best_job_is_saved(invoke: Invoke, gateway: FakeGateway, tmp_path: Path) -> None:
    """Unpacked, and nothing in it leads out of the folder."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        entry = tarfile.TarInfo(f"{TRIAL}.1/loss.json")
        entry.size = 3
        tar.addfile(entry, io.BytesIO(b"0.5"))
    gateway.canned["GET", f"trials/{TRIAL}/best/archive"] = (200, archive.getvalue())
    result = invoke("trial", "best", "bowl", "--download", str(tmp_path / "best"))
    assert result.exit_code == 0
    assert (tmp_path / "best" / f"{TRIAL}.1" / "loss.json").read_text() == "0.5"
    assert json.loads(invoke("trial", "best", "bowl", "--json").stdout)["loss"] == 0.5
    with tarfile.open(fileobj=(evil := io.BytesIO()), mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("../outside"))
    gateway.canned["GET", f"trials/{TRIAL}/best/archive"] = (200, evil.getvalue())
    assert invoke("trial", "best", "bowl", "--download", str(tmp_path / "b")).exit_code == 1
    assert not (tmp_path / "outside").exists()


def test_without_a_best_job_the_way_to_the_others_is_told(invoke: Invoke) -> None:
    """Exit code 1: nothing is wrong with the question."""
    result = invoke("trial", "best", "digits")
    assert result.exit_code == 1
    assert f"hyperdock job list {OTHER}" in result.stderr


def test_points_are_sent(invoke: Invoke, gateway: FakeGateway, tmp_path: Path) -> None:
    """One from the command line, many from a file, each with the loss that it has."""
    added = {"trial_id": TRIAL, "points": [{"point_id": "p", "job_id": None}]}
    gateway.canned["POST", f"trials/{TRIAL}/points"] = (201, added)
    one = invoke("trial", "add", "bowl", "--params", '{"x": 1}', "--loss", "2")
    assert one.stdout == f"added to {TRIAL}: 1 known result\n"
    table = tmp_path / "known.csv"
    table.write_text("x,loss\n1,0.5\n2,\n")
    assert (
        "1 known result and 1 point to be run next"
        in invoke("trial", "add", "bowl", "--file", str(table)).stdout
    )
    assert gateway.bodies[0] == {"points": [{"params": {"x": 1}, "loss": 2.0}]}
    assert gateway.bodies[1]["points"] == [{"params": {"x": 1}, "loss": 0.5}, {"params": {"x": 2}}]


@pytest.mark.parametrize(
    "words", [[], ["--params", "1"], ["--params", "{x: [", "--loss", "1"], ["--file", "a.txt"]]
)
def test_points_that_make_no_sense_are_refused(invoke: Invoke, words: list[str]) -> None:
    """Before anybody is asked."""
    assert invoke("trial", "add", "bowl", *words).exit_code == 2


def test_a_watched_trial_is_shown_until_its_end(invoke: Invoke, gateway: FakeGateway) -> None:
    """Where no terminal is, only the lines that changed."""
    gateway.later([], succeeded(2, 0.25), [finished()])
    result = invoke("trial", "show", "bowl", "--watch")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines.count(f"trial        {TRIAL}") == 1
    assert any("0.25" in line for line in lines)
    assert any(line.startswith("state        completed") for line in lines)


def test_ctrl_c_is_a_good_end_of_a_watch(invoke: Invoke, gateway: FakeGateway) -> None:
    """Exit code 0; what only the clock changed is not told again, an outage is told once."""
    pauses = 0

    def on_pause() -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 3:
            gateway.down = 6
        if pauses == 10:
            gateway.record(submitted("third-dddddd", name="third"))
        if pauses == 14:
            raise KeyboardInterrupt

    gateway.on_pause = on_pause
    result = invoke("trial", "list", "--watch")
    assert result.exit_code == 0
    assert result.stdout.count(TRIAL) == 1
    assert result.stdout.count("third-dddddd") == 1
    assert result.stderr.count("trying again") == 1


def test_a_watch_as_json_is_a_line_for_each_change(invoke: Invoke, gateway: FakeGateway) -> None:
    """So a script can read it line by line."""
    gateway.later([], [], [finished()])
    result = invoke("trial", "show", "bowl", "--watch", "--json")
    found = [json.loads(line)["state"] for line in result.stdout.splitlines()]
    assert found == ["running", "completed"]
