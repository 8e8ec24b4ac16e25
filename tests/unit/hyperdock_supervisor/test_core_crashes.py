"""The supervisor, killed at any point between two calls to its stores (a stateful property test).

A step may be cut off before or after the effect of each append, save, relay or ack. Whatever was
cut off, the views must be the fold of the log, nothing may be recorded twice or lost after its
ack, and the next supervisor must go on as if nothing had happened.
"""

from contextlib import ExitStack
from typing import Any, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.unit.hyperdock_supervisor.house import House, Killed, house
from tests.unit.hyperdock_supervisor.ledger import Ledger
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    heartbeat,
    lost,
    measured,
    registered,
    stopped,
    submitted,
)

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import (
    Envelope,
    Event,
    Failed,
    Outcome,
    Succeeded,
    TrialPaused,
    TrialResumed,
    TrialSubmitted,
    WorkerRegistered,
)
from hyperdock_common.history import history
from hyperdock_common.projections import PROJECTIONS

PICK = st.integers(0, 1000)
POINTS: st.SearchStrategy[int | str] = st.one_of(
    st.integers(0, 60),
    st.sampled_from(["append?", "append", "save?", "save", "relay", "ack?", "ack", "set_aside"]),
)
POISON = TrialSubmitted(trial_id="poison", spec={"name": "poison"})
OUTCOMES: st.SearchStrategy[Outcome] = st.sampled_from(
    [Succeeded(loss=0.3), Succeeded(loss=0.2), Failed(reason="exit_code")]
)
SPECS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"parallelism": st.integers(1, 3), "budget": st.fixed_dictionaries({"jobs": st.integers(1, 6)})}
)


