"""The contract of the `Runner` port: what targets print."""

from hyperdock_common.ports import Runner
from hyperdock_common.testing.runner_targets import (
    LOG_LIMIT,
    MakeOrder,
    RunnerFixtures,
    end,
    read,
    run,
    until,
)


class RunnerLogContract(RunnerFixtures):
    """Nothing is lost below the limit, and nobody drowns above it."""

    def test_log_is_complete_when_the_exit_is_known(self, runner: Runner, order: MakeOrder) -> None:
        """Standard output and error are both there, each in its own order."""
        mine = order("echo one; echo two >&2; printf three; exit 1")
        assert run(runner, mine).code == 1
        printed = mine.folder.log.read_text()
        assert "two\n" in printed
        assert printed.replace("two\n", "") == "one\nthree"

    def test_log_grows_while_the_target_runs(self, runner: Runner, order: MakeOrder) -> None:
        """What was printed can be read long before the end."""
        mine = order("echo begun; sleep 60")
        running = runner.start(mine)
        until(lambda: runner.wait(running, 0.05) or "begun\n" in read(mine.folder.log))
        assert runner.wait(running, 0) is None
        end(runner, running)

    def test_log_is_capped(self, runner: Runner, order: MakeOrder) -> None:
        """Of 100 MB of output the beginning and the end are kept, and the cut is said."""
        line = "x" * 99
        mine = order(f"echo FIRST; yes {line} | head -n 1000000; echo LAST; exit 9")
        assert run(runner, mine).code == 9
        content = mine.folder.log.read_bytes()
        assert LOG_LIMIT < len(content) < 2 * LOG_LIMIT
        assert content.startswith(b"FIRST\nxxx")
        assert content.endswith(b"xxx\nLAST\n")
        notices = [each for each in content.split(b"\n") if b"hyperdock:" in each]
        assert len(notices) == 1
        assert b"left out" in notices[0]

    def test_long_log_is_not_capped_below_the_limit(self, runner: Runner, order: MakeOrder) -> None:
        """Up to the limit not a byte is missing, whatever the bytes are."""
        mine = order(
            "i=0; while [ $i -lt 9000 ]; do i=$((i+1)); echo \"$i ü\"; done; printf '\\000'"
        )
        assert run(runner, mine).code == 0
        expected = "".join(f"{number} ü\n" for number in range(1, 9001)) + "\0"
        assert mine.folder.log.read_text() == expected
