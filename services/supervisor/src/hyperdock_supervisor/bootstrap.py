"""The composition root: a supervisor from its stores and settings."""

import importlib.metadata
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from hyperdock_common.service.connections import Servers
from hyperdock_optimizers.factory import make_optimizer, slow_to_make
from hyperdock_supervisor.core import Pace, Stores, Supervisor
from hyperdock_supervisor.decided import Clocks
from hyperdock_supervisor.decider import Decider
from hyperdock_supervisor.domain.leases import Silence
from hyperdock_supervisor.monitoring import MeteredDecider, SupervisorMonitoring

_LIBRARIES = ("cma", "nevergrad", "numpy", "scipy")


@cache
def library_versions() -> dict[str, str]:
    """The versions of the libraries that proposals depend on."""
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


@contextmanager
def make_stores(servers: Servers, monitoring: SupervisorMonitoring) -> Iterator[Stores]:
    """A supervisor's stores on these servers.

    The views are written behind its back: they follow from the log, and deciding waits for nobody.
    """
    from hyperdock_common.adapters.mongodb import WriteBehindViews  # noqa: PLC0415 - not embedded

    views = WriteBehindViews(monitoring.views(servers.views))
    try:
        yield Stores(
            log=servers.log,
            bus=servers.bus,
            views=views,
            forget_views=views.drop,
            views_problem=lambda: views.problem,
        )
    finally:
        views.close()


def make_supervisor(
    stores: Stores,
    monitoring: SupervisorMonitoring,
    *,
    producer: str,
    silence: Silence | None = None,
    pace: Pace | None = None,
) -> Supervisor:
    """A supervisor on these stores; call `run` on a thread of its own."""
    clocks = Clocks(wall=time.time, monotonic=time.monotonic)

    def decider() -> Decider:
        return MeteredDecider(
            monitoring,
            make_optimizer,
            clocks,
            producer=producer,
            silence=silence or Silence(),
            versions=library_versions(),
            slow_to_make=slow_to_make,
        )

    return Supervisor(monitoring.metered(stores), decider, clocks, pace)
