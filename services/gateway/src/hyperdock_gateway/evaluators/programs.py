"""Programs that evaluate jobs, as the views show them: workers with a runtime of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hyperdock_common.json_types import JsonObject
from hyperdock_common.offer import external_runtime
from hyperdock_gateway.api import nothing
from hyperdock_gateway.services import Services

_PREFIX: Final = external_runtime("")


@dataclass(frozen=True, slots=True)
class Program:
    """A program as the views show it."""

    worker: JsonObject
    trial_id: str

    @property
    def id(self) -> str:
        """What it is called as a worker."""
        return str(self.worker["worker_id"])

    @property
    def is_here(self) -> bool:
        """Whether it may hold leases; not where it has left, or was given up."""
        return self.worker["state"] == "alive"

    @property
    def has_left(self) -> bool:
        """Whether it has said that it goes."""
        return self.worker["state"] == "left"

    @property
    def running(self) -> Mapping[str, Any]:
        """The attempts that it holds, by job."""
        running: Any = self.worker["running"]
        return dict(running)

    def holds(self, job: Mapping[str, Any], attempt: int) -> bool:
        """Whether it has the lease of this attempt, or had it when the job ended."""
        return (job["attempt"], job["worker_id"]) == (attempt, self.id)


def find_program(services: Services, evaluator_id: str) -> Program:
    """The program of this id.

    Raises:
        Refused: there is none.
    """
    worker = services.views.get("workers", evaluator_id)
    runtimes: Any = worker["runtimes"] if worker else []
    for runtime in runtimes:
        if worker is not None and runtime.startswith(_PREFIX):
            return Program(worker, runtime.removeprefix(_PREFIX))
    raise nothing("evaluator_id", evaluator_id)
