"""The contract of the `Runner` port: one start, and what a next process finds."""

from concurrent.futures import ThreadPoolExecutor

from hyperdock_common.ports import Runner
from hyperdock_common.testing.runner_targets import (
    SOON,
    TICKING,
    MakeOrder,
    OpenRunner,
    RunnerFixtures,
    assert_still,
    end,
    read,
    ticks,
    until,
    wait,
)


class RunnerAdoptionContract(RunnerFixtures):
    """Processes of a worker come and go, targets stay."""

    def test_attempt_starts_at_most_once(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """Invariant 2: starts at the same time, later and after the end are one start."""
        mine = order('echo x >> "$HYPERDOCK_DIR/out/starts"; sleep 1')
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(runner.start, [mine] * 4))
        assert len({each.handle for each in found}) == 1
        other = runners()
        wait(other, other.start(mine))
        wait(other, other.start(mine))
        other.discard(other.start(mine))
        third = runners()
        third.wait(third.start(mine), SOON)
        assert (mine.folder.target / "out" / "starts").read_text() == "x\n"

    def test_running_target_is_adopted(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """The next process finds the target, reads its log from the beginning, and its exit."""
        mine = order("echo before; sleep 1.5; echo after; exit 4")
        first = runner.start(mine)
        until(lambda: runner.wait(first, 0.05) or "before" in read(mine.folder.log))
        runner.close()
        second = runners()
        (found,) = second.adopt([mine])
        assert found.order == mine
        assert abs(found.started_at - first.started_at) < 5
        assert second.wait(found, 0) is None
        ended = wait(second, found)
        assert (ended.code, ended.lost) == (4, None)
        assert mine.folder.log.read_text() == "before\nafter\n"

    def test_adopted_target_can_be_stopped(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """An adopted target is in the next process' hands entirely."""
        mine = order(f"setsid sh -c '{TICKING}' & trap '' TERM; sleep 60")
        runner.start(mine)
        until(lambda: ticks(mine) > 0)
        runner.close()
        second = runners()
        (found,) = second.adopt([mine])
        second.stop(found, force=True)
        ended = wait(second, found)
        assert (ended.code, ended.lost) == (137, None)
        assert_still(mine)

    def test_target_that_ended_meanwhile_is_adopted(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """A worker that was away learns how its target ended, and what it printed."""
        mine = order('echo done; echo x > "$HYPERDOCK_DIR/out/done"; exit 6')
        runner.start(mine)
        runner.close()
        until((mine.folder.target / "out" / "done").exists)
        second = runners()
        (found,) = second.adopt([mine])
        ended = wait(second, found)
        assert (ended.code, ended.lost) == (6, None)
        assert mine.folder.log.read_text() == "done\n"

    def test_what_was_never_started_is_not_adopted(self, runner: Runner, order: MakeOrder) -> None:
        """A folder alone is no running target."""
        assert list(runner.adopt([order("exit 0")])) == []

    def test_what_no_order_covers_is_ended(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """Nothing is left running that no lease covers."""
        kept, forgotten = order("sleep 60"), order(TICKING)
        runner.start(kept)
        runner.start(forgotten)
        until(lambda: ticks(forgotten) > 0)
        runner.close()
        second = runners()
        (found,) = second.adopt([kept])
        assert_still(forgotten)
        assert second.wait(found, 0) is None
        end(second, found)

    def test_log_has_no_gap_and_no_double_after_an_adoption(
        self, runner: Runner, runners: OpenRunner, order: MakeOrder
    ) -> None:
        """Lines printed before, while and after nobody listened are there once."""
        mine = order("i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo $i; sleep 0.02; done")
        running = runner.start(mine)
        until(lambda: runner.wait(running, 0.05) or "5\n" in read(mine.folder.log))
        runner.close()
        second = runners()
        (found,) = second.adopt([mine])
        assert wait(second, found).code == 0
        assert mine.folder.log.read_text() == "".join(f"{n}\n" for n in range(1, 61))
