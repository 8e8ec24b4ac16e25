"""The variables that every target finds in its environment, whatever runs it."""

from collections.abc import Mapping

from hyperdock_common.ports.runner import Order

DIR = "HYPERDOCK_DIR"
DATA = "HYPERDOCK_DATA"
TRIAL = "HYPERDOCK_TRIAL"
JOB = "HYPERDOCK_JOB"
ATTEMPT = "HYPERDOCK_ATTEMPT"


def target_environment(order: Order, *, folder: str, data: str) -> Mapping[str, str]:
    """The trial's variables and our own; ours win.

    Args:
        order: what will run.
        folder: where the target sees its folder.
        data: where the target sees the trial's data, if the trial has any.
    """
    offer = order.offer
    own = {
        DIR: folder,
        TRIAL: offer.trial_id,
        JOB: offer.job_id,
        ATTEMPT: str(offer.attempt),
    }
    if offer.data is not None:
        own[DATA] = data
    return {**offer.environment, **own}
