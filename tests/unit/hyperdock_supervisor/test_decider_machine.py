"""The decider under everything that can happen to it, in any order (a stateful property test).

After each step a ledger that is kept apart from the decider must agree with what was recorded;
at the end a well-behaved worker finishes the rest, and then nothing may be left open.
"""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.unit.hyperdock_supervisor.desk import Desk
from tests.unit.hyperdock_supervisor.fake_optimizers import Remembering
from tests.unit.hyperdock_supervisor.ledger import Ledger
from tests.unit.hyperdock_supervisor.words import (
    claimed,
    finished,
    heartbeat,
    job_stopped,
    lost,
    measured,
    registered,
    started,
    stopped,
    submitted,
)

from hyperdock_common.events import (
    Cancelled,
    Event,
    Failed,
    JobRetracted,
    Outcome,
    Point,
    PointsAdded,
    Succeeded,
    TrialAnnotated,
    TrialArchived,
    TrialChanged,
    TrialPaused,
    TrialResumed,
    WorkerDrainSet,
    WorkerLeft,
)

PICK = st.integers(0, 1000)
WORKERS = st.sampled_from(["a", "b", "c"])
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.sampled_from([0.05, 0.5, 1.0]).map(lambda loss: Succeeded(loss=loss)),
    st.sampled_from(["exit_code", "no_loss", "cannot_start"]).map(lambda why: Failed(reason=why)),
    st.just(Cancelled(reason="user")),
)
SPECS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["small", "large"]),
        "parallelism": st.integers(1, 3),
        "retries": st.integers(0, 2),
        "priority": st.integers(0, 1),
        "budget": st.fixed_dictionaries(
            {"jobs": st.integers(1, 6)},
            optional={
                "wall_time": st.just(100),
                "target_loss": st.just(0.1),
                "max_failures": st.integers(0, 2),
            },
        ),
    }
)


