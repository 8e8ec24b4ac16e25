"""A service's numbers for Prometheus: in a registry of their own, told as text.

The only file that knows the library. Its global registry is not used: in the all-in-one mode the
services share a process, and each has its own numbers, whose names begin with `hyperdock_` and the
service's name. So the texts of several services can be told as one.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric

from hyperdock_common.service.health import Answer

__all__ = ["FAST", "SLOW", "Counter", "Gauge", "Histogram", "Metrics", "exposition"]

FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds of what people or a queue wait for."""

SLOW: Final = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0, 86400.0)
"""Seconds of what takes its time."""


class Metrics:
    """The numbers of one service of a process.

    Args:
        service: what the names begin with, behind `hyperdock_`.
        version: told as a number of its own, so that a graph shows when it changed.
    """

    def __init__(self, service: str, version: str) -> None:
        self.registry = CollectorRegistry()
        self._prefix = f"hyperdock_{service}_"
        self.gauge("build_info", "Is 1; its label says which version runs.", "version").labels(
            version
        ).set(1)

    def counter(self, name: str, about: str, *labels: str) -> Counter:
        """A number that only grows; `_total` is added to its name."""
        return Counter(self._prefix + name, about, labels, registry=self.registry)

    def gauge(self, name: str, about: str, *labels: str) -> Gauge:
        """A number that goes up and down."""
        return Gauge(self._prefix + name, about, labels, registry=self.registry)

    def told(self, name: str, about: str, ask: Callable[[], float]) -> None:
        """A gauge that is asked for whenever somebody reads; the answer must come at once."""
        self.gauge(name, about).set_function(ask)

    def histogram(self, name: str, about: str, buckets: Sequence[float], *labels: str) -> Histogram:
        """How values are spread over these upper bounds."""
        return Histogram(
            self._prefix + name, about, labels, buckets=buckets, registry=self.registry
        )


def exposition(*services: Metrics) -> Callable[[], Answer]:
    """Tells the numbers of these services and of the process that they share, whenever called."""
    process = CollectorRegistry()
    ProcessCollector(registry=process)
    PlatformCollector(registry=process)
    together = _Together([process, *(each.registry for each in services)])

    def answer() -> Answer:
        text = generate_latest(together)
        return Answer(200, text, CONTENT_TYPE_PLAIN_0_0_4)

    return answer


class _Together(CollectorRegistry):
    """Several registries as one, without when each series began: that only doubles their count."""

    def __init__(self, registries: Iterable[CollectorRegistry]) -> None:
        super().__init__()
        self._registries = tuple(registries)

    def collect(self) -> Iterator[Metric]:
        for registry in self._registries:
            for metric in registry.collect():
                samples = metric.samples
                metric.samples = [each for each in samples if not each.name.endswith("_created")]
                yield metric
