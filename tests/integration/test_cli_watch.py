"""`--watch` at a terminal: one table, drawn again and again until Ctrl-C; and what others wrote."""

from pathlib import Path

from hyperdock_cli.state_folder import running_url
from hyperdock_cli.testing.processes import (
    Terminal,
    hyperdock,
    started,
    wait_until,
    words,
    write_trial,
)


def test_a_watched_list_is_drawn_again_until_ctrl_c(tmp_path: Path) -> None:
    """What comes later appears in it; Ctrl-C is a good end and leaves the last one there.

    What others wrote cannot drive the terminal.
    """
    state, trial = tmp_path / "state", write_trial(tmp_path, jobs=2)
    with started(state, "up", "--port", "0"):
        wait_until("hyperdock up", lambda: running_url(state))
        watch = Terminal(words(state, "trial", "list", "--watch"))
        watch.wait_for("no trials yet")
        done = hyperdock(state, "submit", str(trial))
        assert done.returncode == 0, done.stderr
        watch.wait_for("bowl-")
        watch.wait_for("completed")
        watch.type("\x03")
        assert watch.rest() == 0
        assert "Traceback" not in watch.text
        assert hyperdock(state, "trial", "note", "bowl", "a\x1b[2Jb\nc").returncode == 0
        note = Terminal(words(state, "trial", "note", "bowl"))
        note.wait_for("a\ufffd[2Jb")
        assert note.rest() == 0
