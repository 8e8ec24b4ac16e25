"""Which supervisor is in charge, by what it says itself and by what stands in the log."""

from collections.abc import Sequence

from tests.faults.processes import Service
from tests.faults.system import System, wait_for


def writers(system: System) -> Sequence[str]:
    """The supervisors that decided something, in the order in which each began to."""
    producers = (each.envelope.producer for each in system.records())
    return [each for each in dict.fromkeys(producers) if each.startswith("supervisor-")]


def standing(service: Service) -> str:
    """How a supervisor says that it stands with the inbox."""
    said = service.said("supervisor_standing")
    return str(said[-1]["standing"]) if said else "standby"


def wait_until_it_writes(system: System, service: Service, patience: float = 30.0) -> None:
    """Waits until a supervisor has decided something that nobody had when this was called."""
    since = system.log.head()

    def has_written() -> bool:
        nonlocal since
        page = system.log.read(since)
        since = page[-1].position if page else since
        return any(each.envelope.producer == service.name for each in page)

    wait_for(has_written, patience, f"{service.name} to write")


def notice_soon(system: System, service: Service) -> None:
    """Lets the broker notice sooner that a service, which was not started yet, is frozen."""
    url = f"{system.broker.url}?heartbeat=1"
    service.environ = {**service.environ, "HYPERDOCK_RABBITMQ": url}


def wait_until_it_stands_by(service: Service, lost_before: int) -> None:
    """Waits until a supervisor has lost its connection once more, and is in reserve again."""

    def is_back() -> bool:
        back = [each for each in service.said("broker_connected") if "listens" in each["link"]]
        lost = losses(service)
        return lost_before < lost < len(back) and standing(service) == "standby"

    wait_for(is_back, 30, f"{service.name} to stand by")


def losses(service: Service) -> int:
    """How often it has lost the connection by which it listens."""
    return sum("listens" in each["link"] for each in service.said("broker_lost"))
