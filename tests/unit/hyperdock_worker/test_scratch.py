import pytest, random, threading, time
from collections import Counter
from dataclasses import replace
from tests.unit.hyperdock_worker.crashes import Cut, Process
from tests.unit.hyperdock_worker.fake_runner import FakeRunner
from tests.unit.hyperdock_worker.taps import tapped
from tests.unit.hyperdock_worker.waiting import until
from tests.unit.hyperdock_worker.world import TRIAL
from tests.unit.hyperdock_worker.workshop import SETTINGS
from hyperdock_common.events import *
from hyperdock_common.errors import *
from hyperdock_worker import attempt as am, patience as pm, worker as wm, chores as cm
from hyperdock_worker.worker import Stores, Worker
import hyperdock_supervisor.domain.leases as leases


def late(t):
    try:
        t.succeeds(0.5)
    except FileNotFoundError:
        pass


class Proc(Process):
    def __init__(self, world, wid, rnd, chaos, **s):
        self._cut = None
        self.killed = threading.Event()
        self.rnd = rnd
        self.chaos = chaos
        stores = Stores(
            **{
                k: tapped(getattr(world, k), self._tap)
                for k in ("log", "bus", "views", "artifacts")
            }
        )
        runner = tapped(FakeRunner(world.engine, wid), self._tap)
        self._worker = Worker(world.settings(wid, **s), stores, {"process": runner})
        self._worker._tools = replace(
            self._worker._tools, folders=tapped(self._worker._tools.folders, self._tap)
        )
        self.wid = wid
        threading.Thread(target=self._worker.start, daemon=True).start()

    def _tap(self, name, args, call):
        if self.chaos.is_set():
            r = self.rnd.random()
            if r < 0.1:
                time.sleep(self.rnd.random() * 0.01)
            if r > 0.95 and not self.killed.is_set():
                if name in ("publish",):
                    raise BusUnavailable("x")
                if name in ("read", "head", "get", "position", "put_folder", "append_log"):
                    raise StorageUnavailable("x")
                if name in ("start", "adopt", "discard", "check", "stop"):
                    raise RunnerUnavailable("x")
                if name in ("create", "keep_report"):
                    raise OSError("x")
        return super()._tap(name, args, call)


@pytest.mark.parametrize("seed", range(100, 140))
def test_chaos(world, monkeypatch, seed):
    for m in (am, pm, cm):
        monkeypatch.setattr(m, "_AGAIN", 0.01)
    monkeypatch.setattr(wm, "_ENGINE_WAIT", 0.02)
    rnd = random.Random(seed)
    chaos = threading.Event()
    chaos.set()
    world.silence = leases.Silence(lost_after=1.0)
    world.start_supervisor()

    def beh(t):
        t.prints("a\n")
        for i in range(3):
            t.reports(i, 1.0)
        t.writes("out/m", str(t.key[1]) + t.worker_id)
        t.prints("b\n")
        r = rnd.random()
        t.stubborn = rnd.random() < 0.3
        if r < 0.4:
            t.succeeds(0.5)
        elif r < 0.5:
            t.ends(3)
        else:
            threading.Timer(rnd.random() * 0.4, lambda: late(t)).start()

    world.engine.behaviour = beh
    JOBS = 60
    world.submit(jobs=JOBS, parallelism=5, retries=1000)
    procs = {w: Proc(world, w, rnd, chaos, slots=2, claim_timeout=0.3) for w in ("w1", "w2")}
    dead = []
    t0 = time.time()
    k = 0
    while not world.said(TrialFinished) and time.time() - t0 < 25:
        time.sleep(rnd.random() * 0.5)
        w = rnd.choice(("w1", "w2"))
        if rnd.random() < 0.5:
            procs[w].kill()
            dead.append(procs[w])
            k += 1
            procs[w] = Proc(world, w, rnd, chaos, slots=rnd.choice((1, 2)), claim_timeout=0.3)
        elif rnd.random() < 0.3:
            world.stop_supervisor()
            time.sleep(rnd.random() * 0.2)
            world.start_supervisor()
        elif rnd.random() < 0.3:
            world.engine.goes_away()
            time.sleep(rnd.random() * 0.1)
            world.engine.comes_back()
    chaos.clear()
    world.hears(TrialFinished)
    print(
        "CHAOS",
        seed,
        "kills",
        k,
        "starts",
        len(world.engine.started),
        "lost",
        Counter(e.reason[:40] for e in world.said(AttemptLost)),
        round(time.time() - t0, 1),
    )
    try:
        world.assert_well_ended(JOBS)
        world.assert_well_ended(JOBS, "w2")
        for n in range(1, JOBS + 1):
            j = world.job(n)
            f = [e for e in world.said(JobFinished) if e.job_id == j["job_id"]][0]
            if f.worker_id is None:
                continue
            assert world.attempt_log(n, f.attempt) == "a\nb\n", n
            with world.artifacts.open(TRIAL, j["job_id"], "out/m") as o:
                got = o.read().decode()
            assert got == f"{f.attempt}{f.worker_id}", (n, got, f)
            steps = [
                e.step
                for e in world.said(MetricReported)
                if (e.job_id, e.attempt) == (f.job_id, f.attempt)
            ]
            lost = any(
                (e.job_id, e.attempt) == (f.job_id, f.attempt) for e in world.said(AttemptLost)
            )
            if not lost:
                assert steps == [0, 1, 2], (n, steps, f)
    finally:
        for p in [*dead, *procs.values()]:
            p.bury()
