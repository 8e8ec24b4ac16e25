"""What the writer of a view has folded and not yet written, or wrote a short while ago."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from hyperdock_common.ports.views import Folded


@dataclass(slots=True, eq=False)
class Overlay:
    """One view as the writer has folded it; each document is good up to `position` at least."""

    position: int
    written: int
    unwritten: dict[str, Folded] = field(default_factory=dict)
    writing: dict[str, Folded] = field(default_factory=dict)
    kept: OrderedDict[str, Folded] = field(default_factory=OrderedDict)
    is_busy: bool = False
    written_at: float = field(default_factory=time.monotonic)
    problem: str | None = None

    def find(self, key: str) -> Folded | None:
        """The newest state that is known of a document."""
        found = self.unwritten.get(key) or self.writing.get(key) or self.kept.get(key)
        if found is not None and key in self.kept:
            self.kept.move_to_end(key)
        return None if found is None else self.raised(found)

    def raised(self, found: Folded) -> Folded:
        """The same, as good as everything here is at least."""
        if found.position >= self.position:
            return found
        return Folded(position=self.position, document=found.document)

    def keep(self, documents: Mapping[str, Folded], most: int) -> None:
        """Remembers written documents, and forgets those that were not asked for longest."""
        for key, each in documents.items():
            self.kept[key] = each
            self.kept.move_to_end(key)
        while len(self.kept) > most:
            self.kept.popitem(last=False)

    @property
    def is_behind(self) -> bool:
        """Whether there is something to write."""
        return self.position > self.written

    def is_due(self, bare: float) -> bool:
        """Whether there are documents to write, or nothing was written for so many seconds."""
        waited = time.monotonic() - self.written_at
        return self.is_behind and (bool(self.unwritten) or waited >= bare)
