"""Events, one a line."""

from hyperdock_cli.rendering.events import event_line, event_page


def test_an_event_is_one_line() -> None:
    """Whose it is, what it says, who did it; nothing in it can drive the terminal."""
    event = {
        "position": 7,
        "recorded_at": 0.0,
        "type": "trial.annotated.v1",
        "stream": "trial-bowl-a",
        "actor": "ann",
        "data": {"trial_id": "bowl-a", "notes": "a\x1b[2Jb\nc", "tags": None},
    }
    line = event_line(event)
    assert line.startswith("     7  ")
    assert "trial.annotated " in line
    assert "  bowl-a  " in line
    assert line.endswith("(by ann)")
    assert "tags" not in line
    assert "\x1b" not in line
    assert "\n" not in line


def test_what_a_later_release_recorded_is_flagged() -> None:
    """In a list and on its page: by its type in full, as the version is what is not known."""
    event = {
        "position": 8,
        "recorded_at": 0.0,
        "type": "job.finished.v9",
        "stream": "trial-bowl-a",
        "known": False,
        "data": {},
    }
    assert event_line(event).endswith("  (of a later release)")
    assert "job.finished.v9  " in event_line(event)
    assert "(of a later release)" in str(event_page(event, [], []))
    assert "later" not in event_line({**event, "known": True})
