"""From recorded events to messages at their targets, over restarts, outages and slow targets."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
from tests.unit.hyperdock_gateway.notify.waiting import wait_until
from tests.unit.hyperdock_gateway.world import World

from hyperdock_common.errors import StorageUnavailable
from hyperdock_common.events import Failed, TrialFinished, WorkerLost
from hyperdock_common.json_types import JsonObject
from hyperdock_common.ports import ViewStore
from hyperdock_common.projections import NOTIFICATIONS
from hyperdock_common.service.secrets import Secret
from hyperdock_gateway.notify import Notifier, Sent, Text
from hyperdock_gateway.notify.notices import Kind
from hyperdock_gateway.notify.sending import Retries
from hyperdock_gateway.notify.settings import NotifySettings, Target, TrialFilter

QUICK = Retries(first=0.01, longest=0.02, patience=60.0)
ALL: frozenset[Kind] = frozenset(
    {"trial_finished", "trial_failing", "best_improved", "worker_lost"}
)
HOURS = 3600.0


class Reader:
    """A target that reads what it gets, if it can be reached."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.is_away = False
        self.gate = threading.Event()
        self.gate.set()
        self.tries = 0

    def send(self, text: Text) -> Sent:
        """See `Sender.send`."""
        self.tries += 1
        self.gate.wait()
        if self.is_away:
            return Sent(ok=False, problem="it is away")
        self.titles.append(text.title)
        return Sent(ok=True)


class Office:
    """Notifiers over one world, one after the other."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.views: ViewStore = world.views
        self.readers = {"a": Reader(), "b": Reader()}
        self.on = {"a": ALL, "b": frozenset[Kind]({"worker_lost"})}
        self.trials = TrialFilter()
        self.late = 0.0
        self.every = 600.0
        self.counts: list[tuple[str, str]] = []

    @property
    def read(self) -> list[str]:
        """What the first target has read."""
        return self.readers["a"].titles

    @contextmanager
    def open(self) -> Iterator[Notifier]:
        """A notifier at work; later ones go on where earlier ones ended."""
        settings = NotifySettings(
            targets=tuple(
                Target(key=key, url=Secret("x://"), on=on, trials=self.trials)
                for key, on in self.on.items()
            ),
            every=self.every,
            skip_first=0,
        )
        notifier = Notifier(
            self.world.log,
            self.world.bus,
            self.views,
            settings,
            self.readers,
            clock=lambda: time.time() + self.late,
            retries=QUICK,
            counted=lambda kind, state: self.counts.append((kind, state)),
        )
        notifier.start()
        try:
            self.wait_for_place()
            yield notifier
        finally:
            notifier.stop()

    def place(self) -> Mapping[str, object] | None:
        """What is remembered of how far it has come."""
        return self.world.views.get(NOTIFICATIONS.name, "place")

    def wait_for_place(self) -> None:
        """Waits until it has begun."""
        wait_until(self.place)

    def lose(self, worker_id: str) -> None:
        """A worker comes and is lost."""
        self.world.add_worker(worker_id)
        self.world.publish(WorkerLost(worker_id=worker_id, reason="silent"))

    def finish(self, trial_id: str) -> None:
        """A trial ends."""
        self.world.publish(TrialFinished(trial_id=trial_id, end="completed", reason="budget"))


def lost(*names: str) -> list[str]:
    """What is told of lost workers."""
    return [f"Worker {name} is lost" for name in names]


@pytest.fixture
def office(world: World) -> Office:
    """Nothing has been told in it."""
    return Office(world)


def test_it_begins_with_what_happens_from_now_on(office: Office) -> None:
    """The past of a log that is years old is nobody's news."""
    office.lose("old")
    with office.open():
        office.lose("new")
        wait_until(lambda: office.read)
    assert office.read == lost("new")


def test_each_target_hears_what_it_is_for(office: Office) -> None:
    """A kind that it does not want is not sent."""
    with office.open():
        trial = office.world.add_trial()
        office.world.end_job(office.world.add_job(trial, 1), 0.5)
        office.finish(trial)
        office.lose("w")
        wait_until(lambda: len(office.read) == 3 and office.readers["b"].titles)
    assert office.read == [
        "Trial Tune it!: best loss 0.5",
        "Trial Tune it!: completed",
        *lost("w"),
    ]
    assert office.readers["b"].titles == lost("w")
    assert sorted(office.counts)[-2:] == [("worker_lost", "sent")] * 2


def test_trials_that_nobody_asked_for_are_not_told(office: Office) -> None:
    """A filter by tag and name; workers have neither."""
    office.trials = TrialFilter(tags=("prod",), names=("res*",))
    with office.open():
        for trial_id, name, tags in (("t-1", "vgg", ["prod"]), ("t-2", "resnet", ["prod"])):
            office.finish(office.world.add_trial(trial_id, name=name, tags=tags))
        office.lose("w")
        wait_until(lambda: len(office.read) == 2)
    assert office.read == ["Trial resnet: completed", *lost("w")]


def test_what_happens_while_it_is_down_is_told_afterwards_and_once(office: Office) -> None:
    """A restart loses nothing and repeats nothing."""
    with office.open():
        office.lose("w1")
        wait_until(lambda: office.read)
    office.lose("w2")
    with office.open():
        office.lose("w3")
        wait_until(lambda: len(office.read) == 3)
    with office.open():
        office.lose("w4")
        wait_until(lambda: len(office.read) == 4)
    assert office.read == lost("w1", "w2", "w3", "w4")


