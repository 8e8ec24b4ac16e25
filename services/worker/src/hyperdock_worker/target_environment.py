"""The variables that every target finds in its environment, whatever runs it."""

from collections.abc import Mapping
from types import MappingProxyType

from hyperdock_common.ports.runner import Order

DIR = "HYPERDOCK_DIR"
DATA = "HYPERDOCK_DATA"
TRIAL = "HYPERDOCK_TRIAL"
JOB = "HYPERDOCK_JOB"
ATTEMPT = "HYPERDOCK_ATTEMPT"


_NONE: Mapping[str, str] = MappingProxyType({})


def target_environment(
    order: Order,
    *,
    folder: str,
    data: str,
    of_the_operator: Mapping[str, str] = _NONE,
    secrets: Mapping[str, str] = _NONE,
) -> Mapping[str, str]:
    """The operator's variables, the trial's, its secrets and our own; the later ones win.

    Args:
        order: what will run.
        folder: where the target sees its folder.
        data: where the target sees the trial's data, if the trial has any.
        of_the_operator: what the worker's operator gives every target.
        secrets: the variables that the trial names secrets for, with their values.
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
    return {**of_the_operator, **offer.environment, **secrets, **own}
