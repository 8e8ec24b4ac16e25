"""The checker over whatever the supervisor records (a stateful property test)."""

from hypothesis import HealthCheck, settings
from tests.unit.hyperdock_supervisor.test_decider_machine import DeciderMachine

from hyperdock_common.checking import check_log
from hyperdock_common.history import history


class CheckedMachine(DeciderMachine):
    """The supervisor's own machine; what it recorded is checked at the end."""

    def teardown(self) -> None:
        """Every log of a supervisor is clean, and counted as an account kept apart counts it."""
        super().teardown()
        report = check_log(history(self.desk.log), settled=True)
        assert report.findings == ()
        counts, jobs = report.counts, self.ledger.jobs.values()
        assert (counts.jobs, counts.ended_once) == (len(jobs), len(jobs))
        assert (counts.trials, counts.open_trials) == (len(self.ledger.trials), 0)
        assert counts.attempts_lost == sum(len(each.lost) for each in jobs)


CheckedMachine.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestCheckedMachine = CheckedMachine.TestCase