def test_what_could_not_be_sent_before_the_end_is_sent_the_next_time(office: Office) -> None:
    """A message waits in the store, not only in memory."""
    office.readers["a"].is_away = True
    with office.open():
        office.lose("w1")
        office.lose("w2")
        wait_until(lambda: office.readers["a"].tries > 2)
    assert office.read == []
    office.readers["a"].is_away = False
    with office.open():
        wait_until(lambda: len(office.read) == 2)
    assert office.read == lost("w1", "w2")


def test_a_target_that_does_not_answer_holds_up_nobody(office: Office) -> None:
    """Neither another target nor the end."""
    office.readers["a"].gate.clear()
    with office.open():
        office.lose("w1")
        office.lose("w2")
        wait_until(lambda: len(office.readers["b"].titles) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    office.readers["a"].gate.set()


def test_old_news_are_summed_up(office: Office) -> None:
    """After a long downtime: one message, and the news of now one by one."""
    with office.open():
        pass
    for number in range(30):
        office.lose(f"w{number}")
    office.late = 2 * HOURS
    with office.open():
        wait_until(lambda: office.read)
        office.late = 0.0
        office.lose("now")
        wait_until(lambda: len(office.read) == 2)
    summary = "While nobody could be told: 30 workers were lost"
    assert office.read == [summary, *lost("now")]
    assert office.readers["b"].titles == [summary, *lost("now")]


def test_old_messages_that_wait_are_summed_up_too(office: Office) -> None:
    """A target that was away for hours is not flooded, and hears of each of them once."""
    office.readers["a"].is_away = True
    with office.open():
        office.lose("w1")
        wait_until(lambda: office.readers["a"].tries)
    office.lose("w2")
    office.late, office.readers["a"].is_away = 2 * HOURS, False
    with office.open():
        wait_until(lambda: office.read)
    with office.open():
        office.late = 0.0
        office.lose("w3")
        wait_until(lambda: len(office.read) == 2)
    assert office.read == ["While nobody could be told: 2 workers were lost", *lost("w3")]


def test_an_improvement_that_waits_for_its_time_outlives_a_restart(office: Office) -> None:
    """The latest one is told when its time has come, with the best of all jobs."""
    with office.open():
        trial = office.world.add_trial()
        for number, loss in enumerate((0.9, 0.8, 0.7), 1):
            office.world.end_job(office.world.add_job(trial, number), loss)
        wait_until(lambda: office.read)
        wait_until(lambda: (office.place() or {}).get("pending") == [trial])
    office.late = 601.0
    with office.open():
        wait_until(lambda: len(office.read) == 2)
    with office.open():
        office.lose("w")
        wait_until(lambda: len(office.read) == 3)
    assert office.read == [
        "Trial Tune it!: best loss 0.9",
        "Trial Tune it!: best loss 0.7",
        *lost("w"),
    ]


def test_a_trial_that_began_before_it_did_is_known_in_full(office: Office) -> None:
    """Its past is read from the log when it is needed."""
    trial = office.world.add_trial()
    for number in range(1, 5):
        job = office.world.add_job(trial, number)
        office.world.end_job(job, Failed(reason="exit_code", message="it ended with 1"))
    with office.open():
        job = office.world.add_job(trial, 5)
        office.world.end_job(job, Failed(reason="exit_code", message="it ended with 1"))
        wait_until(lambda: office.read)
    assert office.read == ["Trial Tune it!: its jobs fail"]


class Flaky:
    """A view store that is away for a while."""

    def __init__(self, views: ViewStore) -> None:
        self._views = views
        self.failures = 0
        self.position = views.position
        self.folded = views.folded
        self.get = views.get
        self.get_many = views.get_many
        self.texts = views.texts
        self.page = views.page
        self.clear = views.clear

    def save(self, view: str, documents: Mapping[str, JsonObject], position: int) -> None:
        """See `ViewStore.save`."""
        if self.failures:
            self.failures -= 1
            raise StorageUnavailable("the disk is full")
        self._views.save(view, documents, position)


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_a_store_that_is_away_delays_messages_and_loses_none(office: Office, failures: int) -> None:
    """Each is sent once, whichever write failed."""
    views = Flaky(office.world.views)
    office.views = views
    with office.open():
        office.lose("w0")
        wait_until(lambda: office.read)
        views.failures = failures
        office.lose("w1")
        office.lose("w2")
        wait_until(lambda: len(office.read) == 3)
        office.lose("w3")
        wait_until(lambda: len(office.read) == 4)
    assert office.read == lost("w0", "w1", "w2", "w3")


def test_the_log_of_another_system_is_begun_at_its_head(office: Office) -> None:
    """The views may have been kept while the log was put back from a copy."""
    office.lose("old")
    state: JsonObject = {"position": 999, "until": 0.0, "pending": [], "next": 5}
    office.world.views.save(NOTIFICATIONS.name, {"place": state}, 7)
    with office.open():
        wait_until(lambda: (office.place() or {}).get("position") == 2)
        office.lose("new")
        wait_until(lambda: office.read)
    assert office.read == lost("new")


def test_what_was_told_is_kept_without_any_address(office: Office) -> None:
    """The last messages, with what became of them."""

    def kept() -> JsonObject:
        return office.world.views.get(NOTIFICATIONS.name, "message-001") or {}

    with office.open():
        office.lose("w")
        wait_until(lambda: kept().get("state") == "sent")
    assert (kept()["title"], kept()["target"]) == ("Worker w is lost", "a")
    assert "x://" not in str(kept())


def test_a_notifier_that_was_not_started_can_be_stopped(office: Office) -> None:
    """Whatever else failed before."""
    settings = NotifySettings(targets=())
    Notifier(office.world.log, office.world.bus, office.views, settings, {}).stop()
