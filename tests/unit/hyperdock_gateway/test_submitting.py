"""Submitting with an `Idempotency-Key`: the same call again begins nothing new."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.unit.hyperdock_gateway.world import DOCUMENT, Api, World

from hyperdock_common.events import Envelope, TrialSubmitted
from hyperdock_common.ports import EventLog
from hyperdock_common.projections import PROJECTIONS, catch_up
from hyperdock_gateway.policy import Policy, parse_rules

KEY = {"Idempotency-Key": "k-1"}
YAML = "name: Tune it!\ncommand: ['true']\nspace:\n  x: {type: float, low: 0, high: 1}\n"


def submit(api: Api, document: Any = DOCUMENT, headers: Any = KEY) -> httpx.Response:
    """Submits a document under a key."""
    return api.post("/trials", json=document, headers=headers)


def submissions(world: World) -> list[str]:
    """The trials in the log."""
    events = [record.event for record in world.log.read(0)]
    return [each.trial_id for each in events if isinstance(each, TrialSubmitted)]


def assert_names_the_header(answer: httpx.Response) -> None:
    """It is refused for its key."""
    assert answer.status_code == 422, answer.text
    assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]


class LogOnly:
    """A bus whose events are recorded, and shown by the views when somebody folds them."""

    def __init__(self, log: EventLog) -> None:
        self._log = log

    def publish(self, batch: Sequence[Envelope], _timeout: float) -> None:
        """Records what is new."""
        known = self._log.known([each.event_id for each in batch])
        fresh = [each for each in batch if each.event_id not in known]
        if fresh:
            self._log.append(self._log.head(), fresh)


class Nowhere:
    """A bus that takes everything and is in no hurry."""

    def publish(self, _batch: Sequence[Envelope], _timeout: float) -> None:
        """Takes it."""


def policy(text: str) -> Policy:
    """A policy of these rules."""
    rules = parse_rules(text)
    return Policy(lambda: rules)


def test_the_same_call_again_gives_the_same_trial(api: Api, world: World) -> None:
    """With 201, the same seed and address; one event stands in the log."""
    first, again = submit(api), submit(api)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    assert submissions(world) == [first.json()["trial_id"]]


def test_the_same_trial_may_be_written_otherwise(api: Api, world: World) -> None:
    """YAML or JSON, with a default named or not: what counts is what is asked for."""
    first = submit(api)
    yaml = api.post("/trials", content=YAML, headers={**KEY, "content-type": "application/yaml"})
    named = submit(api, {**DOCUMENT, "parallelism": 1, "notes": ""})
    assert first.json()["trial_id"] == yaml.json()["trial_id"] == named.json()["trial_id"]
    assert len(submissions(world)) == 1


def test_the_same_call_at_once_begins_one_trial(api: Api, world: World) -> None:
    """However many there are, each is answered with it."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: submit(api), range(8)))
    assert {each.status_code for each in answers} == {201}
    assert {each.json()["trial_id"] for each in answers} == set(submissions(world))
    assert len(submissions(world)) == 1


def test_the_same_call_is_no_other_one_when_it_comes_in_between(api: Api, world: World) -> None:
    """What it records while this one looks whether it has is not taken for another trial's."""

    class Overtaken:
        def __init__(self) -> None:
            self.others: list[int] = []

        def read(self, *where: Any, **how: Any) -> Any:
            found = world.log.read(*where, **how)
            if not self.others:
                self.others.append(submit(api).status_code)
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(world.log, name)

    log = Overtaken()
    assert submit(api.with_services(log=log)).status_code == 201
    assert log.others == [201]
    assert len(submissions(world)) == 1


@pytest.mark.parametrize("change", [{"name": "Other"}, {"parallelism": 2}, {"priority": 1}])
def test_a_key_stands_for_one_trial(api: Api, world: World, change: dict[str, Any]) -> None:
    """Another trial under the same key is refused, whatever it differs in."""
    assert submit(api).status_code == 201
    assert_names_the_header(submit(api, {**DOCUMENT, **change}))
    assert len(submissions(world)) == 1


