"""`hyperdock run` at a terminal: what Ctrl-C asks, and what becomes of the answers."""

from pathlib import Path

from hyperdock_cli.state_folder import running_url
from hyperdock_cli.testing.processes import Terminal, recorded, words, write_trial
from hyperdock_common.events import JobFinished, TrialSubmitted


def test_ctrl_c_at_a_terminal_asks(tmp_path: Path) -> None:
    """Go on watching, then leave: the running jobs go on and the same command picks them up."""
    state, trial = tmp_path / "state", write_trial(tmp_path, jobs=4, seconds=3)
    command = words(state, "run", str(trial))
    first = Terminal(command)
    first.wait_for("running jobs")
    first.type("\x03")
    first.wait_for("[s]top the trial")
    first.type("c\n")
    first.wait_for("0/4 jobs")
    first.type("\x03")
    first.wait_for("[s]top the trial")
    first.type("\x03")
    assert first.rest() == 130
    assert "left: 2 running jobs go on" in first.text
    assert running_url(state) is None
    second = Terminal(command)
    second.wait_for("goes on with")
    assert second.rest() == 0
    assert "best loss" in second.text
    assert len(recorded(state, TrialSubmitted)) == 1
    finished = [event.job_id for event in recorded(state, JobFinished)]
    assert len(finished) == len(set(finished)) == 4


def test_ctrl_c_at_a_terminal_can_stop_the_trial(tmp_path: Path) -> None:
    """Its end is shown, and the exit code says that it was interrupted."""
    state, trial = tmp_path / "state", write_trial(tmp_path, seconds=30)
    run = Terminal(words(state, "run", str(trial)))
    run.wait_for("running jobs")
    run.type("\x03")
    run.wait_for("[s]top the trial")
    run.type("s\n")
    assert run.rest() == 130
    assert "stopped" in run.text
    assert "2 cancelled" in run.text
