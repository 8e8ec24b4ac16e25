"""Documents that did not equal the fold where it stood: were they behind it, or ahead of it?"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from hyperdock_common.checking.expected import ExpectedDocuments, Unfoldable, as_stored, fold_one
from hyperdock_common.checking.findings import Findings
from hyperdock_common.checking.reading import readable
from hyperdock_common.events import RecordedEvent
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import EventLog
from hyperdock_common.projections import PROJECTIONS, Projection

_MOST_NAMED: Final = 3
_LONGEST: Final = 60
_Name: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as it was read from a view.

    Attributes:
        lowest: everything up to here is folded into it, and perhaps more.
        highest: the log's head when it had been read: nothing beyond is folded into it.
    """

    view: str
    key: str
    lowest: int
    highest: int
    document: JsonObject


class SecondLook:
    """Collects documents, then folds the log once more for all of them together."""

    def __init__(self, log: EventLog, expected: ExpectedDocuments, findings: Findings) -> None:
        self._log = log
        self._expected = expected
        self._findings = findings
        self._behind: dict[_Name, Seen] = {}
        self._ahead: dict[_Name, Seen] = {}

    def __len__(self) -> int:
        return len(self._behind) + len(self._ahead)

    def add(self, seen: Seen) -> None:
        """One more document to decide about."""
        expected = self._expected.get(seen.view, seen.key)
        is_ahead = expected is None or expected.last <= seen.lowest
        group = self._ahead if is_ahead else self._behind
        group[seen.view, seen.key] = seen

    def decide(self) -> None:
        """Decides about all of them; what is in no state that it could have is a finding."""
        start: dict[_Name, JsonObject] = {}
        for name in self._ahead:
            if expected := self._expected.get(*name):
                start[name] = expected.document
        self._replay(self._ahead, start, self._expected.position)
        self._replay(self._behind, {}, 0)
        self._ahead, self._behind = {}, {}

    def _replay(
        self, wanted: dict[_Name, Seen], start: dict[_Name, JsonObject], after: int
    ) -> None:
        if wanted:
            replay = _Replay(wanted, start)
            highest = max(each.highest for each in wanted.values())
            replay.run(readable(self._log, after, highest))
            for seen, what in replay.differences():
                self._findings.add(5, f"view {seen.view}, document {seen.key}", what)


class _Replay:
    """Folds the wanted documents, and strikes out each that equals one of its states."""

    def __init__(self, wanted: dict[_Name, Seen], start: dict[_Name, JsonObject]) -> None:
        self._wanted = dict(wanted)
        self._states = dict(start)

    def run(self, records: Iterable[RecordedEvent]) -> None:
        """Goes through the log; each document is compared with all that it was meanwhile."""
        for record in records:
            for projection in PROJECTIONS:
                for key in projection.keys(record.event):
                    seen = self._wanted.get((projection.schema.name, key))
                    if seen is not None and record.position <= seen.highest:
                        self._advance(projection, seen, record)
        for seen in list(self._wanted.values()):
            self._compare(seen)

    def differences(self) -> Iterable[tuple[Seen, str]]:
        """The documents that were in none of the states, and how they differ from the last one."""
        for name, seen in self._wanted.items():
            yield seen, difference(seen.document, self._states.get(name))

    def _advance(self, projection: Projection, seen: Seen, record: RecordedEvent) -> None:
        if record.position > seen.lowest and self._compare(seen):
            return
        name = (seen.view, seen.key)
        with suppress(Unfoldable):
            self._states[name] = as_stored(fold_one(projection, self._states.get(name), record))

    def _compare(self, seen: Seen) -> bool:
        name = (seen.view, seen.key)
        is_equal = self._states.get(name) == seen.document
        if is_equal:
            self._wanted.pop(name, None)
        return is_equal


def difference(document: JsonObject, expected: JsonObject | None) -> str:
    """How a document differs from what it should be, in a sentence."""
    if expected is None:
        return "no event explains it"
    names = sorted(document.keys() | expected.keys())
    other = [name for name in names if document.get(name, ...) != expected.get(name, ...)]
    named = [
        f"{name} is {_said(document, name)}, folded {_said(expected, name)}"
        for name in other[:_MOST_NAMED]
    ]
    more = f" and {len(other) - _MOST_NAMED} more fields" if len(other) > _MOST_NAMED else ""
    return f"differs from the log: {'; '.join(named)}{more}"


def _said(document: JsonObject, name: str) -> str:
    text = repr(document[name]) if name in document else "absent"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
