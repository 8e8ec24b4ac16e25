"""Checks that every document of every view equals the fold of the log (rule 5).

It works on a system that moves. A document is compared with the fold up to where the log was read.
Where they differ the document may be behind it or ahead of it, so it is looked for among all states
that it went through from the view's position (a lower bound) up to the log's head at that time.

What is stored is listed, too: so no document is overlooked that no event leads to.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from hyperdock_common.checking.expected import Expected, ExpectedDocuments
from hyperdock_common.checking.findings import Counts, Findings, Report
from hyperdock_common.checking.progress import Progress, silent
from hyperdock_common.checking.reading import readable
from hyperdock_common.checking.second_look import SecondLook, Seen, difference
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog, StoredDocument, StoredViews
from hyperdock_common.projections import PROJECTIONS, Projection

_PAGE: Final = 500
_MOST_AT_ONCE: Final = 10_000

_documents = msgspec.json.Decoder(JsonObject)


class ViewChecker:
    """Compares the views with documents that were folded from the same log."""

    def __init__(
        self,
        log: EventLog,
        views: StoredViews,
        expected: ExpectedDocuments,
        progress: Progress,
        projections: Sequence[Projection] = PROJECTIONS,
    ) -> None:
        self._log = log
        self._views = views
        self._expected = expected
        self._progress = progress
        self._names = [each.schema.name for each in projections]
        self._findings = Findings()
        self._second_look = SecondLook(log, expected, self._findings)
        self._compared = 0
        self._total = expected.count()

    def check(self) -> Report:
        """Compares everything."""
        for (view, key), problem in self._expected.unfoldable.items():
            self._findings.add(5, _place(view, key), f"the log cannot be folded {problem}")
        for view in self._names:
            self._check_view(view)
        self._check_strays()
        self._second_look.decide()
        differences = len(self._findings.kept) + self._findings.unlisted
        counts = Counts(
            documents=self._compared,
            view_differences=differences,
            unlisted=self._findings.unlisted,
        )
        return Report(findings=tuple(self._findings.kept), counts=counts)

    def _check_view(self, view: str) -> None:
        position, head = self._views.position(view), self._log.head()
        if position > head:
            what = f"it shows position {position}, but the log ends at {head}"
            self._findings.add(5, f"view {view}", what)
        for page in self._expected.pages(view, _PAGE):
            self._check_page(view, page)
            self._compared += len(page)
            self._progress("documents", self._compared, self._total)

    def _check_page(self, view: str, page: Mapping[str, Expected]) -> None:
        position, stored, head = self._read(view, list(page))
        for key, expected in page.items():
            if (view, key) in self._expected.unfoldable:
                continue
            if key in stored:
                if (found := stored[key]) is not None:
                    self._compare(Seen(view, key, position, head, found), expected)
            elif expected.first <= position:
                what = f"is missing, although the view shows position {position}"
                self._findings.add(5, _place(view, key), what)

    def _compare(self, seen: Seen, expected: Expected) -> None:
        at = self._expected.position
        if seen.lowest <= at and seen.document == expected.document:
            return
        if expected.last <= seen.lowest and seen.highest <= at:
            what = difference(seen.document, expected.document)
            self._findings.add(5, _place(seen.view, seen.key), what)
            return
        self._look_again(seen)

    def _look_again(self, seen: Seen) -> None:
        self._second_look.add(seen)
        if len(self._second_look) >= _MOST_AT_ONCE:
            self._second_look.decide()

    def _check_strays(self) -> None:
        """Looks at what is stored and was not folded: it is new, or no event explains it."""
        for view in self._names:
            for keys in self._views.keys(view):
                unknown = [
                    key
                    for key in keys
                    if (view, key) not in self._expected.unfoldable
                    and self._expected.get(view, key) is None
                ]
                for start in range(0, len(unknown), _PAGE):
                    self._check_unknown(view, unknown[start : start + _PAGE])

    def _check_unknown(self, view: str, keys: Sequence[str]) -> None:
        position, stored, head = self._read(view, keys)
        for key, found in stored.items():
            if found is not None:
                self._look_again(Seen(view, key, position, head, found))

    def _read(
        self, view: str, keys: Sequence[str]
    ) -> tuple[int, Mapping[str, JsonObject | None], int]:
        """Documents, with the positions that they are not behind and not beyond."""
        position = self._views.position(view)
        found = self._views.stored(view, keys)
        stored = {key: self._decoded(_place(view, key), each) for key, each in found.items()}
        lowest = min(position, self._views.position(view))  # 0 if it was emptied meanwhile
        head = self._log.head()
        return min(lowest, head), stored, head  # a view ahead of its log has its own finding

    def _decoded(self, place: str, stored: StoredDocument) -> JsonObject | None:
        """The document; None where it cannot be read, which is a finding."""
        try:
            document = _documents.decode(stored.text)
        except msgspec.DecodeError as error:
            self._findings.add(5, place, f"cannot be read: {error}")
            return None
        if stored.flaw:
            self._findings.add(5, place, stored.flaw)
        return document


def check_views(
    log: EventLog,
    views: StoredViews,
    progress: Progress = silent,
    projections: Sequence[Projection] = PROJECTIONS,
) -> Report:
    """Checks that the views of these projections equal the fold of the log.

    Not covered: the view of heartbeats, whose pulses are not kept.

    Raises:
        StorageUnavailable, DecodeError: the log or the views cannot be read.
    """
    expected = ExpectedDocuments(projections)
    head = log.head()
    try:
        for record in readable(log):
            expected.add(record)
            progress("events", record.position, max(head, record.position))
        return ViewChecker(log, views, expected, progress, projections).check()
    finally:
        expected.close()


def _place(view: str, key: str) -> str:
    return f"view {view}, document {key}"
