"""The few jobs of a trial that tell most: the best ones and the last failure."""

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.progress import SHOWN_BEST


def best_jobs(client: ApiClient, trial: Doc, at: str | None = None) -> list[Doc]:
    """The best few jobs of a trial, as it is, or was at a moment."""
    if not trial["jobs"]["succeeded"]:
        return []
    order = "desc" if trial["objective"] == "maximize" else "asc"
    return client.first_jobs(
        trial["trial_id"], SHOWN_BEST, state="succeeded", sort="loss", order=order, at=at
    )


def last_failure(client: ApiClient, trial: Doc, at: str | None = None) -> Doc | None:
    """The job of a trial that had failed last."""
    if not trial["jobs"]["failed"]:
        return None
    failed = client.first_jobs(
        trial["trial_id"], 1, state="failed", sort="finished_at", order="desc", at=at
    )
    return failed[0] if failed else None