@pytest.mark.parametrize("change", [{"name": "Other"}, {"parallelism": 2}])
def test_two_trials_under_one_key_at_once_are_not_taken_for_each_other(
    api: Api, world: World, change: dict[str, Any]
) -> None:
    """One of them is there, the other one is refused at once."""
    with ThreadPoolExecutor(8) as pool:
        asked = [DOCUMENT if each % 2 else {**DOCUMENT, **change} for each in range(8)]
        answers = list(pool.map(lambda document: submit(api, document), asked))
    (trial_id,) = submissions(world)
    for answer in answers:
        if answer.status_code == 201:
            assert answer.json()["trial_id"] == trial_id
        else:
            assert_names_the_header(answer)
    assert {each.status_code for each in answers} == {201, 422}


def test_other_keys_and_none_begin_other_trials(api: Api, world: World) -> None:
    """Nothing else makes two calls the same."""
    for headers in (KEY, {"Idempotency-Key": "k-2"}, {}, {}):
        assert submit(api, headers=headers).status_code == 201
    assert len(set(submissions(world))) == 4


def test_a_key_belongs_to_its_operation(api: Api, world: World) -> None:
    """A clone under the key of a submission is a trial of its own, and the same again as well."""
    trial_id = submit(api).json()["trial_id"]
    clones = [api.post(f"/trials/{trial_id}/clone", headers=KEY) for _ in range(2)]
    assert [each.status_code for each in clones] == [201, 201]
    assert clones[0].json()["trial_id"] == clones[1].json()["trial_id"] != trial_id
    assert len(submissions(world)) == 2


def test_a_trial_that_is_not_shown_yet_is_the_same_trial(api: Api, world: World) -> None:
    """Recorded and not folded: 202 with its id, and 201 as soon as the views are that far."""
    behind = api.with_services(bus=LogOnly(world.log), patience=0.02)
    first, again = submit(behind), submit(behind)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert_names_the_header(submit(behind, {**DOCUMENT, "parallelism": 2}))
    catch_up(PROJECTIONS, world.views, world.log)
    shown = submit(behind)
    assert (shown.status_code, shown.json()["trial_id"]) == (201, first.json()["trial_id"])
    assert len(submissions(world)) == 1


def test_a_trial_on_its_way_is_recorded_once(api: Api) -> None:
    """A call that is repeated before its event is recorded brings the same event."""
    first = submit(api.with_services(bus=Nowhere(), patience=0.02))
    again = submit(api)
    assert (first.status_code, again.status_code) == (202, 201)
    assert first.json()["trial_id"] == again.json()["trial_id"]


def test_a_changed_policy_does_not_make_another_call(api: Api, world: World) -> None:
    """The trial is as the policy of its time made it, though it would be otherwise now, or not."""
    first = submit(api.with_services(policy=policy("resources: {default: {memory: 1g}}")))
    assert first.status_code == 201
    for rules in ("{}", "commands: deny", "limits: {parallelism: 1}"):
        again = submit(api.with_services(policy=policy(rules)))
        assert (again.status_code, again.json()) == (201, first.json())
    assert len(submissions(world)) == 1


def test_a_key_is_no_way_around_the_policy(api: Api, world: World) -> None:
    """What was refused leaves no trace, and may be submitted with that key when it is allowed."""
    denied = submit(api.with_services(policy=policy("commands: deny")))
    assert denied.status_code == 422
    assert [each["field"] for each in denied.json()["errors"]] == ["command"]
    assert submissions(world) == []
    assert submit(api).status_code == 201


def test_an_id_that_is_taken_is_passed_over(api: Api, world: World) -> None:
    """By a trial of somebody else; the same call finds its own one again."""
    wanted = submit(api.with_services(bus=Nowhere(), patience=0.02)).json()["trial_id"]
    world.add_trial(wanted)
    first, again = submit(api), submit(api)
    assert first.json()["trial_id"] == again.json()["trial_id"] != wanted
    drawn = iter([b"\x00" * 16, b"\x00" * 4, b"\x00" * 4, b"\x01" * 16, b"\x00" * 4, b"\x01" * 4])
    unlucky = api.with_services(random_bytes=lambda count: next(drawn, bytes(count)))
    ids = {submit(unlucky, headers={}).json()["trial_id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize("key", ["", " ", "ü".encode().decode("latin-1"), "x" * 201, "a b"])
def test_what_is_no_key_is_refused(api: Api, world: World, key: str) -> None:
    """A 400 that names the header, and nothing is recorded."""
    answer = submit(api, headers={"Idempotency-Key": key.encode("latin-1")})
    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]
    assert submissions(world) == []
