"""What the clients send, and what they make of the answers."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from tests.unit.hyperdock_client.stand_in import TOKEN, StandIn

from hyperdock_client import (
    ApiError,
    AsyncClient,
    Client,
    NotFound,
    Refused,
    Unauthorized,
)


def test_a_trial_is_submitted_by_its_fields(client: Client, gateway: StandIn) -> None:
    """Keyword arguments are the document; a mapping may stand before them."""
    trial = client.submit({"image": "i"}, name="a", budget={"jobs": 4})
    assert gateway.bodies == [{"image": "i", "name": "a", "budget": {"jobs": 4}}]
    assert (trial.id, trial.state, trial.best) == ("t1", "running", None)
    assert trial.info.budget == {"jobs": 4}


@pytest.mark.parametrize("kind", [str, Path])
def test_a_yaml_file_is_sent_as_it_is(
    client: Client, gateway: StandIn, tmp_path: Path, kind: Callable[[Path], Any]
) -> None:
    """The gateway reads YAML: the client needs no library for it."""
    path = tmp_path / "trial.yaml"
    path.write_bytes(b"name: a # here\n")
    client.submit(kind(path))
    assert gateway.bodies == [b"name: a # here\n"]
    assert gateway.headers[-1]["content-type"] == "application/yaml"


def test_fields_are_added_to_a_json_file_but_not_to_yaml(
    client: Client, gateway: StandIn, tmp_path: Path
) -> None:
    """What cannot be done is refused before anything is sent."""
    (tmp_path / "a.json").write_text('{"name": "a"}')
    client.submit(tmp_path / "a.json", image="i")
    assert gateway.bodies == [{"name": "a", "image": "i"}]
    (tmp_path / "a.yml").write_text("name: a")
    for source in (tmp_path / "a.yml", "name: a"):
        with pytest.raises(ValueError, match=r"YAML file|ends in"):
            client.submit(source, image="i")
    assert len(gateway.bodies) == 1


def test_a_key_makes_two_submissions_one(client: Client, gateway: StandIn) -> None:
    """And without one each submission has its own."""
    assert client.submit(name="a", key="k").id == client.submit(name="a", key="k").id
    assert client.submit(name="a").id != client.submit(name="a").id
    assert len(gateway.trials) == 3


def test_a_submission_that_is_not_shown_yet_is_waited_for(gateway: StandIn) -> None:
    """A 202 says only that it is recorded: the client looks until it can be seen."""
    gateway.answers["POST /trials"] = [JSONResponse({"trial_id": "t1"}, 202)]
    with Client(gateway.url, pause=lambda _: gateway.trials or gateway.add_trial()) as client:
        assert client.submit(name="a").state == "running"


def test_a_validation_tells_all_that_it_says(client: Client) -> None:
    """Nothing is submitted."""
    found = client.validate(name="a")
    assert found.valid
    assert found.spec == {"name": "a"}
    assert list(client.trials()) == []


def test_a_refusal_names_the_fields(client: Client) -> None:
    """Status, detail and problems arrive as they were told."""
    with pytest.raises(Refused, match=r"^name: is empty$") as caught:
        client.submit(name="")
    assert caught.value.status == 422
    assert [each.field for each in caught.value.problems] == ["name"]


def test_lists_are_read_page_by_page(client: Client, gateway: StandIn) -> None:
    """All of them, in order, and a filter goes with every page."""
    for state in ("running", "running", "paused", "running"):
        gateway.add_trial(state=state)
    assert [each.id for each in client.trials()] == ["t1", "t2", "t3", "t4"]
    assert [each.id for each in client.trials(state="running")] == ["t1", "t2", "t4"]
    assert gateway.asked["GET /trials"] == 4


def test_only_as_many_pages_are_read_as_are_wanted(client: Client, gateway: StandIn) -> None:
    """A list may be long: whoever stops early asks for no more of it."""
    for _ in range(5):
        gateway.add_trial()
    assert next(client.trials()).id == "t1"
    assert gateway.asked["GET /trials"] == 1


def test_what_is_not_known_here_is_kept(client: Client, gateway: StandIn) -> None:
    """A newer gateway's fields break nothing and can be read."""
    gateway.add_trial()
    info = client.trial("t1").info
    assert info.raw["unheard_of"] == {"a": 1}
    assert info.jobs.succeeded == 0
    assert "unheard_of" not in repr(info)


