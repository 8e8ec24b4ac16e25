"""What the contract of the `StoredLog` port says of facts that were moved into an archive."""

import pytest

from hyperdock_common.errors import Archived, NotAsRecorded
from hyperdock_common.ports import ArchiveMark
from hyperdock_common.testing.builders import proposed, registered, submitted
from hyperdock_common.testing.event_log import append
from hyperdock_common.testing.kept_log import KeptLog, OpenKeptLog, assert_sound


class ForgottenFacts:
    """A part of `StoredLogContract`."""

    def test_archived_facts_are_gone(self, open_log: OpenKeptLog) -> None:
        """The store says so to whoever asks for them, in every process, and goes on."""
        log = open_log()
        append(log, submitted("t1"), proposed(1), registered("w1"))
        append(log, proposed(2), submitted("t2"))
        facts = log.stored(0)
        mark = ArchiveMark(position=2, chain=facts[1].chain, archive_id="a1")
        log.forget(mark)
        for each in (log, open_log()):
            assert each.archived() == mark
            assert each.head() == 5
            with pytest.raises(Archived, match="positions 1 to 2"):
                each.read(0)
            with pytest.raises(Archived, match="--archive"):
                each.read(1)
            assert [record.position for record in each.read(2)] == [3, 4, 5]
            assert list(each.stored(0)) == list(facts[2:])
            assert each.find(facts[3].event_id) is not None

    def test_streams_that_began_later_are_whole(self, log: KeptLog) -> None:
        """Only a stream of which something is in the archive is refused, and only before it."""
        append(log, submitted("t1"), proposed(1), registered("w1"), submitted("t2"), proposed(2))
        log.forget(ArchiveMark(position=2, chain=log.stored(0)[1].chain, archive_id="a1"))
        with pytest.raises(Archived):
            log.read(0, stream="trial-t1")
        assert [each.position for each in log.read(2, stream="trial-t1")] == [5]
        assert [each.position for each in log.read(0, stream="trial-t2")] == [4]
        assert list(log.read(0, stream="trial-t3")) == []

    def test_log_goes_on_behind_the_archive(self, open_log: OpenKeptLog) -> None:
        """Chain and versions build on what is no longer there, archived once or again."""
        log = open_log()
        append(log, submitted("t1"), proposed(1), registered("w1"))
        for position, number in ((2, 2), (3, 3)):
            facts = {each.position: each for each in log.stored(0)}
            log.forget(ArchiveMark(position=position, chain=facts[position].chain, archive_id="a1"))
            append(open_log(), proposed(number))
        append(open_log(), registered("w1"))
        kept = log.stored(0)
        assert [(each.position, each.version) for each in kept] == [(4, 3), (5, 4), (6, 2)]
        assert_sound(kept[1:], kept[0].chain)

    def test_last_fact_stays(self, log: KeptLog) -> None:
        """The head must be told by something."""
        append(log, submitted(), proposed(1))
        chain = log.stored(1)[0].chain
        for position in (2, 3):
            with pytest.raises(ValueError, match="last fact"):
                log.forget(ArchiveMark(position=position, chain=chain, archive_id="a1"))
        assert len(log.read(0)) == 2

    def test_facts_that_the_archive_has_otherwise_stay(self, log: KeptLog) -> None:
        """Nothing is removed for an archive of another log."""
        append(log, submitted(), proposed(1), proposed(2))
        with pytest.raises(NotAsRecorded, match="position 2"):
            log.forget(ArchiveMark(position=2, chain=bytes(32), archive_id="a1"))
        assert len(log.read(0)) == 3
        assert log.archived() is None

    def test_what_was_forgotten_is_not_forgotten_again(self, log: KeptLog) -> None:
        """The same call, or one for less, changes nothing."""
        append(log, submitted(), proposed(1), proposed(2), proposed(3))
        facts = log.stored(0)
        marks = [
            ArchiveMark(position=each.position, chain=each.chain, archive_id="a1")
            for each in facts[:3]
        ]
        log.forget(marks[1])
        log.forget(marks[1])
        log.forget(marks[0])
        assert log.archived() == marks[1]
        assert list(log.stored(0)) == list(facts[2:])
        log.forget(marks[2])
        append(log, proposed(4))
        assert [each.version for each in log.stored(0)] == [4, 5]
