"""What a refusal of the engine means: is the trial at fault, or the engine?"""

from hyperdock_common.errors import CannotStart, RunnerUnavailable
from hyperdock_common.offer import JobOffer
from hyperdock_worker.docker_engine.state import Refused

BUSY = frozenset({408, 425, 429})
SERVER_ERROR = 500
FAULTS_OF_THE_TRIAL = (
    "could not select device driver",
    "executable file not found",
    "unable to find user",
    "unable to find group",
    "no matching entries in passwd file",
    "no matching entries in group file",
    "unknown runtime",
    "unknown or invalid runtime",
    "invalid mount config",
    "is not an absolute path",
    "mountpoint for",
    "not a directory",
    "unable to apply caps",
)
"""Which of the engine's "internal errors" come from what it was asked for."""


def explained(refusal: Refused, offer: JobOffer) -> CannotStart | RunnerUnavailable:
    """The error to raise for a refused create or start."""
    message = refusal.message.strip()
    known = message.lower()
    if refusal.status in BUSY or (
        refusal.status >= SERVER_ERROR and not any(each in known for each in FAULTS_OF_THE_TRIAL)
    ):
        return RunnerUnavailable(f"the Docker engine failed: {message}")
    return CannotStart("cannot_start", _remedy(known, offer) or f"the engine refuses it: {message}")


def _remedy(known: str, offer: JobOffer) -> str | None:
    if "bind source path does not exist" in known and offer.data is not None:
        return f'data "{offer.data}" is not a folder on the host of the Docker engine'
    if "could not select device driver" in known:
        return (
            f"the trial asks for {offer.limits.gpus} GPUs and this engine has no driver for them: "
            "install the vendor's container toolkit, or remove `gpus` from the resources"
        )
    if "unknown runtime" in known or "unknown or invalid runtime" in known:
        return f'this engine has no runtime "{offer.engine_runtime}"'
    return None
