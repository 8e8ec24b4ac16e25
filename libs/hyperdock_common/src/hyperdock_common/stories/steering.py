"""What people do with a trial, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from hyperdock_common.events import (
    Envelope,
    PointsAdded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialEvent,
    TrialPaused,
    TrialResumed,
    TrialSubmitted,
)
from hyperdock_common.stories.words import by, counted


def steered(event: TrialEvent, envelope: Envelope) -> str:
    """What somebody did, and who."""
    who = by(envelope)
    match event:
        case TrialSubmitted():
            return f"submitted{who}: {', '.join(_submitted(event))}"
        case TrialPaused():
            return f"paused{who}"
        case TrialResumed():
            return f"resumed{who}"
        case TrialChanged():
            return f"changed{who}: {', '.join(_changed(event)) or 'nothing'}"
        case TrialAnnotated(notes=notes, tags=tags):
            tagged = [] if tags is None else [f"tags {', '.join(tags) or 'none'}"]
            return f"annotated{who}: {', '.join(['notes'] * (notes is not None) + tagged)}"
        case TrialArchived(archived=archived):
            return f"{'archived' if archived else 'taken out of the archive'}{who}"
        case PointsAdded(points=points):
            known = sum(point.loss is not None for point in points)
            elsewhere = f", {known:,} of them evaluated elsewhere" if known else ""
            return f"{counted(len(points), 'point')} added{who}{elsewhere}"
        case _:
            raise TypeError(f"{event} is not what people do")


def _submitted(event: TrialSubmitted) -> Iterator[str]:
    spec: Any = event.spec
    algorithm = spec.get("algorithm") or {}
    yield f"{algorithm.get('name', 'an unknown algorithm')} proposes"
    if parallelism := spec.get("parallelism"):
        yield f"{parallelism} at a time"
    yield from _budget(spec.get("budget") or {})
    if points := spec.get("points"):
        yield f"with {counted(len(points), 'point')}"
    if (fork := event.forked_from) is not None:
        results = counted(fork.results, "result")
        yield f"forked from {fork.trial_id} at position {fork.position:,} with {results}"
    if event.paused:
        yield "paused at first"


def _changed(event: TrialChanged) -> Iterator[str]:
    if event.parallelism is not None:
        yield f"{event.parallelism} at a time"
    if event.priority is not None:
        yield f"priority {event.priority}"
    if event.budget is not None:
        yield from _budget(event.budget)


def _budget(budget: Mapping[str, Any]) -> Iterator[str]:
    """What limits a trial, each limit that is set."""
    words = {
        "jobs": "at most {} jobs",
        "wall_time": "{:g} s at most",
        "target_loss": "until a loss of {:g}",
        "max_failures": "at most {} failures",
    }
    for name, text in words.items():
        if budget.get(name) is not None:
            yield text.format(budget[name])
