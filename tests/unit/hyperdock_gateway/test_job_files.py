"""The files that jobs left, over the API: listed, read, and nothing else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from tests.unit.hyperdock_gateway.world import Api, World

from hyperdock_common.events import AttemptLost, JobClaimed, JobFinished, Succeeded


@pytest.fixture
def job_id(world: World) -> str:
    """A job that a worker has claimed."""
    return world.add_job(world.add_trial(), 1, claimed=True)


@pytest.fixture
def files(world: World, job_id: str, tmp_path: Path) -> str:
    """A job that left three files; a secret lies beside the results."""
    left = tmp_path / "left"
    (left / "out").mkdir(parents=True)
    (left / "loss.json").write_text("1.5")
    (left / "out" / "page.html").write_text("<script>alert(1)</script>")
    (left / "out" / "größe 1.txt").write_text("7")
    (tmp_path / "results").mkdir(exist_ok=True)
    (tmp_path / "results" / "secret").write_text("hidden")
    world.artifacts.put_folder("tune-aaaaaa", job_id, 1, left)
    return job_id


def test_files_are_listed_and_read(api: Api, files: str) -> None:
    """A job's files are listed with their sizes and can be read one by one."""
    items = api.get(f"/jobs/{files}/files").json()["items"]
    assert {each["path"]: each["size"] for each in items}["loss.json"] == 3
    answer = api.get(f"/jobs/{files}/files/loss.json")
    assert (answer.status_code, answer.text) == (200, "1.5")
    assert answer.headers["content-length"] == "3"
    assert api.get(f"/jobs/{files}/files/out/größe 1.txt").text == "7"


def test_files_are_those_of_the_deciding_attempt(
    api: Api, world: World, files: str, tmp_path: Path
) -> None:
    """A late result of the first attempt decided: what the second stored meanwhile is not shown."""
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "loss.json").write_text("2.5")
    names: Mapping[str, Any] = {"trial_id": "tune-aaaaaa", "job_id": files}
    world.add_worker("w2")
    world.publish(AttemptLost(**names, attempt=1, worker_id="w", reason="silent"))
    world.publish(JobClaimed(**names, attempt=2, worker_id="w2", slot=0))
    world.artifacts.put_folder("tune-aaaaaa", files, 2, tmp_path / "second")
    assert api.get(f"/jobs/{files}/files/loss.json").text == "2.5"
    world.publish(AttemptLost(**names, attempt=2, worker_id="w2", reason="the first came back"))
    late = JobFinished(**names, attempt=1, worker_id="w", outcome=Succeeded(loss=1.5))
    world.publish(late)
    assert api.get(f"/jobs/{files}").json()["attempt"] == 1
    assert api.get(f"/jobs/{files}/files/loss.json").text == "1.5"
    assert len(api.get(f"/jobs/{files}/files").json()["items"]) == 3


def test_job_that_nobody_claimed_has_no_files(api: Api, world: World) -> None:
    """There is no attempt whose files could be shown."""
    job_id = world.add_job(world.add_trial(), 1)
    assert api.get(f"/jobs/{job_id}/files").json()["items"] == []
    assert api.get(f"/jobs/{job_id}/files/loss.json").status_code == 404


def test_files_of_targets_are_never_run_by_a_browser(api: Api, files: str) -> None:
    """A page that a target wrote is for saving only, and sandboxed should it open after all."""
    answer = api.get(f"/jobs/{files}/files/out/page.html")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "out",
        "../../secret",
        "%2e%2e/%2e%2e/secret",
        "..%2f..%2fsecret",
        "..%5c..%5csecret",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "out//größe 1.txt",
        "out/%00",
        "a/" * 3000 + "b",
        "",
    ],
)
def test_no_path_leads_out_of_the_folder(api: Api, files: str, path: str) -> None:
    """A path that is no file of the job is a 404, however it is written."""
    answer = api.get(f"/jobs/{files}/files/{path}")
    assert answer.status_code == 404
    assert "hidden" not in answer.text


def test_links_that_a_target_planted_lead_nowhere(
    api: Api, world: World, job_id: str, tmp_path: Path
) -> None:
    """Links to other folders are neither listed nor followed, also where they stand in `out/`."""
    (tmp_path / "secret").write_text("hidden")
    left = tmp_path / "left"
    (left / "out").mkdir(parents=True)
    (left / "out" / "secret").symlink_to(tmp_path / "secret")
    (left / "out" / "up").symlink_to("../../..")
    (left / "out" / "own").symlink_to("../loss.json")
    (left / "loss.json").write_text("1.5")
    world.artifacts.put_folder("tune-aaaaaa", job_id, 1, left)
    planted = tmp_path / "results" / "tune-aaaaaa" / job_id / "out"
    (planted / "later").symlink_to(tmp_path / "secret")
    (planted / "far").symlink_to(tmp_path)
    listed = [each["path"] for each in api.get(f"/jobs/{job_id}/files").json()["items"]]
    assert listed == ["loss.json", "out/own"]
    for path in ("out/secret", "out/up/secret", "out/later", "out/far/secret"):
        assert api.get(f"/jobs/{job_id}/files/{path}").status_code == 404


@pytest.mark.parametrize(
    "name", ['a"b.txt', "a\rSet-Cookie: x=1", "a;filename=b.html", "größe.txt", "x" * 250]
)
def test_names_of_files_stay_in_their_header(
    api: Api, world: World, job_id: str, tmp_path: Path, name: str
) -> None:
    """However a file is called, it is saved under one name, and no header is added."""
    left = tmp_path / "left"
    left.mkdir()
    (left / name).write_text("7")
    world.artifacts.put_folder("tune-aaaaaa", job_id, 1, left)
    answer = api.get(f"/jobs/{job_id}/files/{quote(name)}")
    assert answer.text == "7"
    assert "set-cookie" not in answer.headers
    assert unquote(answer.headers["content-disposition"].partition("''")[2]) == name
