"""Where the events of a job stand in the log, without a search through the whole of it."""

from hyperdock_common.events import deterministic_id

_PROPOSED = "job.proposed.v1"


def proposal_id(trial_id: str, job_id: str) -> str:
    """The id of the event that a job begins with, as supervisors give it."""
    return deterministic_id(f"trial-{trial_id}", _PROPOSED, job_id)