class CrashMachine(RuleBasedStateMachine):
    """Workers and users that publish, and a supervisor that does not live long."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.house: House = self.stack.enter_context(house())
        self.ledger = Ledger()
        self.read = 0
        self.outbox: dict[str, Envelope] = {}
        self.acked: set[str] = set()
        self.must_be_recorded: set[str] = set()

    def post(self, *events: Event) -> None:
        """Publishes; what is not acked is published again when the bus went with the process."""
        for each in self.house.post(*events):
            self.outbox[each.event_id] = each
            if isinstance(each.event, WorkerRegistered | TrialSubmitted) and each.event != POISON:
                self.must_be_recorded.add(each.event_id)

    def look(self) -> None:
        """Enters what is in the log now, and strikes out what was acked."""
        for record in history(self.house.log, after=self.read):
            assert record.position == self.read + 1
            self.read = record.position
            self.ledger.add(record.event)
        self.acked |= set(self.house.bus.acked)
        self.outbox = {key: each for key, each in self.outbox.items() if key not in self.acked}

    def lease(self, pick: int) -> tuple[str, int, str]:
        """Some live lease."""
        held = self.ledger.held()
        return held[pick % len(held)]

    def waiting(self) -> list[tuple[str, int]]:
        """The attempts that may be claimed."""
        return [
            (job_id, len(job.lost) + 1)
            for job_id, job in self.ledger.jobs.items()
            if not job.ends
            and job.holder is None
            and self.ledger.trials[job.trial_id].state == "running"
        ]

    @initialize(document=SPECS)
    def begin(self, document: dict[str, Any]) -> None:
        """A worker and a trial are there."""
        self.post(registered("a", slots=3), submitted("t0", **document))
        self.house.supervisor.step(0)

    @rule()
    def step(self) -> None:
        """The supervisor takes an undisturbed step, and everyone hears of it."""
        before = self.house.log.head()
        self.house.supervisor.step(0)
        assert self.house.views_that_lie() == []
        recorded = range(before + 1, self.house.log.head() + 1)
        assert set(recorded) <= set(self.house.bus.relayed)

    @rule(
        point=POINTS,
        how=st.sampled_from(["supervisor killed", "process killed", "stores away"]),
    )
    def step_cut_off(
        self,
        point: int | str,
        how: Literal["supervisor killed", "process killed", "stores away"],
    ) -> None:
        """Invariant 5: at any moment each view is the fold of the log up to its position."""
        away = how == "stores away"
        self.house.fuse.set(point, StorageUnavailable("away") if away else Killed())
        try:
            self.house.supervisor.step(0)
        except StorageUnavailable:
            assert self.house.views_that_lie() == []
            self.house.supervisor.recover()
        except Killed:
            assert self.house.views_that_lie() == []
            self.look()
            self.house.restart(lose_bus=how == "process killed")
            if how == "process killed":
                self.house.post(*self.outbox.values())
        self.house.fuse.defuse()
        assert self.house.views_that_lie() == []

    @rule(document=SPECS)
    @precondition(lambda self: len(self.ledger.trials) < 3)
    def submit(self, document: dict[str, Any]) -> None:
        """A user submits a trial, once."""
        self.post(submitted(f"t{len(self.must_be_recorded)}", **document))

    @rule(worker=st.sampled_from(["a", "b"]), forgets=st.booleans())
    def register(self, worker: str, *, forgets: bool) -> None:
        """A worker comes, or comes again."""
        attempts = [] if forgets else self.ledger.refs(worker)
        self.post(registered(worker, attempts=attempts))

    @rule(worker=st.sampled_from(["a", "b", "stranger"]))
    def claim(self, worker: str) -> None:
        """A worker claims all that waits."""
        self.post(*(claimed(*each, by=worker) for each in self.waiting()))

    @rule(pick=PICK, outcome=OUTCOMES)
    @precondition(lambda self: self.ledger.held())
    def finish(self, pick: int, outcome: Outcome) -> None:
        """A job reports and ends."""
        job_id, attempt, worker = self.lease(pick)
        self.post(
            measured(job_id, attempt, worker),
            finished(job_id, outcome, attempt=attempt, by=worker),
        )

    @rule(pick=PICK)
    @precondition(lambda self: self.ledger.held())
    def lose(self, pick: int) -> None:
        """A worker gives an attempt back."""
        self.post(lost(*self.lease(pick)))

    @rule(pick=PICK, what=st.sampled_from(["pause", "resume", "stop"]))
    @precondition(lambda self: self.ledger.trials)
    def steer(self, pick: int, what: str) -> None:
        """A user pauses, resumes or stops a trial."""
        trial_id = list(self.ledger.trials)[pick % len(self.ledger.trials)]
        events: dict[str, Event] = {
            "pause": TrialPaused(trial_id=trial_id),
            "resume": TrialResumed(trial_id=trial_id),
            "stop": stopped(trial_id),
        }
        self.post(events[what])

    @rule()
    def beat(self) -> None:
        """A worker lives."""
        self.post(heartbeat("a", *self.ledger.refs("a")))

    @rule()
    def poison(self) -> None:
        """Somebody publishes what cannot be digested."""
        self.post(POISON)

    @rule(seconds=st.sampled_from([1.0, 70.0]))
    def wait(self, seconds: float) -> None:
        """Time passes while nobody looks."""
        self.house.wall.advance(seconds)
        self.house.monotonic.advance(seconds)

    @invariant()
    def the_log_is_in_order(self) -> None:
        """Invariants 1, 2 and 3: the ledger agrees, and what was acked is in the log."""
        self.look()
        promised = self.acked & self.must_be_recorded
        assert self.house.log.known(promised) == promised
        assert self.house.bus.relayed == sorted(set(self.house.bus.relayed))

    def teardown(self) -> None:
        """Invariants 1 and 7: when all is quiet every job has ended once, and nothing is left."""
        try:
            self._drain()
        finally:
            self.stack.close()

    def _drain(self) -> None:
        for _ in range(30):
            self.house.supervisor.step(0)
            self.look()
            open_trials = [t for t, each in self.ledger.trials.items() if each.state != "finished"]
            if not (open_trials or self.outbox):
                break
            self.post(*(TrialResumed(trial_id=trial_id) for trial_id in open_trials))
            self.post(registered("a", slots=3), registered("b"))
            self.post(*(claimed(*each, by="a") for each in self.waiting()))
            self.house.supervisor.step(0)
            self.look()
            for job_id, attempt, worker in self.ledger.held():
                self.post(finished(job_id, 1.0, attempt=attempt, by=worker))
        assert self.outbox == {}
        assert {each.state for each in self.ledger.trials.values()} <= {"finished"}
        assert {job.ends for job in self.ledger.jobs.values()} <= {1}
        head = self.house.log.head()
        assert {self.house.views.position(each.schema.name) for each in PROJECTIONS} == {head}
        assert self.house.views_that_lie() == []
        assert "poison" not in self.ledger.trials


CrashMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestCrashes = CrashMachine.TestCase
