"""Bringing a trial file to a system."""

from pathlib import Path
from typing import Any

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.launch import Launch
from hyperdock_cli.submitting import Submitted, check_runnable, submit
from hyperdock_cli.system import System
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.fake_outside import FakeOutside
from hyperdock_cli.testing.history import (
    document,
    finished,
    registered,
    submitted,
    succeeded,
)
from hyperdock_cli.trial_file import TrialFile
from hyperdock_client import ApiError
from hyperdock_common.events import TrialPaused, TrialStopRequested
from hyperdock_common.spec import parse_trial


def file(**changes: object) -> TrialFile:
    """A trial file, read."""
    return TrialFile(document=document(**changes), spec=parse_trial(document(**changes)))


def system(outside: FakeOutside) -> System:
    """The system that answers."""
    return System(outside.outside, Launch(state=Path("/state")), None, lambda _: None)


def bring(gateway: FakeGateway, mine: TrialFile, *, always_new: bool = False) -> Submitted:
    """Submits a file to the gateway."""
    outside = FakeOutside(gateway, running=True)
    return submit(system(outside), mine, outside.outside, always_new=always_new)


def test_a_new_trial_is_submitted() -> None:
    """Where nothing is unfinished."""
    gateway = FakeGateway(registered())
    result = bring(gateway, file())
    assert not result.goes_on
    assert result.trial["name"] == "bowl"
    assert result.notes == ()


def test_an_unfinished_trial_goes_on() -> None:
    """The same file again is the same trial, whatever seed it was given."""
    gateway = FakeGateway(registered(), submitted("bowl-1"), *succeeded(1, 0.5, "bowl-1"))
    result = bring(gateway, file())
    assert result.goes_on
    assert result.trial["trial_id"] == "bowl-1"
    assert ("POST", "trials") not in gateway.calls


def test_a_paused_trial_is_resumed() -> None:
    """Who runs it again wants it to run."""
    gateway = FakeGateway(submitted("bowl-1"), TrialPaused(trial_id="bowl-1"))
    result = bring(gateway, file())
    assert result.goes_on
    assert result.trial["state"] == "running"


@pytest.mark.parametrize("changes", [{"budget": {"jobs": 5}}, {"algorithm": {"name": "random"}}])
def test_a_changed_file_is_another_trial(changes: dict[str, object]) -> None:
    """The unfinished one is mentioned: both go on."""
    gateway = FakeGateway(submitted("bowl-1"))
    result = bring(gateway, file(**changes))
    assert not result.goes_on
    assert result.notes == ("the unfinished trial bowl-1 goes on, too (running)",)


def test_an_ended_or_stopping_trial_does_not_go_on() -> None:
    """There is nothing to go on with."""
    stopping = TrialStopRequested(trial_id="bowl-1", end="stopped", reason="user")
    assert not bring(FakeGateway(submitted("bowl-1"), stopping), file()).goes_on
    assert not bring(FakeGateway(submitted(), finished()), file()).goes_on


def test_new_means_new() -> None:
    """Whatever is unfinished."""
    gateway = FakeGateway(submitted("bowl-1"))
    assert not bring(gateway, file(), always_new=True).goes_on


def test_the_newest_of_several_goes_on() -> None:
    """The one that was left last."""
    gateway = FakeGateway(submitted("bowl-1"), submitted("bowl-2"))
    assert bring(gateway, file()).trial["trial_id"] == "bowl-2"


def test_a_submission_that_was_heard_but_not_answered_is_recorded_once() -> None:
    """A supervisor that is slow to confirm has recorded the trial all the same: no second one."""
    gateway = FakeGateway(registered(), submitted("bowl-1"))
    gateway.lost_answers = 1
    result = bring(gateway, file(), always_new=True)
    assert result.trial["trial_id"] == "bowl-new1"
    assert len(list(gateway.connect().trials())) == 2


def test_a_submission_that_was_never_heard_is_an_error() -> None:
    """After a minute of trying, the gateway's reason is told."""
    gateway = FakeGateway(registered())
    gateway.refused_submissions = 10_000
    with pytest.raises(ApiError, match="the disk is full"):
        bring(gateway, file())


def test_a_refused_submission_is_not_looked_for() -> None:
    """The gateway said no; there is nothing to wait for."""
    gateway = FakeGateway(registered())
    mine = TrialFile(document={**document(), "budget": {"jobs": 0}}, spec=parse_trial(document()))
    with pytest.raises(ApiError) as caught:
        bring(gateway, mine)
    assert caught.value.status == 422
    assert gateway.calls[-1] == ("POST", "trials")


def check(outside: FakeOutside, **changes: object) -> str | None:
    """Whether such a trial can run there."""
    return check_runnable(system(outside), file(**changes).spec, outside.outside)


def test_a_worker_that_can_is_enough() -> None:
    """No warning, no error."""
    outside = FakeOutside(FakeGateway(registered(("process", "docker"))))
    assert check(outside) is None
    assert check(outside, image="a", command=None) is None


def test_an_image_without_docker_is_refused_here() -> None:
    """The only worker there will ever be cannot run it: say so before anything is recorded."""
    outside = FakeOutside(FakeGateway(registered()))
    with pytest.raises(Fault, match="can run Docker images here: local processes") as caught:
        check(outside, image="a", command=None)
    assert "start a Docker engine" in caught.value.remedy
    assert caught.value.code == 2


def test_another_pool_is_refused_here() -> None:
    """With the option that mends it."""
    with pytest.raises(Fault, match="no worker of pool 'gpu'") as caught:
        check(FakeOutside(FakeGateway(registered())), pool="gpu")
    assert "--pool gpu" in caught.value.remedy


def test_gpus_that_no_slot_has_are_refused_here() -> None:
    """Four of them on two slots are two each."""
    demanding: dict[str, Any] = {"image": "a", "command": None, "resources": {"gpus": 2}}
    assert check(FakeOutside(FakeGateway(registered(("docker",), gpus=4))), **demanding) is None
    with pytest.raises(Fault, match="jobs with 2 GPUs: none has so many a slot") as caught:
        check(FakeOutside(FakeGateway(registered(("docker",), gpus=2))), **demanding)
    assert "--gpus" in caught.value.remedy


def test_elsewhere_a_worker_may_still_come() -> None:
    """A warning, and the trial waits."""
    outside = FakeOutside(FakeGateway(registered()), running=True)
    warning = check(outside, image="a", command=None)
    assert warning is not None
    assert "the trial waits until one can" in warning


def test_a_worker_that_never_begins_is_an_error() -> None:
    """Not the trial's fault, so the log is where to look."""
    with pytest.raises(Fault, match="does not begin"):
        check(FakeOutside(FakeGateway()))


def test_a_worker_that_is_about_to_register_is_waited_for() -> None:
    """A system that has just been started is given a moment."""
    gateway = FakeGateway()
    gateway.on_pause = lambda: gateway.record(registered())
    assert check(FakeOutside(gateway)) is None