def test_a_trial_is_steered_and_read_again(client: Client, gateway: StandIn) -> None:
    """Each command leaves the trial as the gateway then has it."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    assert trial.pause().state == "paused"
    assert trial.resume() is trial
    assert trial.change(budget={"jobs": 9}, priority=2).info.priority == 2
    assert trial.annotate(notes="n", tags=("a",)).info.tags == ["a"]
    assert trial.archive().info.archived
    assert gateway.bodies[-3:] == [
        {"budget": {"jobs": 9}, "priority": 2},
        {"notes": "n", "tags": ["a"]},
        {"archived": True},
    ]
    assert trial.stop().state == "stopping"
    gateway.finish("t1")
    assert trial.refresh().state == "completed"


def test_a_clone_is_another_trial(client: Client, gateway: StandIn) -> None:
    """Its changes are a merge patch over the spec."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    other = trial.clone({"name": "b"}, budget={"jobs": 2})
    assert (trial.id, other.id) == ("t1", "t2")
    assert gateway.bodies == [{"changes": {"name": "b", "budget": {"jobs": 2}}}]


def test_a_fork_is_another_trial(client: Client, gateway: StandIn) -> None:
    """From a moment, with or without results; nothing is said of what was not named."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    trial.fork()
    other = trial.fork({"name": "b"}, at=17, results=False, fill={"y": 1}, algorithm="random")
    assert (trial.id, other.id) == ("t1", "t3")
    assert gateway.bodies == [
        {"changes": {}, "results": True},
        {
            "changes": {"name": "b", "algorithm": "random"},
            "results": False,
            "at": 17,
            "fill": {"y": 1},
        },
    ]


def test_points_are_enqueued_and_imported(client: Client, gateway: StandIn) -> None:
    """Enqueued ones have params alone, imported ones their loss."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    points = trial.enqueue({"x": 1}, {"x": 2})
    assert [each.job_id for each in points] == ["t1.1", "t1.2"]
    trial.import_points([{"params": {"x": 3}, "loss": 0.5}])
    assert gateway.bodies == [
        {"points": [{"params": {"x": 1}}, {"params": {"x": 2}}]},
        {"points": [{"params": {"x": 3}, "loss": 0.5}]},
    ]


def test_many_points_are_sent_in_parts(client: Client, gateway: StandIn) -> None:
    """The gateway takes a thousand at once; the same key again adds none."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    many = [{"params": {"x": number}, "loss": 0.0} for number in range(2500)]
    assert len(trial.import_points(many, key="k")) == 2500
    assert [len(body["points"]) for body in gateway.bodies] == [1000, 1000, 500]
    trial.import_points(many, key="k")
    assert len(gateway.jobs) == 2500


def test_jobs_are_found_and_corrected(client: Client, gateway: StandIn) -> None:
    """By their numbers, by their states; a wrong loss is retracted, a job run again."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    gateway.add_job("t1", state="succeeded", loss=0.5)
    gateway.add_job("t1")
    assert [job.loss for job in trial.jobs(state="succeeded", sort="loss")] == [0.5]
    job = trial.job(1)
    assert job.retry().point_id == "p"
    assert job.retract("a bug").loss is None
    assert job.info.retracted is not None
    assert (job.info.retracted.reason, job.info.retracted.loss) == ("a bug", 0.5)
    with pytest.raises(NotFound):
        trial.job(3)


def test_workers_are_drained(client: Client) -> None:
    """A worker is named by its id."""
    (worker,) = client.workers()
    assert not worker.draining
    assert client.drain(worker.worker_id).draining


def test_the_history_is_read_to_its_end(client: Client, gateway: StandIn) -> None:
    """Page by page, from a position on."""
    for _ in range(5):
        gateway.record("job.proposed.v1")
    assert [each.position for each in client.history(after=1)] == [2, 3, 4, 5]


