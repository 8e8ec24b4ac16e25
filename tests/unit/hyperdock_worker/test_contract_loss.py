"""What a target may write to loss.json, and what becomes of everything else."""

import os
from pathlib import Path

import pytest

from hyperdock_common.events.job import Failed, Succeeded
from hyperdock_common.ports.runner import Exit
from hyperdock_common.target import FAILURES
from hyperdock_worker.contract import read_result

ENDED_WELL = Exit(code=0)


def outcome_of(folder: Path, written: str | bytes, ended: Exit = ENDED_WELL) -> object:
    """The outcome of a target that wrote this as its loss.json."""
    content = written.encode() if isinstance(written, str) else written
    (folder / "loss.json").write_bytes(content)
    return read_result(folder, ended).outcome


@pytest.mark.parametrize(
    ("written", "loss"),
    [
        ("0.25", 0.25),
        ("3", 3.0),
        (" -1e-3\n", -0.001),
        ('{"loss": 2.5}', 2.5),
        ('{"loss": 1, "state": "ok", "msg": "fine"}', 1.0),
        (b"\xef\xbb\xbf0.5", 0.5),
    ],
)
def test_a_number_or_an_object_with_loss_succeeds(
    tmp_path: Path, written: str | bytes, loss: float
) -> None:
    """Both formats of the original are taken as they are."""
    assert outcome_of(tmp_path, written) == Succeeded(loss=loss)


@pytest.mark.parametrize(
    ("written", "reason", "told"),
    [
        ("", "empty_loss", "empty"),
        (" \n\t", "empty_loss", "empty"),
        ("{", "malformed_loss", "not valid JSON"),
        ("0.5 0.6", "malformed_loss", "not valid JSON"),
        (b"\xff\xfe\xfa", "malformed_loss", "not valid JSON"),
        ('"0.5"', "malformed_loss", 'the text "0.5"'),
        ("true", "malformed_loss", "true"),
        ("null", "malformed_loss", "null"),
        ("[1]", "malformed_loss", "a list"),
        ("{}", "malformed_loss", "no `loss`"),
        ('{"loss": "low"}', "malformed_loss", 'the text "low"'),
        ('{"loss": false}', "malformed_loss", "false"),
        ('{"loss": {"a": 1}}', "malformed_loss", "an object"),
        ('{"loss": 1, "state": "done"}', "malformed_loss", '"ok" or "fail"'),
        ("[" * 100_000, "malformed_loss", "not valid JSON"),
        ("NaN", "non_finite_loss", "nan"),
        ("nan\n", "non_finite_loss", "nan"),
        ("-inf", "non_finite_loss", "-inf"),
        ("-Infinity", "non_finite_loss", "-inf"),
        ("1e999", "non_finite_loss", "inf"),
        ("1" + "0" * 400, "non_finite_loss", "inf"),
        ('{"loss": NaN}', "non_finite_loss", "nan"),
        ('{"loss": 1, "state": "fail"}', "reported_fail", '"state": "fail"'),
        ('{"state": "fail", "msg": "diverged"}', "reported_fail", "diverged"),
        ("x" * (2 << 20), "malformed_loss", "larger than 1024 KiB"),
    ],
)
def test_anything_else_fails_with_its_reason(
    tmp_path: Path, written: str | bytes, reason: str, told: str
) -> None:
    """The reason is one of the contract's words and the message says what was found."""
    outcome = outcome_of(tmp_path, written)
    assert isinstance(outcome, Failed)
    assert outcome.reason == reason
    assert reason in FAILURES
    assert told in outcome.message


def test_a_missing_loss_fails(tmp_path: Path) -> None:
    """A target that ends well but writes nothing has failed."""
    outcome = read_result(tmp_path, ENDED_WELL).outcome
    assert isinstance(outcome, Failed)
    assert outcome.reason == "no_loss"


