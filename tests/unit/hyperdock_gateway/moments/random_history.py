"""A log in which everything has happened that may, as a real decider recorded it."""

import random

from tests.unit.hyperdock_supervisor.list_log import ListLog
from tests.unit.hyperdock_supervisor.test_decider_machine import DeciderMachine

from hyperdock_common.events import Failed, Outcome, Succeeded, TrialAnnotated

TRIALS = ("t0", "t1", "t2", "t3")
_WORKERS = ("a", "b", "c")
_JOBS = 120


def random_history(events: int, seed: int = 5) -> ListLog:
    """The log of several trials with some workers: lost, failed, retracted, changed and all.

    Args:
        events: how many there are at least.
        seed: another one makes another history.
    """
    history = _History(random.Random(seed))  # noqa: S311 - no secret
    while history.machine.desk.log.head() < events:
        history.go_on()
    return history.machine.desk.log


class _History:
    """Leads the supervisor's own machine through one of its runs, a long one."""

    def __init__(self, chance: random.Random) -> None:
        self.machine = DeciderMachine()
        self._chance = chance
        self.machine.begin(document=self._document("large"))
        for name in ("large", "small", "large"):
            self.machine.submit(document=self._document(name))

    def go_on(self) -> None:
        """A little work, which mostly succeeds, and now and then something else."""
        chance, machine = self._chance, self.machine
        for worker in _WORKERS:
            machine.beat(worker=worker, forgets=False)
        if machine.desk.waiting():
            machine.claim(worker=chance.choice(_WORKERS))
        for _ in range(chance.randrange(4)):
            if machine.ledger.held():
                machine.start(pick=chance.randrange(1000))
        if machine.ledger.held():
            machine.finish(pick=chance.randrange(1000), outcome=self._outcome())
        if chance.random() < 0.5:
            self._interfere()
        machine.take_in()
        machine.enter(machine.desk.wait(chance.choice((0.5, 2.0, 5.0))))

    def _interfere(self) -> None:
        chance, machine = self._chance, self.machine
        pick, worker = chance.randrange(1000), chance.choice(_WORKERS)
        match chance.randrange(12):
            case 0 | 1:
                machine.register(worker=worker, slots=3, forgets=chance.random() < 0.3)
            case 2 if chance.random() < 0.2:
                machine.leave(worker=worker)
            case 3 if machine.ledger.held():
                machine.lose(pick=pick)
            case 11 if machine.ledger.lost():
                machine.finish_late(pick=pick, outcome=self._outcome())
            case 4:
                machine.steer(pick=pick, pause=chance.random() < 0.3)
            case 5:
                machine.add_points(pick=pick, losses=[None, chance.random()])
            case 6 if machine.ledger.results():
                machine.retract(pick=pick)
            case 7:
                machine.change(pick=pick, jobs=_JOBS + pick % 9, parallelism=2 + pick % 3)
            case 8:
                trial_id = machine.trial(pick)
                machine.say(TrialAnnotated(trial_id=trial_id, notes=f"seen {pick}", tags=["a"]))
            case 9:
                machine.file_away(pick=pick, archived=chance.random() < 0.5)
            case 10:
                machine.drain(worker=worker, draining=chance.random() < 0.5)

    def _outcome(self) -> Outcome:
        if self._chance.random() < 0.15:
            return Failed(reason="exit_code", message="it ended with 1")
        return Succeeded(loss=round(self._chance.random(), 2))

    def _document(self, name: str) -> dict[str, object]:
        budget = {"jobs": _JOBS, "max_failures": 60}
        return {"name": name, "parallelism": 3, "retries": 5, "priority": 0, "budget": budget}
