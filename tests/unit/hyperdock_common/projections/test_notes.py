"""The notes view: what people write about a trial."""

from typing import Any

from hyperdock_common.events import Event, TrialAnnotated, TrialPaused
from hyperdock_common.projections import notes
from hyperdock_common.testing.builders import recorded, submitted


def shown(*events: Event) -> Any:
    """The document after these events."""
    doc: Any = None
    for record in recorded(events):
        if notes.keys(record.event):
            doc = notes.fold(doc, record)
    return doc


def test_the_newest_notes_are_shown() -> None:
    """From the submission on; annotating something else leaves them as they are."""
    begun = submitted(notes="first")
    assert shown(begun) == {"notes": "first"}
    assert shown(begun, TrialAnnotated(trial_id="t1", notes="second")) == {"notes": "second"}
    assert shown(begun, TrialAnnotated(trial_id="t1", tags=["a"])) == {"notes": "first"}
    assert shown(begun, TrialAnnotated(trial_id="t1", notes="")) == {"notes": ""}


def test_a_trial_without_notes_has_no_document() -> None:
    """Most have none."""
    assert shown(submitted(), submitted(notes=""), TrialPaused(trial_id="t1")) is None
