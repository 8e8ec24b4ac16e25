"""What the log in MongoDB remembers of the facts that were moved out of it into an archive.

A mark says up to where; beside it stands how far each stream had come, and until which position
that was counted: so a run that was ended goes on, whatever mark the next one is for. A commit that
the mark cuts stays whole until its last fact goes; it carries how much of it is gone.
"""

from collections import Counter
from typing import Final

from pymongo.collection import Collection

from hyperdock_common.adapters.mongodb.connection import Document, MongoServer
from hyperdock_common.errors import Archived
from hyperdock_common.ports import ArchiveMark

_MARK: Final = {"_id": "mark"}
_WINDOW: Final = 2_000


class Archive:
    """The mark and the streams' ends. Call it inside `translated`."""

    def __init__(self, server: MongoServer, commits: Collection[Document]) -> None:
        self._commits = commits
        self._marks = server.database["archive"]
        self._streams = server.database["archived_streams"]

    def mark(self) -> ArchiveMark | None:
        """Up to where facts were moved; None where none were."""
        found = self._marks.find_one(_MARK)
        if found is None:
            return None
        chain = found["chain"]
        return ArchiveMark(
            position=int(found["position"]),
            chain=None if chain is None else bytes(chain),
            archive_id=found["archive_id"],
        )

    def position(self) -> int:
        """Up to where facts were moved; 0 where none were."""
        mark = self.mark()
        return 0 if mark is None else mark.position

    def refuse_archived(self, after: int, stream: str | None = None) -> None:
        """Nothing behind `after` is in the archive, of the stream if named.

        Raises:
            Archived: something is.
        """
        position = self.position()
        if after < position and (stream is None or self._had_begun(stream, position)):
            raise Archived(position)

    def stream_end(self, stream: str) -> tuple[int, int]:
        """How many facts a stream had, counted up to which position."""
        found = self._streams.find_one({"_id": stream})
        return (0, 0) if found is None else (int(found["version"]), int(found["until"]))

    def note(self, mark: ArchiveMark) -> None:
        """Counts the streams up to the mark, and sets it."""
        self._count_streams(self.position(), mark.position)
        said = {"position": mark.position, "chain": mark.chain, "archive_id": mark.archive_id}
        self._marks.replace_one(_MARK, {**_MARK, **said}, upsert=True)

    def drop(self, position: int) -> None:
        """Removes the commits that end there or before it, from the first one on."""
        cut = {"_id": {"$lte": position}, "last": {"$gt": position, "$lte": position + _WINDOW}}
        self._commits.update_one(cut, {"$set": {"gone": position}})
        while first := self._commits.find_one({"last": {"$lte": position}}, {"last": 1}):
            # Whichever it was, there may be others before it: none is far from the next one.
            self._commits.delete_many({"last": {"$lte": min(position, first["last"] + _WINDOW)}})

    def _had_begun(self, stream: str, position: int) -> bool:
        found = self._streams.find_one({"_id": stream})
        return found is not None and int(found["first"]) <= position

    def _count_streams(self, after: int, to: int) -> None:
        counts: Counter[str] = Counter()
        firsts: dict[str, int] = {}
        ends = {each["_id"]: int(each["until"]) for each in self._streams.find()}
        for low in range(after, to, _WINDOW):
            within = {"last": {"$gt": low, "$lte": low + _WINDOW}}
            if low + _WINDOW >= to:  # the commit that the mark cuts, too
                within = {"last": {"$gt": low, "$lte": to + _WINDOW}}
            for commit in self._commits.find(within, {"streams": 1}):
                for position, stream in enumerate(commit["streams"], int(commit["_id"])):
                    if after < position <= to and position > ends.get(stream, 0):
                        counts[stream] += 1
                        firsts[stream] = min(position, firsts.get(stream, position))
        for stream, count in counts.items():
            self._streams.update_one(
                {"_id": stream},
                {
                    "$inc": {"version": count},
                    "$set": {"until": to},
                    "$min": {"first": firsts[stream]},
                },
                upsert=True,
            )