def test_downloads_are_whole_or_not_there(client: Client, gateway: StandIn, tmp_path: Path) -> None:
    """A refused one leaves no file, not even a part of one, and the old one as it was."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    job = client.job(gateway.add_job("t1")["job_id"])
    to = tmp_path / "job.tar.gz"
    assert job.download(to).read_bytes() == b"gz" * 9
    gateway.answers["GET /jobs/t1.1/archive"] = [Response("gone", 404)]
    with pytest.raises(NotFound):
        job.download(to)
    assert trial.export(str(tmp_path / "jobs.csv")).read_bytes() == b"number\n1\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["job.tar.gz", "jobs.csv"]
    assert to.read_bytes() == b"gz" * 9
    with pytest.raises(ValueError, match="name a format"):
        trial.export(tmp_path / "jobs.xls")


@pytest.mark.parametrize("hostile", ["..", ".", "a/../b?c#d", "a b", ""])
def test_what_people_type_stays_one_part_of_the_path(
    client: Client, gateway: StandIn, hostile: str
) -> None:
    """No id leads to another operation."""
    with pytest.raises(ApiError):
        client.trial(hostile)
    assert gateway.asked["GET /trials"] == gateway.asked["GET /health"] == 0


def test_the_token_is_sent(gateway: StandIn) -> None:
    """Without it, or with another one, the gateway does not know who asks."""
    gateway.login = True
    with Client(gateway.url, TOKEN) as known:
        assert known.me().name == "ada"
        assert TOKEN not in repr(known)
    for token in (None, "other"):
        with Client(gateway.url, token) as unknown, pytest.raises(Unauthorized):
            unknown.me()


@pytest.mark.parametrize(
    "answer", [Response("<html>"), JSONResponse([]), JSONResponse({"job_id": 3})]
)
def test_a_server_that_is_no_gateway_is_recognized(
    client: Client, gateway: StandIn, answer: Response
) -> None:
    """Something else on that port gives a clear error, not a crash."""
    gateway.answers["GET /trials/t1"] = [answer]
    with pytest.raises(ApiError, match=r"gave no JSON object|no TrialInfo"):
        client.trial("t1")


def test_an_error_page_of_another_server_is_an_error(client: Client, gateway: StandIn) -> None:
    """A 502 of a proxy has no problem document; its status is told."""
    gateway.answers["GET /trials/t1"] = [Response("nginx", 502)]
    with pytest.raises(ApiError, match="502 Bad Gateway"):
        client.trial("t1")


def test_an_event_is_shown(client: Client, gateway: StandIn) -> None:
    """By its place, which may be a number."""
    gateway.record("trial.paused.v1", trial_id="t1")
    assert client.event(1) == client.event("1")
    assert client.event(1).type == "trial.paused.v1"


def test_jobs_and_trials_tell_why(client: Client, gateway: StandIn) -> None:
    """As they are, or as they were; each sentence has its cause."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    job = client.job(gateway.add_job("t1")["job_id"])
    for told in (trial.why(), job.why()):
        (sentence,) = told.items
        assert (sentence.text, sentence.events, told.whole) == ("of now", 3, False)
        assert sentence.because is not None
        assert sentence.because.type == "trial.submitted.v1"
    assert trial.why(at=5).items[0].text == "of 5"
    assert job.why(at="2026-01-31T12:00:00Z").items[0].text == "of 2026-01-31T12:00:00Z"


def test_columns_of_a_trial_are_asked_for_by_numbers(client: Client, gateway: StandIn) -> None:
    """From the first one on, unless told otherwise."""
    trial = client.trial(gateway.add_trial()["trial_id"])
    assert trial.columns()["asked"] == {"from": "1"}
    assert trial.columns(5, 9)["asked"] == {"from": "5", "to": "9"}


def test_the_async_client_does_the_same(gateway: StandIn, tmp_path: Path) -> None:
    """Every kind of operation: calls, flows, iterations, downloads, errors."""

    async def all_of_it() -> None:
        async with AsyncClient(gateway.url) as client:
            trial = await client.submit(name="a", key="k")
            assert (await client.submit(name="a", key="k")).id == trial.id
            await trial.enqueue({"x": 1}, {"x": 2}, {"x": 3})
            assert [job.params["x"] async for job in trial.jobs()] == [1, 2, 3]
            assert (await (await trial.job(2)).download(tmp_path / "a")).read_bytes()
            gateway.finish(trial.id)
            assert await trial.wait() is trial
            with pytest.raises(NotFound):
                await trial.job(9)

    asyncio.run(all_of_it())


def test_operations_have_their_documentation(client: Client) -> None:
    """`help` shows what a method takes and says, also on the class."""
    assert "(self" not in str(client.submit.__doc__)
    assert client.submit.__doc__ == Client.submit.__doc__
    assert client.submit.__name__ == "submit"
