"""The few jobs of a trial that tell most: the best ones and the last failure."""

from hyperdock_cli.api_client import ApiClient, Doc
from hyperdock_cli.progress import SHOWN_BEST


def best_jobs(client: ApiClient, trial: Doc) -> list[Doc]:
    """The best few jobs of a trial."""
    if not trial["jobs"]["succeeded"]:
        return []
    order = "desc" if trial["objective"] == "maximize" else "asc"
    return client.first_jobs(
        trial["trial_id"], SHOWN_BEST, state="succeeded", sort="loss", order=order
    )


def last_failure(client: ApiClient, trial: Doc) -> Doc | None:
    """The job of a trial that failed last."""
    if not trial["jobs"]["failed"]:
        return None
    failed = client.first_jobs(
        trial["trial_id"], 1, state="failed", sort="finished_at", order="desc"
    )
    return failed[0] if failed else None
