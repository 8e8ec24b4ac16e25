"""The contract of the `StoredLog` port, for every adapter of the event log."""

from dataclasses import replace

import pytest

from hyperdock_common.errors import AlreadyRecorded, Conflict, NotAsRecorded
from hyperdock_common.events.chain import GENESIS, link
from hyperdock_common.events.codec import encode
from hyperdock_common.ports import ArchiveMark, StoredEvent
from hyperdock_common.testing.builders import (
    envelope,
    envelopes,
    heartbeat,
    proposed,
    registered,
    submitted,
)
from hyperdock_common.testing.clock import FakeClock
from hyperdock_common.testing.event_log import append
from hyperdock_common.testing.forgotten_facts import ForgottenFacts
from hyperdock_common.testing.kept_log import KeptLog, OpenKeptLog, assert_sound


class StoredLogContract(ForgottenFacts):
    """Inherit it, and give the fixtures `open_log` and `open_other`."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        """The clock that the adapter is to be made with."""
        return FakeClock()

    @pytest.fixture
    def open_log(self) -> OpenKeptLog:
        """Opens one and the same store, new for this test, as each process would."""
        raise NotImplementedError

    @pytest.fixture
    def open_other(self) -> OpenKeptLog:
        """The same with a store of another system."""
        raise NotImplementedError

    @pytest.fixture
    def log(self, open_log: OpenKeptLog) -> KeptLog:
        """The log that most tests use."""
        return open_log()

    @pytest.fixture
    def other(self, open_other: OpenKeptLog) -> KeptLog:
        """Where facts are carried to."""
        return open_other()

    def test_new_store_holds_nothing(self, log: KeptLog) -> None:
        """There is nothing in it, and nothing of it in an archive."""
        assert list(log.stored(0)) == []
        assert log.archived() is None

    def test_what_was_appended_is_stored(self, log: KeptLog, clock: FakeClock) -> None:
        """With the very bytes, the number in its stream, and a link of the chain."""
        sent = envelopes([submitted("t1"), submitted("t2"), proposed(1, trial_id="t1")])
        log.append(0, sent)
        chain = GENESIS
        for fact, each, version in zip(log.stored(0), sent, [1, 1, 2], strict=True):
            chain = link(chain, fact.position, clock(), encode(each))
            assert fact == StoredEvent(
                position=fact.position,
                recorded_at=clock(),
                event_id=each.event_id,
                stream=each.stream,
                version=version,
                body=encode(each),
                chain=chain,
            )

    def test_store_is_read_by_pages(self, log: KeptLog) -> None:
        """Each page goes on where the one before it ended, whatever was appended at once."""
        for size in (1, 4, 2, 7):
            append(log, *[proposed(number) for number in range(size)])
        after, seen = 0, list[int]()
        while page := log.stored(after, 3):
            assert len(page) <= 3
            seen += [each.position for each in page]
            after = page[-1].position
        assert seen == list(range(1, 15))
        assert list(log.stored(0, 0)) == []

    def test_pulses_are_not_chained(self, log: KeptLog) -> None:
        """They come and go, and no fact's link depends on them."""
        append(log, submitted())
        log.append_pulses([envelope(heartbeat())], keep_seconds=60)
        append(log, proposed(1))
        assert_sound(log.stored(0))

    def test_chain_and_versions_go_on_in_other_processes(self, open_log: OpenKeptLog) -> None:
        """Whoever appends next builds on the store, not on what it remembers."""
        first, second = open_log(), open_log()
        append(first, submitted(), proposed(1))
        append(second, proposed(2), registered())
        append(first, proposed(3), proposed(4))
        with pytest.raises(Conflict):
            second.append(4, envelopes([proposed(5)]))
        append(second, proposed(6))
        append(open_log(), proposed(7))
        assert_sound(first.stored(0))
        assert [each.version for each in first.stored(0)] == [1, 2, 3, 1, 4, 5, 6, 7]

    def test_refused_append_leaves_the_chain(self, log: KeptLog) -> None:
        """What was not stored is in no link and no number."""
        append(log, submitted(), proposed(1))
        old = log.read(1)[0].envelope
        with pytest.raises(AlreadyRecorded):
            log.append(2, [envelope(proposed(2)), old])
        append(log, proposed(3))
        assert_sound(log.stored(0))

    def test_restored_facts_are_the_same(
        self, log: KeptLog, other: KeptLog, clock: FakeClock
    ) -> None:
        """Positions, times, bytes, versions and chain, and the log goes on behind them."""
        append(log, submitted("t1"), proposed(1))
        clock.advance(1.25)
        append(log, proposed(2), registered(), submitted("t2"))
        clock.advance(7)
        facts = log.stored(0)
        other.restore(facts[:3])
        other.restore(facts[3:])
        other.restore([])
        assert other.stored(0) == facts
        assert other.read(0) == log.read(0)
        assert other.known([facts[3].event_id]) == {facts[3].event_id}
        sent = envelopes([proposed(3), proposed(4, trial_id="t2")])
        log.append(5, sent)
        other.append(5, sent)
        assert other.stored(5) == log.stored(5)

    def test_restored_without_versions_and_chain_gets_them(
        self, log: KeptLog, other: KeptLog
    ) -> None:
        """Behind facts that have them, they are computed where they are not given."""
        append(log, submitted("t1"), proposed(1), proposed(2))
        facts = log.stored(0)
        other.restore([facts[0], *(replace(each, version=None, chain=None) for each in facts[1:])])
        assert other.stored(0) == facts

    def test_beginning_without_a_chain_stays_without(self, log: KeptLog, other: KeptLog) -> None:
        """Facts of an early release are not vouched for by whoever carries them."""
        append(log, submitted(), proposed(1))
        bare = [replace(each, version=None, chain=None) for each in log.stored(0)]
        other.restore(bare)
        assert other.stored(0) == bare
        append(other, proposed(2), registered())
        behind = other.stored(2)
        assert [each.version for each in behind] == [3, 1]
        assert behind[0].chain == link(GENESIS, 3, behind[0].recorded_at, behind[0].body)

    def test_facts_without_numbers_are_counted(self, log: KeptLog, open_other: OpenKeptLog) -> None:
        """Numbers go on behind them, in the store and in an archive."""
        append(log, submitted(), proposed(1), registered(), proposed(2))
        other = open_other()
        other.restore([replace(each, version=None, chain=None) for each in log.stored(0)])
        mark = ArchiveMark(position=2, chain=None, archive_id="a1")
        other.forget(mark)
        assert other.archived() == mark
        append(open_other(), proposed(3), registered(), submitted("t2"))
        assert [each.version for each in other.stored(4)] == [4, 2, 1]

    def test_restore_elsewhere_than_behind_the_head_conflicts(
        self, log: KeptLog, other: KeptLog
    ) -> None:
        """Nothing is put over what is there, and no hole is made."""
        append(log, submitted(), proposed(1), proposed(2))
        facts = log.stored(0)
        other.restore(facts[:1])
        for wrong in (facts[:1], facts[2:]):
            with pytest.raises(Conflict):
                other.restore(wrong)
        assert other.head() == 1

    def test_known_fact_is_not_restored(self, log: KeptLog, other: KeptLog) -> None:
        """Invariant 3: no event id stands in a log twice."""
        append(log, submitted(), proposed(1))
        facts = log.stored(0)
        other.restore(facts)
        again = replace(facts[0], position=3, version=None, chain=None)
        with pytest.raises(AlreadyRecorded):
            other.restore([again])
        assert other.head() == 2

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"body": b'{"event_id":"e'}, "not an event"),
            ({"body": b"\xff\xfe"}, "not an event"),
            ({"chain": bytes(32)}, "hash"),
            ({"recorded_at": 12.5}, "hash"),
            ({"version": 7}, "fact 7 of trial-t1, and is 2"),
            ({"event_id": "another"}, "event id another"),
            ({"stream": "trial-t9"}, "stream trial-t9"),
            ({"position": 5}, "follows position 1"),
        ],
    )
    def test_changed_fact_is_not_restored(
        self, log: KeptLog, other: KeptLog, change: dict[str, object], problem: str
    ) -> None:
        """It is told where and why, and none of the batch is appended."""
        append(log, submitted(), proposed(1), proposed(2))
        first, second, third = log.stored(0)
        changed = replace(second, **change)  # type: ignore[arg-type]
        with pytest.raises(NotAsRecorded, match=problem) as caught:
            other.restore([first, changed, third])
        assert caught.value.position == changed.position
        assert other.head() == 0

    def test_event_of_a_later_release_is_restored(self, log: KeptLog, other: KeptLog) -> None:
        """It is kept as it is, for a release that knows it."""
        append(log, submitted())
        (fact,) = log.stored(0)
        body = fact.body.replace(b"trial.submitted.v1", b"trial.dreamt.v1")
        later = replace(fact, body=body, chain=link(GENESIS, 1, fact.recorded_at, body))
        other.restore([later])
        assert list(other.stored(0)) == [later]

    def test_facts_are_found_by_the_indexes(self, log: KeptLog) -> None:
        """By their ids and in their streams, whatever was appended at once; others are not."""
        append(log, submitted("t1"), registered("w1"), proposed(1))
        append(log, *[proposed(number, trial_id="t2") for number in range(2, 9)])
        facts = log.stored(0)
        assert list(log.unindexed(facts)) == []
        assert list(log.unindexed([])) == []
        others = [
            replace(facts[0], event_id="another"),
            replace(facts[1], event_id=facts[2].event_id),
            replace(facts[2], stream=facts[1].stream),
            replace(facts[3], stream="trial-t9"),
            replace(facts[4], position=99),
        ]
        assert list(log.unindexed([*others, *facts[5:]])) == others