class DeciderMachine(RuleBasedStateMachine):
    """Everything that workers, users, clocks and crashes can do."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(
            lambda spec, generation: Remembering(
                spec, generation, 4 if spec.name == "small" else None
            ),
            slow_to_make=True,
        )
        self.ledger = Ledger()
        self.pending: list[Event] = []
        self.known: list[tuple[str, int]] = []
        self.points = 0

    def say(self, *events: Event) -> None:
        """Puts events into the batch that is taken in next."""
        self.pending += events

    def take_in(self) -> None:
        """Lets the decider have the batch, and enters what it records."""
        batch, self.pending = self.pending, []
        self.enter(self.desk.publish(*batch))

    def enter(self, recorded: list[Event]) -> None:
        """Enters what was recorded."""
        for event in recorded:
            self.ledger.add(event)
        self.ledger.settle()
        self.known += [each for each in self.desk.waiting() if each not in self.known]

    def trial(self, pick: int) -> str:
        """Some trial."""
        return list(self.ledger.trials)[pick % len(self.ledger.trials)]

    def attempt(self, pick: int) -> tuple[str, int]:
        """Some attempt that was offered at some time."""
        return self.known[pick % len(self.known)]

    def lease(self, pick: int) -> tuple[str, int, str]:
        """Some live lease."""
        held = self.ledger.held()
        return held[pick % len(held)]

    @initialize(document=SPECS)
    def begin(self, document: dict[str, Any]) -> None:
        """Two workers are there, and a trial that both are busy with."""
        self.say(registered("a"), registered("b"), submitted("t0", **document))
        self.take_in()
        self.take_in()
        self.say(*(claimed(*each, by="ab"[n % 2]) for n, each in enumerate(self.desk.waiting())))
        self.take_in()

    @rule()
    def end_batch(self) -> None:
        """Whatever was said so far is one batch."""
        self.take_in()

    @rule(document=SPECS)
    @precondition(lambda self: len(self.ledger.trials) < 3)
    def submit(self, document: dict[str, Any]) -> None:
        """A user submits a trial."""
        self.say(submitted(f"t{len(self.ledger.trials)}", **document))
        self.take_in()

    @rule(worker=WORKERS, slots=st.integers(1, 3), forgets=st.booleans())
    def register(self, worker: str, slots: int, *, forgets: bool) -> None:
        """A worker comes, or comes again, with or without what it ran."""
        attempts = [] if forgets else self.ledger.refs(worker)
        self.say(registered(worker, slots=slots, attempts=attempts))

    @rule(worker=WORKERS)
    def leave(self, worker: str) -> None:
        """A worker says goodbye, whether it was there or not."""
        self.say(WorkerLeft(worker_id=worker))

    @rule(worker=WORKERS, forgets=st.booleans())
    def beat(self, worker: str, *, forgets: bool) -> None:
        """A worker lives."""
        self.say(heartbeat(worker, *([] if forgets else self.ledger.refs(worker))))

    @rule(worker=WORKERS)
    @precondition(lambda self: self.desk.waiting())
    def claim(self, worker: str) -> None:
        """A worker claims all that waits, whether it is registered or not."""
        self.say(*(claimed(*each, by=worker) for each in self.desk.waiting()))
        self.take_in()

    @rule(worker=WORKERS, pick=PICK)
    @precondition(lambda self: self.known)
    def claim_anything(self, worker: str, pick: int) -> None:
        """A worker claims what was offered at some time."""
        self.say(claimed(*self.attempt(pick), by=worker))

    @rule(pick=PICK)
    @precondition(lambda self: self.ledger.held())
    def start(self, pick: int) -> None:
        """A target starts and reports on its way."""
        self.say(started(*self.lease(pick)), measured(*self.lease(pick)))

    @rule(pick=PICK, outcome=OUTCOMES)
    @precondition(lambda self: self.ledger.held())
    def finish(self, pick: int, outcome: Outcome) -> None:
        """A job ends by its holder."""
        job_id, attempt, worker = self.lease(pick)
        self.say(finished(job_id, outcome, attempt=attempt, by=worker))

    @rule(pick=PICK, outcome=OUTCOMES)
    @precondition(lambda self: self.ledger.lost())
    def finish_late(self, pick: int, outcome: Outcome) -> None:
        """A result of a lost attempt comes after all, whoever has the job now."""
        lost_ones = self.ledger.lost()
        job_id, attempt, worker = lost_ones[pick % len(lost_ones)]
        self.say(finished(job_id, outcome, attempt=attempt, by=worker))

    @rule(pick=PICK, worker=WORKERS, outcome=OUTCOMES)
    @precondition(lambda self: self.known)
    def finish_anything(self, pick: int, worker: str, outcome: Outcome) -> None:
        """A result of an attempt that was lost, ended, or never this worker's."""
        job_id, attempt = self.attempt(pick)
        self.say(finished(job_id, outcome, attempt=attempt, by=worker))

    @rule(pick=PICK)
    @precondition(lambda self: self.ledger.held())
    def lose(self, pick: int) -> None:
        """A worker gives an attempt back, and another one takes it."""
        self.say(lost(*self.lease(pick)))
        self.take_in()
        self.say(*(claimed(*each, by="a") for each in self.desk.waiting()))

    @rule(pick=PICK, worker=WORKERS)
    @precondition(lambda self: self.known)
    def lose_anything(self, pick: int, worker: str) -> None:
        """A loss of an attempt that was lost, ended, or never this worker's."""
        self.say(lost(*self.attempt(pick), worker))

    @rule(pick=PICK, pause=st.booleans())
    @precondition(lambda self: self.ledger.trials)
    def steer(self, pick: int, *, pause: bool) -> None:
        """A user pauses or resumes a trial, whatever state it is in."""
        trial_id = self.trial(pick)
        self.say(TrialPaused(trial_id=trial_id) if pause else TrialResumed(trial_id=trial_id))

    @rule(pick=PICK, losses=st.lists(st.sampled_from([None, 0.05, 0.5]), min_size=1, max_size=3))
    @precondition(lambda self: self.ledger.trials)
    def add_points(self, pick: int, losses: list[float | None]) -> None:
        """A user adds points to be run, or evaluated ones, to a trial in whatever state."""
        points = []
        for loss in losses:
            self.points += 1
            points.append(Point(point_id=f"p{self.points}", params={"x": 0.25}, loss=loss))
        self.say(PointsAdded(trial_id=self.trial(pick), points=points))

    @rule(pick=PICK)
    @precondition(lambda self: self.known or self.ledger.results())
    def retract(self, pick: int) -> None:
        """A user retracts a result, mostly one that counts."""
        known = [*self.ledger.results(), *(job_id for job_id, _ in self.known[:1])]
        job_id = known[pick % len(known)]
        self.say(JobRetracted(trial_id=job_id.rpartition(".")[0], job_id=job_id))

    @rule(pick=PICK, jobs=st.integers(1, 8), parallelism=st.integers(1, 4))
    @precondition(lambda self: self.ledger.trials)
    def change(self, pick: int, jobs: int, parallelism: int) -> None:
        """A user changes what a trial may use, whatever state it is in."""
        trial_id = self.trial(pick)
        self.say(TrialChanged(trial_id=trial_id, budget={"jobs": jobs}, parallelism=parallelism))

    @rule(pick=PICK, archived=st.booleans())
    @precondition(lambda self: self.ledger.trials)
    def file_away(self, pick: int, *, archived: bool) -> None:
        """A user annotates a trial and puts it away, whatever state it is in."""
        trial_id = self.trial(pick)
        self.say(TrialAnnotated(trial_id=trial_id, tags=["a"]))
        self.say(TrialArchived(trial_id=trial_id, archived=archived))

    @rule(worker=WORKERS, draining=st.booleans())
    def drain(self, worker: str, *, draining: bool) -> None:
        """An operator drains a worker, or lets it take jobs again, whether it is there or not."""
        self.say(WorkerDrainSet(worker_id=worker, draining=draining))

    @rule(pick=PICK, sure=st.integers(0, 3))
    @precondition(lambda self: self.ledger.trials)
    def stop(self, pick: int, sure: int) -> None:
        """A user stops a trial, whatever state it is in; not too often."""
        if sure == 3:
            self.say(stopped(self.trial(pick)))

    @rule(pick=PICK)
    @precondition(lambda self: self.known)
    def stop_job(self, pick: int) -> None:
        """A user stops a job, whatever state it is in."""
        self.say(job_stopped(self.attempt(pick)[0]))

    @rule(seconds=st.sampled_from([1.0, 30.0, 70.0]))
    def wait(self, seconds: float) -> None:
        """Time passes; leases may expire, budgets may run out."""
        self.take_in()
        self.enter(self.desk.wait(seconds))

    @rule(seconds=st.sampled_from([0.0, 1000.0]))
    def restart(self, seconds: float) -> None:
        """The supervisor dies with what it has not recorded, and comes back after a while."""
        self.pending.clear()
        self.desk.sleep(seconds)
        self.desk.restart()

    @invariant()
    def keeps_only_what_the_log_says(self) -> None:
        """Invariant 5: its state is the fold of the log, and of nothing else."""
        rebuilt = Desk()._new_decider()
        rebuilt.rebuild(self.desk.log)
        live = self.desk.decider
        assert live._fleet == rebuilt._fleet
        assert live._ended == rebuilt._ended
        assert live._trials == rebuilt._trials

    @invariant()
    def offers_only_what_may_be_claimed(self) -> None:
        """Invariant 2: jobs of running trials whose lease nobody holds."""
        for job_id, attempt in self.desk.waiting():
            job = self.ledger.jobs[job_id]
            assert self.ledger.trials[job.trial_id].state == "running"
            assert (job.ends, job.holder, attempt) == (0, None, len(job.lost) + 1)
            assert attempt <= self.ledger.trials[job.trial_id].spec.retries + 1

    def teardown(self) -> None:
        """Invariant 1: while some worker lives every job ends once, and every trial after it."""
        self.take_in()
        for _ in range(40):
            open_trials = [t for t, each in self.ledger.trials.items() if each.state != "finished"]
            if not open_trials:
                break
            self.say(*(TrialResumed(trial_id=trial_id) for trial_id in open_trials))
            self.say(registered("good", slots=3, attempts=self.ledger.refs("good")))
            self.take_in()
            self.say(*(claimed(*each, by="good") for each in self.desk.waiting()))
            self.take_in()
            for job_id, attempt, worker in self.ledger.held("good"):
                self.say(finished(job_id, 1.0, attempt=attempt, by=worker))
            self.take_in()
            self.enter(self.desk.wait(10.0))
        assert {each.state for each in self.ledger.trials.values()} <= {"finished"}
        assert {job.ends for job in self.ledger.jobs.values()} <= {1}
        decider, proposing = self.desk.decider, self.desk.decider._proposing
        left = (decider._trials, proposing._exhausted, proposing._stale, proposing._versions_told)
        assert [len(each) for each in (*left, proposing._proposers._studies)] == [0, 0, 0, 0, 0]


DeciderMachine.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestDeciderMachine = DeciderMachine.TestCase
