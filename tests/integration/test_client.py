"""The Python client against the system that people start: its page, its examples, its notebook."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from tests.conftest import ROOT
from tests.integration.all_in_one import AllInOne

from hyperdock_client import Client, NotFound, Refused, calls
from hyperdock_client.places import find_place
from hyperdock_client.requests import Call

EXAMPLES = ROOT / "examples" / "client"
PAGE = ROOT / "docs" / "client.md"
FOR_PEOPLE = {
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/jobs/{job_id}/log/download"),  # `log` reads all of it
    ("DELETE", "/trials/{trial_id}"),  # is `archive`
}
OPTIONS = ("--no-docker", "--slots", "2", "--no-page")
TARGET = """
import json, os
folder = os.environ["HYPERDOCK_DIR"]
params = json.load(open(f"{folder}/params.json"))
print("größe", params["x"])
json.dump((params["x"] - 0.25) ** 2, open(f"{folder}/loss.json", "w"))
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AllInOne]:
    """A system with a login, as `hyperdock up` starts it."""
    with AllInOne(tmp_path_factory.mktemp("client") / "state", *OPTIONS) as running:
        yield running


def environ_of(system: AllInOne) -> dict[str, str]:
    """What a program finds this system by, and nothing else."""
    kept = {name: text for name, text in os.environ.items() if "HYPERDOCK" not in name}
    home = system.state.parent / "home"
    home.mkdir(exist_ok=True)
    return {**kept, "HOME": str(home), "HYPERDOCK_STATE": str(system.state)}


def run(script: Path, environ: Mapping[str, str], folder: Path) -> str:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", script],
        env=dict(environ),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def snippets() -> list[str]:
    """The page's code."""
    return re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_page_is_right(system: AllInOne, tmp_path: Path) -> None:
    """Every snippet of docs/client.md runs, in the order in which they are read."""
    (tmp_path / "target.py").write_text(TARGET, encoding="utf-8")
    script = tmp_path / "page.py"
    script.write_text("\n".join([f"folder = {str(tmp_path)!r}", *snippets()]), encoding="utf-8")
    told = run(script, environ_of(system), tmp_path)
    for words in (
        "6/6 jobs done",
        "größe",
        "trial.finished.v1",
        "Best(job_id=",
        "404 there is no trial no-such-trial",
        "space is empty",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("submit_and_wait.py", ["20/20 jobs done", "best loss"]),
        ("async_many.py", ["random: ", "sobol: ", "auto: "]),
        ("ask_tell.py", [".10: ", "completed"]),
    ],
)
def test_the_examples_do_what_they_say(
    system: AllInOne, tmp_path: Path, name: str, words: list[str]
) -> None:
    """As they are, with nothing but a running system."""
    told = run(EXAMPLES / name, environ_of(system), tmp_path)
    for each in words:
        assert each in told


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(
    system: AllInOne, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a fresh kernel; what is stored has no output, so nobody's paths are in it."""
    text = (EXAMPLES / "notebook.ipynb").read_text("utf-8")
    stored = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in stored.cells)
    for name, value in environ_of(system).items():
        monkeypatch.setenv(name, value)
    folder = {"metadata": {"path": str(tmp_path)}}
    done = NotebookClient(stored, timeout=120, resources=folder).execute()
    told = str([cell.get("outputs") for cell in done.cells])
    assert "12/12 jobs done" in told
    assert "params.depth" in told
    assert "trial.submitted.v1" in told


