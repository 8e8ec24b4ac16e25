"""Trials that are tried out: what would become of them, without a trace."""

import threading
from collections.abc import Sequence
from typing import Any, Final

from hyperdock_common.errors import HyperdockError
from hyperdock_common.json_types import JsonObject
from hyperdock_common.spec import TrialSpec, dump_trial, seeded
from hyperdock_gateway import identity
from hyperdock_gateway.api import Answer, Call, Operation, TrialDocument
from hyperdock_gateway.api.documents.trial import Validated
from hyperdock_gateway.services import Services

_PREVIEWED: Final = 5
_PREVIEWS: Final = threading.BoundedSemaphore(8)


def validate(call: Call[None, TrialSpec]) -> Answer:
    """Says what would become of a trial document, and records nothing."""
    services = call.services
    spec = seeded(services.policy.apply(call.body), identity.seed(services.random_bytes(4)))
    notes = list(_notes(services, call.body, spec))
    proposals: Sequence[JsonObject] = []
    try:
        proposals = _first_proposals(services, spec)
    except HyperdockError as error:
        notes.append(f"the first proposals are not known: {error}")
    space = spec.parsed_space
    return Answer(
        {
            "valid": True,
            "spec": dump_trial(spec),
            "runs_in": spec.runs_in,
            "space": {"size": space.size, "dimensions": len(space.dimensions)},
            "proposals": list(proposals),
            "notes": notes,
        }
    )


def _first_proposals(services: Services, spec: TrialSpec) -> Sequence[JsonObject]:
    """The first proposals, unless so many wait for theirs that they would keep out all others."""
    if not _PREVIEWS.acquire(blocking=False):
        raise HyperdockError("too many others ask for theirs")
    try:
        return services.preview(spec, _PREVIEWED)
    finally:
        _PREVIEWS.release()


def _notes(services: Services, asked: TrialSpec, spec: TrialSpec) -> list[str]:
    """What the user may not expect."""
    notes = []
    if asked.algorithm.seed is None:
        notes.append("a seed is drawn when it is submitted; these are the proposals of one seed")
    if not spec.external and not _able(services, spec):
        kind = "Docker images" if spec.runs_in == "docker" else "local processes"
        notes.append(f"no worker of pool {spec.pool!r} runs {kind} now: the trial would wait")
    size, jobs = spec.parsed_space.size, spec.budget.jobs
    if size is not None and jobs is not None and jobs > size and spec.algorithm.name != "grid":
        notes.append(f"the budget has {jobs} jobs, the space only {size} different params")
    return notes


def _able(services: Services, spec: TrialSpec) -> bool:
    page = services.views.page("workers", where={"state": "alive"}, sort="registered_at", limit=500)
    workers: list[Any] = list(page.documents)
    return any(
        worker["pool"] == spec.pool and spec.runs_in in worker["runtimes"] for worker in workers
    )


OPERATIONS: Final = (
    Operation(
        method="POST",
        path="/trials/validate",
        id="validate_trial",
        summary="Check a trial document, and show what it would propose first",
        handler=validate,
        scope="submit",
        body=TrialDocument,
        answers={200: Validated},
        tags=("trials",),
    ),
)
