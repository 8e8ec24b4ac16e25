"""Checks a log by itself: every rule that can be seen in the order of its events (1 to 4 and 8)."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from hyperdock_common.checking.accounts import Accounts
from hyperdock_common.checking.event_ids import EventIds
from hyperdock_common.checking.findings import Counts, Report
from hyperdock_common.checking.trial_rules import check_event
from hyperdock_common.events import JobProposed, RecordedEvent, TrialFinished, WorkerLost, stream_of

_SAID_BY_SUPERVISORS: Final = (JobProposed, TrialFinished, WorkerLost)
_COUNTED: Final = frozenset(each.name for each in fields(Counts))


class LogChecker:
    """Takes in a log in its order, once. Its memory grows with the jobs of open trials only.

    Attributes:
        accounts: what is open after all that was taken in.
        position: the last one that was taken in.
    """

    def __init__(self) -> None:
        self.accounts = Accounts()
        self.position = 0
        self._ids = EventIds()
        self._writer: str | None = None

    def add(self, record: RecordedEvent) -> None:
        """Checks one more event against all before it."""
        self._check_order(record)
        self._ids.add(record.envelope.event_id, record.position)
        self._note_writer(record)
        check_event(self.accounts, record.event, record.position)
        self.accounts.tally["events"] += 1

    def expect(self, head: int) -> None:
        """Says where the log was to end when reading it began."""
        if self.position < head:
            self.accounts.tally["gaps"] += 1
            what = f"nothing can be read behind it, although the log ends at {head}"
            self.accounts.findings.add(3, f"position {self.position}", what)

    def finish(self, *, settled: bool) -> Report:
        """The report; nothing can be added afterwards.

        Args:
            settled: nothing is to happen any more, so no job may be open.
        """
        for first, last in self._ids.doubled():
            what = f"is the same event as the one at position {first}"
            self.accounts.findings.add(3, f"position {last}", what)
        self._ids.close()
        open_jobs = sorted(job_id for job_id, _ in self.accounts.open_jobs())
        if settled:
            for job_id in open_jobs:
                self.accounts.findings.add(1, f"job {job_id}", "has not ended")
        counts = self._counts(len(open_jobs), settled=settled)
        return Report(findings=tuple(self.accounts.findings.kept), counts=counts)

    def _counts(self, open_jobs: int, *, settled: bool) -> Counts:
        accounts, tally = self.accounts, self.accounts.tally
        doubled = len(accounts.doubled)
        known = {name: count for name, count in tally.items() if name in _COUNTED}
        return Counts(
            **known,
            open_trials=len(accounts.trials),
            ended_once=tally["ended"] - doubled,
            doubled=doubled,
            lost=len(accounts.left_open) + (open_jobs if settled else 0),
            open_jobs=open_jobs,
            unlisted=accounts.findings.unlisted,
        )

    def _check_order(self, record: RecordedEvent) -> None:
        if record.position != self.position + 1:
            self.accounts.tally["gaps"] += 1
            what = f"follows position {self.position}"
            self.accounts.findings.add(3, f"position {record.position}", what)
        if record.envelope.stream != stream_of(record.event):
            what = f"stands in the stream {record.envelope.stream}, which is not its own"
            self.accounts.findings.add(3, f"position {record.position}", what)
        self.position = record.position

    def _note_writer(self, record: RecordedEvent) -> None:
        """Counts how often the supervisor that decides is another one than before."""
        if isinstance(record.event, _SAID_BY_SUPERVISORS):
            if self._writer not in (None, record.envelope.producer):
                self.accounts.tally["takeovers"] += 1
            self._writer = record.envelope.producer


def check_log(records: Iterable[RecordedEvent], *, settled: bool = False) -> Report:
    """Checks a whole log, read once and in order.

    Args:
        records: all of it, from position 1.
        settled: nothing is to happen any more, so no job may be open.
    """
    checker = LogChecker()
    for record in records:
        checker.add(record)
    return checker.finish(settled=settled)
