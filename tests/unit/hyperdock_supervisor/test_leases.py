"""Who was silent for too long, on the supervisor's own clock."""

from tests.unit.hyperdock_supervisor.words import ref

from hyperdock_supervisor.domain.leases import Leases, Silence

SILENCE = Silence(lost_after=60.0, own_pause=5.0)
LEASE = ("t.1", 1, "w")


def listening(leases: Leases, begin: float, end: float) -> float:
    """Lets time pass while the supervisor listens; gives the time after it."""
    now = begin
    while now < end:
        now = min(now + SILENCE.own_pause, end)
        leases.listen(now)
    return now


def test_a_worker_is_silent_when_it_was_not_heard_of_in_time() -> None:
    """The limit itself is still in time."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_worker("w", 0.0)
    assert leases.silent_workers(["w"], listening(leases, 0.0, 60.0)) == []
    assert leases.silent_workers(["w"], listening(leases, 60.0, 61.0)) == ["w"]


def test_time_in_which_nobody_could_get_through_does_not_count() -> None:
    """Of however short pauses it is made."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_worker("w", 0.0)
    for now in range(1, 200):
        leases.listen(float(now), deaf=True)
    assert leases.silent_workers(["w"], listening(leases, 199.0, 259.0)) == []
    assert leases.silent_workers(["w"], listening(leases, 259.0, 260.0)) == ["w"]


def test_after_a_time_in_which_nobody_got_through_every_lease_is_as_good_as_new() -> None:
    """It is noticed late that nobody does, and workers need a while to come back afterwards."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_worker("w", 0.0)
    leases.saw_attempts("w", [ref()], 0.0)
    leases.listen(listening(leases, 0.0, 55.0), deaf=True)
    now = listening(leases, 55.0, 115.0)
    assert leases.silent_workers(["w"], now) == []
    assert leases.expired([LEASE], now) == []


def test_a_sign_of_life_begins_the_time_anew() -> None:
    """For the worker that gave it."""
    leases = Leases(SILENCE, 0.0)
    for worker_id in ("v", "w"):
        leases.saw_worker(worker_id, 0.0)
    leases.saw_worker("w", listening(leases, 0.0, 50.0))
    assert leases.silent_workers(["v", "w"], listening(leases, 50.0, 70.0)) == ["v"]


def test_a_worker_that_was_never_heard_of_is_silent_from_the_first_look_on() -> None:
    """After a restart nobody has been silent yet."""
    leases = Leases(SILENCE, 0.0)
    assert leases.silent_workers(["w"], 50.0) == []
    assert leases.silent_workers(["w"], 100.0) == []
    assert leases.silent_workers(["w"], 111.0) == ["w"]


def test_a_worker_that_is_no_longer_known_is_forgotten() -> None:
    """When it comes back its time begins anew."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_worker("w", 0.0)
    assert leases.silent_workers([], 10.0) == []
    assert leases.silent_workers(["w"], 100.0) == []


def test_a_lease_expires_when_nobody_renews_it() -> None:
    """Being named by its worker renews it."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_attempts("w", [ref("t.1"), ref("t.2")], 0.0)
    leases.saw_attempts("w", [ref("t.2")], listening(leases, 0.0, 30.0))
    now = listening(leases, 30.0, 61.0)
    assert leases.expired([LEASE, ("t.2", 1, "w")], now) == [LEASE]


def test_each_attempt_has_a_lease_of_its_own() -> None:
    """Naming the first does not renew the second."""
    leases = Leases(SILENCE, 0.0)
    assert leases.expired([("t.1", 2, "w")], 0.0) == []
    leases.saw_attempts("w", [ref("t.1", 1)], listening(leases, 0.0, 61.0))
    assert leases.expired([("t.1", 2, "w")], 61.0) == [("t.1", 2, "w")]


def test_the_supervisors_own_pause_is_held_against_nobody() -> None:
    """A store that was away, or a machine that slept, ends no lease."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_worker("w", 0.0)
    leases.saw_attempts("w", [ref()], 0.0)
    leases.listen(1000.0)
    assert leases.silent_workers(["w"], 1000.0) == []
    assert leases.expired([LEASE], 1000.0) == []
    now = listening(leases, 1000.0, 1061.0)
    assert leases.silent_workers(["w"], now) == ["w"]
    assert leases.expired([LEASE], now) == [LEASE]


def test_a_sign_of_life_right_after_a_pause_is_not_of_the_future() -> None:
    """What was heard before the supervisor looked at its clock again has not lost the pause."""
    leases = Leases(SILENCE, 0.0)
    leases.saw_worker("w", 1000.0)
    leases.saw_attempts("w", [ref()], 1000.0)
    leases.listen(1000.0)
    now = listening(leases, 1000.0, 1061.0)
    assert leases.silent_workers(["w"], now) == ["w"]
    assert leases.expired([LEASE], now) == [LEASE]
