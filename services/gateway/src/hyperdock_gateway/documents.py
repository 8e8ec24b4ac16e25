"""From the views' documents to those that the API shows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hyperdock_common.json_types import Json, JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_gateway.services import Services

_OF_BEST: Final = ("job_id", "number", "loss", "params")
SHOWN_LIVE = 100
"""How many of a trial's open jobs its document names; `jobs` counts them all."""
SHOWN_STEPS = 40
"""How many steps of the best loss a list shows of a trial: enough to draw them small."""


def show_trial(services: Services, document: Mapping[str, Any]) -> JsonObject:
    """One trial as the API shows it, with its notes."""
    notes = services.views.get("notes", document["trial_id"]) or {"notes": ""}
    return {**_whole(services, [document])[0], **notes}


def show_trials(services: Services, documents: Sequence[Mapping[str, Any]]) -> list[JsonObject]:
    """The trials as lists show them: with some of their improvements only."""
    return [
        {**shown, "improvements": _thinned(shown["improvements"])}
        for shown in _whole(services, documents)
    ]


def _whole(services: Services, documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The trials with all that their documents have."""
    live = [_live(document) for document in documents]
    jobs = services.views.get_many("jobs", [key for each in live for key in each])
    return [
        {
            **_shown(document, each, jobs),
            "best": best_job(services.views, document),
            "location": services.artifacts.location(document["trial_id"]),
        }
        for document, each in zip(documents, live, strict=True)
    ]


def _shown(
    document: Mapping[str, Any], live: Mapping[str, Any], jobs: Mapping[str, Any]
) -> JsonObject:
    """One trial: `live`, the fold's own memory, becomes `running`, with since when."""
    shown = {key: value for key, value in document.items() if key != "live"}
    running = [
        {"job_id": job_id, **job, "since": _since(jobs.get(job_id))} for job_id, job in live.items()
    ]
    return {**shown, "running": running}


def _thinned(steps: Sequence[Json]) -> list[Json]:
    """Evenly chosen, and always the first and the newest."""
    last = len(steps) - 1
    if last < SHOWN_STEPS:
        return list(steps)
    return [steps[place * last // (SHOWN_STEPS - 1)] for place in range(SHOWN_STEPS)]


def best_job(views: ViewStore, document: Mapping[str, Any]) -> JsonObject | None:
    """The best job; where results were retracted only the jobs know which that is now."""
    if not document["jobs"]["retracted"]:
        best: JsonObject | None = document["best"]
        return best
    page = views.page(
        "jobs",
        where={"trial_id": document["trial_id"], "state": "succeeded"},
        sort="loss",
        descending=document["objective"] == "maximize",
        limit=1,
    )
    if not page.documents:
        return None
    (job,) = page.documents
    return {name: job[name] for name in _OF_BEST} | {"at": job["finished_at"]}


def show_metrics(document: Mapping[str, Any]) -> list[JsonObject]:
    """The intermediate reports that one document of the view holds, as they were recorded."""
    points = sorted(document["points"].items(), key=lambda item: item[1]["order"])
    return [
        {
            "step": int(step),
            "values": point["values"],
            "at": point["at"],
            "attempt": document["attempt"],
        }
        for step, point in points
    ]


def show_workers(views: ViewStore, documents: Sequence[Mapping[str, Any]]) -> list[JsonObject]:
    """The workers, each with when it was last heard of."""
    beats: Mapping[str, Any] = views.get_many(
        "heartbeats", [each["worker_id"] for each in documents]
    )
    return [
        {**each, "last_seen": beats.get(each["worker_id"], {}).get("last_seen")}
        for each in documents
    ]


def _live(document: Mapping[str, Any]) -> dict[str, Any]:
    """The open jobs to show: running ones first, then by number."""
    jobs = sorted(
        document["live"].items(),
        key=lambda item: (item[1]["state"] != "running", item[1]["number"]),
    )
    return dict(jobs[:SHOWN_LIVE])


def _since(job: Mapping[str, Any] | None) -> float | None:
    """Since when a job is in its state; None where the jobs view does not show it yet."""
    if job is None:
        return None
    if job["state"] != "running":
        ends = [attempt["ended_at"] for attempt in job["attempts"]]
        return float(ends[-1] if ends and ends[-1] else job["proposed_at"])
    attempt = job["attempts"][-1]
    return float(attempt["started_at"] or attempt["claimed_at"])