def test_waiting_and_reading_go_on_when_the_system_is_killed(tmp_path: Path) -> None:
    """A notebook of someone who waits need not know: the same trial ends, each event came once."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "target.py").write_text("import time\ntime.sleep(0.5)\n" + TARGET)
    with AllInOne(tmp_path / "state", *OPTIONS, "--port", str(port)) as system:
        place = find_place(environ={"HYPERDOCK_STATE": str(system.state)})
        with Client(place.url, place.token) as client:
            trial = client.submit(
                name="bowl",
                command=[sys.executable, str(tmp_path / "target.py")],
                space={"x": {"type": "float", "low": 0, "high": 1}},
                budget={"jobs": 6},
                key="once",
            )
            events = client.events(after=0, topics=f"trial:{trial.id}")
            before = list(islice(events, 3))
            system.kill()
            system.start()
            trial.wait(timeout=100)
            after = []
            for event in events:
                after.append(event)
                if event.type.startswith("trial.finished"):
                    break
            positions = [event.position for event in (*before, *after)]
            assert trial.info.jobs.succeeded == 6
            assert positions == sorted(set(positions))
            assert sum(each.type.startswith("job.finished") for each in after) == 6
            with pytest.raises(NotFound):
                trial.job(7)


def test_results_are_added_corrected_and_found_again(system: AllInOne) -> None:
    """What a person does with a trial over its life, at the real gateway."""
    place = find_place(environ={"HYPERDOCK_STATE": str(system.state)})
    space = {"x": {"type": "float", "low": 0, "high": 1}}
    with Client(place.url, place.token) as client:
        document = {"name": "life", "external": True, "space": space, "budget": {"jobs": 20}}
        trial = client.submit(document, key="k1")
        assert client.submit(document, key="k1").id == trial.id
        with pytest.raises(Refused):
            client.submit(document, key="k1", priority=1)
        trial.pause()
        added = trial.enqueue({"x": 0.5}, {"x": 0.25}, key="k2")
        again = trial.enqueue({"x": 0.5}, {"x": 0.25}, key="k2")
        assert [each.point_id for each in again] == [each.point_id for each in added]
        trial.import_points([{"params": {"x": 1.0}, "loss": 4.0}])
        with pytest.raises(Refused) as caught:
            trial.enqueue({"x": 7})
        assert [each.field for each in caught.value.problems] == ["points[0].params.x"]
        assert trial.change(budget={"jobs": 30}).info.budget["jobs"] == 30
        trial.resume()
        with trial.evaluator("mine") as evaluator:
            for job in evaluator:
                job.report(1, loss=1.0)
                if job.params["x"] == 0.5:
                    job.fail("no such luck")
                    continue
                told = job.tell(0.0 if job.params["x"] == 0.25 else 1.0, metrics={"acc": 0.5})
                if told.origin == "retry":
                    trial.stop()
                elif told.params["x"] == 0.25:
                    wrong = client.job(job.id).retract("measured wrongly")
                    assert wrong.loss is None
                    assert wrong.info.retracted is not None
                    assert wrong.info.retracted.loss == 0.0
                    assert wrong.retry(key="k3").point_id == wrong.retry(key="k3").point_id
        frame = trial.wait(timeout=60).dataframe()
        assert trial.state == "stopped"
        assert trial.best is not None
        assert trial.best.loss == 0.0
        assert {"imported", "enqueued", "retry"} <= set(frame["origin"])
        trial.annotate(tags=["kept"], notes="well")
        assert trial.refresh().info.tags == ["kept"]
        assert trial.clone(budget={"jobs": 1}).stop().id != trial.id
        types = {event.type for event in client.history(stream=f"trial-{trial.id}")}
        assert {"trial.submitted.v1", "job.retracted.v1", "trial.finished.v1"} <= types
        assert trial.archive().info.archived


def test_the_client_knows_every_operation(system: AllInOne) -> None:
    """Whatever the gateway can do, a program can ask it for."""
    paths = system.api.get("/openapi.json").json()["paths"]
    served = {
        (method.upper(), path)
        for path, item in paths.items()
        for method in item.keys() & {"get", "post", "patch", "delete", "put"}
    }
    unknown = {
        (method, path)
        for method, path in served - FOR_PEOPLE
        if not any(
            call.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), call.path)
            for call in every_call()
        )
    }
    assert unknown == set()


def every_call() -> list[Call[Any]]:
    """Each operation that the client knows, once."""
    return [
        *(calls.health(), calls.me(), calls.policy(), calls.set_aside(), calls.ticket()),
        calls.retention(),
        *(calls.submit({}, "", "k"), calls.validate({}, ""), calls.trials(), calls.trial("t")),
        *(calls.spec("t"), calls.change("t"), calls.clone("t", {}, "k")),
        calls.fork("t", {}, "k"),
        *(calls.steer("t", verb) for verb in ("stop", "pause", "resume")),
        *(calls.add_points("t", [], "k"), calls.export("t", "csv"), calls.best_archive("t")),
        *(calls.jobs("t"), calls.jobs(None), calls.job("j"), calls.stop_job("j")),
        *(calls.columns("t"), calls.event("1"), calls.why_trial("t"), calls.why_job("j")),
        *(calls.retry_job("j", "k"), calls.retract_job("j", ""), calls.log("j")),
        *(calls.metrics("j"), calls.files("j"), calls.file("j", "f"), calls.archive("j")),
        *(calls.workers(), calls.worker("w"), calls.history()),
        *(calls.steer_worker("w", verb) for verb in ("drain", "undrain")),
        *(calls.evaluate("t", None, 1), calls.ask("e", 0), calls.beat("e", [])),
        *(calls.report("e"), calls.tell("e"), calls.leave("e")),
    ]
