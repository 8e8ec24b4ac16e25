"""The whole check of one system, live or stopped, without changing anything: the log is read once.

Containers come and go while one looks. So they are listed before the log is read to its head, and
what no lease covers is only a finding where it is still so after a moment.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass

from hyperdock_common.checking.containers import (
    ListContainers,
    TargetContainer,
    check_containers,
    doubled,
    uncovered,
)
from hyperdock_common.checking.expected import ExpectedDocuments
from hyperdock_common.checking.findings import Report
from hyperdock_common.checking.log import LogChecker
from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.checking.reading import readable
from hyperdock_common.checking.views import ViewChecker
from hyperdock_common.events import RecordedEvent
from hyperdock_common.ports import EventLog, StoredViews


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """What can be looked at; None for what cannot.

    Attributes:
        settled: nothing is to happen any more, so no job may be open.
        moment: seconds for which a container may be without a lease.
        also: gets every record of the log as well, for checks of one's own.
    """

    log: EventLog
    views: StoredViews | None = None
    containers: ListContainers | None = None
    settled: bool = False
    moment: float = 5.0
    also: Callable[[RecordedEvent], None] | None = None


def check_system(
    system: System, progress: Progress = silent, pause: Callable[[float], None] = time.sleep
) -> Report:
    """Checks all that can be looked at.

    Raises:
        StorageUnavailable, DecodeError: the log or the views cannot be read.
    """
    checker = LogChecker()
    with closing(ExpectedDocuments()) as expected:
        takers: list[Callable[[RecordedEvent], None]] = [checker.add]
        if system.views is not None:
            takers.append(expected.add)
        if system.also is not None:
            takers.append(system.also)
        checker.expect(_read(system.log, takers, progress))
        report = Report()
        if system.views is not None:
            report = ViewChecker(system.log, system.views, expected, progress).check()
    if system.containers is not None:
        report = report.merge(_check_containers(system, checker, system.containers, pause))
    return checker.finish(settled=system.settled).merge(report)


def _read(
    log: EventLog, takers: Iterable[Callable[[RecordedEvent], None]], progress: Progress
) -> int:
    """Gives all that can be read to everyone who wants it; returns where the log was to end."""
    head = log.head()
    for record in readable(log):
        for take in takers:
            take(record)
        progress("events", record.position, max(head, record.position))
    return head


def _check_containers(
    system: System,
    checker: LogChecker,
    list_containers: ListContainers,
    pause: Callable[[float], None],
) -> Report:
    def look() -> list[TargetContainer]:
        found = [each for each in list_containers() if _is_ours(system.log, each)]
        for record in readable(system.log, after=checker.position):
            checker.add(record)
        return found

    found = look()
    suspects = {each.id for each in uncovered(checker.accounts, found)}
    if suspects or doubled(found):
        pause(system.moment)
        found = look()
    return check_containers(checker.accounts, found, suspects)


def _is_ours(log: EventLog, container: TargetContainer) -> bool:
    """Whether this system's log knows the trial or the worker: an engine may serve several."""
    streams = (f"trial-{container.trial_id}", f"worker-{container.worker_id}")
    return any(log.read(0, 1, stream=stream) for stream in streams)