def test_further_keys_become_metrics(tmp_path: Path) -> None:
    """Everything but loss, state and msg is kept as it was written."""
    (tmp_path / "loss.json").write_text('{"loss": 1, "msg": "m", "acc": 0.9, "by": {"a": [1]}}')
    assert read_result(tmp_path, ENDED_WELL).metrics == {"acc": 0.9, "by": {"a": [1]}}


def test_metrics_that_no_event_can_hold_are_left_out_with_a_warning(tmp_path: Path) -> None:
    """Infinite and oversized numbers never enter an event, and their job succeeds all the same."""
    (tmp_path / "loss.json").write_text(
        '{"loss": 1, "a": NaN, "b": {"c": [1e999]}, "d": 99999999999999999999, "e": "\\ud800x"}'
    )
    result = read_result(tmp_path, ENDED_WELL)
    assert result.outcome == Succeeded(loss=1.0)
    assert result.metrics == {"e": "?x"}
    assert len(result.warnings) == 3


def test_a_failing_exit_wins_over_a_written_loss(tmp_path: Path) -> None:
    """A loss written before a crash does not count; the message names code and signal."""
    failed = outcome_of(tmp_path, "0.5", Exit(code=3))
    assert failed == Failed(reason="exit_code", message="the target ended with exit code 3")
    killed = outcome_of(tmp_path, "0.5", Exit(code=139))
    assert isinstance(killed, Failed)
    assert "SIGSEGV" in killed.message


def test_a_shells_codes_are_explained(tmp_path: Path) -> None:
    """127 and 126 nearly always come from a shell that could not run a command."""
    failed = outcome_of(tmp_path, "0.5", Exit(code=127))
    assert isinstance(failed, Failed)
    assert "not found" in failed.message


def test_want_of_memory_wins_over_the_exit_code(tmp_path: Path) -> None:
    """The kill at the memory limit is named as what it is."""
    failed = outcome_of(tmp_path, "0.5", Exit(code=137, out_of_memory=True))
    assert isinstance(failed, Failed)
    assert failed.reason == "out_of_memory"


def test_want_of_memory_explains_a_missing_loss(tmp_path: Path) -> None:
    """A killed child is why a script that ended well left no loss."""
    failed = read_result(tmp_path, Exit(code=0, out_of_memory=True)).outcome
    assert isinstance(failed, Failed)
    assert failed.reason == "out_of_memory"


def test_a_target_that_coped_with_a_killed_child_succeeds(tmp_path: Path) -> None:
    """Exit code 0 with a valid loss counts although a child was killed at the limit."""
    assert outcome_of(tmp_path, "1", Exit(code=0, out_of_memory=True)) == Succeeded(loss=1.0)


def test_a_late_start_failure_is_a_start_failure(tmp_path: Path) -> None:
    """What the engine only found out after the start is told like what it refuses at once."""
    ended = Exit(code=127, cannot_start="the command /x is not in the image")
    failed = read_result(tmp_path, ended).outcome
    assert failed == Failed(reason="cannot_start", message="the command /x is not in the image")


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    """A target cannot make the worker read a file of the host for it."""
    secret = tmp_path / "secret"
    secret.write_text("0.5")
    folder = tmp_path / "hyperdock"
    folder.mkdir()
    (folder / "loss.json").symlink_to(secret)
    failed = read_result(folder, ENDED_WELL).outcome
    assert isinstance(failed, Failed)
    assert failed.reason == "malformed_loss"
    assert "symbolic link" in failed.message


def test_a_planted_pipe_or_folder_does_not_hold_the_worker_up(tmp_path: Path) -> None:
    """Special files are refused without waiting for anyone to write to them."""
    os.mkfifo(tmp_path / "loss.json")
    failed = read_result(tmp_path, ENDED_WELL).outcome
    assert isinstance(failed, Failed)
    assert failed.reason == "malformed_loss"
    (tmp_path / "loss.json").unlink()
    (tmp_path / "loss.json").mkdir()
    failed = read_result(tmp_path, ENDED_WELL).outcome
    assert isinstance(failed, Failed)
    assert "not a plain file" in failed.message
