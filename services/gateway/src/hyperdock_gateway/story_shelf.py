"""The stories of the trials that were asked for last, so that only what is new has to be read.

A page asks again with whatever happens, and a trial may have a hundred thousand events.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from hyperdock_common.events import RecordedEvent
from hyperdock_common.history import history
from hyperdock_common.ports import EventLog
from hyperdock_common.stories import Sentence, TrialStory

_MOST: Final = 16


@dataclass(slots=True)
class _Kept:
    """A story up to a position, with the causes that were looked for."""

    story: TrialStory = field(default_factory=TrialStory)
    position: int = 0
    causes: dict[str, RecordedEvent] = field(default_factory=dict)
    busy: threading.Lock = field(default_factory=threading.Lock)

    def told(self, log: EventLog, trial_id: str, head: int) -> list[Sentence]:
        """The story up to a position that it has not passed yet."""
        for record in history(log, after=self.position, to=head, stream=f"trial-{trial_id}"):
            self.story.add(record)
            self.position = record.position
        wanted = self.story.unknown()
        self.causes = {key: each for key, each in self.causes.items() if key in wanted}
        for event_id in wanted - self.causes.keys():
            found = log.find(event_id)
            if found is not None:
                self.causes[event_id] = found
        return self.story.sentences(self.causes)


class StoryShelf:
    """Keeps the stories of some trials. Thread safe."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def story(self, log: EventLog, trial_id: str, head: int) -> list[Sentence]:
        """A trial's story up to a position of its log, which may be one of the past.

        Raises:
            StorageUnavailable, DecodeError: as the log raises them.
        """
        kept = self._take(trial_id)
        with kept.busy:
            if kept.position <= head:
                try:
                    return kept.told(log, trial_id, head)
                except BaseException:
                    self._drop(trial_id, kept)
                    raise
        return _Kept().told(log, trial_id, head)

    def _take(self, trial_id: str) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault(trial_id, _Kept())
            self._kept.move_to_end(trial_id)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept

    def _drop(self, trial_id: str, kept: _Kept) -> None:
        with self._lock:
            if self._kept.get(trial_id) is kept:
                del self._kept[trial_id]
