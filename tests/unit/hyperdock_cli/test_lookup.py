"""Finding trials and jobs by what people type."""

import pytest

from hyperdock_cli.faults import Fault
from hyperdock_cli.lookup import find_job, find_trial
from hyperdock_cli.testing.fake_gateway import FakeGateway
from hyperdock_cli.testing.history import begun, registered, submitted


@pytest.fixture
def gateway() -> FakeGateway:
    """Three trials, two of them of the same name."""
    return FakeGateway(
        registered(),
        submitted("bowl-aaaaaa"),
        submitted("bowl-abbbbb"),
        submitted("digits-cccccc", name="digits"),
        *begun(1, "digits-cccccc"),
    )


@pytest.mark.parametrize("text", ["digits-cccccc", "digits", "dig", "digits-c"])
def test_a_trial_has_an_id_a_name_and_prefixes(gateway: FakeGateway, text: str) -> None:
    """Any of them will do while it fits one trial only."""
    assert find_trial(gateway.connect(), text)["trial_id"] == "digits-cccccc"


@pytest.mark.parametrize("text", ["bowl", "bowl-a"])
def test_several_trials_are_listed(gateway: FakeGateway, text: str) -> None:
    """The message names them with their states, so that one can be chosen."""
    with pytest.raises(Fault) as caught:
        find_trial(gateway.connect(), text)
    assert "bowl-abbbbb (running), bowl-aaaaaa (running)" in caught.value.problem
    assert caught.value.code == 2


def test_a_name_beats_a_prefix() -> None:
    """A trial that is called like the beginning of another can be named."""
    gateway = FakeGateway(submitted("x-1", name="bow"), submitted("bowl-2"))
    assert find_trial(gateway.connect(), "bow")["trial_id"] == "x-1"


def test_an_unknown_trial_brings_near_ones(gateway: FakeGateway) -> None:
    """A typing error is answered with what was probably meant."""
    with pytest.raises(Fault, match="no trial 'digist'") as caught:
        find_trial(gateway.connect(), "digist")
    assert "did you mean digits" in caught.value.remedy
    with pytest.raises(Fault) as caught:
        find_trial(gateway.connect(), "zzz")
    assert "trial list" in caught.value.remedy
    with pytest.raises(Fault) as caught:
        find_trial(FakeGateway().connect(), "zzz")
    assert "no trials yet" in caught.value.remedy


@pytest.mark.parametrize("text", ["..", "../workers", "a/b", "", "a b"])
def test_what_is_no_id_is_not_asked_for(gateway: FakeGateway, text: str) -> None:
    """Only words that can be ids become part of a path."""
    with pytest.raises(Fault):
        find_trial(gateway.connect(), text)
    assert {path for _, path in gateway.calls} == {"trials"}


@pytest.mark.parametrize("text", ["digits-cccccc.1", "digits.1", "dig.01"])
def test_a_job_is_found_by_its_trial_and_number(gateway: FakeGateway, text: str) -> None:
    """The trial may be shortened."""
    assert find_job(gateway.connect(), text)["job_id"] == "digits-cccccc.1"


@pytest.mark.parametrize(
    ("text", "problem", "remedy"),
    [
        ("digits", "no job 'digits'", "<trial>.<number>"),
        ("digits.x", "no job 'digits.x'", "<trial>.<number>"),
        ("digits.7", "has no job 7", "it has 1 so far"),
        ("digist.1", "no trial 'digist'", "did you mean"),
    ],
)
def test_an_unknown_job_says_what_is_wrong(
    gateway: FakeGateway, text: str, problem: str, remedy: str
) -> None:
    """The form, the number or the trial."""
    with pytest.raises(Fault, match=problem) as caught:
        find_job(gateway.connect(), text)
    assert remedy in caught.value.remedy
