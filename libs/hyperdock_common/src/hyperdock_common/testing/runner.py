"""The contract of the `Runner` port, for every adapter.

Targets are shell scripts: an adapter gives the offer that runs one, the contract gives the script.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from hyperdock_common.errors import CannotStart
from hyperdock_common.offer import JobOffer, Limits
from hyperdock_common.ports import Order, Runner
from hyperdock_common.testing.runner_adoption import RunnerAdoptionContract
from hyperdock_common.testing.runner_logs import RunnerLogContract
from hyperdock_common.testing.runner_targets import (
    LOG_LIMIT,
    SOON,
    TICKING,
    MakeOrder,
    OpenRunner,
    assert_still,
    end,
    make_order,
    read,
    run,
    ticks,
    until,
    wait,
)

__all__ = ["LOG_LIMIT", "OpenRunner", "RunnerContract"]


class RunnerContract(RunnerAdoptionContract, RunnerLogContract):
    """Inherit it, and give the fixtures `open_runner` and `offer`."""

    def test_runner_answers(self, runner: Runner) -> None:
        """Where the contract runs targets, the runner says that it could."""
        runner.check()

    def test_exit_code_is_told(self, runner: Runner, order: MakeOrder) -> None:
        """A target's exit code is the exit's code, and nothing else is wrong."""
        for code in (0, 3, 255):
            ended = run(runner, order(f"exit {code}"))
            assert (ended.code, ended.lost, ended.out_of_memory) == (code, None, False)
            assert ended.seconds is not None
            assert 0 <= ended.seconds < SOON

    def test_death_by_signal_is_128_and_its_number(self, runner: Runner, order: MakeOrder) -> None:
        """A target that a signal of its own ended is told apart from an exit."""
        ended = run(runner, order("kill -ABRT $$; sleep 30"))
        assert (ended.code, ended.lost) == (134, None)

    def test_target_reads_and_writes_its_folder(self, runner: Runner, order: MakeOrder) -> None:
        """Parameters go in, the loss and the kept files come out, through HYPERDOCK_DIR."""
        mine = order(
            'cat "$HYPERDOCK_DIR/params.json" > "$HYPERDOCK_DIR/out/copy"'
            ' && echo 0.5 > "$HYPERDOCK_DIR/loss.json"'
        )
        assert run(runner, mine).code == 0
        assert (mine.folder.target / "out" / "copy").read_text() == '{"x": 1}'
        assert (mine.folder.target / "loss.json").read_text() == "0.5\n"

    def test_environment_tells_who_and_where(
        self, runner: Runner, offer: JobOffer, tmp_path: Path
    ) -> None:
        """The trial's variables are there; our own cannot be overridden."""
        variables = {"GREETING": "größer $HOME 'x'", "HYPERDOCK_JOB": "forged"}
        script = 'echo "$GREETING|$HYPERDOCK_TRIAL|$HYPERDOCK_JOB|$HYPERDOCK_ATTEMPT"'
        command = ("sh", "-c", script)
        mine = make_order(replace(offer, environment=variables, command=command), tmp_path)
        assert run(runner, mine).code == 0
        ours = mine.offer
        said = f"größer $HOME 'x'|{ours.trial_id}|{ours.job_id}|{ours.attempt}\n"
        assert mine.folder.log.read_text() == said

    def test_data_can_be_read(self, runner: Runner, offer: JobOffer, tmp_path: Path) -> None:
        """The trial's data folder is where HYPERDOCK_DATA says."""
        data = tmp_path / "data"
        data.mkdir()
        (data / "rows.csv").write_text("1,2\n")
        command = ("sh", "-c", 'cat "$HYPERDOCK_DATA/rows.csv"')
        mine = make_order(replace(offer, data=str(data), command=command), tmp_path)
        assert run(runner, mine).code == 0
        assert mine.folder.log.read_text() == "1,2\n"

    def test_missing_data_is_refused(self, runner: Runner, offer: JobOffer, tmp_path: Path) -> None:
        """A data folder that is not on this host is named, and not made."""
        missing = tmp_path / "no-such-data"
        command = ("sh", "-c", "true")
        mine = make_order(replace(offer, data=str(missing), command=command), tmp_path)
        with pytest.raises(CannotStart, match="no-such-data") as caught:
            runner.start(mine)
        assert caught.value.reason == "cannot_start"
        assert not missing.exists()

    def test_missing_program_is_refused(
        self, runner: Runner, offer: JobOffer, tmp_path: Path
    ) -> None:
        """A program that is not there is named: at once, or with the exit."""
        mine = make_order(replace(offer, command=("no-such-program", "x")), tmp_path)
        said = what_is_wrong(runner, mine)
        assert said is not None
        assert "no-such-program" in said

    def test_wait_gives_up_after_its_timeout(self, runner: Runner, order: MakeOrder) -> None:
        """A running target is waited for no longer than asked."""
        running = runner.start(order("sleep 60"))
        begun = time.monotonic()
        assert runner.wait(running, 0) is None
        assert runner.wait(running, 0.3) is None
        assert 0.3 <= time.monotonic() - begun < 5
        end(runner, running)

    def test_end_is_noticed_at_once(self, runner: Runner, order: MakeOrder) -> None:
        """Waiting ends with the target, not with the timeout, and says the same again later."""
        running = runner.start(order("sleep 0.3"))
        begun = time.monotonic()
        ended = runner.wait(running, SOON)
        assert ended is not None
        assert time.monotonic() - begun < 5
        assert runner.wait(running, 0) == ended

    def test_stop_asks_the_target_to_end(self, runner: Runner, order: MakeOrder) -> None:
        """TERM reaches the target, which may tidy up and choose its exit code."""
        mine = order('trap "echo bye; exit 7" TERM; echo ready; while :; do sleep 0.05; done')
        running = runner.start(mine)
        until(lambda: runner.wait(running, 0.05) or "ready" in read(mine.folder.log))
        runner.stop(running, force=False)
        ended = wait(runner, running)
        assert (ended.code, ended.lost) == (7, None)
        assert mine.folder.log.read_text().startswith("ready\n")
        assert "bye\n" in mine.folder.log.read_text()

    def test_stop_ends_a_target_that_does_not_care(self, runner: Runner, order: MakeOrder) -> None:
        """A target without a handler dies of TERM, and that is no loss of ours."""
        running = runner.start(order("sleep 60"))
        runner.stop(running, force=False)
        ended = wait(runner, running)
        assert (ended.code, ended.lost) == (143, None)

    def test_force_ends_what_ignores_term(self, runner: Runner, order: MakeOrder) -> None:
        """KILL needs no consent."""
        mine = order('trap "" TERM; echo ready; while :; do sleep 0.05; done')
        running = runner.start(mine)
        until(lambda: runner.wait(running, 0.05) or "ready" in read(mine.folder.log))
        runner.stop(running, force=False)
        assert runner.wait(running, 0.5) is None
        runner.stop(running, force=True)
        ended = wait(runner, running)
        assert (ended.code, ended.lost) == (137, None)

    @pytest.mark.parametrize("start", ["sh -c", "setsid sh -c"])
    def test_force_ends_all_children(self, runner: Runner, order: MakeOrder, start: str) -> None:
        """Children are killed too, also those that left for a session of their own."""
        mine = order(f"{start} '{TICKING}' & wait; sleep 60")
        running = runner.start(mine)
        until(lambda: ticks(mine) > 0)
        runner.stop(running, force=True)
        wait(runner, running)
        assert_still(mine)

    @pytest.mark.parametrize("start", ["sh -c", "setsid sh -c"])
    def test_nothing_outlives_a_target(self, runner: Runner, order: MakeOrder, start: str) -> None:
        """What a target left behind in the background ends with it."""
        mine = order(
            f"{start} '{TICKING}' >/dev/null 2>&1 &\n"
            'while ! [ -e "$HYPERDOCK_DIR/out/ticks" ]; do sleep 0.02; done; exit 0'
        )
        assert run(runner, mine).code == 0
        assert_still(mine)

    def test_stopping_an_ended_target_does_no_harm(self, runner: Runner, order: MakeOrder) -> None:
        """A stop that comes too late changes nothing."""
        running = runner.start(order("exit 5"))
        ended = wait(runner, running)
        runner.stop(running, force=False)
        runner.stop(running, force=True)
        assert wait(runner, running) == ended
        assert ended.code == 5

    def test_discarding_again_does_no_harm(self, runner: Runner, order: MakeOrder) -> None:
        """An ended target's traces go, its folder stays."""
        mine = order("echo done")
        running = runner.start(mine)
        wait(runner, running)
        runner.discard(running)
        runner.discard(running)
        assert mine.folder.log.read_text() == "done\n"
        assert (mine.folder.target / "params.json").exists()

    def test_running_target_may_be_discarded(self, runner: Runner, order: MakeOrder) -> None:
        """Whoever discards has done with a target, running or not."""
        mine = order(TICKING)
        running = runner.start(mine)
        until(lambda: ticks(mine) > 0)
        runner.stop(running, force=True)
        runner.discard(running)
        assert_still(mine)

    def test_memory_limit_is_kept(self, runner: Runner, offer: JobOffer, tmp_path: Path) -> None:
        """A target that takes more than it may is killed, and the exit says why."""
        greedy = "awk 'BEGIN { s = \"x\"; while (length(s) < 4e8) s = s s; while (1) {} }'"
        limits = Limits(memory=64 << 20)
        command = ("sh", "-c", f"{greedy}; exit $?")
        mine = make_order(replace(offer, limits=limits, command=command), tmp_path)
        ended = run(runner, mine)
        assert ended.out_of_memory
        assert ended.lost is None

    def test_several_targets_run_at_once(self, runner: Runner, order: MakeOrder) -> None:
        """Each thread has its own target, log and exit."""
        orders = [order(f"echo {number}; exit {number}") for number in range(6)]
        with ThreadPoolExecutor(6) as threads:
            codes = [ended.code for ended in threads.map(lambda each: run(runner, each), orders)]
        assert codes == list(range(6))
        assert [each.folder.log.read_text() for each in orders] == [f"{n}\n" for n in range(6)]


def what_is_wrong(runner: Runner, order: Order) -> str | None:
    """What a runner says of a target that cannot start, at once or with its exit."""
    try:
        return run(runner, order).cannot_start
    except CannotStart as error:
        return error.message
